import { expect, test } from 'vitest'
import { formatDay, formatMoment, formatRelative } from './time.ts'

const NOW = Date.UTC(2025, 5, 15, 12)
const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

test.each([
  [-10_000, 'now', '现在'],
  [-50_000, '1 min. ago', '1分钟前'],
  [-44 * MINUTE, '44 min. ago', '44分钟前'],
  [-50 * MINUTE, '1 hr. ago', '1小时前'],
  [3 * HOUR, 'in 3 hr.', '3小时后'],
  [-23 * HOUR, 'yesterday', '昨天'],
  [DAY, 'tomorrow', '明天'],
  [-5 * DAY, '5 days ago', '5天前'],
  [-30 * DAY, '16 May', '5月16日'],
])('%i ms from now is said as %j and %j', (delta, en, zh) => {
  expect(formatRelative(NOW + delta, 'en', NOW)).toBe(en)
  expect(formatRelative(NOW + delta, 'zh-CN', NOW).replace(/\s/g, '')).toBe(zh)
})

test('another year is named', () => {
  expect(formatDay(Date.UTC(2023, 0, 2, 12), 'en', NOW, 'UTC')).toBe('2 Jan 2023')
  expect(formatDay(Date.UTC(2023, 0, 2, 12), 'zh-CN', NOW, 'UTC')).toBe('2023年1月2日')
})

test('the full moment names day, time and zone', () => {
  expect(formatMoment(NOW, 'en', 'Asia/Shanghai')).toMatch(/Sunday,? 15 June 2025.*20:00:00 GMT\+8/)
})
