/**
 * Calendar files (RFC 5545), made alike by the server and, offline, by the app. Times are written in UTC: a `TZID`
 * would need its zone's whole rule set beside it, and calendars show the device's own zone anyway.
 */
import type { EventRow, SessionRow } from './events.ts'

export interface CalendarOptions {
  /** What a calendar app calls it. */
  name: string
  /** Of the site; makes ids and links. */
  origin: string
  /** When this file is made, epoch milliseconds. */
  now: number
}

export interface CalendarEntry {
  id: string
  session: SessionRow
  event: Pick<EventRow, 'slug' | 'title' | 'place'>
}

/** Longer descriptions are cut: calendar apps choke on pages of text, and the link leads to all of it. */
const longest = 1_500

/** @returns the file's text, with CRLF and folded lines. */
export async function calendarFile(
  entries: readonly CalendarEntry[],
  options: CalendarOptions,
): Promise<string> {
  const { default: ical } = await import('ical-generator')
  const host = new URL(options.origin).host
  const calendar = ical({ name: options.name, prodId: { company: 'Lyceum', product: 'Lyceum' } })
  for (const { id, session, event } of entries) {
    const url = `${options.origin}/events/${encodeURIComponent(event.slug)}/${encodeURIComponent(id)}`
    const about = [session.persons.join(', '), session.abstract, session.description]
      .filter(Boolean)
      .join('\n\n')
    calendar.createEvent({
      id: `${id}@${host}`,
      start: new Date(session.start),
      end: new Date(session.end),
      stamp: new Date(options.now),
      summary: session.title,
      location: [session.room, event.place || event.title].filter(Boolean).join(', '),
      description: `${about.length > longest ? `${about.slice(0, longest)}…` : about}\n\n${url}`.trim(),
      url,
    })
  }
  return calendar.toString()
}
