import { expect, test } from 'vitest'
import { dayRange, zoneName } from './clock.ts'

test.each([
  [['2026-12-02', '2026-12-03'], '2–3 December 2026', '2026年12月2日至3日'],
  [['2026-12-30', '2027-01-02'], '30 December 2026–2 January 2027', '2026年12月30日至2027年1月2日'],
  [['2026-11-30', '2026-12-02'], '30 November–2 December 2026', '2026年11月30日至12月2日'],
  [['2026-12-02'], '2 December 2026', '2026年12月2日'],
  [[], '', ''],
])('the days %j are said as people say them', (days, en, zh) => {
  // Where the spaces are differs between versions of Node.
  expect(dayRange(days, 'en').replace(/\s*–\s*/, '–')).toBe(en)
  expect(dayRange(days, 'zh')).toBe(zh)
})

test('a zone is called as people call it', () => {
  expect(zoneName('Asia/Shanghai', 'en')).toBe('China Standard Time')
  expect(zoneName('Asia/Shanghai', 'zh')).toBe('中国标准时间')
  expect(zoneName('Europe/Berlin', 'en')).toMatch(/^Central European/)
})
