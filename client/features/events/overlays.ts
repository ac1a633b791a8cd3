import type { ClientHalf, Overlay } from '#client/core/feature.ts'
import { type SeatRow, seatsLeft, walkInId } from '#shared/features/event-seats.ts'
import { type events as contract, type EventRow, type PlanRow, planId } from '#shared/features/events.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { dayAt } from '#shared/features/zones.ts'

/** What one asked for, as far as this device can tell: the server's order decides. */
const rsvp: Overlay<CommandInput<'events.rsvp'>> = {
  rows({ eventId, sessionId, on, answers }, entry, existing, memberId) {
    const subjectId = sessionId ?? eventId
    const id = planId(memberId, subjectId)
    const table = sessionId === undefined ? 'events' : 'sessions'
    const subject = existing(table, subjectId)?.data as Partial<EventRow> | undefined
    const held = existing('seats', id)?.data as SeatRow | undefined
    const had = existing('plans', id) !== undefined
    const left = seatsLeft({ going: 0, ...subject })
    const isFree = left === null || (left > 0 && !subject?.waiting) || held?.status === 'offered' || had
    const seat: SeatRow = {
      eventId,
      subjectId,
      status: on ? (isFree ? 'going' : 'waiting') : 'declined',
      why: on ? null : 'self',
      ahead: null,
      offeredUntil: null,
      code: on ? (held?.code ?? null) : null,
      answers: answers ?? held?.answers ?? {},
      checkedInAt: held?.checkedInAt ?? null,
      at: entry.at,
    }
    const plan: PlanRow = {
      kind: sessionId === undefined ? 'event' : 'session',
      subjectId,
      eventId,
      at: entry.at,
    }
    const goes = seat.status === 'going'
    const patches = [
      { table: 'seats', id, data: { ...seat } },
      { table: 'plans', id, data: goes ? { ...plan } : null },
    ]
    if (had === goes || typeof subject?.going !== 'number') return patches
    return [
      ...patches,
      { table, id: subjectId, data: { going: Math.max(0, subject.going + (goes ? 1 : -1)) } },
    ]
  },
}

const saveSession: Overlay<CommandInput<'events.save_session'>> = {
  rows({ sessionId, on }, entry, existing, memberId) {
    const eventId = existing('sessions', sessionId)?.data.eventId
    if (typeof eventId !== 'string') return []
    const plan: PlanRow = { kind: 'session', subjectId: sessionId, eventId, at: entry.at }
    return [{ table: 'plans', id: planId(memberId, sessionId), data: on ? { ...plan } : null }]
  },
}

/** Until the server has given it an address, it is found by its id. */
const create: Overlay<CommandInput<'events.create'>> = {
  rows({ eventId, draft, link, ...fields }, _entry, existing, memberId) {
    const days = [dayAt(fields.start, fields.timeZone), dayAt(fields.end - 1, fields.timeZone)]
    const event: EventRow = {
      ...fields,
      id: eventId,
      slug: eventId,
      days: [...new Set(days)],
      rooms: [],
      tracks: [],
      access: fields.opening.to === 'members' ? 'members' : 'public',
      state: draft ? 'draft' : 'open',
      going: 0,
    }
    const name = existing('members', memberId)?.data.name ?? ''
    return [
      { table: 'events', id: eventId, data: { ...event } },
      { table: 'event_staff', id: planId(memberId, eventId), data: { eventId, memberId, name } },
      {
        table: 'event_doors',
        id: eventId,
        data: { eventId, opening: fields.opening, draft: Boolean(draft) },
      },
      ...(link === null ? [] : [{ table: 'event_links', id: eventId, data: { eventId, url: link } }]),
    ]
  },
}

const setSession: Overlay<CommandInput<'events.set_session'>> = {
  rows({ eventId, sessionId, ...fields }, _entry, existing) {
    const event = existing('events', eventId)?.data as EventRow | undefined
    if (!event) return []
    const blank = { track: '', type: '', lang: '', subtitle: '', description: '', url: null }
    const day = dayAt(fields.start, event.timeZone)
    const held = existing('sessions', sessionId) ? {} : { ...blank, access: event.access }
    return [{ table: 'sessions', id: sessionId, data: { ...held, ...fields, id: sessionId, eventId, day } }]
  },
}

