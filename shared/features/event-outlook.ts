/**
 * How many of those who said yes will come. Each RSVP has a class (paid or free, in a place or online, how long before);
 * its rate of showing up comes from past events where somebody stood at the door, held towards what is usual where there
 * are few. Events differ by more than chance (weather, the other event that evening), so the number that comes is
 * Beta-binomial around those rates; how far events lie apart, and how far all of them from the rates, is not fixed but
 * averaged over, by how well each possibility explains the past (a grid posterior). With no past the interval is wide,
 * and says so itself.
 */
import type { AttendeeRow, CheckInRow } from './event-seats.ts'
import { type EventRow, planId } from './events.ts'

/** RSVPs by class; how many there are, or came. */
export type Crowd = ReadonlyMap<string, number>

export interface PastEvent {
  asked: Crowd
  came: Crowd
}

export interface Outlook {
  /** Who said yes. */
  asked: number
  /** The narrowest span of numbers that together have 80%, or as near to it as whole numbers come. */
  low: number
  high: number
  /** Past events that it was learnt from. */
  events: number
}

const day = 86_400_000
const coverage = 0.8

/** What is usual elsewhere: who paid comes, who clicked once often does not. */
const usual = { paid: 0.88, free: 0.68 }
/** RSVPs that what is usual counts for. */
const strength = 20
/** Logits by which all events here may lie above or below their classes' rates, and how likely that is beforehand. */
const shifts = Array.from({ length: 43 }, (_, i) => (i - 21) / 10)
const shiftDeviation = 0.6
/** Small: events differ much. Beforehand about 45, give or take a factor of two and a half. */
const spreads = [6, 12, 24, 48, 96, 192, 384]
const usualSpread = { log: Math.log(45), deviation: 0.9 }

/** @param past events with a door: one where nobody was checked in says nothing */
export function outlookOf(past: readonly PastEvent[], crowd: Crowd): Outlook {
  const asked = sum(crowd)
  if (asked === 0) return { asked, low: 0, high: 0, events: past.length }
  const rateOf = ratesOf(past)
  const likely = new Float64Array(asked + 1)
  for (const { shift, spread, weight } of posterior(past, rateOf)) {
    const mean = meanOf(crowd, rateOf, shift)
    addBetaBinomial(likely, mean * spread, (1 - mean) * spread, weight)
  }
  return { asked, ...narrowest(likely), events: past.length }
}

function sum(crowd: Crowd): number {
  let all = 0
  for (const count of crowd.values()) all += count
  return all
}

function ratesOf(past: readonly PastEvent[]): (name: string) => number {
  const totals = new Map<string, { asked: number; came: number }>()
  for (const { asked, came } of past) {
    for (const [name, count] of asked) {
      const total = totals.get(name) ?? { asked: 0, came: 0 }
      totals.set(name, { asked: total.asked + count, came: total.came + (came.get(name) ?? 0) })
    }
  }
  return (name) => {
    const { asked, came } = totals.get(name) ?? { asked: 0, came: 0 }
    const before = name.startsWith('paid') ? usual.paid : usual.free
    return (came + strength * before) / (asked + strength)
  }
}

/** The share of a crowd that comes where all is moved by `shift` logits. */
function meanOf(crowd: Crowd, rateOf: (name: string) => number, shift: number): number {
  let coming = 0
  for (const [name, count] of crowd) {
    const rate = rateOf(name)
    coming += count / (1 + Math.exp(-(Math.log(rate / (1 - rate)) + shift)))
  }
  return coming / sum(crowd)
}

