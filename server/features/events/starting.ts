/** When the server starts: what is to happen in time is planned again, in case that it was not. */
import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { planClosing } from './feedback.ts'
import { allEvents } from './programme.ts'
import { planReminders } from './reminders.ts'
import { ask, planOfferEnd, subjectOf } from './seating.ts'
import { db } from './tables.ts'

export async function start(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    await seatEarlier(tx)
    for (const event of await allEvents(tx)) if (event.start > tx.now) await planReminders(tx, event)
    const offers = await db(tx)
      .selectFrom('events_seat')
      .selectAll()
      .where('status', '=', 'offered')
      .execute()
    for (const seat of offers) await planOfferEnd(tx, seat)
    const open = await db(tx)
      .selectFrom('events_feedback')
      .select(['event_id', 'subject_id'])
      .distinct()
      .where('shown', '=', 0)
      .execute()
    for (const { event_id: eventId, subject_id: subjectId } of open) {
      const subject = await subjectOf(tx, eventId, subjectId)
      if (subject) await planClosing(tx, subject)
    }
  })
}

/** Who said that they go before there were seats has one: asked for in the order in which they said it. */
async function seatEarlier(tx: Tx): Promise<void> {
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
}
