import { describe, expect, test } from 'vitest'
import { dueState, mergeReached, neighboursOf, progressOf, reachedKey } from './course-progress.ts'
import type { LessonRow } from './courses.ts'

const lesson = (id: string, position: number): LessonRow => ({ id, position }) as LessonRow
const lessons = [lesson('c', 2), lesson('a', 0), lesson('b', 1), lesson('d', 3)]
const at = (time: number, fraction = 0.5, furthest = fraction) => ({ at: time, fraction, furthest })

describe('how far was read', () => {
  test('the furthest point of all devices wins; the place is where the last one stopped', () => {
    const merged = mergeReached([
      [reachedKey('a', 'phone'), at(5, 0.9)],
      [reachedKey('a', 'desk'), at(9, 0.2, 0.6)],
      [reachedKey('b', 'desk'), at(1, 0.1)],
    ])
    expect(merged.get('a')).toEqual({ at: 9, fraction: 0.2, furthest: 0.9 })
    expect(merged.get('b')).toEqual(at(1, 0.1))
  })

  test('the order in which devices are heard of does not matter', () => {
    const entries: [string, unknown][] = [
      [reachedKey('a', 'x'), at(3, 0.4, 0.8)],
      [reachedKey('a', 'y'), at(3_000_000, 0.1)],
      [reachedKey('a', 'z'), at(2, 1)],
    ]
    const expected = mergeReached(entries).get('a')
    for (const order of [
      [0, 2, 1],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      expect(mergeReached(order.map((i) => entries[i]!)).get('a')).toEqual(expected)
    }
    expect(expected).toEqual({ at: 3_000_000, fraction: 0.1, furthest: 1 })
  })

  test('what is no position is left out', () => {
    const entries: [string, unknown][] = [
      ['a/x', 'far'],
      ['a/y', { at: Number.NaN, fraction: 1, furthest: 1 }],
      ['a/z', null],
    ]
    expect(mergeReached(entries).size).toBe(0)
  })
})

describe('progress', () => {
  test('counts the lessons that there are', () => {
    const progress = progressOf(lessons, { done: { a: 1, gone: 1 } }, new Map())
    expect(progress).toMatchObject({ done: 1, lessons: 4, share: 0.25 })
    expect(progressOf([], undefined, new Map())).toEqual({ done: 0, lessons: 0, share: 0, next: undefined })
  })

  test('goes on with nothing that has not opened yet', () => {
    const later = { ...lesson('a', 0), opensAt: 9 }
    expect(progressOf([later, lesson('b', 1)], undefined, new Map()).next?.lesson.id).toBe('b')
    expect(progressOf([later], undefined, new Map())).toMatchObject({ lessons: 1, next: undefined })
  })

  test.each([
    ['nothing yet: the first lesson', {}, {}, 'a', false],
    ['begun: the one that was last read', {}, { a: 1, c: 9, b: 5 }, 'c', true],
    ['the last one is done: the next that is not', { c: 1, a: 1 }, { c: 9 }, 'd', false],
    ['the end is done: what was left out', { c: 1, d: 1, b: 1 }, { d: 9 }, 'a', false],
    ['done without reading: the first that is not', { a: 1 }, {}, 'b', false],
  ])('goes on with %s', (_, done, reached, expected, begun) => {
    const places = new Map(Object.entries(reached).map(([id, time]) => [id, at(time)]))
    const { next } = progressOf(lessons, { done }, places)
    expect([next?.lesson.id, next?.begun]).toEqual([expected, begun])
  })

  test('goes nowhere once all is done', () => {
    expect(progressOf(lessons, { done: { a: 1, b: 1, c: 1, d: 1 } }, new Map()).next).toBeUndefined()
  })
})

test('a lesson’s neighbours are those of the whole course', () => {
  expect(neighboursOf(lessons, 'a')).toMatchObject({ before: undefined, after: { id: 'b' } })
  expect(neighboursOf(lessons, 'd')).toMatchObject({ before: { id: 'c' }, after: undefined })
  expect(neighboursOf(lessons, 'none')).toEqual({ before: undefined, after: undefined })
})

test('a due date is late, soon, later, or no matter any more', () => {
  const day = 86_400_000
  expect(dueState(10 * day, null, 11 * day)).toBe('late')
  expect(dueState(10 * day, null, 4 * day)).toBe('soon')
  expect(dueState(10 * day, null, 1 * day)).toBe('later')
  expect(dueState(null, null, 0)).toBe('open')
  expect(dueState(10 * day, 11 * day, 12 * day)).toBe('done')
})
