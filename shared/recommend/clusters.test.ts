import { expect, test } from 'vitest'
import { adjustedRand, chooseClusters, nearest, type Points } from './clusters.ts'

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Points around `centres`, and to which each belongs. */
function planted(
  centres: number[][],
  each: number,
  spread: number,
  seed = 1,
): { points: Points; truth: number[] } {
  const random = seeded(seed)
  const noise = (): number => (random() + random() + random() + random() - 2) * spread
  const truth = Array.from({ length: centres.length * each }, (_, i) => i % centres.length)
  const width = centres[0]!.length
  const values = Float64Array.from(truth.flatMap((c) => centres[c]!.map((part) => part + noise())))
  return { points: { values, width }, truth }
}
const corners = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
  [0, 0, 0, 1],
]

test('groups that were planted are found, as many as there are, and are stable', () => {
  const { points, truth } = planted(corners, 30, 0.3)
  const found = chooseClusters(points, { least: 10 }, seeded(7))!
  expect(found.k).toBe(4)
  expect(adjustedRand(found.labels, truth)).toBe(1)
  expect([...found.sizes]).toEqual([30, 30, 30, 30])
  expect(found.silhouette).toBeGreaterThan(0.5)
  expect(found.stability).toBeGreaterThan(0.95)
})

test('where nothing was planted the groups are not stable', () => {
  const { points } = planted([[0, 0, 0, 0, 0, 0]], 120, 1)
  const found = chooseClusters(points, { least: 10 }, seeded(7))!
  expect(found.stability).toBeLessThan(0.6)
  expect(found.silhouette).toBeLessThan(0.3)
})

test('the same points and seed give the same groups', () => {
  const { points } = planted(corners, 20, 0.6)
  const once = chooseClusters(points, { least: 5 }, seeded(3))
  expect(chooseClusters(points, { least: 5 }, seeded(3))).toEqual(once)
})

test('too few points have no groups; most points are in groups that are large enough', () => {
  const { points } = planted(corners, 4, 0.1)
  expect(chooseClusters(points, { least: 10 }, seeded(1))).toBeUndefined()
  const lopsided = planted([...corners, ...corners, ...corners, [9, 9, 9, 9]], 4, 0.2)
  const found = chooseClusters(lopsided.points, { least: 10 }, seeded(1))!
  expect([...found.sizes].sort((a, b) => b - a)).toEqual([12, 12, 12, 12, 4])
  const scattered = planted(
    Array.from({ length: 12 }, (_, i) => [i * 10, (i % 3) * 10]),
    3,
    0.2,
  )
  expect(chooseClusters(scattered.points, { least: 20 }, seeded(1))).toBeUndefined()
})

test('the adjusted Rand index knows groups by who is together, not by their names', () => {
  expect(adjustedRand([0, 0, 1, 1], [1, 1, 0, 0])).toBe(1)
  expect(adjustedRand([0, 0, 1, 1], [0, 1, 0, 1])).toBeLessThan(0)
})

test('a point belongs to the nearest centroid', () => {
  expect(nearest([0, 0, 3, 4], 2, [3, 3])).toEqual({ label: 1, distance: 1 })
})