const edit: Overlay<CommandInput<'events.edit'>> = {
  rows({ eventId, changes: { link, ...changes } }) {
    const patches = [{ table: 'events', id: eventId, data: { ...changes } as Record<string, unknown> }]
    if (link !== undefined)
      patches.push({ table: 'event_links', id: eventId, data: { eventId, url: link ?? '' } })
    return patches
  },
}

const setStaff: Overlay<CommandInput<'events.set_staff'>> = {
  rows({ eventId, memberId, on }, _entry, existing) {
    const name = existing('members', memberId)?.data.name
    const data = on ? { eventId, memberId, name: typeof name === 'string' ? name : '' } : null
    return [{ table: 'event_staff', id: planId(memberId, eventId), data }]
  },
}

const move: Overlay<CommandInput<'events.move'>> = {
  rows: ({ subjectId, memberId, to }) => [
    {
      table: 'attendees',
      id: planId(memberId, subjectId),
      data: { status: to, why: to === 'declined' ? 'staff' : null, offeredUntil: null },
    },
  ],
}

/** A scan that waits is shown as it will be, unless the ticket was seen already: then the first one stays. */
const checkIn: Overlay<CommandInput<'events.check_in'>> = {
  rows({ eventId, memberId }, entry, existing, byId) {
    // Whose ticket it is stands in the command when this device knows it.
    if (memberId === undefined) return []
    const id = planId(memberId, eventId)
    if (existing('check_ins', id)) return []
    const name = existing('attendees', id)?.data.name ?? existing('members', memberId)?.data.name
    return [
      { table: 'check_ins', id, data: { ...scanned(eventId, memberId, entry.at, byId), name: name ?? '' } },
    ]
  },
}

const walkIn: Overlay<CommandInput<'events.walk_in'>> = {
  rows: ({ eventId, scanId, name }, entry, _existing, byId) => [
    {
      table: 'check_ins',
      id: walkInId(scanId),
      data: { ...scanned(eventId, null, entry.at, byId), name, walkIn: true },
    },
  ],
}

function scanned(eventId: string, memberId: string | null, at: number, byId: string): object {
  return { eventId, memberId, walkIn: false, at, scannedAt: at, byId, byName: '', again: [] }
}

const undoCheckIn: Overlay<CommandInput<'events.undo_check_in'>> = {
  rows: ({ checkInId }) => [{ table: 'check_ins', id: checkInId, data: null }],
}

const giveFeedback: Overlay<CommandInput<'events.give_feedback'>> = {
  rows({ eventId, sessionId, rating, text, anonymous }, _entry, _existing, memberId) {
    const subjectId = sessionId ?? eventId
    const said = anonymous ? null : { rating, text }
    return [{ table: 'own_feedback', id: planId(memberId, subjectId), data: { eventId, subjectId, said } }]
  },
}

const removeSession: Overlay<CommandInput<'events.remove_session'>> = {
  rows: ({ sessionId }) => [{ table: 'sessions', id: sessionId, data: null }],
}

export const overlays = {
  rsvp,
  save_session: saveSession,
  create,
  edit,
  open: { rows: ({ eventId }) => [{ table: 'events', id: eventId, data: { state: 'open' } }] },
  cancel: {
    rows: ({ eventId, reason }) => [{ table: 'events', id: eventId, data: { state: 'cancelled', reason } }],
  },
  set_staff: setStaff,
  set_session: setSession,
  set_seats: {
    rows: ({ sessionId, capacity }) => [{ table: 'sessions', id: sessionId, data: { capacity } }],
  },
  remove_session: removeSession,
  move,
  check_in: checkIn,
  walk_in: walkIn,
  undo_check_in: undoCheckIn,
  give_feedback: giveFeedback,
} satisfies ClientHalf<typeof contract>['overlays']
