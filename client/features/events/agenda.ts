/** A programme as its reader filters it, in groups that begin at the same time. No DOM, no clock of its own. */

import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { dayAt, instantOf } from '#shared/features/zones.ts'

const hour = 3_600_000

export interface Filter {
  /** '' = every day. */
  day: string
  room: string
  track: string
  /** What begins before this instant is left out; 0 = nothing is. */
  from: number
  mine: boolean
  text: string
}

export interface Group {
  start: number
  /** Begins on a later date than the day of the programme that it belongs to. */
  late: boolean
  day: string
  sessions: SessionRow[]
}

/** Everything of a session that can be searched, in lower case. */
export function searchable(session: SessionRow): string {
  return [
    session.title,
    session.subtitle,
    session.persons.join(' '),
    session.room,
    session.track,
    session.type,
    session.abstract,
    session.description,
  ]
    .join('\n')
    .toLocaleLowerCase()
}

/** @param haystack as `searchable` makes it, usually from a cache. @param saved ids in the member's schedule. */
export function matches(
  session: SessionRow,
  filter: Filter,
  saved: ReadonlySet<string>,
  haystack: (session: SessionRow) => string,
): boolean {
  if (filter.day !== '' && session.day !== filter.day) return false
  if (filter.room !== '' && session.room !== filter.room) return false
  if (filter.track !== '' && session.track !== filter.track) return false
  if (session.start < filter.from) return false
  if (filter.mine && !saved.has(session.id)) return false
  const words = filter.text.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return words.length === 0 || words.every((word) => haystack(session).includes(word))
}

/** The instant of an hour of a day of the programme at the venue; after midnight the hours go on: 25 is one o'clock. */
export function hourOfDay(day: string, hours: number, zone: string): number {
  return (instantOf(`${day}T00:00`, zone) ?? 0) + hours * hour
}

/** The hours of a day in which sessions begin, in order. */
export function startHours(sessions: readonly SessionRow[], day: string, zone: string): number[] {
  const midnight = hourOfDay(day, 0, zone)
  const hours = sessions
    .filter((session) => session.day === day)
    .map((session) => Math.floor((session.start - midnight) / hour))
  return [...new Set(hours)].sort((a, b) => a - b)
}

/** By start, each group in the order of the event's rooms. */
export function grouped(
  sessions: readonly SessionRow[],
  event: Pick<EventRow, 'rooms' | 'timeZone'>,
): Group[] {
  const place = new Map(event.rooms.map((room, index) => [room, index]))
  const order = (session: SessionRow): number => place.get(session.room) ?? event.rooms.length
  const groups = new Map<string, Group>()
  for (const session of sessions) {
    const key = `${session.day} ${session.start}`
    const group = groups.get(key)
    if (group) group.sessions.push(session)
    else {
      const late = dayAt(session.start, event.timeZone) > session.day
      groups.set(key, { start: session.start, late, day: session.day, sessions: [session] })
    }
  }
  const sorted = [...groups.values()].sort((a, b) =>
    a.day < b.day ? -1 : a.day > b.day ? 1 : a.start - b.start,
  )
  for (const group of sorted)
    group.sessions.sort((a, b) => order(a) - order(b) || a.title.localeCompare(b.title))
  return sorted
}

/** The new groups, those that did not change being the very same objects, so that only what changed is drawn again. */
export function keptGroups(before: readonly Group[], groups: readonly Group[]): readonly Group[] {
  const known = new Map(before.map((group) => [`${group.day} ${group.start}`, group]))
  return groups.map((group) => {
    const old = known.get(`${group.day} ${group.start}`)
    const same =
      old?.late === group.late &&
      old.sessions.length === group.sessions.length &&
      old.sessions.every((session, index) => session === group.sessions[index])
    return same ? old : group
  })
}

/** The day of the programme that runs at `now`, else the first. Until six in the morning it is still yesterday's. */
export function dayToShow(event: Pick<EventRow, 'days' | 'timeZone'>, now: number): string {
  const today = dayAt(now - 6 * hour, event.timeZone)
  return event.days.find((day) => day === today) ?? event.days[0] ?? ''
}

/** Index of the first group that begins after `now`: the now-line stands before it. −1 when now is outside. */
export function nowIndex(groups: readonly Group[], now: number): number {
  const first = groups[0]
  const last = groups.at(-1)
  if (!first || !last || now < first.start || now > Math.max(...last.sessions.map((session) => session.end)))
    return -1
  const next = groups.findIndex((group) => group.start > now)
  return next === -1 ? groups.length : next
}
