import { listener } from '#server/core/feature.ts'
import { planId } from '#shared/features/events.ts'
import { profiles } from '#shared/features/profiles.ts'
import { publishEvent } from './programme.ts'
import type { Tables } from './tables.ts'

/** Schedules of a member who has left for good. */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  const plans = await tx
    .tables<Tables>()
    .deleteFrom('events_plan')
    .where('member_id', '=', memberId)
    .returningAll()
    .execute()
  for (const { subject_id } of plans) await tx.publish('plans', planId(memberId, subject_id), null)
  for (const { kind, subject_id } of plans) if (kind === 'event') await publishEvent(tx, subject_id)
})
