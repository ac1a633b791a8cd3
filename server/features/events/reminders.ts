/** What members hear of events: a day and an hour before, and when something changes that they must know. */
import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { EventRow } from '#shared/features/events.ts'
import type { WordKey, WordParams } from '#shared/words/index.ts'
import { db, type SeatRecord } from './tables.ts'

const hour = 3_600_000
const before = [24, 1]

interface Reminder {
  eventId: string
  hours: number
  /** The event's, when this was planned: an event that moved has reminders of its own. */
  start: number
}

/** @param key a later word with the same key takes the place of an earlier one */
export async function tellMember(
  tx: Tx,
  memberId: string,
  eventId: string,
  word: WordKey,
  key: string,
  params: WordParams = {},
): Promise<void> {
  await tx.tell('notifications.notify', {
    memberId,
    type: 'events',
    word,
    about: `event:${eventId}`,
    params,
    key,
  })
}

export async function planReminders(tx: Tx, event: Pick<EventRow, 'id' | 'start' | 'state'>): Promise<void> {
  if (event.state === 'draft' || event.state === 'cancelled') return
  for (const hours of before) {
    const at = event.start - hours * hour
    if (at <= tx.now) continue
    const reminder: Reminder = { eventId: event.id, hours, start: event.start }
    await tx.later('events.remind', reminder, {
      at,
      key: `events.remind:${event.id}:${hours}:${event.start}`,
    })
  }
}

export async function remind(services: Services, { eventId, hours, start }: Reminder): Promise<void> {
  await services.transact(async (tx) => {
    const event = await tx.row<EventRow>('events', eventId)
    const isOff = event?.state === 'draft' || event?.state === 'cancelled'
    // The server may have been away: what has begun needs no word.
    if (!event || isOff || event.start !== start || tx.now >= start) return
    const word = hours > 1 ? 'events.notice_day' : 'events.notice_hour'
    for (const { member_id: memberId } of await comingTo(tx, eventId, ['going']))
      await tellMember(tx, memberId, eventId, word, `event:${eventId}`)
  })
}

export async function comingTo(
  tx: Tx,
  subjectId: string,
  states: readonly SeatRecord['status'][],
): Promise<SeatRecord[]> {
  return db(tx)
    .selectFrom('events_seat')
    .selectAll()
    .where('subject_id', '=', subjectId)
    .where('status', 'in', states)
    .orderBy('turn')
    .execute()
}

/** A word for all who go, wait or were offered a seat. */
export async function tellAll(tx: Tx, eventId: string, word: WordKey, key: string): Promise<void> {
  for (const seat of await comingTo(tx, eventId, ['going', 'waiting', 'offered']))
    await tellMember(tx, seat.member_id, eventId, word, key)
}
