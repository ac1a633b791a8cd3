import { dayAt } from '#shared/features/zones.ts'
import type { Lang } from '#shared/words/index.ts'
import type { ShelfItem } from './shelf.ts'

const locales: Record<Lang, string> = { en: 'en-GB', zh: 'zh-CN' }

/**
 * When something takes place, by the clocks of its venue: a session with its hours, an event with its days. The zone
 * is named where this device's clock shows something else.
 * @param here the device's zone
 */
export function whenOf(
  item: Pick<ShelfItem, 'kind' | 'start' | 'end' | 'zone'>,
  lang: Lang,
  here: string = new Intl.DateTimeFormat().resolvedOptions().timeZone,
): string {
  const { kind, start, end, zone } = item
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locales[lang], { ...options, timeZone: zone })
  const day = format({ weekday: 'short', month: 'short', day: 'numeric' })
  // One that ends at midnight ends on the day before.
  const [first, last] = [day.format(start), day.format(Math.max(start, end - 1))]
  if (kind === 'event') return first === last ? first : `${first} – ${last}`
  const clock = format({ hour: '2-digit', minute: '2-digit' })
  const hours = `${first} ${clock.format(start)} – ${clock.format(end)}`
  const [there, own] = [offsetAt(start, zone), offsetAt(start, here)]
  if (there === own) return hours
  return lang === 'zh' ? `${hours}（${there}）` : `${hours} (${there})`
}

/** Is it today, at the venue? */
export function isToday(item: Pick<ShelfItem, 'start' | 'zone'>, now: number): boolean {
  return dayAt(item.start, item.zone) === dayAt(now, item.zone)
}

/** `GMT+8` */
function offsetAt(at: number, zone: string): string {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'shortOffset' }).formatToParts(
    at,
  )
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

/** Hours that the clocks of one zone are ahead of another's at a moment; 0 where a zone is not known. */
export function hoursFrom(at: number, zone: string, here: string): number {
  const hours = (name: string): number => {
    const [, sign = '+', whole = '0', minutes = '0'] =
      /GMT([+-])(\d+)(?::(\d+))?/.exec(offsetAt(at, name)) ?? []
    return (sign === '-' ? -1 : 1) * (Number(whole) + Number(minutes) / 60)
  }
  return zone === '' || here === '' ? 0 : hours(zone) - hours(here)
}
