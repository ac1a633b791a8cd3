import { expect, test } from 'vitest'
import { endOf } from './membership-terms.ts'

const at = (text: string): number => Date.parse(`${text}T08:00:00Z`)

test.each([
  ['2026-01-31', 1, '2026-02-28'],
  ['2028-01-31', 1, '2028-02-29'],
  ['2026-05-04', 12, '2027-05-04'],
  ['2028-02-29', 12, '2029-02-28'],
  ['2026-12-31', 2, '2027-02-28'],
])('%s and %i months end on %s', (from, count, until) => {
  expect(endOf({ kind: 'months', count }, at(from))).toBe(at(until))
})

test('days are days, a date is that date, and what is for good has no end', () => {
  expect(endOf({ kind: 'days', count: 30 }, at('2026-05-04'))).toBe(at('2026-06-03'))
  expect(endOf({ kind: 'until', at: at('2026-12-31') }, at('2026-05-04'))).toBe(at('2026-12-31'))
  expect(endOf({ kind: 'forever' }, at('2026-05-04'))).toBeNull()
})
