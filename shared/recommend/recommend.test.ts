import { expect, test } from 'vitest'
import { foldIn } from './fold-in.ts'
import { type CatalogueItem, createModel, emptyModel, type Model, quantise } from './model.ts'
import { type RecommendInput, recommend, scoresAlone } from './recommend.ts'

const day = 86_400_000
const now = 1_700_000_000_000
const subjects = ['databases', 'networks', 'design', '数学']
const perSubject = 12

/** Four subjects on four axes; the items of a subject differ a little, the later ones being met more often. */
function model(common = 0): Model {
  const items: CatalogueItem[] = []
  const vectors: number[] = []
  const popularity: number[] = []
  subjects.forEach((subject, axis) => {
    for (let i = 0; i < perSubject; i++) {
      items.push({ id: `${subject}/${i}`, kind: 'article', tags: [subject], at: now - (100 + i) * day })
      for (let k = 0; k < 4; k++)
        vectors.push(k === axis ? 0.8 + 0.02 * i : common + 0.05 * Math.sin(i + 3 * k))
      popularity.push(20 + 10 * i + (axis === 2 ? 300 : 0))
    }
  })
  return createModel(
    {
      settings: {
        dimensions: 4,
        unobservedWeight: 0.1,
        regularisation: 0.02,
        frequencyExponent: 1,
        learntItems: items.length,
        popularityShare: 0,
      },
      trainedAt: now,
      items,
      popularity: Uint32Array.from(popularity),
      fromContent: new Uint8Array(items.length),
      eigenvalues: Float64Array.of(10, 9.9, 9.8, 9.7),
      ...quantise(Float64Array.from(vectors), 4),
      report: emptyModel().report,
    },
    'test',
  )
}

const input = (more: Partial<RecommendInput> = {}): RecommendInput => ({
  history: [],
  interests: [],
  hidden: new Set(),
  notTags: [],
  now,
  count: 10,
  ...more,
})

const read = (...items: string[]): RecommendInput['history'] => items.map((item) => ({ item, weight: 1 }))
const subjectOf = (id: string): string => id.split('/')[0]!

test('a member whom the model never saw gets a personal list from three articles', () => {
  const list = recommend(model(), input({ history: read('databases/0', 'databases/3', 'databases/5') }))
  expect(list).toHaveLength(10)
  expect(list.slice(0, 5).map(({ item }) => subjectOf(item))).toEqual(Array(5).fill('databases'))
  const other = recommend(model(), input({ history: read('数学/0', '数学/3', '数学/5') }))
  expect(subjectOf(other[0]!.item)).toBe('数学')
})

test('what was met, hidden, unwanted or is no candidate never comes back, however the list is filled', () => {
  const history = read('databases/0', 'databases/3', 'databases/5')
  const hidden = new Set(['databases/11', 'networks/4'])
  const list = recommend(
    model(),
    input({
      history,
      hidden,
      notTags: ['数学'],
      interests: ['数学', 'databases'],
      candidates: (id) => id !== 'design/2',
      count: 1000,
    }),
  )
  expect(list).toHaveLength(4 * perSubject - perSubject - 3 - 2 - 1)
  const ids = new Set(list.map(({ item }) => item))
  for (const gone of [...history.map(({ item }) => item), ...hidden, 'design/2'])
    expect(ids.has(gone)).toBe(false)
  expect(list.some(({ item }) => subjectOf(item) === '数学')).toBe(false)
})

test('the items named as the reason are the ones that add most to the score', () => {
  const served = model()
  const history = read('databases/0', 'networks/1', 'databases/7', 'networks/8', 'design/2')
  const vector = (id: string): Float32Array => {
    const row = served.rowById.get(id)!
    return served.vectors.subarray(4 * row, 4 * row + 4)
  }
  const member = foldIn(
    served.settings,
    served.eigenvalues,
    history.map(({ item, weight }) => ({ vector: vector(item), weight })),
  )
  const list = recommend(served, input({ history }))
  const because = list.filter(({ reason }) => reason.kind === 'because')
  expect(because.length).toBeGreaterThan(5)
  for (const { item, reason } of because) {
    if (reason.kind !== 'because') continue
    const added = member.contributions(vector(item))
    const ranked = history
      .map(({ item }, i) => ({ item, added: added[i]! }))
      .sort((a, b) => b.added - a.added)
    expect(reason.itemIds).toEqual(ranked.slice(0, reason.itemIds.length).map(({ item }) => item))
    expect(reason.itemIds.map(subjectOf)).toContain(subjectOf(item))
    for (const { added } of ranked.slice(0, reason.itemIds.length)) {
      expect(added).toBeGreaterThanOrEqual(ranked[0]!.added / 4)
    }
  }
})

test('what adds to everything alike is not given as the reason, however much it adds', () => {
  // Everybody attends the event, so its vector lies where all the items' mean lies.
  const served = model(0.6)
  const event = { id: 'event', kind: 'event', tags: [], at: now }
  const withEvent = createModel(
    {
      ...served,
      items: [...served.items, event],
      popularity: Uint32Array.of(...served.popularity, 400),
      fromContent: new Uint8Array(served.items.length + 1),
      ...quantise(Float64Array.of(...served.vectors, 1.5, 1.5, 1.5, 1.5), 4),
    },
    'test',
  )
  const list = recommend(
    withEvent,
    input({ history: read('event', 'event', 'databases/3', 'databases/5') }),
    scoresAlone,
  )
  for (const { reason } of list) {
    expect(reason.kind === 'because' ? reason.itemIds[0] : '').toMatch(/^databases/)
  }
})

