/** When a version is kept, and which go again. Pure: the clock and the texts come in. */
import { lossBetween } from '#shared/core/text-diff.ts'
import { isLargeLoss, isLoss, longestVersion } from '#shared/features/notes.ts'
import type { HeadRecord, VersionRecord } from './tables.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** While people write, one version in so many milliseconds. */
const keepEvery = 5 * minute
/** Of one session: versions without a name, and characters of all. */
const bounds = { count: 200, size: 6_000_000 }

export interface Kept {
  body: string
  at: number
  reason: 'time' | 'loss'
  /** Everybody should hear of it. */
  large: boolean
}

type Looked = Pick<HeadRecord, 'began' | 'at' | 'body' | 'peak' | 'peak_at'>

/** What of the former text is to be kept now that it has become another; undefined: it goes on as the same version. */
export function versionBefore(head: Looked, text: string, now: number): Kept | undefined {
  if (head.body === '' || head.body === text) return undefined
  const latest = { body: head.body, at: head.at }
  const loss = text.length > longestVersion ? undefined : lossFrom(head, text)
  if (loss) return loss
  // The clock may have been put back since.
  const isTime = now - head.began >= keepEvery || now < head.began
  return isTime || text.length > longestVersion ? { ...latest, reason: 'time', large: false } : undefined
}

/** Lost at once, or little by little from where the text was fullest. */
function lossFrom(head: Looked, text: string): Kept | undefined {
  const step = lossBetween(head.body, text)
  if (isLoss(step)) return { body: head.body, at: head.at, reason: 'loss', large: isLargeLoss(step) }
  if (head.peak === null) return undefined
  const slow = lossBetween(head.peak, text)
  if (!isLoss(slow)) return undefined
  return { body: head.peak, at: head.peak_at, reason: 'loss', large: isLargeLoss(slow) }
}

type Aged = Pick<VersionRecord, 'id' | 'at' | 'name' | 'lost_at' | 'size'>

/**
 * Ids of versions that time has made superfluous: of the last day all stay, of a week one an hour, of three months one
 * a day, then one a month; in each of these spans one from before a loss rather than another, and the newest. Beyond
 * the bounds those go whose neighbours are closest, so that nobody can push the others out by writing much.
 * @param versions oldest first. Those with names stay.
 */
export function superfluous(versions: readonly Aged[], now: number): string[] {
  const drop = new Set<string>()
  const best = new Map<string, Aged>()
  for (const version of versions.filter(({ name }) => name === null)) {
    const span = spanOf(version.at, now)
    if (span === undefined) continue
    const other = best.get(span)
    const stays = !other || other.lost_at === null || version.lost_at !== null ? version : other
    best.set(span, stays)
    if (other) drop.add(stays === other ? version.id : other.id)
  }
  const left = versions.filter(({ id }) => !drop.has(id))
  for (;;) {
    const unnamed = left.filter(({ name }) => name === null)
    const size = left.reduce((sum, version) => sum + version.size, 0)
    if (unnamed.length <= bounds.count && size <= bounds.size) break
    const closest = closestOf(left)
    if (closest === undefined) break
    drop.add(left[closest]!.id)
    left.splice(closest, 1)
  }
  return [...drop]
}

function spanOf(at: number, now: number): string | undefined {
  const age = now - at
  if (age < day) return undefined
  const length = age < 7 * day ? hour : age < 90 * day ? day : 30 * day
  return `${length} ${Math.floor(at / length)}`
}

/** Index of the version without a name, not the newest, between whose neighbours the least time lies. */
function closestOf(versions: readonly Aged[]): number | undefined {
  let found: number | undefined
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < versions.length - 1; i++) {
    if (versions[i]!.name !== null) continue
    // The oldest has a neighbour on one side alone.
    const gap = i === 0 ? (versions[1]!.at - versions[0]!.at) * 2 : versions[i + 1]!.at - versions[i - 1]!.at
    if (gap < least) [found, least] = [i, gap]
  }
  return found
}
