import { expect, test } from 'vitest'
import { guest } from '../core/viewer.ts'
import {
  earnedBadges,
  isAnchored,
  isOpenDay,
  levelAfter,
  levelOf,
  progressOf,
  defaultRules as rules,
  standingStreak,
  streaksOf,
  worthOf,
} from './growth.ts'

const free = { today: 0, fromGiver: 0, anchored: true }

test('an act is worth its weight, until a ceiling is met, which it then names', () => {
  expect(worthOf(rules, 'accepted', free)).toEqual({ points: 10, ceiling: null })
  expect(worthOf(rules, 'accepted', { ...free, today: 45 })).toEqual({ points: 5, ceiling: 'daily' })
  expect(worthOf(rules, 'liked', { ...free, today: 30 })).toEqual({ points: 0, ceiling: 'daily' })
  expect(worthOf(rules, 'liked', { ...free, fromGiver: 3 })).toEqual({ points: 0, ceiling: 'pair' })
  expect(worthOf(rules, 'liked', { ...free, anchored: false })).toEqual({ points: 0, ceiling: 'giver' })
})

test('likes count from people with a task here, and from those who were given points by such people', () => {
  const now = Date.UTC(2026, 4, 10)
  const member = { id: 'm', role: 'member' as const }
  const since = (days: number): number => now - days * 86_400_000
  expect(isAnchored(rules, { viewer: { id: 'a', role: 'author' }, joinedAt: now, given: 0, now })).toBe(true)
  expect(isAnchored(rules, { viewer: member, joinedAt: since(90), given: 0, now })).toBe(false)
  expect(isAnchored(rules, { viewer: member, joinedAt: since(90), given: 1, now })).toBe(true)
  expect(isAnchored(rules, { viewer: member, joinedAt: since(2), given: 9, now })).toBe(false)
  expect(isAnchored(rules, { viewer: guest, joinedAt: 0, given: 0, now })).toBe(false)
})

test('a level is reached at its points, and left only well below them', () => {
  expect([0, 4, 5, 19, 20, 33_015].map((points) => levelOf(rules, points))).toEqual([1, 1, 2, 2, 3, 9])
  expect(levelAfter(rules, 3, 19)).toBe(3)
  expect(levelAfter(rules, 3, 17)).toBe(2)
  expect(levelAfter(rules, 1, 66)).toBe(4)
  expect(progressOf(rules, 2, 5)).toBe(0)
  expect(progressOf(rules, 9, 99_999)).toBe(1)
})

test('badges follow their figures, and those that are kept stay', () => {
  const figures = { counts: { accepted: 10, liked: 9 }, streak: 2, points: 100 }
  expect(earnedBadges(rules, figures, ['week'])).toEqual(['first_answer', 'solver', 'week'])
})

test('days in a row are counted over the ends of months', () => {
  expect(streaksOf([])).toEqual({ streak: 0, longest: 0 })
  expect(streaksOf(['2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01', '2026-03-03'])).toEqual({
    streak: 1,
    longest: 4,
  })
  expect(standingStreak({ streak: 4, lastDay: '2026-03-01' }, '2026-03-02')).toBe(4)
  expect(standingStreak({ streak: 4, lastDay: '2026-03-01' }, '2026-03-03')).toBe(0)
})

test('a day of a challenge can be made up for a while, and not be had in advance', () => {
  const challenge = { from: '2026-05-01', to: '2026-05-10' }
  const open = (day: string): boolean => isOpenDay(challenge, day, '2026-05-05')
  expect(['2026-05-01', '2026-05-02', '2026-05-06', '2026-05-07', '2026-04-30'].map(open)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ])
})

test('what can be had without anybody else has a ceiling a day', () => {
  for (const kind of ['lesson', 'course', 'day'] as const) expect(rules.daily[kind]).toBeGreaterThan(0)
})
