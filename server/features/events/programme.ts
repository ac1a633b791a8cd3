/** Events and sessions in their tables, and their rows on the feed. */
import type { Reader, Tx } from '#server/core/feature.ts'
import { type EventRow, type PlanRow, planId, type SessionRow } from '#shared/features/events.ts'
import { planReminders } from './reminders.ts'
import type { Tables } from './tables.ts'

type Counted = 'going' | 'offered' | 'waiting'
export type EventDetails = Omit<EventRow, Counted>

export async function eventById(reader: Pick<Reader, 'tables'>, id: string): Promise<EventRow | null> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('events_event')
    .select('details')
    .where('id', '=', id)
    .executeTakeFirst()
  return found ? { ...(JSON.parse(found.details) as EventDetails), ...(await countsOf(reader, id)) } : null
}

export async function eventBySlug(reader: Pick<Reader, 'tables'>, slug: string): Promise<EventRow | null> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('events_event')
    .select('id')
    .where('slug', '=', slug)
    .executeTakeFirst()
  return found ? eventById(reader, found.id) : null
}

export async function allEvents(reader: Pick<Reader, 'tables'>): Promise<EventDetails[]> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('events_event')
    .select('details')
    .orderBy('start_at', 'desc')
    .execute()
  return found.map((row) => JSON.parse(row.details) as EventDetails)
}

export async function sessionById(reader: Pick<Reader, 'tables'>, id: string): Promise<SessionRow | null> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('events_session')
    .select('details')
    .where('id', '=', id)
    .executeTakeFirst()
  if (!found) return null
  const session = JSON.parse(found.details) as SessionRow
  return typeof session.capacity === 'number' ? { ...session, ...(await countsOf(reader, id)) } : session
}

/** An event's sessions, in time, as they were written: without how many come. */
export async function sessionsOf(reader: Pick<Reader, 'tables'>, eventId: string): Promise<SessionRow[]> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('events_session')
    .select('details')
    .where('event_id', '=', eventId)
    .orderBy('start_at')
    .orderBy('id')
    .execute()
  return found.map((row) => JSON.parse(row.details) as SessionRow)
}

export async function countsOf(
  reader: Pick<Reader, 'tables'>,
  subjectId: string,
): Promise<Record<Counted, number>> {
  const counted = await reader
    .tables<Tables>()
    .selectFrom('events_seat')
    .select((select) => ['status', select.fn.countAll().as('members')])
    .where('subject_id', '=', subjectId)
    .groupBy('status')
    .execute()
  const of = (status: Counted): number => Number(counted.find((one) => one.status === status)?.members ?? 0)
  return { going: of('going'), offered: of('offered'), waiting: of('waiting') }
}

export async function writeEvent(tx: Tx, details: EventDetails): Promise<void> {
  const values = { slug: details.slug, start_at: details.start, details: JSON.stringify(details) }
  await tx
    .tables<Tables>()
    .insertInto('events_event')
    .values({ id: details.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await publishEvent(tx, details.id)
  await planReminders(tx, details)
}

export async function publishEvent(tx: Tx, id: string): Promise<void> {
  await tx.publish('events', id, await eventById(tx, id))
}

export async function writeSession(tx: Tx, session: SessionRow): Promise<void> {
  const { going: _, offered: __, waiting: ___, ...details } = session
  const values = { event_id: session.eventId, start_at: session.start, details: JSON.stringify(details) }
  await tx
    .tables<Tables>()
    .insertInto('events_session')
    .values({ id: session.id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await publishSession(tx, session.id)
}

export async function publishSession(tx: Tx, id: string): Promise<void> {
  await tx.publish('sessions', id, await sessionById(tx, id))
}

/** Takes a session out of the programme, and out of everyone's schedule. */
export async function removeSession(tx: Tx, id: string): Promise<void> {
  const db = tx.tables<Tables>()
  const plans = await db.selectFrom('events_plan').select('member_id').where('subject_id', '=', id).execute()
  for (const { member_id } of plans) await tx.publish('plans', planId(member_id, id), null)
  await db.deleteFrom('events_plan').where('subject_id', '=', id).execute()
  const seats = await db.selectFrom('events_seat').select('member_id').where('subject_id', '=', id).execute()
  for (const { member_id } of seats) {
    await tx.publish('seats', planId(member_id, id), null)
    await tx.publish('attendees', planId(member_id, id), null)
  }
  await db.deleteFrom('events_seat').where('subject_id', '=', id).execute()
  await db.deleteFrom('events_session').where('id', '=', id).execute()
  await tx.publish('sessions', id, null)
}

/** @returns whether anything changed. */
export async function setPlan(
  tx: Tx,
  memberId: string,
  plan: Omit<PlanRow, 'at'>,
  on: boolean,
): Promise<boolean> {
  const db = tx.tables<Tables>()
  const { kind, subjectId, eventId } = plan
  const held = await db
    .selectFrom('events_plan')
    .select('at')
    .where('member_id', '=', memberId)
    .where('subject_id', '=', subjectId)
    .executeTakeFirst()
  if ((held !== undefined) === on) return false
  if (on) {
    const key = { member_id: memberId, subject_id: subjectId }
    await db
      .insertInto('events_plan')
      .values({ ...key, kind, event_id: eventId, at: tx.now })
      .execute()
  } else {
    await db
      .deleteFrom('events_plan')
      .where('member_id', '=', memberId)
      .where('subject_id', '=', subjectId)
      .execute()
  }
  const row: PlanRow | null = on ? { ...plan, at: tx.now } : null
  await tx.publish('plans', planId(memberId, subjectId), row)
  return true
}

/** The sessions that a member saved, in time. */
export async function scheduleOf(reader: Pick<Reader, 'tables'>, memberId: string): Promise<SessionRow[]> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('events_plan')
    .innerJoin('events_session', 'events_session.id', 'events_plan.subject_id')
    .select('events_session.details')
    .where('events_plan.member_id', '=', memberId)
    .orderBy('events_session.start_at')
    .execute()
  return found.map((row) => JSON.parse(row.details) as SessionRow)
}

/** The events that a member goes to. */
export async function eventsOf(reader: Pick<Reader, 'tables'>, memberId: string): Promise<EventRow[]> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('events_seat')
    .innerJoin('events_event', 'events_event.id', 'events_seat.subject_id')
    .select('events_event.details')
    .where('events_seat.member_id', '=', memberId)
    .where('events_seat.status', '=', 'going')
    .orderBy('events_event.start_at')
    .execute()
  return found.map((row) => JSON.parse(row.details) as EventRow)
}
