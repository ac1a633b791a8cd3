import { expect, test } from 'vitest'
import { isToday, whenOf } from './when.ts'

const start = Date.UTC(2026, 11, 27, 10)
const hour = 3_600_000
const zone = 'Europe/Berlin'

/** ICU has changed its mind about the comma after the weekday. */
const told = (...of: Parameters<typeof whenOf>): string => whenOf(...of).replace(',', '')

test('a session is told with the hours of its venue, and its zone where the device has another', () => {
  const session = { kind: 'session', start, end: start + hour, zone } as const
  expect(told(session, 'en', zone)).toBe('Sun 27 Dec 11:00 – 12:00')
  expect(told(session, 'en', 'Africa/Algiers')).toBe('Sun 27 Dec 11:00 – 12:00')
  expect(told(session, 'zh', 'Asia/Shanghai')).toBe('12月27日周日 11:00 – 12:00（GMT+1）')
})

test('an event is told with its days; midnight still belongs to the day before', () => {
  const midnight = Date.UTC(2026, 11, 27, 23)
  expect(told({ kind: 'event', start, end: midnight, zone }, 'en', zone)).toBe('Sun 27 Dec')
  expect(told({ kind: 'event', start, end: midnight + 1, zone }, 'zh', zone)).toBe(
    '12月27日周日 – 12月28日周一',
  )
})

test('today is the day at the venue', () => {
  expect(isToday({ start, zone }, Date.UTC(2026, 11, 26, 23))).toBe(true)
  expect(isToday({ start, zone }, Date.UTC(2026, 11, 26, 22))).toBe(false)
})
