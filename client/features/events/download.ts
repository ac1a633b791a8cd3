import type { EventRow, SessionRow } from '#shared/features/events.ts'

/**
 * Makes the calendar file here, so that it can be had offline, and hands it to the browser.
 * @param sessions `null` among them is the event itself
 */
export async function downloadCalendar(
  sessions: readonly (SessionRow | null)[],
  event: EventRow,
  name: string,
): Promise<void> {
  const { calendarFile } = await import('#shared/features/ics.ts')
  const entries = sessions.map((session) => ({ id: session?.id ?? event.id, session, event }))
  const text = await calendarFile(entries, { name, origin: location.origin, now: Date.now() })
  download(text, 'text/calendar', `${fileName(name)}.ics`)
}

export function fileName(name: string): string {
  return (
    name
      .replace(/[\\/:*?"<>|\s]+/g, ' ')
      .trim()
      .slice(0, 80) || 'event'
  )
}

export function download(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
