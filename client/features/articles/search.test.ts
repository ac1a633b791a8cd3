import { expect, test } from 'vitest'
import { matches, tagsOf } from './search.ts'

const article = { title: 'CRDT 合并的是数据', tags: ['local-first', 'rust'], authorName: '周岩' }

test('every word must be found somewhere: title, tags or author; width and case do not matter', () => {
  expect(matches(article, 'crdt RUST', [])).toBe(true)
  expect(matches(article, 'ＣＲＤＴ 合并', [])).toBe(true)
  expect(matches(article, '周岩', [])).toBe(true)
  expect(matches(article, 'crdt go', [])).toBe(false)
  expect(matches(article, '  ', [])).toBe(true)
})

test('tags narrow down together', () => {
  expect(matches(article, '', ['rust'])).toBe(true)
  expect(matches(article, '', ['rust', 'go'])).toBe(false)
})

test('the commonest tags come first', () => {
  expect(tagsOf([{ tags: ['b', 'a'] }, { tags: ['a'] }, { tags: ['c'] }])).toEqual(['a', 'b', 'c'])
})
