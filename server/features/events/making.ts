/** Events that are made here: what they are, who runs them, their sessions. */
import type { Act, Reader, ServerHalf, Tx } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { slugify } from '#shared/core/text.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { EventFields } from '#shared/features/event-inputs.ts'
import {
  canOrganise,
  canRun,
  type events as contract,
  type EventRow,
  planId,
  type SessionRow,
} from '#shared/features/events.ts'
import { dayAt } from '#shared/features/zones.ts'
import {
  type EventDetails,
  eventById,
  publishSession,
  removeSession,
  sessionById,
  sessionsOf,
  writeEvent,
  writeSession,
} from './programme.ts'
import { tellAll, tellMember } from './reminders.ts'
import { settle, subjectOf } from './seating.ts'
import { db } from './tables.ts'

type Handlers = ServerHalf<typeof contract>['commands']

/** Addresses below `/events` that are pages. */
const pages = ['new', 'proposals']
const longest = 60 * 86_400_000

export const notYours = (): Result<never> =>
  refuse('forbidden', 'this is for those who run the event', { reason: 'events.refused_not_yours' })

export const noEvent = (): Result<never> =>
  refuse('not_found', 'no such event', { field: 'eventId', reason: 'events.refused_no_event' })

const noSession = (): Result<never> =>
  refuse('not_found', 'no such session', { field: 'sessionId', reason: 'events.refused_no_session' })

