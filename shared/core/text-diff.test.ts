import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { countWords } from './text.ts'
import {
  changedWords,
  type DiffLine,
  diffLines,
  editsBetween,
  lossBetween,
  spliceToward,
} from './text-diff.ts'

function applied(before: string, after: string): string {
  let text = before
  for (const edit of editsBetween(before, after).reverse()) {
    text = text.slice(0, edit.at) + edit.insert + text.slice(edit.at + edit.remove)
  }
  return text
}

/** One side of a difference, as it was written. */
function side(lines: DiffLine[], without: 'added' | 'removed'): string {
  return lines
    .filter((line) => line.kind !== without)
    .map((line) =>
      line.spans
        .filter((span) => span.kind !== without)
        .map((span) => span.text)
        .join(''),
    )
    .join('\n')
}

/** A line as `[-gone-]{+come+}`, with its kind's sign before it. */
function drawn(line: DiffLine): string {
  const sign = { same: ' ', added: '+', removed: '-', changed: '~' }[line.kind]
  const spans = line.spans.map(({ kind, text }) => {
    if (line.kind !== 'changed' || kind === 'same') return text
    return kind === 'removed' ? `[-${text}-]` : `{+${text}+}`
  })
  return sign + spans.join('')
}

const pieces = fc.constantFrom('alpha beta\n', '先承认会错\n', '\n', 'x', '🙂 ok\n', '```js\n', 'gamma ')
const texts = fc.array(pieces, { maxLength: 30 }).map((lines) => lines.join(''))

test('edits always lead to the new text', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      expect(applied(before, after)).toBe(after)
    }),
    { seed: 20260101, numRuns: 2_000 },
  )
  const any = fc.string({ unit: 'grapheme' })
  fc.assert(
    fc.property(any, any, (before, after) => {
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
  expect(editsBetween('a 🙂 b\n', 'a 🙃 b\n')).toEqual([{ at: 2, remove: 2, insert: '🙃' }])
})

test('what others write at the same time stays where they wrote it', () => {
  const here = new Y.Doc()
  const body = here.getText('body')
  body.insert(0, 'First line.\nSecond line.\nThird line.\n')
  const there = new Y.Doc()
  Y.applyUpdate(there, Y.encodeStateAsUpdate(here))
  there.getText('body').insert('First line.\nSecond '.length, 'and best ')
  here.transact(() => spliceToward(body, 'First line.\nSecond line.\nA line between.\nThird line, longer.\n'))
  Y.applyUpdate(here, Y.encodeStateAsUpdate(there))
  Y.applyUpdate(there, Y.encodeStateAsUpdate(here))
  expect(body.toString()).toBe('First line.\nSecond and best line.\nA line between.\nThird line, longer.\n')
  expect(there.getText('body').toString()).toBe(body.toString())
})

test('a small revision of a long text is a small update', () => {
  const text = Array.from({ length: 3_000 }, (_, i) => `Paragraph ${i} says something of its own.\n\n`).join(
    '',
  )
  const doc = new Y.Doc()
  doc.getText('body').insert(0, text)
  const reader = Y.encodeStateVector(doc)
  const revised = text
    .replace('Paragraph 10 says something', 'Paragraph 10 says anything')
    .replace('Paragraph 2900 says', 'Paragraph 2900 now says')
  expect(spliceToward(doc.getText('body'), revised)).toBe(true)
  expect(doc.getText('body').toString()).toBe(revised)
  expect(Y.encodeStateAsUpdate(doc, reader).byteLength).toBeLessThan(150)
  expect(spliceToward(doc.getText('body'), revised)).toBe(false)
})

test('texts without a line in common are replaced in a moment', () => {
  const before = Array.from({ length: 20_000 }, (_, i) => `old ${i}\n`).join('')
  const after = Array.from({ length: 20_000 }, (_, i) => `new ${i * 7}\n`).join('')
  const begin = performance.now()
  expect(applied(before, after)).toBe(after)
  expect(diffLines(before, after)).toHaveLength(40_000)
  expect(performance.now() - begin).toBeLessThan(5_000)
})

test('a readable difference holds both texts whole', () => {
  fc.assert(
    fc.property(texts, texts, (before, after) => {
      const lines = diffLines(before, after)
      const shown = (text: string): string => text.replace(/\n$/, '')
      expect(side(lines, 'added')).toBe(shown(before))
      expect(side(lines, 'removed')).toBe(shown(after))
    }),
    { seed: 20260103, numRuns: 2_000 },
  )
})

test('a line that changed is shown once, with the words that went and came', () => {
  const before = [
    '# Plan',
    '',
    'We meet on Monday at nine.',
    '先写本地日志，再上传。',
    'Gone for good.',
  ].join('\n')
  const after = [
    '# Plan',
    '',
    'We meet on Tuesday at nine.',
    '先写本地数据库，再上传。',
    'Entirely other words',
  ].join('\n')
  expect(diffLines(before, after).map(drawn)).toEqual([
    ' # Plan',
    ' ',
    '~We meet on [-Monday-]{+Tuesday+} at nine.',
    '~先写本地[-日志-]{+数据库+}，再上传。',
    '-Gone for good.',
    '+Entirely other words',
  ])
})

test('specks that two changes share do not break the sentence into confetti', () => {
  const [line] = diffLines('alpha, beta, gamma and the rest of it', 'one, two, gamma and the rest of it')
  expect(drawn(line!)).toBe('~[-alpha, beta-]{+one, two+}, gamma and the rest of it')
})

test('a last line without its break is the same line', () => {
  expect(diffLines('a\nb', 'a\nb\n').map(drawn)).toEqual([' a', ' b'])
  expect(diffLines('', '')).toEqual([])
})

test('words that came and went are counted in both scripts', () => {
  const count = (before: string, after: string): unknown => changedWords(before, after, countWords)
  expect(count('', 'Two words\n和三个字\n')).toEqual({ added: 6, removed: 0 })
  expect(count('The quick fox\n', 'The slow fox\n')).toEqual({ added: 1, removed: 1 })
  expect(count('kept\ngone away\n', 'kept\n')).toEqual({ added: 0, removed: 2 })
  expect(count('same', 'same\n')).toEqual({ added: 0, removed: 0 })
})

test('what was moved is not lost, what was typed over is', () => {
  const lines = ['# Decisions', 'We ship on Friday.', '结论：先写本地。', 'Thanks to all.']
  const text = lines.join('\n')
  const all = text.replace(/\s/g, '').length
  expect(lossBetween(text, lines.toReversed().join('\n'))).toEqual({ lost: 0, of: all })
  expect(lossBetween(text, `${text}\nAnd more.`)).toEqual({ lost: 0, of: all })
  expect(lossBetween(text, lines.join(' '))).toEqual({ lost: 0, of: all })
  expect(lossBetween(text, '')).toEqual({ lost: all, of: all })
  expect(lossBetween(text, 'x'.repeat(all))).toEqual({ lost: all, of: all })
  expect(lossBetween(text, text.replace('Friday', 'Monday')).lost).toBe(6)
})
