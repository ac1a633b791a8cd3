import { expect, test } from 'vitest'
import { createModel, emptyModel, type Model, quantise } from './model.ts'
import { type RecommendInput, recommend, scoresAlone } from './recommend.ts'

const now = 1_700_000_000_000
const subjects = ['databases', 'networks', 'design']
const perSubject = 10

/** Behaviour tells the items apart by nothing much; their texts by subject. One item has no text. */
function model(textShare: number): Model {
  const empty = emptyModel()
  const count = subjects.length * perSubject
  const subjectOf = (row: number): number => Math.floor(row / perSubject)
  return createModel(
    {
      ...empty,
      settings: { ...empty.settings, dimensions: 2, learntItems: count, textShare },
      items: Array.from({ length: count }, (_, row) => ({
        id: `${subjects[subjectOf(row)]}/${row % perSubject}`,
        kind: 'article',
        tags: [],
        at: 0,
      })),
      popularity: new Uint32Array(count).fill(30),
      fromContent: new Uint8Array(count),
      eigenvalues: Float64Array.of(5, 5),
      ...quantise(
        Float64Array.from({ length: 2 * count }, (_, i) => 1 + 0.1 * Math.sin(i * i)),
        2,
      ),
      text: {
        dimensions: 3,
        ...quantise(
          Float64Array.from({ length: 3 * count }, (_, i) => {
            const row = Math.floor(i / 3)
            return row === count - 1 ? 0 : i % 3 === subjectOf(row) ? 1 : 0.01 * (row % perSubject)
          }),
          3,
        ),
      },
    },
    'test',
  )
}

const input = (...items: string[]): RecommendInput => ({
  history: items.map((item) => ({ item, weight: 1 })),
  interests: [],
  hidden: new Set(),
  notTags: [],
  now,
  count: 7,
})

test('where texts have a share, what reads like the history comes first, and the history is the reason', () => {
  const read = input('databases/1', 'databases/2', 'databases/4')
  const list = recommend(model(4), read, scoresAlone)
  for (const { item, reason } of list) {
    expect(item).toMatch(/^databases/)
    expect(reason.kind).toBe('because')
  }
})

test('the reason names what reads alike and not the rest of the history', () => {
  const list = recommend(
    model(2),
    input('databases/1', 'networks/2', 'networks/3', 'networks/4'),
    scoresAlone,
  )
  expect(list[0]!.item).toMatch(/^networks/)
  for (const { item, reason } of list) {
    if (reason.kind !== 'because' || !item.startsWith('networks')) continue
    for (const cause of reason.itemIds) expect(cause).toMatch(/^networks/)
  }
})

test('without a share texts change nothing', () => {
  const read = input('databases/1', 'networks/2', 'design/3')
  const { text: _, ...without } = model(0)
  expect(recommend(model(0), read)).toEqual(recommend(createModel(without, 'test'), read))
  expect(recommend({ ...model(1), text: undefined }, read)).toEqual(recommend(model(0), read))
})

test('what has no text is neither raised nor put back by texts', () => {
  const read = input('databases/1', 'databases/2', 'databases/4')
  const bare = (share: number): number =>
    recommend(model(share), { ...read, count: 100 }, scoresAlone).find(({ item }) => item === 'design/9')!
      .score
  expect(bare(1)).toBe(bare(0))
})

test('a history without texts is judged by the rest', () => {
  const read = input('design/9', 'design/9', 'gone')
  expect(recommend(model(1), read)).toEqual(recommend(model(0), read))
})

test('what was published since the model was trained has no text yet and still ranks', () => {
  const later = [{ id: 'later', kind: 'article', tags: [], at: now }]
  const list = recommend(model(1), {
    ...input('databases/1', 'databases/2', 'databases/3'),
    later,
    count: 100,
  })
  expect(list.map(({ item }) => item)).toContain('later')
})
