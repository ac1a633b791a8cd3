import { expect, test } from 'vitest'
import type { Head, Kind } from '#shared/search/subjects.ts'
import { createShelf, type Shelf } from './shelf.ts'
import type { Question } from './types.ts'

const now = Date.UTC(2026, 4, 4)
const day = 86_400_000

function filled(
  items: Record<string, Partial<Head> & { kind?: Kind; body?: string; posts?: string[] }>,
): Shelf {
  const shelf = createShelf()
  for (const [id, { kind = 'article', body, posts, ...head }] of Object.entries(items)) {
    shelf.put(kind, id, { title: id, tags: [], text: '', authorId: null, author: '', at: now, ...head })
    const texts = posts ?? (body === undefined ? [] : [body])
    const parts = texts.map((text, i) => ({
      id: String(i),
      text,
      authorId: null,
      author: '',
      at: 0,
      ...(posts ? { number: i + 1 } : {}),
    }))
    shelf.setParts(kind, id, `room/${id}`, parts)
  }
  return shelf
}

const ids = (shelf: Shelf, text: string, more: Partial<Question> = {}): string[] =>
  shelf.search({ text, limit: 20, ...more }, now).found.map(({ id }) => id)

test('a title counts more than tags, those more than a lead, and that more than a text', () => {
  const shelf = filled({
    body: { title: 'x', body: 'all about caching' },
    lead: { title: 'x', text: 'caching' },
    tag: { title: 'x', tags: ['caching'] },
    title: { title: 'Caching' },
  })
  expect(ids(shelf, 'caching')).toEqual(['title', 'tag', 'lead', 'body'])
})

test('among equals the newer comes first, and an old title before a new text', () => {
  const shelf = filled({
    old: { title: 'Caching', at: now - 900 * day },
    fresh: { title: 'Caching', at: now },
    text: { title: 'x', body: 'caching '.repeat(50), at: now },
  })
  expect(ids(shelf, 'caching')).toEqual(['fresh', 'old', 'text'])
})

test('everything that is looked for has to be there, wherever', () => {
  const shelf = filled({
    both: { title: 'React', body: '渲染与状态' },
    one: { title: 'React', body: '路由' },
  })
  expect(ids(shelf, 'react 渲染')).toEqual(['both'])
  expect(ids(shelf, 'react渲染')).toEqual(['both'])
  expect(ids(shelf, 'react vue')).toEqual([])
})

test('a run of 中文 that stands nowhere is found by its bigrams, after those where it stands', () => {
  const shelf = filled({
    pieces: { title: 'x', body: '状态的管理，态管' },
    whole: { title: 'x', body: '状态管理' },
    half: { title: 'x', body: '状态' },
  })
  expect(ids(shelf, '状态管理')).toEqual(['whole'].concat(['pieces']))
  expect(ids(shelf, '"状态管理"')).toEqual(['whole'])
})

test('of a thread the best post is shown, and where it is', () => {
  const shelf = filled({ thread: { kind: 'thread', posts: ['hello', 'use redis for locks', 'redis'] } })
  const [found] = shelf.search({ text: 'redis locks', limit: 5 }, now).found
  expect(found).toMatchObject({ number: 2, fromBody: true, onlyBody: true })
  const { text, marks } = found!.snippet!
  expect(marks.map(([from, to]) => text.slice(from, to))).toEqual(['redis', 'locks'])
})

test('kind, tag, author and time narrow it down, and say what there is to narrow by', () => {
  const shelf = filled({
    a: { title: 'word', tags: ['css'], authorId: 'ada', author: 'Ada', at: now - 2 * day },
    b: { title: 'word', tags: ['js'], authorId: 'bo', author: 'Bo', at: now - 40 * day },
    c: { title: 'word', kind: 'course', at: now },
  })
  expect(ids(shelf, 'word', { kinds: ['course'] })).toEqual(['c'])
  expect(ids(shelf, 'word', { tag: 'css' })).toEqual(['a'])
  expect(ids(shelf, 'word', { authorId: 'bo' })).toEqual(['b'])
  expect(ids(shelf, 'word', { since: now - 7 * day })).toEqual(['c', 'a'])
  expect(ids(shelf, '', { tag: 'js' })).toEqual(['b'])
  expect(ids(shelf, '')).toEqual([])
  const answer = shelf.search({ text: 'word', limit: 1 }, now)
  expect(answer).toMatchObject({ total: 3, tags: ['css', 'js'] })
  expect(answer.authors).toContainEqual({ id: 'ada', name: 'Ada' })
})

test('what is taken away is gone, and gives its room back', () => {
  const shelf = filled({ a: { title: 'Gone', body: 'text' } })
  shelf.setParts('article', 'a', 'room/a', undefined)
  expect(ids(shelf, 'text')).toEqual([])
  expect(ids(shelf, 'gone')).toEqual(['a'])
  shelf.remove('article', 'a')
  expect(ids(shelf, 'gone')).toEqual([])
  expect(shelf.size()).toEqual({ items: 0, characters: 0 })
})
