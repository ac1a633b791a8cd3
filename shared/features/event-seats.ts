/**
 * Seats at events and their sessions: who goes, who waits, who was at the door, and what people said afterwards. The
 * server's order decides; a device shows what it asked for until it hears.
 */
import type { Opening } from '../core/opening.ts'
import type { EventRow } from './events.ts'

/**
 * `offered`: a seat is kept for them until `offeredUntil`, and theirs when they say yes. `declined`: they had asked, and
 * do not come: `why` says how it ended.
 */
export const seatStates = ['going', 'waiting', 'offered', 'declined'] as const
export type SeatState = (typeof seatStates)[number]
export type DeclineReason = 'self' | 'expired' | 'staff'

export interface Question {
  id: string
  text: string
  kind: 'text' | 'choice'
  /** Of a choice. */
  options: string[]
  required: boolean
}

/** Question id → what was answered. */
export type Answers = Record<string, string>

/** One's own seat; only its member sees it. Row id: `planId(memberId, subjectId)`. */
export interface SeatRow {
  eventId: string
  /** The event's or the session's id. */
  subjectId: string
  status: SeatState
  why: DeclineReason | null
  /** How many wait before them; `null` when they do not wait, or stand too far back to be counted. */
  ahead: number | null
  offeredUntil: number | null
  /** The ticket's code, of whoever goes to an event. */
  code: string | null
  answers: Answers
  checkedInAt: number | null
  at: number
}

/** A seat as those see it who run the event. Row id: `planId(memberId, subjectId)`. */
export interface AttendeeRow {
  eventId: string
  subjectId: string
  memberId: string
  name: string
  status: SeatState
  why: DeclineReason | null
  /** Ascending: the order in which they are offered seats. */
  priority: number
  turn: number
  offeredUntil: number | null
  /** Of the ticket's code (`ticketHash`): enough to know it by, and not to make one. */
  ticket: string | null
  answers: Answers
  at: number
}

/** Row id: `planId(memberId, eventId)`. */
export interface EventStaffRow {
  eventId: string
  memberId: string
  name: string
}

/** Whoever receives it may join. Row id: the event's. */
export interface EventDoorRow {
  eventId: string
  opening: Opening
  draft: boolean
}

/** Whoever receives it is offered free seats before the others. Row id: the event's. */
export interface EventPriorityRow {
  eventId: string
  tiers: string[]
}

/** Where to go online: for those who go. Row id: the event's. */
export interface EventLinkRow {
  eventId: string
  url: string
}

/**
 * Somebody at the door. The server's receipt decides who was first; `scannedAt` is what the scanning device's clock showed.
 * Row id: `planId(memberId, eventId)`, or `walkInId(scanId)`.
 */
export interface CheckInRow {
  eventId: string
  /** `null`: came without an account. */
  memberId: string | null
  name: string
  walkIn: boolean
  at: number
  scannedAt: number
  byId: string
  byName: string
  /** Later scans of the same ticket, oldest first. */
  again: { byName: string; at: number; scannedAt: number }[]
}

/** What one said about an event or a session, or only that one did. Row id: `planId(memberId, subjectId)`. */
export interface OwnFeedbackRow {
  eventId: string
  subjectId: string
  /** `null`: without one's name. */
  said: { rating: number; text: string } | null
}

/** Row id: the subject's. Figures of fewer than `leastAnswers` are shown to nobody. */
export interface FeedbackRow {
  eventId: string
  subjectId: string
  /** How many answered, so far as shown. */
  count: number
  /** How many gave 1, 2, … 5. */
  ratings: number[]
  /** In no order. `name`: of those who gave theirs. */
  texts: { text: string; name: string | null }[]
}

/** Fewer could be told apart. */
export const leastAnswers = 3

/** Feedback can be given from the beginning until so long after the end. */
export const feedbackOpenFor = 14 * 86_400_000

export const defaultOfferHours = 12

/** Places in the queue are told up to here. */
export const countedAhead = 100

export function walkInId(scanId: string): string {
  return `walk-in:${scanId}`
}

/** Seats that nobody has and nobody is offered; `null`: there is no limit. */
export function seatsLeft(
  subject: Pick<EventRow, 'going'> & { capacity?: number | null; offered?: number },
): number | null {
  const { capacity, going, offered } = subject
  return capacity === null || capacity === undefined ? null : Math.max(0, capacity - going - (offered ?? 0))
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** @param bytes 12 random ones. @returns 60 bits that can be read out and typed, without letters that look alike. */
export function ticketCode(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => alphabet[byte & 31]).join('')
}

/** As it was meant: whatever case and gaps it was typed with, and letters for the digits that they look like. */
export function readTicket(typed: string): string | null {
  const code = typed
    .toUpperCase()
    .replace(/[\s\-–—]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  return /^[0-9A-HJKMNP-TV-Z]{12}$/.test(code) ? code : null
}

/** In groups of four. */
export function showTicket(code: string): string {
  return code.replace(/.{4}(?=.)/g, '$&-')
}

/** What staff devices know a ticket by. */
export async function ticketHash(eventId: string, code: string): Promise<string> {
  const bytes = new TextEncoder().encode(`${eventId}:${code}`)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest.slice(0, 16), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** @returns the first question that is not answered as it asks to be. */
export function wrongAnswer(questions: readonly Question[], answers: Answers): Question | undefined {
  return questions.find(({ id, kind, options, required }) => {
    const answer = (answers[id] ?? '').trim()
    if (answer === '') return required
    return kind === 'choice' && !options.includes(answer)
  })
}

/** Answers to questions that are asked, and no others. */
export function answersTo(questions: readonly Question[], answers: Answers): Answers {
  return Object.fromEntries(
    questions.flatMap(({ id }) => {
      const answer = (answers[id] ?? '').trim()
      return answer === '' ? [] : [[id, answer]]
    }),
  )
}

/** `null`: feedback can be given now. */
export function feedbackClosed(
  subject: Pick<EventRow, 'start' | 'end'>,
  now: number,
): 'early' | 'late' | null {
  if (now < subject.start) return 'early'
  return now > subject.end + feedbackOpenFor ? 'late' : null
}
