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
  /** `null`: the event itself. */
  session: SessionRow | null
  event: Pick<EventRow, 'slug' | 'title' | 'place' | 'description' | 'start' | 'end' | 'state' | 'sequence'>
}

/** Longer descriptions are cut: calendar apps choke on pages of text, and the link leads to all of it. */
const longest = 1_500

/** @returns the file's text, with CRLF and folded lines. */
export async function calendarFile(
  entries: readonly CalendarEntry[],
  options: CalendarOptions,
): Promise<string> {
  const { default: ical, ICalEventStatus, ICalEventTransparency } = await import('ical-generator')
  const host = new URL(options.origin).host
  const calendar = ical({ name: options.name, prodId: { company: 'Lyceum', product: 'Lyceum' } })
  for (const { id, session, event } of entries) {
    const path = session ? `${event.slug}/${id}` : event.slug
    const url = `${options.origin}/events/${path.split('/').map(encodeURIComponent).join('/')}`
    const about = session
      ? [session.persons.join(', '), session.abstract, session.description].filter(Boolean).join('\n\n')
      : event.description
    const { start, end, title } = session ?? event
    const made = calendar.createEvent({
      id: `${id}@${host}`,
      start: new Date(start),
      end: new Date(end),
      stamp: new Date(options.now),
      sequence: event.sequence ?? 0,
      summary: title,
      location: [session?.room, event.place || (session ? event.title : '')].filter(Boolean).join(', '),
      description: `${about.length > longest ? `${about.slice(0, longest)}…` : about}\n\n${url}`.trim(),
      url,
    })
    if (event.state === 'cancelled') made.status(ICalEventStatus.CANCELLED)
    // Somebody at a conference of days is not busy all night.
    if (!session && end - start > 86_400_000) made.transparency(ICalEventTransparency.TRANSPARENT)
  }
  return calendar.toString()
}
