/** Times of an event as its reader should see them: the venue's clock first, the device's beside it when it differs. */
import { useI18n } from '#client/core/i18n.ts'
import type { EventRow } from '#shared/features/events.ts'
import { offsetAt } from '#shared/features/zones.ts'
import type { Lang, WordKey } from '#shared/words/index.ts'

const locales: Record<Lang, string> = { en: 'en-GB', zh: 'zh-CN' }
const formats = new Map<string, Intl.DateTimeFormat>()

function format(
  lang: Lang,
  zone: string | undefined,
  name: string,
  options: Intl.DateTimeFormatOptions,
): Intl.DateTimeFormat {
  const key = `${lang} ${zone} ${name}`
  let made = formats.get(key)
  if (!made) {
    made = new Intl.DateTimeFormat(
      locales[lang],
      zone === undefined ? options : { ...options, timeZone: zone },
    )
    formats.set(key, made)
  }
  return made
}

const time: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
const dated: Intl.DateTimeFormatOptions = { weekday: 'short', day: 'numeric', month: 'short' }

export interface Clock {
  time(at: number): string
  /** "10:00–11:30" */
  span(start: number, end: number): string
  /** "Sat 27 Dec" of an instant. */
  date(at: number): string
  /** "Saturday" */
  weekday(at: number): string
  /** What the device's clock shows then, with the day when that differs; '' when it agrees with the venue. */
  yours(at: number): string
  /** "90 min", "2 h" */
  length(start: number, end: number): string
  /** Does the device's clock differ from the venue's at this instant? */
  differs(at: number): boolean
}

/** @param zone IANA name of the venue's zone. Reactive in zone and language. */
export function useClock(zone: () => string): Clock {
  const { lang, t } = useI18n()
  const clock: Clock = {
    time: (at) => format(lang(), zone(), 'time', time).format(at),
    span: (start, end) => `${clock.time(start)}–${clock.time(end)}`,
    date: (at) => format(lang(), zone(), 'date', dated).format(at),
    weekday: (at) => format(lang(), zone(), 'weekday', { weekday: 'long' }).format(at),
    differs: (at) => offsetAt(at, zone()) !== -new Date(at).getTimezoneOffset() * 60_000,
    yours(at) {
      if (!clock.differs(at)) return ''
      const shown = format(lang(), undefined, 'time', time).format(at)
      const day = format(lang(), undefined, 'date', dated).format(at)
      return day === clock.date(at) ? shown : `${day} ${shown}`
    },
    length(start, end) {
      const all = Math.round((end - start) / 60_000)
      const hours = Math.floor(all / 60)
      const minutes = all % 60
      if (all < 120 && minutes !== 0) return t('events.minutes', { count: all })
      return minutes === 0 ? t('events.hours', { hours }) : t('events.hours_minutes', { hours, minutes })
    },
  }
  return clock
}

/** A day of the programme, `2025-12-27`, as people say it. */
export function dayName(day: string, lang: Lang): string {
  return format(lang, 'UTC', 'date', dated).format(Date.parse(`${day}T12:00:00Z`))
}

/** Month and number of a day, for the calendar leaf before its row. */
export function leafOf(day: string, lang: Lang): { month: string; day: string } {
  const at = Date.parse(`${day}T12:00:00Z`)
  if (Number.isNaN(at)) return { month: '', day: '' }
  return {
    month: format(lang, 'UTC', 'month', { month: 'short' }).format(at),
    day: String(new Date(at).getUTCDate()),
  }
}

/** "27–30 December 2025", "2025年12月27日至30日", from the days of a programme. */
export function dayRange(days: readonly string[], lang: Lang): string {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return ''
  const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`)
  const whole = format(lang, 'UTC', 'range', { year: 'numeric', month: 'long', day: 'numeric' })
  if (lang === 'en' || first === last) return whole.formatRange(noon(first), noon(last))
  // Intl writes ranges of 中文 with slashes, as nobody says them.
  const [year, month] = last.split('-')
  const { name, options }: { name: string; options: Intl.DateTimeFormatOptions } = !first.startsWith(year!)
    ? { name: 'range', options: { year: 'numeric', month: 'long', day: 'numeric' } }
    : first.startsWith(`${year}-${month}`)
      ? { name: 'day of range', options: { day: 'numeric' } }
      : { name: 'date of range', options: { month: 'long', day: 'numeric' } }
  return `${whole.format(noon(first))}至${format(lang, 'UTC', name, options).format(noon(last))}`
}

/** Of an event that was made here the door knows who was there; of others one believes what people say. */
export function goingWord(event: Pick<EventRow, 'opening'>, isPast: boolean): WordKey {
  if (!isPast) return 'events.going'
  return event.opening ? 'events.had_signed_up' : 'events.went'
}

/** "China Standard Time", "中国标准时间"; its IANA name where it has no other. */
export function zoneName(zone: string, lang: Lang): string {
  const parts = format(lang, zone, 'zone', { timeZoneName: 'longGeneric' }).formatToParts()
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone
}

export function deviceZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone
}

/** `de, en` → "German, English"; what is no language code stays as it is. */
export function languageNames(codes: string, lang: Lang): string {
  const names = new Intl.DisplayNames(locales[lang], { type: 'language', fallback: 'code' })
  return codes.replace(/\b[a-z]{2,3}(?:-[A-Za-z]{2,4})?\b/g, (code) => {
    try {
      return names.of(code) ?? code
    } catch {
      return code
    }
  })
}
