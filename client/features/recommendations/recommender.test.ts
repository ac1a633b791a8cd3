import { expect, test } from 'vitest'
import type { Recommendation } from '#shared/recommend/recommend.ts'
import { translate } from '#shared/words/index.ts'
import { createRecommender } from '../../worker/recommend.ts'
import { countsArtefact } from './counts.ts'
import type { Artefact, Request } from './engine.ts'
import { mixed } from './mixed.ts'
import { reasonText } from './reasons.ts'
import { askedOf, type Known, type RecommendedList, recommendedOf } from './recommender.ts'
import { toShare } from './sharing.ts'
import type { Shelf, ShelfItem } from './shelf.ts'
import { visitAt } from './visit.ts'

const now = Date.UTC(2026, 5, 1)
const day = 86_400_000

const item = (id: string, more: Partial<ShelfItem> = {}): [string, ShelfItem] => {
  const kind = id.slice(0, id.indexOf(':')) as ShelfItem['kind']
  return [
    id,
    {
      id,
      kind,
      tags: [],
      at: now - 90 * day,
      title: id,
      detail: '',
      href: '',
      lang: '',
      by: '',
      byId: null,
      start: 0,
      end: 0,
      zone: '',
      place: '',
      subject: '',
      locked: false,
      count: 0,
      ...more,
    },
  ]
}

const nothingKnown: Omit<Known, 'shelf'> = {
  history: [],
  tags: new Map(),
  hidden: new Map(),
  wishes: new Map(),
  busy: [],
  taken: new Set(),
  model: undefined,
  now,
}

/** Through the worker's own code. */
async function listOf(shelf: Shelf, known: Partial<Known> = {}) {
  const asked = await askedOf({ ...nothingKnown, shelf, ...known })
  return ranker(asked.artefact, asked.request)
}

async function ranker({ bytes, version }: Artefact, request: Request): Promise<Recommendation[]> {
  const worker = createRecommender()
  expect(await worker.load(bytes, version)).toMatchObject({ ok: true })
  return worker.recommend(request)
}

/** As on the page. */
const pageOf = (shelf: Shelf, known: Partial<Known> = {}, before?: RecommendedList) =>
  recommendedOf(
    { ...nothingKnown, shelf, ...known },
    { language: 'en', zone: 'Europe/Berlin' },
    ranker,
    before,
  )
const ids = ({ items }: RecommendedList): string[] => items.map(({ item }) => item.id)

test('before there is a model, the much talked about and the new come first, and each says so', async () => {
  const shelf = new Map([
    item('article:old'),
    item('article:talked', { count: 30 }),
    item('article:new', { at: now - day }),
  ])
  const list = await listOf(shelf)
  expect(list.map(({ item, reason }) => [item, reason.kind])).toEqual([
    ['article:talked', 'popular'],
    ['article:new', 'new'],
    ['article:old', 'new'],
  ])
})

test('a chosen topic leads the list of a newcomer; an unwanted one, a hidden, a read and a past item are not in it', async () => {
  const shelf = new Map([
    item('article:topic', { tags: ['sql'] }),
    item('article:talked', { count: 30 }),
    item('article:unwanted', { tags: ['css'], count: 99 }),
    item('article:hidden', { count: 99 }),
    item('article:read', { count: 99 }),
    item('session:past', { start: now - 2, end: now - 1 }),
    item('session:ahead', { start: now + 1, end: now + 2 }),
  ])
  const list = await listOf(shelf, {
    tags: new Map([
      ['sql', 1],
      ['css', -1],
    ] as const),
    hidden: new Map([['article:hidden', 1]]),
    history: [{ item: 'article:read', weight: 1, at: now }],
  })
  expect(list.map(({ item }) => item).sort()).toEqual(['article:talked', 'article:topic', 'session:ahead'])
  expect(list[0]).toMatchObject({ item: 'article:topic', reason: { kind: 'tag', tag: 'sql' } })
})

test('no kind takes the whole list, unless there is no other; the order stays', () => {
  const ranked = ['s1', 's2', 's3', 's4', 'a1', 's5', 't1'].map((id) => ({ id, kind: id[0]! }))
  expect(mixed(ranked, 4, 2).map(({ id }) => id)).toEqual(['s1', 's2', 'a1', 't1'])
  expect(mixed(ranked, 6, 2).map(({ id }) => id)).toEqual(['s1', 's2', 's3', 's4', 'a1', 't1'])
  expect(mixed(ranked.slice(0, 4), 3, 1).map(({ id }) => id)).toEqual(['s1', 's2', 's3'])
})

test('less like this: it goes, and what is like it comes later; more like this: it stays, and its like comes first', async () => {
  const shelf = new Map([
    item('article:a', { tags: ['sql', 'wal'], count: 9 }),
    item('article:like', { tags: ['sql', 'wal'], count: 8 }),
    ...[7, 6, 5].map((count) => item(`thread:other-${count}`, { tags: ['css'], count })),
  ])
  const before = await pageOf(shelf)
  expect(ids(before).slice(0, 2)).toEqual(['article:a', 'article:like'])
  const less = await pageOf(shelf, { wishes: new Map([['article:a', { opinion: -1, at: now }]]) }, before)
  expect(ids(less)).toEqual(['thread:other-7', 'thread:other-6', 'thread:other-5', 'article:like'])
  const wish = new Map([['thread:other-5', { opinion: 1, at: now }]] as const)
  const more = await pageOf(shelf, { wishes: wish }, before)
  expect(ids(more).slice(0, 2)).toEqual(['thread:other-7', 'thread:other-6'])
  expect(more.items[4]!.item.id).toBe('thread:other-5')
  expect(more.items[0]!.reason).toEqual({ kind: 'because', itemIds: ['thread:other-5'] })
  expect(reasonText(more.items[0]!.reason, shelf, translate('en'), wish)).toBe('More like “thread:other-5”')
})

