import { listener } from '#server/core/feature.ts'
import { dayId } from '#shared/features/growth.ts'
import { profiles } from '#shared/features/profiles.ts'
import { publishBoards } from './boards.ts'
import { db } from './tables.ts'

/** The ledger stays, under an id that leads to nobody: what others were given rests on it. All else goes. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  await db(tx).deleteFrom('growth_standing').where('member_id', '=', memberId).execute()
  await db(tx).deleteFrom('growth_day').where('member_id', '=', memberId).execute()
  const days = await db(tx)
    .deleteFrom('growth_challenge_day')
    .where('member_id', '=', memberId)
    .returningAll()
    .execute()
  for (const { challenge_id, day } of days)
    await tx.publish('challenge_days', dayId(challenge_id, memberId, day), null)
  await tx.publish('standings', memberId, null)
  await publishBoards(tx)
})
