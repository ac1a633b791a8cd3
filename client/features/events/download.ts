import type { EventRow, SessionRow } from '#shared/features/events.ts'

/** Makes the calendar file here, so that it can be had offline, and hands it to the browser. */
export async function downloadCalendar(
  sessions: readonly SessionRow[],
  event: EventRow,
  name: string,
): Promise<void> {
  const { calendarFile } = await import('#shared/features/ics.ts')
  const entries = sessions.map((session) => ({ id: session.id, session, event }))
  const text = await calendarFile(entries, { name, origin: location.origin, now: Date.now() })
  const url = URL.createObjectURL(new Blob([text], { type: 'text/calendar;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${
    name
      .replace(/[\\/:*?"<>|\s]+/g, ' ')
      .trim()
      .slice(0, 80) || 'calendar'
  }.ics`
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
