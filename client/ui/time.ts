const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const formats = new Map<string, Intl.DateTimeFormat>()

/** Formats are slow to make and pages have hundreds of times: one of each kind is kept. */
function format(locale: string, key: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${locale} ${key}`
  let made = formats.get(name)
  if (!made) {
    // Plain `en` would put the month first; English here is written for the whole world.
    made = new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : locale, options)
    formats.set(name, made)
  }
  return made
}

/** Full date and time with the zone, for titles and details. `zone` is an IANA name, the device's unless told. */
export function formatMoment(at: number, locale: string, zone?: string): string {
  return format(locale, `moment ${zone}`, {
    dateStyle: 'full',
    timeStyle: 'long',
    ...(zone ? { timeZone: zone } : {}),
  }).format(at)
}

/** The day; without the year when it is this one. */
export function formatDay(at: number, locale: string, now: number, zone?: string): string {
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return format(locale, `day ${sameYear} ${zone}`, {
    month: 'short',
    day: 'numeric',
    ...(sameYear ? {} : { year: 'numeric' }),
    ...(zone ? { timeZone: zone } : {}),
  }).format(at)
}

/** "5 minutes ago", "in 2 hours", "yesterday"; past six days the plain day says more. */
export function formatRelative(at: number, locale: string, now: number): string {
  const delta = at - now
  const distance = Math.abs(delta)
  if (distance >= 6.5 * DAY) return formatDay(at, locale, now)
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  if (distance < 45_000) return relative.format(0, 'second')
  if (distance < 45 * MINUTE) return relative.format(Math.round(delta / MINUTE) || Math.sign(delta), 'minute')
  if (distance < 22 * HOUR) return relative.format(Math.round(delta / HOUR) || Math.sign(delta), 'hour')
  return relative.format(Math.round(delta / DAY) || Math.sign(delta), 'day')
}
