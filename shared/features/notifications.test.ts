import { expect, test } from 'vitest'
import { aboutOf, afterQuiet } from './notifications.ts'

test('in quiet hours everything waits for their end, by the clock of the member', () => {
  const night = { from: 22 * 60, to: 8 * 60 }
  const at = Date.UTC(2026, 4, 4, 15, 30)
  expect(afterQuiet(night, at, 'UTC')).toBe(at)
  expect(afterQuiet(null, Date.UTC(2026, 4, 4, 3), 'UTC')).toBe(Date.UTC(2026, 4, 4, 3))
  // 23:30 in Shanghai.
  expect(afterQuiet(night, at, 'Asia/Shanghai')).toBe(Date.UTC(2026, 4, 5, 0, 0))
  expect(afterQuiet(night, Date.UTC(2026, 4, 4, 22, 59, 30), 'UTC')).toBe(Date.UTC(2026, 4, 5, 8))
  const noon = { from: 12 * 60, to: 13 * 60 }
  expect(afterQuiet(noon, Date.UTC(2026, 4, 4, 12, 20), 'UTC')).toBe(Date.UTC(2026, 4, 4, 13))
  expect(afterQuiet(noon, Date.UTC(2026, 4, 4, 13), 'UTC')).toBe(Date.UTC(2026, 4, 4, 13))
})

test('what a notice is about has a kind, an id and perhaps a part', () => {
  expect(aboutOf('thread:a-b#12')).toEqual({ kind: 'thread', id: 'a-b', part: '12' })
  expect(aboutOf('event:x')).toEqual({ kind: 'event', id: 'x', part: '' })
  expect([aboutOf(''), aboutOf('nothing'), aboutOf(':x')]).toEqual([undefined, undefined, undefined])
})
