import { expect, test } from 'vitest'
import { createModel, emptyModel, type Model, quantise } from './model.ts'
import { ownPortrait, portraitsOf, portraitVector } from './portrait.ts'
import type { HistoryEntry } from './recommend.ts'

function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const topics = ['databases', 'frontend', 'teamwork', 'testing']
const each = 10

/** Ten items a topic, each near its topic's direction. */
function model(): Model {
  const random = seeded(5)
  const vectors = Float64Array.from(
    topics.flatMap((_, topic) =>
      Array.from({ length: each }, () =>
        topics.map((__, i) => (i === topic ? 1 : 0) + random() * 0.2),
      ).flat(),
    ),
  )
  const none = emptyModel()
  const count = topics.length * each
  const parts = {
    ...none,
    settings: { ...none.settings, dimensions: topics.length, unobservedWeight: 0.1, regularisation: 0.1 },
    items: Array.from({ length: count }, (_, i) => ({
      id: `article:${i}`,
      kind: 'article',
      tags: [topics[Math.floor(i / each)]!, 'everything'],
      at: 0,
    })),
    popularity: new Uint32Array(count),
    fromContent: new Uint8Array(count),
    eigenvalues: Float64Array.from([4, 4, 4, 4]),
    ...quantise(vectors, topics.length),
  }
  return createModel(parts, 'v1')
}

/** Somebody who reads mostly about a topic. */
function reader(topic: number, random: () => number): HistoryEntry[] {
  const own = Array.from({ length: 6 }, () => topic * each + Math.floor(random() * each))
  return [...own, Math.floor(random() * topics.length * each)].map((i) => ({
    item: `article:${i}`,
    weight: 1,
  }))
}

function readers(most: number): HistoryEntry[][] {
  const random = seeded(9)
  return Array.from({ length: most }, (_, i) => reader(i % topics.length, random))
}

test('groups are what their members meet, said by tags that others meet less', () => {
  const found = portraitsOf(model(), readers(100), 0, seeded(1))!
  expect(found.report.sizes).toHaveLength(4)
  expect(found.report.sizes.every((size) => size >= 10)).toBe(true)
  expect(found.report.stability).toBeGreaterThan(0.9)
  expect(new Set(found.portraits.groups.map(({ tags }) => tags[0]))).toEqual(new Set(topics))
  // What everybody meets tells nothing of anybody.
  expect(found.portraits.groups.flatMap(({ tags }) => tags)).not.toContain('everything')
})

test('a device finds its member’s group, and the tags by which it is theirs', () => {
  const known = model()
  const { portraits } = portraitsOf(known, readers(100), 0, seeded(1))!
  for (const [topic, tag] of topics.entries()) {
    const own = ownPortrait(known, portraits, reader(topic, seeded(77 + topic)), 0)!
    expect(portraits.groups[own.group]!.tags[0]).toBe(tag)
    expect(own.why).toContain(tag)
    expect(own.nearness.reduce((sum, one) => sum + one)).toBeCloseTo(1)
  }
})

test('too little history, or another model, and there is no portrait', () => {
  const known = model()
  const { portraits } = portraitsOf(known, readers(100), 0, seeded(1))!
  const [history] = readers(1)
  expect(portraitVector(known, history!.slice(0, 2), 0)).toBeUndefined()
  expect(ownPortrait(known, portraits, [], 0)).toBeUndefined()
  expect(ownPortrait({ ...known, version: 'v2' }, portraits, history!, 0)).toBeUndefined()
})

test('nothing is told of a group of fewer than ten', () => {
  const random = seeded(3)
  const few = Array.from({ length: 6 }, () => reader(3, random))
  const many = Array.from({ length: 60 }, (_, i) => reader(i % 3, random))
  const found = portraitsOf(model(), [...many, ...few], 0, seeded(1))!
  expect(found.report.sizes.every((size) => size >= 10)).toBe(true)
  expect(found.portraits.groups).toHaveLength(found.report.sizes.length)
  expect(found.report.members).toBe(66)
})

test('fewer members than make groups in which nobody stands out have none', () => {
  expect(portraitsOf(model(), readers(25), 0, seeded(1))).toBeUndefined()
  expect(portraitsOf(model(), [], 0, seeded(1))).toBeUndefined()
})
