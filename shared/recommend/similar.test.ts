import { expect, it } from 'vitest'
import { createSimilar } from './similar.ts'

const titles = [
  ['kafka', 'How do I rebalance Kafka consumers without losing messages?', ['kafka']],
  ['offline', '离线时的评论会丢失吗？', ['离线', '同步']],
  ['vacuum', 'Autovacuum cannot keep up with a table of queues', ['postgres']],
  ['pool', 'What size should a PostgreSQL connection pool have?', ['postgres']],
  ['crdt', '用 CRDT 做协作编辑值得吗', ['crdt']],
  ['yjs', 'Yjs documents grow without end', ['crdt']],
  ['index', '数据库索引什么时候会失效？', ['数据库']],
  ['hello', 'Introduce yourself', []],
  ['lunch', 'Where do we have lunch on Saturday?', []],
] as const
const similar = createSimilar(titles.map(([id, title, tags]) => ({ id, title, tags: [...tags] })))
const found = (title: string, more: { tags?: string[]; body?: string } = {}): string[] =>
  similar.find({ title, tags: more.tags ?? [], body: more.body ?? '' }, 5).map(({ id }) => id)

it('finds the question that was asked in other words, in English and in 中文', () => {
  expect(found('Losing messages when Kafka consumer rebalances')[0]).toBe('kafka')
  expect(found('connection pool size')[0]).toBe('pool')
  expect(found('Yjs document keeps growing')[0]).toBe('yjs')
  expect(found('离线评论丢失怎么办')[0]).toBe('offline')
  expect(found('为什么我的索引失效了')[0]).toBe('index')
})

it('says nothing where only the words of asking are alike', () => {
  expect(found('How do I get a visa?')).toEqual([])
  expect(found('What should we have for this?')).toEqual([])
  expect(found('请问大家怎么样')).toEqual([])
  expect(found('')).toEqual([])
  expect(found('?!')).toEqual([])
})

it('lets tags and the text support a title, and not speak for it', () => {
  const alone = similar.find({ title: 'a table that grows', tags: [], body: '' }, 5)
  const with_ = similar.find(
    { title: 'a table that grows', tags: ['postgres'], body: 'Autovacuum is on.' },
    5,
  )
  const likenessOf = (list: typeof alone): number => list.find(({ id }) => id === 'vacuum')?.likeness ?? 0
  expect(likenessOf(with_)).toBeGreaterThan(likenessOf(alone))
  expect(found('xyzzy', { body: 'Kafka consumers rebalance and lose messages' })).toEqual([])
})

it('names at most as many as asked for, the likest first', () => {
  const many = createSimilar(
    Array.from({ length: 50 }, (_, i) => ({
      id: String(i),
      title: `Kafka lag ${i < 10 ? 'alert' : 'graph'}`,
      tags: [],
    })),
  )
  const list = many.find({ title: 'Kafka lag alert', tags: [], body: '' }, 5)
  expect(list.map(({ id }) => id)).toEqual(['0', '1', '2', '3', '4'])
  expect(list.every(({ likeness }) => likeness > 0.9)).toBe(true)
  expect(createSimilar([]).find({ title: 'Kafka', tags: [], body: '' }, 5)).toEqual([])
})
