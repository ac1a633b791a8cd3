/**
 * Wall clocks of IANA time zones, with nothing but Intl: what a clock at the venue shows at an instant, and which
 * instant a wall clock means, also where clocks jump. In a gap the time is read with the offset from before it
 * (02:30 → 03:30), in an overlap it is the earlier of the two: the same choices as Temporal's `compatible`.
 */

const formats = new Map<string, Intl.DateTimeFormat>()

function clockOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

export function isZone(name: string): boolean {
  try {
    clockOf(name)
    return name !== ''
  } catch {
    return false
  }
}

/** What the zone's wall clock shows, as epoch milliseconds of the same reading in UTC; whole seconds. */
function wallAt(at: number, zone: string): number {
  const part: Record<string, number> = {}
  for (const { type, value } of clockOf(zone).formatToParts(at)) part[type] = Number(value)
  return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!)
}

/** Milliseconds that the zone is ahead of UTC at an instant. */
export function offsetAt(at: number, zone: string): number {
  return wallAt(at, zone) - Math.floor(at / 1000) * 1000
}

/** The date at the venue: `2026-12-27`. */
export function dayAt(at: number, zone: string): string {
  return new Date(wallAt(at, zone)).toISOString().slice(0, 10)
}

const wallClock = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/

/**
 * @param wall `2026-03-29T02:30` or with seconds, without an offset.
 * @returns epoch milliseconds, or undefined when it is no date and time.
 */
export function instantOf(wall: string, zone: string): number | undefined {
  const match = wallClock.exec(wall)
  if (!match) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1).map((digits) => Number(digits ?? 0))
  const reading = Date.UTC(year!, month! - 1, day!, hour!, minute!, second!)
  const canonical = new Date(reading).toISOString()
  if (!canonical.startsWith(`${match[1]}-${match[2]}-${match[3]}T${match[4]}:${match[5]}`)) return undefined
  const halfDay = 43_200_000
  const before = offsetAt(reading - 2 * halfDay, zone)
  const after = offsetAt(reading + 2 * halfDay, zone)
  for (const offset of [before, after]) {
    if (offsetAt(reading - offset, zone) === offset) return reading - offset
  }
  return reading - before
}
