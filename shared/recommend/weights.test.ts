import { expect, test } from 'vitest'
import { fadedWeight, newness } from './weights.ts'

const day = 86_400_000
const now = 1_700_000_000_000

test('a weight is half after 180 days and never less than a tenth', () => {
  expect(fadedWeight(2, now, now)).toBe(2)
  expect(fadedWeight(2, now - 180 * day, now)).toBeCloseTo(1)
  expect(fadedWeight(2, now - 5000 * day, now)).toBeCloseTo(0.2)
})

test('an act without a time, or from a clock that runs ahead, counts in full', () => {
  expect(fadedWeight(2, undefined, now)).toBe(2)
  expect(fadedWeight(2, Number.NaN, now)).toBe(2)
  expect(fadedWeight(2, now + day, now)).toBe(2)
})

test('newness halves in 30 days and an unknown date is old', () => {
  expect(newness(now, now)).toBe(1)
  expect(newness(now - 30 * day, now)).toBeCloseTo(0.5)
  expect(newness(0, now)).toBe(0)
})