function posterior(
  past: readonly PastEvent[],
  rateOf: (name: string) => number,
): { shift: number; spread: number; weight: number }[] {
  const seen = past.map(({ asked, came }) => ({ asked, all: sum(asked), came: sum(came) }))
  const points = shifts.flatMap((shift) => {
    const means = seen.map(({ asked }) => meanOf(asked, rateOf, shift))
    return spreads.map((spread) => {
      let log = -0.5 * (shift / shiftDeviation) ** 2
      log -= 0.5 * ((Math.log(spread) - usualSpread.log) / usualSpread.deviation) ** 2
      seen.forEach(({ all, came }, i) => {
        const [a, b] = [means[i]! * spread, (1 - means[i]!) * spread]
        log += logBeta(a + came, b + all - came) - logBeta(a, b)
      })
      return { shift, spread, log }
    })
  })
  const top = Math.max(...points.map(({ log }) => log))
  const weighed = points
    .map(({ shift, spread, log }) => ({ shift, spread, weight: Math.exp(log - top) }))
    .filter(({ weight }) => weight > 1e-4)
  const all = weighed.reduce((total, { weight }) => total + weight, 0)
  return weighed.map((point) => ({ ...point, weight: point.weight / all }))
}

/** Adds the chance of each number from 0 to all, times `weight`. */
function addBetaBinomial(to: Float64Array, a: number, b: number, weight: number): void {
  const all = to.length - 1
  let log = logBeta(a, b + all) - logBeta(a, b)
  for (let k = 0; k <= all; k++) {
    to[k]! += weight * Math.exp(log)
    log += Math.log(((all - k) * (a + k)) / ((k + 1) * (b + all - k - 1)))
  }
}

function narrowest(likely: Float64Array): { low: number; high: number } {
  let best = { low: 0, high: likely.length - 1 }
  let within = 0
  let low = 0
  for (let high = 0; high < likely.length; high++) {
    within += likely[high]!
    while (within - likely[low]! >= coverage) {
      within -= likely[low]!
      low += 1
    }
    if (within >= coverage && high - low < best.high - best.low) best = { low, high }
  }
  // Numbers are whole: with one fewer it may be nearer to 80%.
  const mass = likely.slice(best.low, best.high + 1).reduce((all, one) => all + one, 0)
  const lighter = Math.min(likely[best.low]!, likely[best.high]!)
  if (best.high === best.low || coverage - (mass - lighter) >= mass - coverage) return best
  return likely[best.low] === lighter
    ? { low: best.low + 1, high: best.high }
    : { low: best.low, high: best.high - 1 }
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b)
}

/** Stirling's series, past where it is exact to ten digits. */
function logGamma(x: number): number {
  let shift = 0
  let at = x
  for (; at < 10; at++) shift -= Math.log(at)
  const inverse = 1 / (at * at)
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse / 1680))) / at
  return shift + (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series
}

interface Known {
  event: EventRow
  attendees: readonly AttendeeRow[]
  checkIns: readonly CheckInRow[]
}

/** The event's RSVPs by class. */
export function crowdOf({ event, attendees }: Omit<Known, 'checkIns'>): Crowd {
  return counted(event, going(event, attendees))
}

/** `undefined`: it is not over, did not take place, or nobody stood at the door. */
export function pastEventOf({ event, attendees, checkIns }: Known, now: number): PastEvent | undefined {
  if (event.end > now || event.state === 'cancelled' || event.state === 'draft') return undefined
  const said = going(event, attendees)
  if (said.length === 0 || checkIns.length === 0) return undefined
  const present = new Set(
    checkIns.flatMap(({ memberId, eventId }) => (memberId === null ? [] : [planId(memberId, eventId)])),
  )
  const came = said.filter(({ memberId }) => present.has(planId(memberId, event.id)))
  return { asked: counted(event, said), came: counted(event, came) }
}

function going(event: EventRow, attendees: readonly AttendeeRow[]): AttendeeRow[] {
  return attendees.filter(({ subjectId, status }) => subjectId === event.id && status === 'going')
}

function counted(event: EventRow, attendees: readonly AttendeeRow[]): Crowd {
  const counts = new Map<string, number>()
  for (const { at } of attendees) {
    const name = classOf(event, at)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

function classOf({ opening, online, start }: EventRow, at: number): string {
  const price = opening?.to === 'tiers' || opening?.to === 'purchase' ? 'paid' : 'free'
  const ahead = start - at
  const lead = ahead < 2 * day ? 'late' : ahead < 14 * day ? 'soon' : 'early'
  return `${price} ${online ? 'online' : 'there'} ${lead}`
}
