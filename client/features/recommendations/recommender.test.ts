import { expect, test } from 'vitest'
import { translate } from '#shared/words/index.ts'
import { createRecommender } from '../../worker/recommend.ts'
import { inLanguage, languagesOf, placesLost } from './in-language.ts'
import { mixed } from './mixed.ts'
import { reasonText } from './reasons.ts'
import { askedOf } from './recommender.ts'
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
      count: 0,
      ...more,
    },
  ]
}

/** Through the worker's own code. */
async function listOf(shelf: Shelf, known: Partial<Parameters<typeof askedOf>[0]> = {}) {
  const asked = await askedOf({
    shelf,
    history: [],
    tags: new Map(),
    hidden: new Map(),
    model: undefined,
    now,
    ...known,
  })
  const worker = createRecommender()
  expect(await worker.load(asked.artefact.bytes, asked.artefact.version)).toMatchObject({ ok: true })
  return worker.recommend(asked.request)
}

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

test('what is in a language that the reader does not use comes a little later; nothing is left out', () => {
  const ranked = ['zh', 'zh', '', 'en', 'de-DE', ...Array.from({ length: 10 }, () => 'en')].map(
    (lang, i) => ({
      id: i,
      item: { lang },
    }),
  )
  const order = (used: Set<string>): number[] => inLanguage(ranked, used).map(({ id }) => id)
  const english = order(languagesOf('en', []))
  expect(english.slice(0, 3)).toEqual([2, 3, 5])
  expect(english.indexOf(0)).toBe(placesLost - 2)
  expect(english.toSorted((a, b) => a - b)).toEqual(ranked.map(({ id }) => id))
  expect(order(languagesOf('en', [{ lang: 'zh-CN' }, { lang: 'de' }, { lang: '' }]))).toEqual(
    ranked.map(({ id }) => id),
  )
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