export async function isStaff(reader: Reader, eventId: string, memberId: string): Promise<boolean> {
  const found = await db(reader)
    .selectFrom('events_staff')
    .select('member_id')
    .where('event_id', '=', eventId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
  return found !== undefined
}

/** Whoever may not run it does not learn whether it is there. */
export async function allowRun({ tx, viewer }: Act, eventId: string): Promise<Result<EventRow>> {
  const event = await eventById(tx, eventId)
  if (!canRun(viewer, await isStaff(tx, eventId, viewer.id))) return notYours()
  return event ? ok(event) : noEvent()
}

/** What depends on each other. */
function checkTimes(start: number, end: number): Result<unknown> {
  if (end <= start)
    return refuse('invalid', 'it ends before it begins', { field: 'end', reason: 'events.refused_times' })
  if (end - start > longest)
    return refuse('invalid', 'it lasts too long', { field: 'end', reason: 'events.refused_long' })
  return ok()
}

function daysOf(start: number, end: number, timeZone: string): string[] {
  const days = new Set<string>()
  for (let at = start; at < end; at += 3_600_000) days.add(dayAt(at, timeZone))
  return [...days, dayAt(Math.max(start, end - 1), timeZone)].filter((day, i, all) => all.indexOf(day) === i)
}

async function freeSlug(reader: Reader, title: string, day: string, id: string): Promise<string> {
  const slug = slugify(title, id)
  for (const one of [slug, `${slug}-${day}`, `${slug}-${id.slice(-6)}`]) {
    const taken = await db(reader)
      .selectFrom('events_event')
      .select('id')
      .where('slug', '=', one)
      .executeTakeFirst()
    if (!taken && !pages.includes(one)) return one
  }
  return id
}

const accessOf = ({ opening }: Pick<EventFields, 'opening'>): EventRow['access'] =>
  opening.to === 'members' ? 'members' : 'public'

async function putLink(tx: Tx, eventId: string, url: string | null): Promise<void> {
  await db(tx).deleteFrom('events_link').where('event_id', '=', eventId).execute()
  if (url !== null) await db(tx).insertInto('events_link').values({ event_id: eventId, url }).execute()
  await tx.publish('event_links', eventId, url === null ? null : { eventId, url })
}

/** Who may join, and who is next before others. */
async function publishDoors(tx: Tx, event: EventDetails): Promise<void> {
  const { id: eventId, opening, priorityTiers: tiers, state } = event
  if (opening) await tx.publish('event_doors', eventId, { eventId, opening, draft: state === 'draft' })
  await tx.publish('event_priorities', eventId, { eventId, tiers: tiers ?? [] })
}

async function addStaff(tx: Tx, eventId: string, memberId: string): Promise<void> {
  await db(tx)
    .insertInto('events_staff')
    .values({ event_id: eventId, member_id: memberId })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  await tx.grant(memberId, `event:${eventId}:staff`, `events:${eventId}`)
  const name = (await tx.row<MemberRow>('members', memberId))?.name ?? ''
  await tx.publish('event_staff', planId(memberId, eventId), { eventId, memberId, name })
}

const create: Handlers['create'] = {
  async allow({ tx, viewer }, { eventId, start, end }) {
    if (!canOrganise(viewer)) return notYours()
    if (await eventById(tx, eventId))
      return refuse('conflict', 'there is an event of this id', { reason: 'events.refused_exists' })
    return checkTimes(start, end)
  },
  async handle({ tx, viewer }, { eventId, draft = false, link, ...fields }) {
    const days = daysOf(fields.start, fields.end, fields.timeZone)
    const event: EventDetails = {
      ...fields,
      id: eventId,
      slug: await freeSlug(tx, fields.title, days[0]!, eventId),
      days,
      rooms: [],
      tracks: [],
      access: accessOf(fields),
      state: draft ? 'draft' : 'open',
      sequence: 0,
    }
    await writeEvent(tx, event)
    await publishDoors(tx, event)
    await putLink(tx, eventId, link)
    await addStaff(tx, eventId, viewer.id)
    if (!draft) await tx.tell('events.opened', { eventId, byId: viewer.id })
    return ok({ eventId, slug: event.slug })
  },
}

const edit: Handlers['edit'] = {
  async allow(act, { eventId, changes }) {
    const found = await allowRun(act, eventId)
    if (!found.ok) return found
    return checkTimes(changes.start ?? found.value.start, changes.end ?? found.value.end)
  },
  async handle({ tx }, { eventId, changes: { link, ...changes } }) {
    const { going: _, offered: __, waiting: ___, ...before } = (await eventById(tx, eventId))!
    const event: EventDetails = { ...before, ...changes, sequence: (before.sequence ?? 0) + 1 }
    if (changes.opening) event.access = accessOf({ opening: changes.opening })
    // What came with a schedule keeps the days of its programme.
    if (before.opening || changes.start !== undefined || changes.end !== undefined)
      event.days = daysOf(event.start, event.end, event.timeZone)
    await keep(tx, event, before)
    if (link !== undefined) await putLink(tx, eventId, link)
    const moved =
      event.start !== before.start ||
      event.end !== before.end ||
      event.place !== before.place ||
      event.online !== before.online
    if (moved && event.state !== 'draft' && event.end > tx.now)
      await tellAll(tx, eventId, 'events.notice_changed', `event:${eventId}`)
    await settle(tx, (await subjectOf(tx, eventId))!)
    return ok({ eventId })
  },
}

/** Writes an event, and what its sessions repeat of it. */
async function keep(tx: Tx, event: EventDetails, before: EventDetails): Promise<void> {
  await writeEvent(tx, event)
  await publishDoors(tx, event)
  if (event.access === before.access && event.state === before.state) return
  for (const session of await sessionsOf(tx, event.id))
    await writeSession(tx, { ...session, access: event.access, draft: event.state === 'draft' })
}

async function setState(tx: Tx, eventId: string, change: Partial<EventDetails>): Promise<EventDetails> {
  const { going: _, offered: __, waiting: ___, ...before } = (await eventById(tx, eventId))!
  const event = { ...before, ...change, sequence: (before.sequence ?? 0) + 1 }
  await keep(tx, event, before)
  return before
}

const open: Handlers['open'] = {
  allow: (act, { eventId }) => allowRun(act, eventId),
  async handle({ tx, viewer }, { eventId }) {
    const event = (await eventById(tx, eventId))!
    if (event.state !== 'draft') return ok({ eventId })
    await setState(tx, eventId, { state: 'open' })
    await tx.tell('events.opened', { eventId, byId: viewer.id })
    return ok({ eventId })
  },
}

const cancel: Handlers['cancel'] = {
  allow: (act, { eventId }) => allowRun(act, eventId),
  async handle({ tx, viewer }, { eventId, reason }) {
    const before = await setState(tx, eventId, { state: 'cancelled', reason })
    if (before.state === 'cancelled') return ok({ eventId })
    await tellAll(tx, eventId, 'events.notice_cancelled', `event:${eventId}`)
    await tx.tell('events.event_cancelled', { eventId, byId: viewer.id })
    return ok({ eventId })
  },
}

const setStaff: Handlers['set_staff'] = {
  async allow(act, { eventId, memberId }) {
    const found = await allowRun(act, eventId)
    if (!found.ok) return found
    return (await act.tx.row('members', memberId)) === null
      ? refuse('not_found', 'no such member', { field: 'memberId', reason: 'events.refused_no_member' })
      : ok()
  },
  async handle({ tx }, { eventId, memberId, on }) {
    if (on) {
      if (await isStaff(tx, eventId, memberId)) return ok({ on })
      await addStaff(tx, eventId, memberId)
      await tellMember(tx, memberId, eventId, 'events.notice_staff', `staff:${eventId}`)
      return ok({ on })
    }
    await db(tx)
      .deleteFrom('events_staff')
      .where('event_id', '=', eventId)
      .where('member_id', '=', memberId)
      .execute()
    await tx.revoke(memberId, `event:${eventId}:staff`, `events:${eventId}`)
    await tx.publish('event_staff', planId(memberId, eventId), null)
    return ok({ on })
  },
}

const setSession: Handlers['set_session'] = {
  async allow(act, { eventId, sessionId, start, end }) {
    const found = await allowRun(act, eventId)
    if (!found.ok) return found
    const held = await sessionById(act.tx, sessionId)
    if (held && held.eventId !== eventId) return noSession()
    return checkTimes(start, end)
  },
  async handle({ tx }, { eventId, sessionId, ...fields }) {
    const event = (await eventById(tx, eventId))!
    const held = await sessionById(tx, sessionId)
    const session: SessionRow = {
      id: sessionId,
      eventId,
      day: dayAt(fields.start, event.timeZone),
      track: held?.track ?? '',
      type: held?.type ?? '',
      lang: held?.lang ?? '',
      subtitle: held?.subtitle ?? '',
      description: held?.description ?? '',
      url: held?.url ?? null,
      access: event.access,
      draft: event.state === 'draft',
      ...fields,
    }
    await writeSession(tx, session)
    await settle(tx, (await subjectOf(tx, eventId, sessionId))!)
    await keepRooms(tx, eventId)
    return ok({ sessionId })
  },
}

/** The rooms and days that an event's programme knows are those of its sessions. */
async function keepRooms(tx: Tx, eventId: string): Promise<void> {
  const { going: _, offered: __, waiting: ___, ...event } = (await eventById(tx, eventId))!
  const sessions = await sessionsOf(tx, eventId)
  const rooms = [...new Set(sessions.map((session) => session.room).filter(Boolean))]
  const days = [...new Set([...event.days, ...sessions.map((session) => session.day)])].sort()
  await writeEvent(tx, { ...event, rooms, days })
}

const ofEvent = async (act: Act, eventId: string, sessionId: string): Promise<Result<unknown>> => {
  const found = await allowRun(act, eventId)
  if (!found.ok) return found
  return (await sessionById(act.tx, sessionId))?.eventId === eventId ? ok() : noSession()
}

const setSeats: Handlers['set_seats'] = {
  allow: (act, { eventId, sessionId }) => ofEvent(act, eventId, sessionId),
  async handle({ tx }, { eventId, sessionId, capacity }) {
    await writeSession(tx, { ...(await sessionById(tx, sessionId))!, capacity })
    await settle(tx, (await subjectOf(tx, eventId, sessionId))!)
    await publishSession(tx, sessionId)
    return ok({ capacity })
  },
}

const dropSession: Handlers['remove_session'] = {
  allow: (act, { eventId, sessionId }) => ofEvent(act, eventId, sessionId),
  async handle({ tx }, { sessionId }) {
    await removeSession(tx, sessionId)
    return ok({ sessionId })
  },
}

export const making = {
  create,
  edit,
  open,
  cancel,
  set_staff: setStaff,
  set_session: setSession,
  set_seats: setSeats,
  remove_session: dropSession,
} satisfies Partial<Handlers>
