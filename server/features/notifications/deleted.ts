import { listener } from '#server/core/feature.ts'
import { profiles } from '#shared/features/profiles.ts'
import { db } from './tables.ts'

/** A member's notices, settings and devices go; so do others' notices of what they did. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId, name, hasNamesake }) => {
  for (const table of [
    'notifications_notice',
    'notifications_settings',
    'notifications_follow',
    'notifications_device',
  ] as const)
    await db(tx).deleteFrom(table).where('member_id', '=', memberId).execute()
  if (hasNamesake) return
  const found = await db(tx).selectFrom('notifications_notice').select(['id', 'params']).execute()
  // Compared here: a name may be anything, also what a search would take for a pattern.
  const naming = found.filter(({ params }) => (JSON.parse(params) as { name?: unknown }).name === name)
  for (const { id } of naming) {
    await db(tx).deleteFrom('notifications_notice').where('id', '=', id).execute()
    await tx.publish('notices', id, null)
  }
})
