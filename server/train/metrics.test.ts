import { expect, test } from 'vitest'
import { ndcg, recall } from './metrics.ts'

test('a perfect start scores 1, however many targets there are', () => {
  expect(ndcg([4, 2, 9], new Set([2, 4, 9]), 3)).toBe(1)
  expect(ndcg([4, 2, 9], new Set([4, 2, 9, 7, 8]), 3)).toBe(1)
})

test('a hit counts by its place', () => {
  expect(ndcg([1, 5, 2], new Set([5]), 3)).toBeCloseTo(1 / Math.log2(3))
  expect(ndcg([1, 5, 2], new Set([2, 8]), 3)).toBeCloseTo(0.5 / (1 + 1 / Math.log2(3)))
})

test('recall is the share of targets found, and places past the cut do not count', () => {
  expect(recall([1, 2, 3, 4], new Set([2, 4, 9]), 3)).toBeCloseTo(1 / 3)
  expect(recall([], new Set([2]), 3)).toBe(0)
})