test('without a history the popular comes first and is called popular', () => {
  const [first] = recommend(model(), input())
  expect(first).toMatchObject({ item: 'design/11', reason: { kind: 'popular' } })
})

test('without a history chosen interests come before what is popular elsewhere, and are the reason', () => {
  const list = recommend(model(), input({ interests: ['networks', '数学'] }), scoresAlone)
  for (const { item, reason } of list) expect(reason).toEqual({ kind: 'tag', tag: subjectOf(item) })
  expect(new Set(list.map(({ item }) => subjectOf(item)))).toEqual(new Set(['networks', '数学']))
  const shown = recommend(model(), input({ interests: ['networks', '数学'] }))
  expect(shown.filter(({ reason }) => reason.kind === 'tag').length).toBeGreaterThanOrEqual(7)
})

test('among the first thirty nothing published long ago is called new', () => {
  const list = recommend(model(), input({ history: read('databases/1'), interests: ['networks'], count: 30 }))
  expect(list.filter(({ reason }) => reason.kind === 'new')).toEqual([])
})

test('below three items history, popularity and interests are blended', () => {
  const kinds = (...items: string[]): Set<string> =>
    new Set(
      recommend(model(), input({ history: read(...items), interests: ['networks'], count: 20 })).map(
        ({ reason }) => reason.kind,
      ),
    )
  expect(kinds('databases/1')).toEqual(new Set(['tag', 'because', 'popular']))
  const list = recommend(model(), input({ history: read('databases/1', 'databases/2', 'databases/3') }))
  expect(list[0]!.reason.kind).toBe('because')
})

test('interests still count for a little when the history speaks', () => {
  const history = read('databases/0', 'databases/3', 'networks/3', 'networks/0')
  const place = (interests: string[]): number =>
    recommend(model(), input({ history, interests, count: 40 }), scoresAlone).findIndex(
      ({ item }) => item === 'networks/5',
    )
  expect(place(['networks'])).toBeLessThan(place(['databases']))
})

test('the same act long ago weighs less than today', () => {
  const list = (databasesAt: number, networksAt: number): string =>
    subjectOf(
      recommend(
        model(),
        input({
          history: [
            ...[1, 2].map((i) => ({ item: `databases/${i}`, weight: 1, at: databasesAt })),
            ...[1, 2].map((i) => ({ item: `networks/${i}`, weight: 1, at: networksAt })),
          ],
        }),
        scoresAlone,
      )[0]!.item,
    )
  expect(list(now, now - 400 * day)).toBe('databases')
  expect(list(now - 400 * day, now)).toBe('networks')
})

test('the popularity penalty lets the less met rise and diversity mixes subjects', () => {
  const served = model()
  const history = read('design/0', 'design/1', 'databases/0', 'databases/1')
  const meanPopularity = (popularityPenalty: number): number => {
    const list = recommend(served, input({ history }), { diversity: 0, popularityPenalty })
    return list.reduce((sum, { item }) => sum + served.popularity[served.rowById.get(item)!]!, 0)
  }
  expect(meanPopularity(0.3)).toBeLessThan(meanPopularity(0))
})

test('something published after the model was trained comes up for those whom its tags suit, and as new', () => {
  const later = [
    { id: 'databases/later', kind: 'article', tags: ['databases'], at: now },
    { id: 'bare', kind: 'article', tags: [], at: now },
  ]
  const scoreFor = (subject: string): number =>
    recommend(
      model(),
      input({ history: read(`${subject}/0`, `${subject}/1`, `${subject}/2`), later, count: 50 }),
    ).find(({ item }) => item === 'databases/later')!.score
  expect(scoreFor('databases')).toBeGreaterThan(scoreFor('networks') + 0.5)
  const list = recommend(model(), input({ later, count: 50 }))
  expect(list.find(({ item }) => item === 'bare')!.reason).toEqual({ kind: 'new' })
})

test('without any model the newest and the chosen are shown', () => {
  const later = [
    { id: 'old', kind: 'article', tags: [], at: now - 90 * day },
    { id: 'wanted', kind: 'article', tags: ['sync'], at: now - 300 * day },
    { id: 'new', kind: 'article', tags: [], at: now },
  ]
  expect(recommend(emptyModel(), input({ later, interests: ['sync'] }))).toMatchObject([
    { item: 'wanted', reason: { kind: 'tag', tag: 'sync' } },
    { item: 'new', reason: { kind: 'new' } },
    { item: 'old', reason: { kind: 'new' } },
  ])
})

test('history of items that nobody knows any more changes nothing', () => {
  const gone = recommend(model(), input({ history: read('gone/1', 'gone/2', 'gone/3') }))
  expect(gone).toEqual(recommend(model(), input()))
})
