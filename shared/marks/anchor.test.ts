import { expect, test } from 'vitest'
import { anchorOf, findAnchor } from './anchor.ts'

const text =
  'Most incident reviews are written for an audience that was not there. They are tidy, the timeline has one column, ' +
  'and the person who pressed the button is called an engineer. This one was written for the nine people who were there.'
const quote = 'the timeline has one column'
const zh =
  '大多数事故复盘都是写给不在场的人看的。它们很整齐，时间线只有一列，按下按钮的人被称为“一位工程师”。这一篇是写给当时在场的九个人的。'

function of(whole: string, part: string) {
  const start = whole.indexOf(part)
  return anchorOf(whole, { start, end: start + part.length })
}

function found(whole: string, anchor: ReturnType<typeof of>): string | undefined {
  const span = findAnchor(whole, anchor)
  return span && whole.slice(span.start, span.end)
}

test('words are found where they were, and after edits before and behind them', () => {
  const anchor = of(text, quote)
  expect(found(text, anchor)).toBe(quote)
  expect(found(`A new beginning, of some length.\n${text}`, anchor)).toBe(quote)
  expect(found(text.replace('Most incident reviews', 'Reviews'), anchor)).toBe(quote)
  expect(found(text.replace(/This one was.*/, 'The end.'), anchor)).toBe(quote)
})

test('a passage that was edited is found with its edits', () => {
  const anchor = of(text, quote)
  expect(found(text.replace(quote, 'the timeline has only one column'), anchor)).toBe(
    'the timeline has only one column',
  )
  expect(found(text.replace(quote, 'the time line has a column'), anchor)).toBe('the time line has a column')
  expect(found(text.replace(quote, 'their timeline has just a single, narrow column'), anchor)).toBe(
    'their timeline has just a single, narrow column',
  )
})

test('of the same words in two places the one in the same surroundings is meant', () => {
  const twice = 'First we wait. Then the server answers. Later we wait. Then nobody answers.'
  const start = twice.lastIndexOf('we wait')
  const anchor = anchorOf(twice, { start, end: start + 7 })
  expect(findAnchor(twice, anchor)?.start).toBe(start)
  const edited = `We begin. ${twice}`
  expect(findAnchor(edited, anchor)?.start).toBe(edited.lastIndexOf('we wait'))
})

test('中文: found after edits before, inside and behind', () => {
  const part = '时间线只有一列'
  const anchor = of(zh, part)
  expect(found(zh, anchor)).toBe(part)
  expect(found(`新加的开头。${zh}`, anchor)).toBe(part)
  expect(found(zh.replace('大多数事故复盘', '复盘'), anchor)).toBe(part)
  expect(found(zh.replace(part, '时间线往往只有一列'), anchor)).toBe('时间线往往只有一列')
  expect(found(zh.replace(/这一篇.*/, '完。'), anchor)).toBe(part)
})

test('a word or two that stand elsewhere are not taken for those that were marked', () => {
  const anchor = of(zh, '整齐')
  expect(found(zh, anchor)).toBe('整齐')
  expect(found('书架上的书码得整齐，没有别的。', anchor)).toBeUndefined()
})

test('what is gone is not found', () => {
  expect(
    found('Something else altogether, about other matters, by other people.', of(text, quote)),
  ).toBeUndefined()
  expect(found('', of(text, quote))).toBeUndefined()
  expect(found(zh.replace('时间线只有一列', ''), of(zh, '时间线只有一列'))).toBeUndefined()
})

test('a long passage is found by its two ends', () => {
  const words = Array.from({ length: 120 }, (_, n) => `word${n}`).join(' ')
  const start = words.indexOf('word20 ')
  const anchor = anchorOf(words, { start, end: words.indexOf(' word90') })
  const edited = `Before. ${words.replace('word50 word51 word52 ', '').replace('word25', 'another')}`
  const span = findAnchor(edited, anchor)!
  expect(edited.slice(span.start).startsWith('word20 word21')).toBe(true)
  expect(edited.slice(0, span.end).endsWith('word88 word89')).toBe(true)
})

test('characters of two code units stay whole', () => {
  const poem = `${'😀'.repeat(40)}marked${'😀'.repeat(40)}`
  const anchor = of(poem, 'marked')
  expect(anchor.before.isWellFormed()).toBe(true)
  expect(anchor.after.isWellFormed()).toBe(true)
  expect(found(`x${poem}`, anchor)).toBe('marked')
})
