/**
 * Events and their sessions: brought in with a schedule or made here. What a member plans to attend is theirs alone, but
 * for those who run the event; seats, tickets and what follows are in event-seats.ts.
 */
import * as v from 'valibot'
import { command, defineContract, fact, nothing, query, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import type { Opening } from '../core/opening.ts'
import { holds, isMember, type Viewer } from '../core/viewer.ts'
import { answers, capacity, eventFields, id, rating, sessionFields, ticket, uuid } from './event-inputs.ts'
import type {
  AttendeeRow,
  CheckInRow,
  EventDoorRow,
  EventLinkRow,
  EventPriorityRow,
  EventStaffRow,
  FeedbackRow,
  OwnFeedbackRow,
  Question,
  SeatRow,
  SeatState,
} from './event-seats.ts'

export interface EventRow {
  id: string
  slug: string
  title: string
  description: string
  /** Epoch milliseconds; the zone says what the wall clock of the venue shows. */
  start: number
  end: number
  timeZone: string
  place: string
  url: string | null
  rooms: string[]
  tracks: string[]
  /** Local dates of the venue, `2026-12-27`. */
  days: string[]
  access: 'public' | 'members'
  going: number
  /** Has a place in the world unless it is `online`. Of events that were made or changed here, as all that follows. */
  online?: boolean
  /** Who may join; `access` says who may know of it. Absent: whoever may know. */
  opening?: Opening
  /** `null` or absent: as many as come. */
  capacity?: number | null
  /** Seats that are kept for those whom they are offered to. */
  offered?: number
  waiting?: number
  questions?: Question[]
  /** `draft`: only those see it who run it. Absent: `open`. */
  state?: 'draft' | 'open' | 'cancelled'
  /** Of a cancelled one. */
  reason?: string
  /** Grows with every change that calendars should hear of. */
  sequence?: number
  /** So long a free seat is kept for whoever is next; 0: they have it at once. */
  offerHours?: number
  /** Members of these tiers are next before others. */
  priorityTiers?: string[]
}

export interface SessionRow {
  id: string
  eventId: string
  /** The day of the programme, a date of the venue; what begins after midnight still belongs to the evening before. */
  day: string
  start: number
  end: number
  room: string
  track: string
  type: string
  lang: string
  title: string
  subtitle: string
  abstract: string
  description: string
  persons: string[]
  url: string | null
  /** The event's. */
  access: EventRow['access']
  draft?: boolean
  /** `null` or absent: whoever is at the event may come. */
  capacity?: number | null
  going?: number
  offered?: number
  waiting?: number
}

/**
 * "I am going" to an event, or "in my schedule" for a session; its owner sees it. A table's ids are unique over all
 * members, so the row is named by `planId(memberId, eventId | sessionId)`.
 */
export interface PlanRow {
  kind: 'event' | 'session'
  /** The event's or the session's id. */
  subjectId: string
  eventId: string
  at: number
}

export function planId(memberId: string, subjectId: string): string {
  return `${memberId}:${subjectId}`
}

const about = (input: { eventId: string }): string => `event:${input.eventId}`

export const events = defineContract({
  name: 'events',
  commands: {
    /** One comes, or does not; a seat that was offered is taken, or given back. */
    rsvp: command(
      v.strictObject({
        eventId: id,
        on: v.boolean(),
        sessionId: v.optional(id),
        answers: v.optional(answers),
      }),
      about,
    ),
    save_session: command(
      v.strictObject({ sessionId: id, on: v.boolean() }),
      (input) => `session:${input.sessionId}`,
    ),
    create: command(
      v.strictObject({ eventId: uuid, ...eventFields.entries, draft: v.optional(v.boolean()) }),
      about,
    ),
    /** Only what changes. */
    edit: command(v.strictObject({ eventId: id, changes: v.partial(eventFields) }), about),
    /** A draft becomes an event that people see. */
    open: command(v.strictObject({ eventId: id }), about),
    cancel: command(
      v.strictObject({ eventId: id, reason: v.pipe(v.string(), v.trim(), v.maxLength(500)) }),
      about,
    ),
    set_staff: command(v.strictObject({ eventId: id, memberId: uuid, on: v.boolean() }), about),
    set_session: command(v.strictObject({ eventId: id, sessionId: uuid, ...sessionFields.entries }), about),
    /** Of a session of any event: a schedule brings none. */
    set_seats: command(v.strictObject({ eventId: id, sessionId: id, capacity }), about),
    remove_session: command(v.strictObject({ eventId: id, sessionId: id }), about),
    /** Those who run it decide about somebody's seat, also beyond the limit. */
    move: command(
      v.strictObject({
        eventId: id,
        subjectId: id,
        memberId: uuid,
        to: v.picklist(['going', 'waiting', 'declined']),
      }),
      about,
    ),
    /** `scanId` is the scan's own: sent twice it is one. With a `ticket` (its hash), `memberId` is whose the phone takes it for. */
    check_in: command(
      v.strictObject({ eventId: id, scanId: uuid, ticket: v.optional(ticket), memberId: v.optional(uuid) }),
      (input) => `check-in:${input.eventId}`,
    ),
    walk_in: command(
      v.strictObject({
        eventId: id,
        scanId: uuid,
        name: line(80),
      }),
      (input) => `check-in:${input.eventId}`,
    ),
    undo_check_in: command(
      v.strictObject({ eventId: id, checkInId: v.pipe(v.string(), v.minLength(1), v.maxLength(130)) }),
      (input) => `check-in:${input.eventId}`,
    ),
    /** About the event, or one of its sessions. Without one's name it is said once and stays. */
    give_feedback: command(
      v.strictObject({
        eventId: id,
        sessionId: v.optional(id),
        rating,
        text: v.pipe(v.string(), v.trim(), v.maxLength(2_000)),
        anonymous: v.boolean(),
      }),
      (input) => `feedback:${input.sessionId ?? input.eventId}`,
    ),
  },
  rows: {
    events: row<EventRow>('start', 'slug'),
    sessions: row<SessionRow>('eventId', 'start'),
    plans: row<PlanRow>('eventId', 'subjectId'),
    event_doors: row<EventDoorRow>(),
    event_priorities: row<EventPriorityRow>(),
    event_links: row<EventLinkRow>(),
    event_staff: row<EventStaffRow>('eventId', 'memberId'),
    seats: row<SeatRow>('eventId', 'subjectId'),
    attendees: row<AttendeeRow>('eventId', 'subjectId', 'ticket'),
    check_ins: row<CheckInRow>('eventId', 'memberId'),
    own_feedback: row<OwnFeedbackRow>('eventId', 'subjectId'),
    feedback: row<FeedbackRow>('eventId', 'subjectId'),
  },
  documents: {},
  queries: {
    /** The secret address of one's own schedule feed: whoever has it can read the schedule, and nothing else. */
    calendar: query<typeof nothing, { url: string }>(nothing),
  },
  facts: {
    /** Somebody goes to the event, or not any more. */
    rsvp: fact<{ eventId: string; memberId: string; on: boolean }>(),
    /** Somebody asked for a seat at the event or a session (`subjectId`); a seat later is `promoted`. */
    rsvped: fact<{ eventId: string; subjectId: string; memberId: string; status: SeatState }>(),
    cancelled: fact<{ eventId: string; subjectId: string; memberId: string }>(),
    /** From the waiting list: with `until` a seat is offered, without it is theirs. */
    promoted: fact<{ eventId: string; subjectId: string; memberId: string; until: number | null }>(),
    checked_in: fact<{ eventId: string; memberId: string; byId: string }>(),
    check_in_undone: fact<{ eventId: string; memberId: string }>(),
    /** `memberId`: of those who gave their names. */
    feedback_given: fact<{ eventId: string; subjectId: string; memberId: string | null }>(),
    /** Made, or opened when it was a draft. */
    opened: fact<{ eventId: string; byId: string }>(),
    event_cancelled: fact<{ eventId: string; byId: string }>(),
    session_saved: fact<{ sessionId: string; eventId: string; memberId: string; on: boolean }>(),
  },
  own: {
    rows: {
      plans: (_row, id, memberId) => id.startsWith(`${memberId}:`),
      seats: (_row, id, memberId) => id.startsWith(`${memberId}:`),
      own_feedback: (_row, id, memberId) => id.startsWith(`${memberId}:`),
    },
  },
})

/** Members say that they go, and gather sessions, wherever they may see the event. */
export function canPlan(viewer: Viewer, subject: Pick<EventRow, 'access'>): boolean {
  return isMember(viewer) && (subject.access === 'public' || subject.access === 'members')
}

/** Organisers make events; an event's own staff runs it with them. */
export function canOrganise(viewer: Viewer): boolean {
  return holds(viewer, 'moderator')
}

/** @param isStaff that they are among the event's staff */
export function canRun(viewer: Viewer, isStaff: boolean): boolean {
  return canOrganise(viewer) || (isMember(viewer) && isStaff)
}

/** Sessions that overlap in time; back to back is no clash. */
export function clashes<S extends { id: string; start: number; end: number }>(
  session: S,
  others: readonly S[],
): S[] {
  return others.filter(
    (other) => other.id !== session.id && other.start < session.end && session.start < other.end,
  )
}
