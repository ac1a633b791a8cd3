/** What stands in the form of an event, as people type it, and what it says when it is sent. */
import type { Opening } from '#shared/core/opening.ts'
import type { EventFields } from '#shared/features/event-inputs.ts'
import { defaultOfferHours, type Question } from '#shared/features/event-seats.ts'
import type { EventRow } from '#shared/features/events.ts'
import { instantOf, offsetAt } from '#shared/features/zones.ts'

export interface FormState {
  title: string
  description: string
  /** `2026-12-27T19:00`, at the venue. */
  start: string
  end: string
  timeZone: string
  online: boolean
  place: string
  link: string
  url: string
  opening: Opening
  /** '' = no limit. */
  capacity: string
  offerHours: string
  priorityTiers: string[]
  questions: Question[]
}

const minute = 60_000

/** What the venue's clock shows, as the browser's date fields take it. */
export function wallOf(at: number, zone: string): string {
  return new Date(at + offsetAt(at, zone)).toISOString().slice(0, 16)
}

/** In a week, at seven in the evening. */
export function blank(now: number, timeZone: string, opening: Opening): FormState {
  const day = wallOf(now + 7 * 24 * 60 * minute, timeZone).slice(0, 10)
  return {
    title: '',
    description: '',
    start: `${day}T19:00`,
    end: `${day}T21:00`,
    timeZone,
    online: false,
    place: '',
    link: '',
    url: '',
    opening,
    capacity: '',
    offerHours: String(defaultOfferHours),
    priorityTiers: [],
    questions: [],
  }
}

export function stateOf(event: EventRow, link: string): FormState {
  const { title, description, timeZone, place, url } = event
  return {
    title,
    description,
    start: wallOf(event.start, timeZone),
    end: wallOf(event.end, timeZone),
    timeZone,
    online: event.online ?? false,
    place,
    link,
    url: url ?? '',
    opening: event.opening ?? { to: event.access },
    capacity: event.capacity ? String(event.capacity) : '',
    offerHours: String(event.offerHours ?? defaultOfferHours),
    priorityTiers: event.priorityTiers ?? [],
    questions: event.questions ?? [],
  }
}

export type WrongField = 'title' | 'start' | 'end' | 'capacity' | 'offerHours' | 'link' | 'url' | 'questions'

const isAddress = (text: string): boolean => text === '' || /^https?:\/\/[^\s/]+\S*$/i.test(text)

/** @returns the event, or which field is wrong */
export function fieldsOf(state: FormState): EventFields | WrongField {
  const [start, end] = [instantOf(state.start, state.timeZone), instantOf(state.end, state.timeZone)]
  const capacity = state.capacity.trim() === '' ? null : Number(state.capacity)
  const offerHours = Number(state.offerHours)
  if (state.title.trim() === '') return 'title'
  if (start === undefined) return 'start'
  if (end === undefined || end <= start) return 'end'
  if (capacity !== null && !(Number.isInteger(capacity) && capacity >= 1 && capacity <= 100_000))
    return 'capacity'
  if (!(Number.isInteger(offerHours) && offerHours >= 0 && offerHours <= 168)) return 'offerHours'
  if (!isAddress(state.link.trim())) return 'link'
  if (!isAddress(state.url.trim())) return 'url'
  const questions = state.questions.map((one) => ({
    ...one,
    text: one.text.trim(),
    options: one.kind === 'choice' ? one.options.map((option) => option.trim()).filter(Boolean) : [],
  }))
  if (questions.some(({ text, kind, options }) => text === '' || (kind === 'choice' && options.length < 2)))
    return 'questions'
  return {
    title: state.title.trim(),
    description: state.description.trim(),
    start,
    end,
    timeZone: state.timeZone,
    online: state.online,
    place: state.place.trim(),
    link: state.online ? state.link.trim() || null : null,
    url: state.url.trim() || null,
    opening: state.opening,
    capacity,
    offerHours,
    priorityTiers: state.priorityTiers,
    questions,
  }
}

/** Only what differs, so that two who edit at once keep what each of them changed. */
export function changesFrom(before: EventFields, after: EventFields): Partial<EventFields> {
  return Object.fromEntries(
    Object.entries(after).filter(
      ([field, value]) => JSON.stringify(value) !== JSON.stringify(before[field as keyof EventFields]),
    ),
  )
}
