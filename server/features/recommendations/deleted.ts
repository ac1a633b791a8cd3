import { listener } from '#server/core/feature.ts'
import { profiles } from '#shared/features/profiles.ts'
import { db } from './tables.ts'

/** The next model has not met them. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  for (const table of [
    'recommendations_interaction',
    'recommendations_shared',
    'recommendations_sharing',
  ] as const)
    await db(tx).deleteFrom(table).where('member_id', '=', memberId).execute()
  await tx.publish('sharing', memberId, null)
})
