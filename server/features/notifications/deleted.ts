import { listener } from '#server/core/feature.ts'
import { profiles } from '#shared/features/profiles.ts'
import { db } from './tables.ts'

/** A member's notices, settings and devices go; so do others' notices of what they did. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId, name }) => {
  for (const table of [
    'notifications_notice',
    'notifications_settings',
    'notifications_follow',
    'notifications_device',
  ] as const)
    await db(tx).deleteFrom(table).where('member_id', '=', memberId).execute()
  const naming = await db(tx)
    .deleteFrom('notifications_notice')
    .where('params', 'like', `%"name":${JSON.stringify(name)}%`)
    .returning('id')
    .execute()
  for (const { id } of naming) await tx.publish('notices', id, null)
})
