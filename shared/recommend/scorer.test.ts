import { expect, test } from 'vitest'
import { quantise } from './model.ts'
import { exactScore, fixedVector, plainScorer } from './scorer.ts'

const dimensions = 24
const items = quantise(
  Float64Array.from({ length: 200 * dimensions }, (_, i) => Math.sin(i * i) * 2 ** (i % 9)),
  dimensions,
)
const member = Float64Array.from({ length: dimensions }, (_, k) => Math.cos(3 * k) / (1 + k * k))

test('scores are the scalar products, to the fourth digit of the largest, and exact where that is asked', () => {
  const scores = plainScorer(items, member)
  const exact = Array.from({ length: 200 }, (_, row) =>
    member.reduce(
      (sum, value, k) => sum + value * items.codes[row * dimensions + k]! * items.scales[row]!,
      0,
    ),
  )
  const largest = Math.max(...exact.map(Math.abs))
  exact.forEach((score, row) => {
    expect(Math.abs(scores[row]! - score)).toBeLessThan(largest * 1e-4)
    expect(exactScore(items, row, member)).toBeCloseTo(score, 12)
  })
})

test('items with the same vector have the same score to the last bit, wherever they stand', () => {
  const twice = {
    codes: Int8Array.of(...items.codes, ...items.codes),
    scales: Float32Array.of(...items.scales, ...items.scales),
  }
  const scores = plainScorer(twice, member)
  expect(scores.subarray(200)).toEqual(scores.subarray(0, 200))
})

test.each([1, 1e-200, 1e200, 2 ** 40])('a member’s vector keeps 16 bits at size %d', (size) => {
  const vector = member.map((value) => value * size)
  const { whole, step } = fixedVector(vector)
  const largest = Math.max(...vector.map(Math.abs))
  vector.forEach((value, k) => {
    expect(Math.abs(whole[k]! * step - value)).toBeLessThanOrEqual(largest / 65_000)
  })
  expect(Math.max(...whole.map(Math.abs))).toBe(32_767)
})

test('no taste, and a taste that is no number, score nothing', () => {
  for (const value of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(plainScorer(items, new Float64Array(dimensions).fill(value)).every((score) => score === 0)).toBe(
      true,
    )
  }
})
