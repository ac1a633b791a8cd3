/** Who said that they go before there were seats has one: asked for in the order in which they said it. */
import type { Services } from '#server/core/services.ts'
import { ask, subjectOf } from './seating.ts'
import { db } from './tables.ts'

export async function seatEarlier(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    const plans = await db(tx)
      .selectFrom('events_plan')
      .leftJoin('events_seat', (join) =>
        join
          .onRef('events_seat.member_id', '=', 'events_plan.member_id')
          .onRef('events_seat.subject_id', '=', 'events_plan.subject_id'),
      )
      .select(['events_plan.member_id as memberId', 'events_plan.event_id as eventId'])
      .where('events_plan.kind', '=', 'event')
      .where('events_seat.member_id', 'is', null)
      .orderBy('events_plan.at')
      .execute()
    for (const { memberId, eventId } of plans) {
      const subject = await subjectOf(tx, eventId)
      if (subject) await ask(tx, subject, memberId, undefined)
    }
  })
}
