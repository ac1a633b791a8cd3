import { expect, test } from 'vitest'
import { createModel, emptyModel, type Model, quantise } from './model.ts'
import { type RecommendInput, recommend, scoresAlone, shownList } from './recommend.ts'

const day = 86_400_000
const now = Date.UTC(2026, 5, 1, 12)
const count = 200

/** The first half was met by many and teaches; of the second nobody knows much. */
function model(): Model {
  const empty = emptyModel()
  return createModel(
    {
      ...empty,
      settings: { ...empty.settings, dimensions: 2, learntItems: count / 2 },
      items: Array.from({ length: count }, (_, i) => ({
        id: `item-${i}`,
        kind: 'article',
        tags: i % 2 ? ['odd'] : [],
        at: now - (i < 150 ? 300 : 3) * day,
      })),
      popularity: Uint32Array.from({ length: count }, (_, i) => (i < count / 2 ? 500 - i : 0)),
      fromContent: Uint8Array.from({ length: count }, (_, i) => (i < count / 2 ? 0 : 1)),
      eigenvalues: Float64Array.of(5, 5),
      ...quantise(
        Float64Array.from({ length: 2 * count }, (_, i) => Math.sin(i * i)),
        2,
      ),
    },
    'test',
  )
}

const served = model()
const input = (more: Partial<RecommendInput> = {}): RecommendInput => ({
  history: [],
  interests: [],
  hidden: new Set(),
  notTags: [],
  now,
  count: 10,
  seed: 'ada',
  ...more,
})
const idsOf = (more: Partial<RecommendInput> = {}): string[] =>
  recommend(served, input(more)).map(({ item }) => item)
const number = (id: string): number => Number(id.slice(5))
const usual = idsOf({ seed: undefined })

test('one of ten places goes to what few have met, never one of the first four, and it says so', () => {
  for (const seed of ['ada', 'bo', '林一诺', 'dee']) {
    const list = recommend(served, input({ seed }))
    const strange = list.filter(({ item }) => !usual.includes(item))
    expect(strange).toHaveLength(1)
    const { item, reason } = strange[0]!
    expect(list.findIndex((entry) => entry.item === item)).toBeGreaterThanOrEqual(4)
    expect(number(item)).toBeGreaterThanOrEqual(75)
    expect(reason.kind).toBe(number(item) < 150 ? 'explore' : 'new')
    expect(list.map((entry) => entry.item).filter((id) => id !== item)).toEqual(usual.slice(0, 9))
  }
})

test('a list stays as it is all day, and is another one on another day or for another member', () => {
  expect(idsOf({ now: now + day / 3 })).toEqual(idsOf())
  const lists = Array.from({ length: 20 }, (_, i) => idsOf({ now: now + i * day }).join())
  expect(new Set(lists).size).toBeGreaterThan(15)
  const members = Array.from({ length: 20 }, (_, i) => idsOf({ seed: `member-${i}` }).join())
  expect(new Set(members).size).toBeGreaterThan(15)
})

test('a longer list explores no more, and neither loses nor doubles anything', () => {
  const long = idsOf({ count: 30 })
  expect(new Set(long).size).toBe(30)
  expect(long.filter((id) => !idsOf({ count: 30, seed: undefined }).includes(id)).length).toBeLessThanOrEqual(
    1,
  )
  expect(idsOf({ count: 1000 }).sort()).toEqual(served.items.map(({ id }) => id).sort())
})

test('chance lets in nothing that was put away, unwanted, met or is no candidate', () => {
  for (let i = 0; i < 40; i++) {
    const list = idsOf({
      seed: `member-${i}`,
      hidden: new Set(served.items.slice(75, 120).map(({ id }) => id)),
      notTags: ['odd'],
      history: served.items.slice(120, 140).map(({ id }) => ({ item: id, weight: 1 })),
      candidates: (id) => number(id) < 160,
    })
    const strange = list.map(number).filter((n) => n >= 75)
    for (const n of strange) expect(n >= 140 && n < 160 && n % 2 === 0, `${n}`).toBe(true)
    expect(strange.length).toBeGreaterThan(0)
  }
})

test('whoever reads what chance let in gets another one, and the rest stays', () => {
  const before = idsOf()
  const strange = before.find((id) => !usual.includes(id))!
  const after = idsOf({ hidden: new Set([strange]) })
  expect(after).not.toContain(strange)
  expect(after.filter((id) => usual.includes(id))).toEqual(before.filter((id) => usual.includes(id)))
})

test('the share is bounded, and without a share, a member or a model nothing is left to chance', () => {
  const strangers = (explorationShare: number): number =>
    recommend(served, input(), { ...shownList, explorationShare }).filter(({ item }) => !usual.includes(item))
      .length
  expect([0, 0.1, 0.2, 0.5, 7].map(strangers)).toEqual([0, 1, 2, 5, 5])
  expect(recommend(served, input(), scoresAlone)).toEqual(
    recommend(served, input({ seed: undefined }), scoresAlone),
  )
  const later = served.items
  expect(recommend(emptyModel(), input({ later }))).toEqual(
    recommend(emptyModel(), input({ later, seed: undefined })),
  )
})
