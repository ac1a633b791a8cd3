import { expect, test } from 'vitest'
import { countWords, excerpt, slugify, unspacedShare } from './text.ts'

test('counts words of English and characters of 中文, and punctuation of neither', () => {
  expect(countWords('Don’t wait for the network.')).toBe(5)
  expect(countWords('本地优先，不等网络。')).toBe(8)
  expect(countWords('React 19 升级指南：up-to-date v1.2.3')).toBe(8)
  expect(countWords(' \n—…!? ')).toBe(0)
})

test('a text in 中文 with English terms still counts as 中文', () => {
  expect(unspacedShare('使用 useState 保存 state')).toBeGreaterThan(0.6)
  expect(unspacedShare('The word 你好 means hello')).toBeLessThan(0.4)
  expect(unspacedShare('')).toBe(0)
})

test('an excerpt is one line, never longer than asked, and cut between words', () => {
  expect(excerpt('one\n\n two  three', 40)).toBe('one two three')
  expect(excerpt('alpha beta gamma delta', 18)).toBe('alpha beta gamma…')
  expect(excerpt('先承认会错，再决定错多久，最后写下来', 8)).toBe('先承认会错，再…')
  expect(excerpt('先承认会错，再决定', 7)).toBe('先承认会错…')
  expect(Array.from(excerpt('🙂'.repeat(50), 10)).length).toBe(10)
})

test('a word longer than the excerpt is cut inside rather than lost', () => {
  expect(excerpt(`a ${'b'.repeat(60)}`, 20)).toBe(`a ${'b'.repeat(17)}…`)
})

test('addresses keep 中文, lose accents, and fall back when nothing is left', () => {
  expect(slugify('React 19 升级指南！')).toBe('react-19-升级指南')
  expect(slugify('Crème brûlée — don’t')).toBe('creme-brulee-dont')
  expect(slugify('ガード')).toBe('ガード')
  expect(slugify('？！', '0190')).toBe('0190')
  expect(slugify('x'.repeat(200)).length).toBe(80)
})
