import { expect, test } from 'vitest'
import { bestRows, diversified } from './ranking.ts'

test('the best rows are those of a full sort, ties in row order', () => {
  const scores = Float64Array.from({ length: 500 }, (_, i) => Math.round(20 * Math.sin(i * i)))
  const sorted = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]! || a - b)
  for (const count of [0, 1, 10, 499, 500, 600])
    expect(bestRows(scores, count)).toEqual(sorted.slice(0, count))
})

test('rows without a score never rank', () => {
  const scores = Float64Array.of(Number.NaN, 1, Number.NEGATIVE_INFINITY, 2)
  expect(bestRows(scores, 4)).toEqual([3, 1])
})

const vectors = [
  [1, 0],
  [1, 0.01],
  [1, 0.02],
  [0, 1],
]
const scores = Float64Array.of(4, 3.9, 3.8, 3)

test('diversity puts something else before the third of a kind', () => {
  const rows = [0, 1, 2, 3]
  expect(diversified(rows, scores, (row) => vectors[row]!, 0, 3)).toEqual([0, 1, 2])
  expect(diversified(rows, scores, (row) => vectors[row]!, 0.6, 3)).toEqual([0, 3, 1])
})

test('the best row stays first and nothing is lost or doubled', () => {
  const rows = diversified([0, 1, 2, 3], scores, (row) => vectors[row]!, 0.9, 10)
  expect(rows[0]).toBe(0)
  expect([...rows].sort()).toEqual([0, 1, 2, 3])
})

test('places after the first go by scores of their own', () => {
  const last = { from: 2, scores: Float64Array.of(4, 3.9, 2, 3) }
  const vectorOf = (row: number): number[] => vectors[row]!
  expect(diversified([0, 1, 2, 3], scores, vectorOf, 0, 3, last)).toEqual([0, 1, 3])
  expect(diversified([0, 1, 2, 3], scores, vectorOf, 0, 2, last)).toEqual([0, 1])
})
