import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { fold, termsOf } from './fold.ts'
import { plainText } from './plain.ts'
import { needlesOf, placesOf } from './query.ts'
import { marksIn, snippetOf } from './snippet.ts'

const found = (query: string, text: string): string[] => {
  const folded = fold(text)
  return needlesOf(query).flatMap((needle) =>
    placesOf(needle, folded, 9).map(([from, to]) => text.slice(from, to)),
  )
}

test('folding changes no place in a text', () => {
  expect(fold('Ｒｅａｃｔ Café ÀÉÎ 状态')).toBe('react cafe aei 状态')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      expect(fold(text)).toHaveLength(text.length)
    }),
    { seed: 6, numRuns: 300 },
  )
})

test('words are found where they begin, in both numbers, and not within others', () => {
  expect(found('hook', 'Hooks, a hook; unhook, hooking')).toEqual(['Hooks', 'hook', 'hooking'])
  expect(found('hooks', 'Hooks, a hook; unhook, hookah')).toEqual(['Hooks', 'hook'])
  expect(found('redis', 'Redis redirects')).toEqual(['Redis'])
  expect(found('react', '用React写')).toEqual(['React'])
})

test('中文 is found as it stands, wherever, and a phrase in quotes in no other way', () => {
  expect(found('状态', '组件状态管理')).toEqual(['状态'])
  expect(found('React状态', '状态 and React')).toEqual(['React', '状态'])
  expect(found('"the hook"', 'the hook, the hooks, bathe hook')).toEqual(['the hook'])
  expect(found('「状态 管理」', '状态管理 状态 管理')).toEqual(['状态 管理'])
})

test('an index knows every character of a run as the beginning of a term', () => {
  expect(termsOf('前端框架 hooks')).toEqual(['前端', '端框', '框架', '架', 'hook'])
  expect(needlesOf('"前端框架"')).toMatchObject([{ terms: ['前端', '端框', '框架'] }])
  expect(needlesOf('"框架 hooks"')).toMatchObject([{ terms: ['框架', '架', 'hook'] }])
})

test('a question is made of so many words at most, each once', () => {
  expect(needlesOf('a a b')).toHaveLength(2)
  expect(needlesOf(Array.from({ length: 50 }, (_, i) => `w${i}`).join(' ')).length).toBeLessThanOrEqual(12)
  expect(needlesOf(' !? "" 「」 … ')).toEqual([])
})

test('a snippet is one line around what was looked for, marked where it stands', () => {
  const text = `${'Long before.\n'.repeat(40)}Here is the needle\nin a haystack. ${'Long after. '.repeat(40)}`
  const snippet = snippetOf(text, needlesOf('needle haystack'))
  expect(snippet.marks.map(([from, to]) => snippet.text.slice(from, to))).toEqual(['needle', 'haystack'])
  expect(snippet.text).toMatch(/^….*the needle in a haystack.*…$/)
  expect(snippet.text.length).toBeLessThan(200)
  expect(snippetOf('Short text', needlesOf('absent'))).toEqual({ text: 'Short text', marks: [] })
})

test('marks are in order, apart, and within the text, whatever is looked for in it', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '状', '态', ' ', '\n', '"', 's', '😀') })
  fc.assert(
    fc.property(text, text, (body, query) => {
      const needles = needlesOf(query)
      for (const { text: line, marks } of [
        { text: body, marks: marksIn(body, needles) },
        snippetOf(body, needles),
      ]) {
        let last = -1
        for (const [from, to] of marks) {
          expect(from).toBeGreaterThan(last)
          expect(to).toBeGreaterThan(from)
          expect(to).toBeLessThanOrEqual(line.length)
          last = to
        }
      }
    }),
    { seed: 6, numRuns: 500 },
  )
})

test('of Markdown what a reader sees is searched, and code as it is', () => {
  const markdown =
    '# Title\n\n> A **bold** [link](https://example.org/a_(b) "t") and ![alt](x.png)\n\n```js\nconst __x__ = 1\n```\n\n| a | b |\n|---|---|\n- item <em>em</em>'
  const plain = plainText(markdown)
  for (const text of ['Title', 'A bold link and alt', 'const __x__ = 1', 'item em'])
    expect(plain).toContain(text)
  expect(plain).not.toMatch(/example\.org|\*\*|```|---|<em>/)
})

test.each(['<!--', '[', '![a](', '[a](b(', '|-', '<a', '**', '`'])('no text makes it slow: %s', (piece) => {
  const began = process.cpuUsage().user
  plainText(piece.repeat(100_000 / piece.length))
  expect((process.cpuUsage().user - began) / 1_000).toBeLessThan(1_500)
})
