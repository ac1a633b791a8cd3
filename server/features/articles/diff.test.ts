import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { editsBetween, rewrite } from './diff.ts'

function applied(before: string, after: string): string {
  let text = before
  for (const edit of editsBetween(before, after).reverse()) {
    text = text.slice(0, edit.at) + edit.insert + text.slice(edit.at + edit.remove)
  }
  return text
}

test('edits always lead to the new text', () => {
  const line = fc.constantFrom('alpha beta\n', '先承认会错\n', '\n', 'x', '🙂 ok\n', '```js\n', 'gamma ')
  const text = fc.array(line, { maxLength: 30 }).map((lines) => lines.join(''))
  fc.assert(
    fc.property(text, text, (before, after) => {
      expect(applied(before, after)).toBe(after)
    }),
    { seed: 20260101, numRuns: 2_000 },
  )
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (before, after) => {
      expect(applied(before, after)).toBe(after)
    }),
    { seed: 20260102, numRuns: 2_000 },
  )
})

test('a word changed here and a line added there are two small edits', () => {
  const before = ['# Title', '', 'One line that stays.', 'The quick fox jumps.', 'Another.', ''].join('\n')
  const after = ['# Title', '', 'One line that stays.', 'The slow fox jumps.', 'Another.', 'New.', ''].join(
    '\n',
  )
  expect(editsBetween(before, after)).toEqual([
    { at: before.indexOf('quick'), remove: 5, insert: 'slow' },
    { at: before.length, remove: 0, insert: 'New.\n' },
  ])
})

test('characters outside the basic plane are never cut in half', () => {
  for (const edit of editsBetween('a 🙂 b\n', 'a 🙃 b\n')) {
    expect(edit).toEqual({ at: 2, remove: 2, insert: '🙃' })
  }
})

test('a small revision of a long article costs readers a small update', () => {
  const body = Array.from({ length: 3_000 }, (_, i) => `Paragraph ${i} says something of its own.\n\n`).join(
    '',
  )
  const doc = new Y.Doc()
  doc.getText('body').insert(0, body)
  const reader = Y.encodeStateVector(doc)
  const revised = body
    .replace('Paragraph 10 says something', 'Paragraph 10 says anything')
    .replace('Paragraph 2900 says', 'Paragraph 2900 now says')
  expect(rewrite(doc.getText('body'), revised)).toBe(true)
  expect(doc.getText('body').toString()).toBe(revised)
  expect(Y.encodeStateAsUpdate(doc, reader).byteLength).toBeLessThan(150)
  expect(rewrite(doc.getText('body'), revised)).toBe(false)
})

test('texts without a line in common are replaced in a moment', () => {
  const before = Array.from({ length: 20_000 }, (_, i) => `old ${i}\n`).join('')
  const after = Array.from({ length: 20_000 }, (_, i) => `new ${i * 7}\n`).join('')
  const begin = performance.now()
  expect(applied(before, after)).toBe(after)
  expect(performance.now() - begin).toBeLessThan(5_000)
})
