/**
 * Events and their sessions, as a schedule has them; what a member plans to attend is theirs alone, but for the
 * counts that the organisers need.
 */
import * as v from 'valibot'
import { command, defineContract, fact, nothing, query, row } from '../core/contract.ts'
import { isMember, type Viewer } from '../core/viewer.ts'

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

const id = v.pipe(v.string(), v.minLength(1), v.maxLength(60))

export const events = defineContract({
  name: 'events',
  commands: {
    rsvp: command(v.strictObject({ eventId: id, on: v.boolean() }), (input) => `event:${input.eventId}`),
    save_session: command(
      v.strictObject({ sessionId: id, on: v.boolean() }),
      (input) => `session:${input.sessionId}`,
    ),
  },
  rows: {
    events: row<EventRow>('start', 'slug'),
    sessions: row<SessionRow>('eventId', 'start'),
    plans: row<PlanRow>('eventId', 'subjectId'),
  },
  documents: {},
  queries: {
    /** The secret address of one's own schedule feed: whoever has it can read the schedule, and nothing else. */
    calendar: query<typeof nothing, { url: string }>(nothing),
  },
  facts: {
    rsvp: fact<{ eventId: string; memberId: string; on: boolean }>(),
    session_saved: fact<{ sessionId: string; eventId: string; memberId: string; on: boolean }>(),
  },
})

/** Members say that they go, and gather sessions, wherever they may see the event. */
export function canPlan(viewer: Viewer, subject: Pick<EventRow, 'access'>): boolean {
  return isMember(viewer) && (subject.access === 'public' || subject.access === 'members')
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
