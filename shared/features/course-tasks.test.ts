import { expect, test } from 'vitest'
import { linesOf, type Pairing, pairUp, scoreOf, taskDueAt, verdictOf } from './course-tasks.ts'

const criteria = [
  { id: 'a', text: 'Clear', points: 6 },
  { id: 'b', text: 'True', points: 4 },
]
const mark = (id: string, points: number) => ({ id, points, comment: '' })

test('an answer is judged by every criterion, and by no other', () => {
  const lines = linesOf(criteria, [mark('b', 4), mark('a', 3)])!
  expect(lines.map(({ text, points, of }) => [text, points, of])).toEqual([
    ['Clear', 3, 6],
    ['True', 4, 4],
  ])
  expect(scoreOf(lines)).toBe(70)
  expect(linesOf(criteria, [mark('a', 3)])).toBeUndefined()
  expect(linesOf(criteria, [mark('a', 3), mark('x', 1)])).toBeUndefined()
  expect(linesOf(criteria, [mark('a', 7), mark('b', 1)])).toBeUndefined()
})

test('peers decide together, once there are enough of them', () => {
  const task = { peers: 2, passMark: 60 }
  expect(verdictOf(task, [{ score: 100 }])).toBeUndefined()
  expect(verdictOf(task, [{ score: 70 }, { score: 51 }])).toEqual({ score: 60, passed: true })
  expect(verdictOf(task, [{ score: 70 }, { score: 49 }])).toEqual({ score: 59, passed: false })
})

test('of the day of the task and that of the cohort the earlier one counts', () => {
  expect(taskDueAt({ dueAt: null }, undefined)).toBeNull()
  expect(taskDueAt({ dueAt: 9 }, undefined)).toBe(9)
  expect(taskDueAt({ dueAt: null }, 5)).toBe(5)
  expect(taskDueAt({ dueAt: 9 }, 5)).toBe(5)
})

test('whoever comes gets as much to review as others review of theirs, never their own, never one twice', () => {
  for (const peers of [1, 2, 3]) {
    const answers: Pairing['answers'][number][] = []
    const asked: { answerId: string; memberId: string }[] = []
    for (let at = 0; at < 12; at++) {
      answers.push({ id: `of-${at}`, memberId: `m${at}`, at, isWaiting: true })
      asked.push(...pairUp({ answers, asked, peers, isThere: () => true }))
    }
    const seen = new Set(asked.map(({ answerId, memberId }) => `${answerId} ${memberId}`))
    expect(seen.size).toBe(asked.length)
    expect(asked.filter(({ answerId, memberId }) => answerId === `of-${memberId.slice(1)}`)).toEqual([])
    for (const { id, memberId } of answers.slice(0, 12 - peers)) {
      expect(asked.filter((pair) => pair.answerId === id)).toHaveLength(peers)
      expect(asked.filter((pair) => pair.memberId === memberId).length).toBeLessThanOrEqual(peers)
    }
  }
})

test('who has left is asked no more, and what is decided needs nobody', () => {
  const answers = [
    { id: 'x', memberId: 'ada', at: 1, isWaiting: false },
    { id: 'y', memberId: 'bea', at: 2, isWaiting: true },
    { id: 'z', memberId: 'cem', at: 3, isWaiting: true },
  ]
  const pairs = pairUp({ answers, asked: [], peers: 2, isThere: (memberId) => memberId !== 'bea' })
  expect(pairs).toEqual([
    { answerId: 'y', memberId: 'ada' },
    { answerId: 'z', memberId: 'ada' },
    { answerId: 'y', memberId: 'cem' },
  ])
})
