/**
 * What of the shelf may be recommended to this member now, and what of it comes later in the list than its score says:
 * what is in a language they do not use, what they have no time for, what is full, far away or far off, and what is
 * like something of which they want less. Pure sums over what the device knows.
 */
import { clashes } from '#shared/features/events.ts'
import { isOver, type ShelfItem } from './shelf.ts'
import { hoursFrom } from './when.ts'

/** Something in a member's own schedule. */
export type Busy = Pick<ShelfItem, 'id' | 'title' | 'start' | 'end' | 'eventId' | 'kind'>

export interface Fitting {
  now: number
  /** Courses that the member takes: their lessons are where they go on anyway. */
  taken: ReadonlySet<string>
  /** Languages that the member uses, as `languagesOf` says. */
  languages: ReadonlySet<string>
  busy: readonly Busy[]
  /** The device's zone. */
  zone: string
  /** Of which the member wants less. */
  less: readonly Pick<ShelfItem, 'tags'>[]
}

const day = 86_400_000

/** Beyond this nobody decides yet; what belongs to an event that one goes to is decided with it. */
export const eventsWithin = 120 * day
export const sessionsWithin = 60 * day

/** May it be recommended at all? Whether it was met, hidden or is under an unwanted topic is the ranking's to see. */
export function mayBeRecommended(
  item: ShelfItem,
  { now, busy, taken }: Pick<Fitting, 'now' | 'busy' | 'taken'>,
): boolean {
  if (item.sealed) return false
  if (item.kind === 'lesson' && taken.has(item.subject)) return false
  if (item.start === 0) return true
  if (item.off || isOver(item, now)) return false
  // An event goes on for days; whoever comes late to a session has missed it.
  if (item.kind === 'session' && item.start <= now) return false
  // Whoever gathered sessions of an event knows of it.
  if (item.kind === 'event' && busy.some(({ eventId }) => eventId === item.eventId)) return false
  if (busy.some(({ kind, eventId }) => kind === 'event' && eventId === item.eventId)) return true
  return item.start - now <= (item.kind === 'event' ? eventsWithin : sessionsWithin)
}

/** What of their schedule is at the same time; the event that a session belongs to is not. */
export function clashOf(item: ShelfItem, busy: readonly Busy[]): Busy | undefined {
  if (item.start === 0) return undefined
  const sameEvent = (other: Busy): boolean => other.eventId === item.eventId
  // Whoever goes to an event still chooses among its sessions, and an event is no clash with its own.
  const others = busy.filter(
    (other) => !sameEvent(other) || (item.kind === 'session' && other.kind === 'session'),
  )
  return clashes<Busy>(item, others)[0]
}

/** So many places does an item lose for each. */
export const places = {
  language: 8,
  clash: 15,
  full: 4,
  far: 6,
  locked: 3,
  like: 20,
  eachWeek: 0.5,
  weeks: 6,
}

/** Zones this many hours apart are no evening's journey. */
const farHours = 3

/** Places that an item stands further down than its score says. */
export function placesLost(item: ShelfItem, fitting: Fitting): number {
  const { now, languages, busy, zone } = fitting
  let lost = 0
  if (!usesLanguage(item, languages)) lost += places.language
  if (item.locked) lost += places.locked
  if (item.start > 0) {
    if (clashOf(item, busy)) lost += places.clash
    if (item.full) lost += places.full
    if (!item.online && Math.abs(hoursFrom(item.start, item.zone, zone)) > farHours) lost += places.far
    lost += Math.min(places.weeks, (places.eachWeek * Math.max(0, item.start - now)) / (7 * day))
  }
  const likeness = fitting.less.reduce((most, other) => Math.max(most, shareOf(item.tags, other.tags)), 0)
  return lost + places.like * likeness
}

/** Best first, as before, but for the places that each loses. Whoever was there before stays in front. */
export function fitted<T extends { item: ShelfItem }>(ranked: readonly T[], fitting: Fitting): T[] {
  return ranked
    .map((entry, at) => {
      const lost = placesLost(entry.item, fitting)
      return { entry, at: lost === 0 ? at : at + lost + 0.5 }
    })
    .sort((a, b) => a.at - b.at)
    .map(({ entry }) => entry)
}

/** Less than this share of what was met is no habit. */
const habit = 0.25

/** The language of the app, and every other one in which a good part was met. */
export function languagesOf(app: string, met: readonly Pick<ShelfItem, 'lang'>[]): Set<string> {
  const told = met.filter(({ lang }) => lang !== '').map(({ lang }) => baseLanguage(lang))
  const counts = new Map<string, number>()
  for (const lang of told) counts.set(lang, (counts.get(lang) ?? 0) + 1)
  const habits = [...counts].filter(([, count]) => count >= habit * told.length).map(([lang]) => lang)
  return new Set([baseLanguage(app), ...habits])
}

/** What says no language is in everybody's. */
export function usesLanguage({ lang }: Pick<ShelfItem, 'lang'>, languages: ReadonlySet<string>): boolean {
  return lang === '' || languages.has(baseLanguage(lang))
}

/** `zh-CN` → `zh` */
function baseLanguage(lang: string): string {
  return lang.toLowerCase().split('-')[0]!
}

/** Jaccard's: of all tags of both, the share that both have. */
function shareOf(ours: readonly string[], theirs: readonly string[]): number {
  const shared = ours.filter((tag) => theirs.includes(tag)).length
  const all = ours.length + theirs.length - shared
  return all === 0 ? 0 : shared / all
}
