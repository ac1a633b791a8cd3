import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Line, layOut } from './spans.ts'

const day = 86_400_000
const start = Date.UTC(2026, 4, 4)

const line = (more: Partial<Line>): Line => ({
  id: 'a',
  subject: 'tier:low',
  at: start,
  rank: 1,
  term: { kind: 'days', count: 30 },
  net: 3_000,
  price: 3_000,
  currency: 'CNY',
  reversedAt: undefined,
  ...more,
})
const high = (more: Partial<Line>): Line =>
  line({ id: 'b', subject: 'tier:high', rank: 2, net: 9_000, price: 9_000, ...more })
const days = (at: number | null | undefined): number | null | undefined => at && (at - start) / day

test('what is unused of a lower tier becomes time of the higher one by its price, to the day', () => {
  // 15 of 30 days at 30 are 15; at 90 for 30 days that is 5 days.
  const spans = layOut([line({}), high({ at: start + 15 * day })])
  expect(days(spans.get('a')?.until)).toBe(15)
  expect(days(spans.get('b')?.until)).toBe(15 + 30 + 5)
  expect(spans.get('b')?.extended).toEqual([{ by: 'a', days: 5 }])
})

test('a coupon on the higher tier, or money given back of it, does not make the lower one worth more', () => {
  const spans = layOut([line({}), high({ at: start + 15 * day, net: 90 })])
  expect(days(spans.get('b')?.until)).toBe(15 + 30 + 5)
})

test('what was converted counts when it is converted again', () => {
  const top = line({ id: 'c', subject: 'tier:top', rank: 3, net: 9_000, price: 9_000, at: start + 15 * day })
  // 30 for 30 days, upgraded at once to 90 for 30 days (10 more days), upgraded again after 15 of these 40 days:
  // 25/40 of 120 are 75, which is 25 days.
  const spans = layOut([line({}), high({ at: start }), top])
  expect(days(spans.get('b')?.until)).toBe(15)
  expect(days(spans.get('c')?.until)).toBe(15 + 30 + 25)
})

test('a lower tier that is bought meanwhile begins where the higher one ends', () => {
  const spans = layOut([high({}), line({ at: start + 10 * day })])
  expect([days(spans.get('a')?.from), days(spans.get('a')?.until)]).toEqual([30, 60])
})

test('gifts and what costs nothing are not turned into time of something that costs', () => {
  const spans = layOut([line({ net: 0 }), high({ at: start + 10 * day })])
  expect([days(spans.get('a')?.until), days(spans.get('b')?.until)]).toEqual([30, 40])
})

test('another currency is not converted', () => {
  const spans = layOut([line({ currency: 'USD' }), high({ at: start + 10 * day })])
  expect([days(spans.get('a')?.until), days(spans.get('b')?.until)]).toEqual([30, 40])
})

const lines = fc.array(
  fc.record({
    at: fc.nat({ max: 400 }),
    rank: fc.integer({ min: 1, max: 3 }),
    count: fc.integer({ min: 1, max: 60 }),
    net: fc.constantFrom(0, 100, 3_000, 9_999),
    reversed: fc.option(fc.nat({ max: 500 }), { nil: undefined, freq: 3 }),
  }),
  { maxLength: 12 },
)

test('it is the same in whatever order lines are known, and no two periods of a tier overlap', () => {
  fc.assert(
    fc.property(lines, fc.infiniteStream(fc.nat()), (drawn, lots) => {
      const made = drawn.map(
        ({ at, rank, count, net, reversed }, i): Line => ({
          id: `line-${String(i).padStart(2, '0')}`,
          subject: `tier:${rank}`,
          at: start + at * day,
          rank,
          term: { kind: 'days', count },
          net,
          price: 9_999,
          currency: 'CNY',
          reversedAt: reversed === undefined ? undefined : start + Math.max(at, reversed) * day,
        }),
      )
      const spans = layOut(made)
      const shuffled = [...made]
        .map((one) => ({ one, lot: lots.next().value as number }))
        .sort((a, b) => a.lot - b.lot)
        .map(({ one }) => one)
      expect(layOut(shuffled)).toEqual(spans)
      for (const { id, at } of made) {
        const { from, until } = spans.get(id)!
        expect(from).toBeGreaterThanOrEqual(at)
        expect(until).toBeGreaterThanOrEqual(from)
      }
      for (const rank of [1, 2, 3]) {
        const own = made
          .filter((one) => one.rank === rank)
          .map(({ id }) => spans.get(id)!)
          .filter(({ from, until }) => until! > from)
          .sort((a, b) => a.from - b.from)
        for (const [i, { until }] of own.slice(0, -1).entries())
          expect(own[i + 1]!.from).toBeGreaterThanOrEqual(until!)
      }
    }),
    { seed: 20_260_504, numRuns: 500 },
  )
})
