import { listener, type Tx } from '#server/core/feature.ts'
import { planId } from '#shared/features/events.ts'
import { profiles } from '#shared/features/profiles.ts'
import { publishShown } from './feedback.ts'
import { leave, subjectOf } from './seating.ts'
import { db } from './tables.ts'

/**
 * Of a member who has left for good: what they planned and asked for goes, their seats to the next in line, and that they
 * were at a door. What they said of an event stays, without their name.
 */
export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId }) => {
  const seats = await db(tx)
    .selectFrom('events_seat')
    .select(['event_id', 'subject_id'])
    .where('member_id', '=', memberId)
    .execute()
  for (const { event_id: eventId, subject_id: subjectId } of seats) {
    const subject = await subjectOf(tx, eventId, subjectId)
    if (subject) await leave(tx, subject, memberId, 'self')
    for (const table of ['seats', 'attendees']) await tx.publish(table, planId(memberId, subjectId), null)
  }
  await db(tx).deleteFrom('events_seat').where('member_id', '=', memberId).execute()
  const plans = await db(tx)
    .deleteFrom('events_plan')
    .where('member_id', '=', memberId)
    .returningAll()
    .execute()
  for (const { subject_id } of plans) await tx.publish('plans', planId(memberId, subject_id), null)
  await leaveStaff(tx, memberId)
  await forgetAtDoor(tx, memberId)
  for (const { id } of await ownFeedback(tx, memberId)) await tx.publish('own_feedback', id, null)
  const said = await db(tx)
    .updateTable('events_feedback')
    .set({ member_id: null })
    .where('member_id', '=', memberId)
    .returning(['event_id', 'subject_id'])
    .execute()
  for (const { event_id: eventId, subject_id: subjectId } of said) await publishShown(tx, eventId, subjectId)
})

async function leaveStaff(tx: Tx, memberId: string): Promise<void> {
  const staff = await db(tx)
    .deleteFrom('events_staff')
    .where('member_id', '=', memberId)
    .returningAll()
    .execute()
  for (const { event_id: eventId } of staff) {
    await tx.revoke(memberId, `event:${eventId}:staff`, `events:${eventId}`)
    await tx.publish('event_staff', planId(memberId, eventId), null)
  }
}

async function forgetAtDoor(tx: Tx, memberId: string): Promise<void> {
  const checkIns = await db(tx)
    .deleteFrom('events_check_in')
    .where('member_id', '=', memberId)
    .returningAll()
    .execute()
  for (const { id } of checkIns) {
    await db(tx).deleteFrom('events_scan').where('check_in_id', '=', id).execute()
    await tx.publish('check_ins', id, null)
  }
}

async function ownFeedback(tx: Tx, memberId: string): Promise<{ id: string }[]> {
  const given = await tx.rows<{ subjectId: string }>('own_feedback')
  return given.filter(({ id }) => id.startsWith(`${memberId}:`))
}
