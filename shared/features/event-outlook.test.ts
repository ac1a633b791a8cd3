import { describe, expect, it } from 'vitest'
import { type Crowd, crowdOf, outlookOf, type PastEvent, pastEventOf } from './event-outlook.ts'
import type { AttendeeRow, CheckInRow } from './event-seats.ts'
import type { EventRow } from './events.ts'

/** mulberry32 */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

interface World {
  /** True rate of each class; by how many logits events differ (about, where communities do), and communities. */
  rates: Record<string, number>
  apart: number
  communities?: number
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

function moved(rate: number, by: number): number {
  return 1 / (1 + Math.exp(-(Math.log(rate / (1 - rate)) + by)))
}

function eventIn(world: World, random: () => number, size: number): PastEvent {
  const by = world.apart * normal(random)
  const asked = new Map<string, number>()
  const came = new Map<string, number>()
  const names = Object.keys(world.rates)
  for (let i = 0; i < size; i++) {
    const name = names[Math.floor(random() * names.length)]!
    asked.set(name, (asked.get(name) ?? 0) + 1)
    if (random() < moved(world.rates[name]!, by)) came.set(name, (came.get(name) ?? 0) + 1)
  }
  return { asked, came }
}

const total = (crowd: Crowd): number => [...crowd.values()].reduce((sum, one) => sum + one, 0)

/** How often what happened lay in what was said, over many communities. */
function covered(
  { rates, apart, communities = 0 }: World,
  history: number,
  rounds: number,
): { share: number; width: number } {
  let hits = 0
  let width = 0
  for (let seed = 1; seed <= rounds; seed++) {
    const random = randomOf(seed)
    const by = communities * normal(random)
    const own = Object.fromEntries(Object.entries(rates).map(([name, rate]) => [name, moved(rate, by)]))
    const world = { rates: own, apart: communities ? apart * Math.exp(0.4 * normal(random)) : apart }
    const past = Array.from({ length: history }, () => eventIn(world, random, 30 + Math.floor(random() * 90)))
    const next = eventIn(world, random, 40 + Math.floor(random() * 80))
    const { low, high, asked } = outlookOf(past, next.asked)
    const came = total(next.came)
    if (low <= came && came <= high) hits += 1
    width += (high - low) / asked
  }
  return { share: hits / rounds, width: width / rounds }
}

describe('the interval', () => {
  const mixed = {
    'free there late': 0.8,
    'free there soon': 0.65,
    'free there early': 0.5,
    'paid there early': 0.9,
  }
  it.each([
    ['no history', { rates: mixed, apart: 0.3, communities: 0.6 }, 0],
    ['a short history', { rates: mixed, apart: 0.3, communities: 0.6 }, 4],
    ['a dozen events', { rates: mixed, apart: 0.3, communities: 0.6 }, 12],
    ['a long history', { rates: mixed, apart: 0.3, communities: 0.6 }, 30],
    ['events that are very unlike', { rates: mixed, apart: 0.5 }, 12],
    ['a community that is not as usual', { rates: { 'free online late': 0.35 }, apart: 0.3 }, 15],
  ])('holds what then happens in 75 to 85 of 100: %s', (_name, world, history) => {
    const { share } = covered(world, history, 300)
    expect(share).toBeGreaterThanOrEqual(0.75)
    expect(share).toBeLessThanOrEqual(0.85)
  })

  it('is narrower the more is known, and the more alike events are', () => {
    const none = covered({ rates: mixed, apart: 0.2 }, 0, 60).width
    const some = covered({ rates: mixed, apart: 0.2 }, 6, 60).width
    const much = covered({ rates: mixed, apart: 0.2 }, 30, 60).width
    const unlike = covered({ rates: mixed, apart: 0.7 }, 30, 60).width
    expect(some).toBeLessThan(none)
    expect(much).toBeLessThan(some)
    expect(unlike).toBeGreaterThan(much)
  })

  it('stays within those who said yes, also where they are one or thousands', () => {
    expect(outlookOf([], new Map())).toEqual({ asked: 0, low: 0, high: 0, events: 0 })
    for (const size of [1, 2, 3_000]) {
      const { low, high, asked } = outlookOf([], new Map([['free there soon', size]]))
      expect(asked).toBe(size)
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(size)
      expect(low).toBeLessThanOrEqual(high)
    }
  })

  it('learns that those who asked late come, and those who asked early do not', () => {
    const event = {
      asked: new Map([
        ['free there late', 30],
        ['free there early', 30],
      ]),
      came: new Map([
        ['free there late', 29],
        ['free there early', 9],
      ]),
    }
    const past = Array.from({ length: 8 }, () => event)
    const late = outlookOf(past, new Map([['free there late', 50]]))
    const early = outlookOf(past, new Map([['free there early', 50]]))
    expect(late.low).toBeGreaterThan(early.high)
  })
})

describe('what an event says', () => {
  const event = { id: 'e', start: 1_000_000_000, end: 1_000_003_600, opening: { to: 'public' } } as EventRow
  const attendee = (memberId: string, status: AttendeeRow['status'], at: number): AttendeeRow =>
    ({ eventId: 'e', subjectId: 'e', memberId, status, at }) as AttendeeRow
  const attendees = [
    attendee('ann', 'going', 999_000_000),
    attendee('ben', 'going', 500_000_000),
    attendee('cai', 'declined', 999_000_000),
    { ...attendee('dee', 'going', 999_000_000), subjectId: 'a session' },
  ]
  const checkIn = (memberId: string | null): CheckInRow => ({ eventId: 'e', memberId }) as CheckInRow
  const later = event.end + 1

  it('is who of those that said yes stood at the door, by when they had said it', () => {
    expect(crowdOf({ event, attendees })).toEqual(
      new Map([
        ['free there late', 1],
        ['free there soon', 1],
      ]),
    )
    const past = pastEventOf(
      { event, attendees, checkIns: [checkIn('ben'), checkIn(null), checkIn('eve')] },
      later,
    )
    expect(past).toEqual({
      asked: new Map([
        ['free there late', 1],
        ['free there soon', 1],
      ]),
      came: new Map([['free there soon', 1]]),
    })
  })

  it('is nothing where nobody stood at the door, while it lasts, or when it was called off', () => {
    const checkIns = [checkIn('ben')]
    expect(pastEventOf({ event, attendees, checkIns: [] }, later)).toBeUndefined()
    expect(pastEventOf({ event, attendees, checkIns }, event.start)).toBeUndefined()
    expect(
      pastEventOf({ event: { ...event, state: 'cancelled' }, attendees, checkIns }, later),
    ).toBeUndefined()
    expect(pastEventOf({ event, attendees: [], checkIns }, later)).toBeUndefined()
  })

  it('tells events that are paid for from others, and online ones', () => {
    const sold = { ...event, online: true, opening: { to: 'purchase' } } as EventRow
    expect([...crowdOf({ event: sold, attendees }).keys()]).toEqual(['paid online late', 'paid online soon'])
  })
})