test('a topic that was put away takes all of it along, whatever else speaks for it, and so it stays', async () => {
  const shelf = new Map(
    Array.from({ length: 30 }, (_, i) =>
      item(`article:${i}`, { tags: [i % 2 ? 'css' : 'sql'], count: i % 2 ? 50 : 1 }),
    ),
  )
  const list = await pageOf(shelf, {
    tags: new Map([['css', -1]]),
    wishes: new Map([['article:1', { opinion: 1, at: now }]]),
  })
  expect(list.items).toHaveLength(10)
  expect(list.items.flatMap((entry) => entry.item.tags)).not.toContain('css')
})

test('“this week” is said where somebody spoke of it in the last seven days, and not otherwise', async () => {
  const shelf = new Map([
    item('article:talked', { count: 30, talkedAt: now - 6 * day }),
    item('article:once', { count: 29, talkedAt: now - 8 * day }),
    ...[1, 2, 3].map((i) => item(`article:${i}`)),
  ])
  const { items } = await pageOf(shelf)
  const said = items
    .slice(0, 2)
    .map(({ reason, lively }) => reasonText(reason, shelf, translate('en'), undefined, lively))
  expect(said).toEqual(['Popular, and talked about this week', 'Popular here'])
})

test('one cause is not named all down the list where others are as true', async () => {
  const shelf = new Map([
    ...['a', 'b'].map((id) => item(`article:${id}`, { tags: ['sql'] })),
    ...[4, 3, 2, 1].map((i) => item(`thread:${i}`, { tags: ['sql'], count: i })),
  ])
  const wish = (at: number) => ({ opinion: 1, at }) as const
  const { items } = await pageOf(shelf, {
    wishes: new Map([
      ['article:a', wish(now)],
      ['article:b', wish(now)],
    ]),
  })
  const first = items.map(({ reason }) => (reason.kind === 'because' ? reason.itemIds[0] : reason.kind))
  expect(first).toEqual(['article:a', 'article:a', 'article:b', 'article:b'])
})

test('what was taken down is not shown, although the model still knows it', async () => {
  const all = new Map([item('article:gone', { count: 99 }), item('article:here'), item('article:there')])
  const model = await countsArtefact([...all.values()])
  const left = new Map([...all].filter(([id]) => id !== 'article:gone'))
  expect(ids(await pageOf(left, { model })).sort()).toEqual(['article:here', 'article:there'])
})

test('what is at the same time as one’s own is shown lower, and says so', async () => {
  const hour = 3_600_000
  const own = {
    id: 'session:own',
    kind: 'session',
    title: 'Mine',
    eventId: 'x',
    start: now + hour,
    end: now + 2 * hour,
  } as const
  const shelf = new Map([
    item('session:clash', { start: now + hour, end: now + 2 * hour, eventId: 'x', count: 9 }),
    item('article:quiet'),
  ])
  const list = await pageOf(shelf, { busy: [own] })
  expect(list.items.map(({ item: { id }, clash }) => [id, clash?.id])).toEqual([
    ['article:quiet', undefined],
    ['session:clash', 'session:own'],
  ])
})

test('a reason names what is still there to be named', () => {
  const shelf = new Map([item('article:x', { title: 'On indexes' })])
  const because = (itemIds: string[]) => reasonText({ kind: 'because', itemIds }, shelf, translate('en'))
  expect(because(['article:gone', 'article:x'])).toBe('Because you read “On indexes”')
  expect(because(['article:gone'])).toBe('Like what you read')
  expect(reasonText({ kind: 'tag', tag: 'sql' }, shelf, translate('zh'))).toBe('你感兴趣的话题：#sql')
})

test('shared is what is new or has clearly grown, latest first, a few at a time, and only items', () => {
  const seen = (id: string, weight: number, at: number) => ({ item: id, weight, times: 1, at })
  const log = [
    seen('article:a', 1, 1),
    seen('article:b', 1.2, 2),
    seen('article:c', 2, 3),
    seen('search:private', 1, 4),
    seen('article:d', 70, 5),
  ]
  expect(toShare(log, { 'article:b': 1, 'article:c': 1 })).toEqual([
    { item: 'article:d', weight: 5 },
    { item: 'article:c', weight: 2 },
    { item: 'article:a', weight: 1 },
  ])
  const many = Array.from({ length: 100 }, (_, i) => seen(`article:${i}`, 1, i))
  expect(toShare(many, {})).toHaveLength(40)
  expect(toShare(log, { 'article:d': 5, 'article:c': 2, 'article:b': 1.2, 'article:a': 1 })).toEqual([])
})

test('a visit begins after half an hour away; its news are since the end of the one before', () => {
  const minute = 60_000
  const first = visitAt(undefined, 0)
  expect(first).toEqual({ at: 0 })
  expect(visitAt(first, 20 * minute)).toEqual({ at: 20 * minute })
  const second = visitAt({ at: 20 * minute }, 90 * minute)
  expect(second).toEqual({ at: 90 * minute, since: 20 * minute })
  expect(visitAt(second, 100 * minute)).toEqual({ at: 100 * minute, since: 20 * minute })
})
