import { expect, test } from 'vitest'
import { readCsv, readLists } from './formats.ts'
import type { Interactions } from './interactions.ts'

/** Interactions as people would write them down. */
function plain({ itemIds, member, item, weight, at }: Interactions): [number, string, number, number][] {
  return Array.from(member, (row, i) => [row, itemIds[item[i]!]!, weight[i]!, at[i]!])
}

test('lists give one interaction an item, numbered members in order of appearance', () => {
  const { interactions, lines, problems } = readLists('7 a b\r\n\n9 b\n7 c\n11\n')
  expect(plain(interactions)).toEqual([
    [0, 'a', 1, Number.NaN],
    [0, 'b', 1, Number.NaN],
    [1, 'b', 1, Number.NaN],
    [0, 'c', 1, Number.NaN],
  ])
  expect({ lines, problems }).toEqual({ lines: 4, problems: [] })
})

test('csv takes a weight and a time in any of three forms, quotes, a header and a byte order mark', () => {
  const text = [
    '\uFEFFmember_id,item,weight,time',
    'ann,article-1',
    '"smith, j","the ""one""",2.5,2026-01-02T03:04:05Z',
    'ann, article-2 ,,1700000000',
    'ann,article-3,1,1700000000000',
  ].join('\r\n')
  const { interactions, lines, problems } = readCsv(text)
  expect(problems).toEqual([])
  expect(lines).toBe(4)
  expect(interactions.members).toBe(2)
  expect(plain(interactions)).toEqual([
    [0, 'article-1', 1, Number.NaN],
    [1, 'the "one"', 2.5, Date.parse('2026-01-02T03:04:05Z')],
    [0, 'article-2', 1, 1_700_000_000_000],
    [0, 'article-3', 1, 1_700_000_000_000],
  ])
})

test('each line that cannot be read is named with its number and spoils no other', () => {
  const text = 'ann\nann,a\n,a\nann,\nann,a,-1\nann,a,many\nann,a,1,yesterday\n"ann,a\nann,a,1,2,3\nbob,b\n'
  const { interactions, problems, lines } = readCsv(text)
  expect(problems).toEqual([
    { line: 1, problem: 'columns' },
    { line: 3, problem: 'member' },
    { line: 4, problem: 'item' },
    { line: 5, problem: 'weight' },
    { line: 6, problem: 'weight' },
    { line: 7, problem: 'time' },
    { line: 8, problem: 'quotes' },
    { line: 9, problem: 'columns' },
  ])
  expect(lines).toBe(10)
  expect(interactions.member.length).toBe(2)
})

test('a million interactions fit, in memory that threads share', () => {
  const { interactions } = readLists(
    Array.from({ length: 10_000 }, (_, member) => `${member} ${'x '.repeat(100)}`).join('\n'),
  )
  expect(interactions.member.length).toBe(1_000_000)
  expect(interactions.member.buffer).toBeInstanceOf(SharedArrayBuffer)
})
