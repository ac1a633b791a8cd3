import { expect, test } from 'vitest'
import { readingList, remindAt } from './library.ts'

test('what is due comes first, the longest due before; then what is to read, the latest first; then what was read', () => {
  const saved = new Map([
    ['article:a', { at: 1, readAt: null, remindAt: null }],
    ['article:b', { at: 2, readAt: null, remindAt: 50 }],
    ['article:c', { at: 3, readAt: null, remindAt: 40 }],
    ['article:d', { at: 4, readAt: null, remindAt: 500 }],
    ['article:e', { at: 5, readAt: 90, remindAt: 40 }],
  ])
  expect(readingList(saved, 100)).toEqual({
    due: ['article:c', 'article:b'],
    toRead: ['article:d', 'article:a'],
    read: ['article:e'],
  })
})

test('tomorrow and next week are nine in the morning, and next week is always a Monday to come', () => {
  const sunday = new Date(2026, 10, 22, 23, 30)
  expect(new Date(remindAt('tomorrow', sunday))).toEqual(new Date(2026, 10, 23, 9))
  expect(new Date(remindAt('week', sunday))).toEqual(new Date(2026, 10, 23, 9))
  const monday = new Date(2026, 10, 23, 8)
  expect(new Date(remindAt('week', monday))).toEqual(new Date(2026, 10, 30, 9))
  expect(new Date(remindAt('week', new Date(2026, 10, 25, 12)))).toEqual(new Date(2026, 10, 30, 9))
})
