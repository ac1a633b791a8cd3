/**
 * Who has a seat. The order in which the server takes what members ask is the order of the queue; whoever is known to be
 * put first (staff, tiers) goes before the others in it. A free seat is kept for whoever is next, until they answer or
 * the offer ends, and then for the next. Nothing here takes a seat from anybody.
 */
import { createHash, randomBytes } from 'node:crypto'
import type { Reader, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import {
  type Answers,
  type AttendeeRow,
  countedAhead,
  type DeclineReason,
  defaultOfferHours,
  type SeatRow,
  ticketCode,
} from '#shared/features/event-seats.ts'
import { type EventRow, planId } from '#shared/features/events.ts'
import { countsOf, eventById, publishEvent, publishSession, sessionById, setPlan } from './programme.ts'
import { tellMember } from './reminders.ts'
import { db, type SeatRecord } from './tables.ts'

/** What one can have a seat at. */
export interface Subject {
  id: string
  kind: 'event' | 'session'
  event: EventRow
  capacity: number | null
  start: number
  end: number
}

export async function subjectOf(
  reader: Reader,
  eventId: string,
  sessionId?: string,
): Promise<Subject | null> {
  const event = await eventById(reader, eventId)
  if (!event) return null
  const { start, end } = event
  if (sessionId === undefined || sessionId === eventId) {
    return { id: eventId, kind: 'event', event, capacity: event.capacity ?? null, start, end }
  }
  const session = await sessionById(reader, sessionId)
  if (session?.eventId !== eventId) return null
  const { capacity = null } = session
  return { id: sessionId, kind: 'session', event, capacity, start: session.start, end: session.end }
}

export async function seatOf(
  reader: Reader,
  memberId: string,
  subjectId: string,
): Promise<SeatRecord | undefined> {
  return db(reader)
    .selectFrom('events_seat')
    .selectAll()
    .where('member_id', '=', memberId)
    .where('subject_id', '=', subjectId)
    .executeTakeFirst()
}

export function ticketOf(eventId: string, code: string): string {
  return createHash('sha256').update(`${eventId}:${code}`).digest('hex').slice(0, 32)
}

/** Asks for a seat, or takes the one that is offered. @returns the seat as it is then */
export async function ask(
  tx: Tx,
  subject: Subject,
  memberId: string,
  answers: Answers | undefined,
): Promise<SeatRecord> {
  const held = await seatOf(tx, memberId, subject.id)
  if (held && (held.status === 'going' || held.status === 'waiting')) {
    if (answers === undefined || JSON.stringify(answers) === held.answers) return held
    return put(tx, { ...held, answers: JSON.stringify(answers) })
  }
  const given = JSON.stringify(answers ?? JSON.parse(held?.answers ?? '{}'))
  if (held?.status === 'offered' && (held.offered_until ?? 0) > tx.now) {
    const seat = await goes(tx, { ...held, answers: given })
    await publishSubject(tx, subject)
    return seat
  }
  // Whoever asks again after an offer has ended stands at the end, and is not asked before those who wait.
  if (held?.status === 'offered') await decline(tx, subject, held, 'expired')
  const { going, offered, waiting } = await countsOf(tx, subject.id)
  const isFree = subject.capacity === null || (waiting === 0 && going + offered < subject.capacity)
  const asked: SeatRecord = {
    member_id: memberId,
    subject_id: subject.id,
    event_id: subject.event.id,
    kind: subject.kind,
    status: 'waiting',
    why: null,
    priority: await priorityOf(tx, subject.event.id, memberId),
    turn: await nextTurn(tx, subject.id),
    offered_until: null,
    code: null,
    ticket: null,
    answers: given,
    checked_in_at: held?.checked_in_at ?? null,
    at: tx.now,
  }
  if (isFree) await goes(tx, asked)
  else await put(tx, asked)
  await settle(tx, subject)
  const seat = (await seatOf(tx, memberId, subject.id))!
  await tx.tell('events.rsvped', {
    eventId: subject.event.id,
    subjectId: subject.id,
    memberId,
    status: seat.status,
  })
  return seat
}

/** Gives up a seat, an offer or a place in the queue. @returns whether there was anything to give up */
export async function leave(
  tx: Tx,
  subject: Subject,
  memberId: string,
  why: DeclineReason,
): Promise<boolean> {
  const held = await seatOf(tx, memberId, subject.id)
  if (!held || held.status === 'declined') return false
  await decline(tx, subject, held, why)
  await settle(tx, subject)
  return true
}

/** Those who run the event decide; a seat beyond the limit is theirs to give. */
export async function move(
  tx: Tx,
  subject: Subject,
  held: SeatRecord,
  to: 'going' | 'waiting' | 'declined',
): Promise<void> {
  if (held.status === to) return
  if (to === 'declined') await decline(tx, subject, held, 'staff')
  else if (to === 'going') await goes(tx, held)
  else await put(tx, { ...(await withoutSeat(tx, held)), status: 'waiting', why: null })
  await settle(tx, subject)
}

/** Offers what is free to those who wait, and tells everybody's device how it stands. */
export async function settle(tx: Tx, subject: Subject): Promise<void> {
  const { event, capacity } = subject
  const isOpen = event.state !== 'cancelled' && event.state !== 'draft' && tx.now < subject.start
  for (let counts = await countsOf(tx, subject.id); isOpen && counts.waiting > 0; ) {
    if (capacity !== null && counts.going + counts.offered >= capacity) break
    const [next] = await queueOf(tx, subject.id, 1)
    if (!next) break
    await promote(tx, subject, next)
    counts = await countsOf(tx, subject.id)
  }
  await publishQueue(tx, subject.id)
  await publishSubject(tx, subject)
}

async function promote(tx: Tx, { id, event, capacity, start }: Subject, next: SeatRecord): Promise<void> {
  const hours = event.offerHours ?? defaultOfferHours
  const fact = { eventId: event.id, subjectId: id, memberId: next.member_id }
  if (hours === 0 || capacity === null) {
    await goes(tx, next)
    await tellMember(tx, next.member_id, event.id, 'events.notice_promoted', `seat:${id}`)
    await tx.tell('events.promoted', { ...fact, until: null })
    return
  }
  const until = Math.min(tx.now + hours * 3_600_000, start)
  await put(tx, { ...next, status: 'offered', offered_until: until })
  await planOfferEnd(tx, { ...next, offered_until: until })
  await tellMember(tx, next.member_id, event.id, 'events.notice_offer', `seat:${id}`, {
    hours: Math.max(1, Math.round((until - tx.now) / 3_600_000)),
  })
  await tx.tell('events.promoted', { ...fact, until })
}

export async function planOfferEnd(tx: Tx, seat: SeatRecord): Promise<void> {
  const { event_id: eventId, subject_id: subjectId, member_id: memberId, offered_until: until } = seat
  if (until === null) return
  const payload: OfferEnd = { eventId, subjectId, memberId, until }
  await tx.later('events.offer_ends', payload, {
    at: until,
    key: `events.offer:${planId(memberId, subjectId)}:${until}`,
  })
}

interface OfferEnd {
  eventId: string
  subjectId: string
  memberId: string
  until: number
}

/** An offer that nobody took goes to the next. */
export async function endOffer(
  services: Services,
  { eventId, subjectId, memberId, until }: OfferEnd,
): Promise<void> {
  await services.transact(async (tx) => {
    const subject = await subjectOf(tx, eventId, subjectId)
    const held = await seatOf(tx, memberId, subjectId)
    if (!subject || held?.status !== 'offered' || held.offered_until !== until || tx.now < until) return
    await decline(tx, subject, held, 'expired')
    await settle(tx, subject)
  })
}

async function goes(tx: Tx, seat: SeatRecord): Promise<SeatRecord> {
  const code = seat.kind === 'event' ? (seat.code ?? ticketCode(randomBytes(12))) : null
  const going = await put(tx, {
    ...seat,
    status: 'going',
    why: null,
    offered_until: null,
    code,
    ticket: code && ticketOf(seat.event_id, code),
  })
  const { member_id: memberId, event_id: eventId, subject_id: subjectId, kind } = seat
  await setPlan(tx, memberId, { kind, subjectId, eventId }, true)
  if (kind === 'event') {
    await tx.grant(memberId, `event:${eventId}:attendees`, `rsvp:${eventId}`)
    await tx.tell('events.rsvp', { eventId, memberId, on: true })
  }
  return going
}

/** What comes with a seat goes with it: the ticket, the plan, the audience. */
async function withoutSeat(tx: Tx, seat: SeatRecord): Promise<SeatRecord> {
  const { member_id: memberId, event_id: eventId, subject_id: subjectId, kind } = seat
  if (seat.status === 'going') {
    await setPlan(tx, memberId, { kind, subjectId, eventId }, false)
    if (kind === 'event') {
      await tx.revoke(memberId, `event:${eventId}:attendees`, `rsvp:${eventId}`)
      await tx.tell('events.rsvp', { eventId, memberId, on: false })
    }
  }
  return { ...seat, offered_until: null, code: null, ticket: null }
}

async function decline(tx: Tx, subject: Subject, held: SeatRecord, why: DeclineReason): Promise<void> {
  const { event } = subject
  await put(tx, { ...(await withoutSeat(tx, held)), status: 'declined', why })
  if (why === 'expired')
    await tellMember(tx, held.member_id, event.id, 'events.notice_expired', `seat:${subject.id}`)
  await tx.tell('events.cancelled', {
    eventId: event.id,
    subjectId: subject.id,
    memberId: held.member_id,
  })
  if (subject.kind === 'session') return
  // Seats at sessions are for those who are at the event.
  const sessions = await db(tx)
    .selectFrom('events_seat')
    .selectAll()
    .where('event_id', '=', event.id)
    .where('member_id', '=', held.member_id)
    .where('kind', '=', 'session')
    .where('status', '!=', 'declined')
    .execute()
  for (const seat of sessions) {
    const session = await subjectOf(tx, event.id, seat.subject_id)
    if (session) await leave(tx, session, seat.member_id, why)
  }
}

/** Keeps a seat, and shows it to its member and to those who run the event. */
export async function put(tx: Tx, seat: SeatRecord): Promise<SeatRecord> {
  const { member_id: _, subject_id: __, ...values } = seat
  await db(tx)
    .insertInto('events_seat')
    .values(seat)
    .onConflict((conflict) => conflict.columns(['member_id', 'subject_id']).doUpdateSet(values))
    .execute()
  const id = planId(seat.member_id, seat.subject_id)
  await tx.publish('seats', id, seatRow(seat, null))
  await tx.publish('attendees', id, await attendeeRow(tx, seat))
  return seat
}

function seatRow(seat: SeatRecord, ahead: number | null): SeatRow {
  return {
    eventId: seat.event_id,
    subjectId: seat.subject_id,
    status: seat.status,
    why: seat.why,
    ahead,
    offeredUntil: seat.offered_until,
    code: seat.code,
    answers: JSON.parse(seat.answers) as Answers,
    checkedInAt: seat.checked_in_at,
    at: seat.at,
  }
}

async function attendeeRow(tx: Tx, seat: SeatRecord): Promise<AttendeeRow> {
  return {
    eventId: seat.event_id,
    subjectId: seat.subject_id,
    memberId: seat.member_id,
    name: (await tx.row<MemberRow>('members', seat.member_id))?.name ?? '',
    status: seat.status,
    why: seat.why,
    priority: seat.priority,
    turn: seat.turn,
    offeredUntil: seat.offered_until,
    ticket: seat.ticket,
    answers: JSON.parse(seat.answers) as Answers,
    at: seat.at,
  }
}

/** Those who wait, whoever is next first. */
async function queueOf(tx: Tx, subjectId: string, limit: number): Promise<SeatRecord[]> {
  return db(tx)
    .selectFrom('events_seat')
    .selectAll()
    .where('subject_id', '=', subjectId)
    .where('status', '=', 'waiting')
    .orderBy('priority', 'desc')
    .orderBy('turn')
    .limit(limit)
    .execute()
}

/** Each learns how many are before them; rows that would say the same are left alone. */
async function publishQueue(tx: Tx, subjectId: string): Promise<void> {
  const queue = await queueOf(tx, subjectId, countedAhead)
  const ids = queue.map((seat) => planId(seat.member_id, subjectId))
  const shown = new Map((await tx.rows<SeatRow>('seats', ids)).map(({ id, data }) => [id, data.ahead]))
  for (const [ahead, seat] of queue.entries())
    if (shown.get(ids[ahead]!) !== ahead) await tx.publish('seats', ids[ahead]!, seatRow(seat, ahead))
}

async function publishSubject(tx: Tx, { id, kind }: Subject): Promise<void> {
  if (kind === 'event') await publishEvent(tx, id)
  else await publishSession(tx, id)
}

/** Whoever sees the event's priority row, and staff, are next before the others. */
async function priorityOf(tx: Tx, eventId: string, memberId: string): Promise<number> {
  const viewer = await tx.viewerOf(memberId)
  return (await tx.mayRead(viewer, 'event_priorities', eventId)) ? 1 : 0
}

async function nextTurn(tx: Tx, subjectId: string): Promise<number> {
  const last = await db(tx)
    .selectFrom('events_seat')
    .select((select) => select.fn.max('turn').as('turn'))
    .where('subject_id', '=', subjectId)
    .executeTakeFirst()
  return Number(last?.turn ?? 0) + 1
}
