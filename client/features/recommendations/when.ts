import { dayAt } from '#shared/features/zones.ts'
import type { Lang } from '#shared/words/index.ts'
import type { ShelfItem } from './shelf.ts'

const locales: Record<Lang, string> = { en: 'en-GB', zh: 'zh-CN' }

/**
 * When something takes place, by the clocks of its venue: a session with its hours, an event with its days. The zone
 * is named where this device's clock shows something else.
 */
export function whenOf(item: Pick<ShelfItem, 'kind' | 'start' | 'end' | 'zone'>, lang: Lang): string {
  const { kind, start, end, zone } = item
  const day: Intl.DateTimeFormatOptions = { weekday: 'short', month: 'short', day: 'numeric', timeZone: zone }
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locales[lang], options)
  if (kind === 'event') {
    // One that ends at midnight ends on the day before.
    return format(day).formatRange(start, Math.max(start, end - 1))
  }
  const clock: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', timeZone: zone }
  const here = new Intl.DateTimeFormat().resolvedOptions().timeZone
  const elsewhere = offsetName(start, zone) !== offsetName(start, here)
  const ended = format(elsewhere ? { ...clock, timeZoneName: 'short' } : clock).format(end)
  return `${format({ ...day, ...clock }).format(start)} – ${ended}`
}

/** Is it today, at the venue? */
export function isToday(item: Pick<ShelfItem, 'start' | 'zone'>, now: number): boolean {
  return dayAt(item.start, item.zone) === dayAt(now, item.zone)
}

function offsetName(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(
    at,
  )
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}
