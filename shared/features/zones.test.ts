import { describe, expect, it } from 'vitest'
import { dayAt, instantOf, isZone, offsetAt } from './zones.ts'

const utc = (text: string): number => Date.parse(text)

describe('wall clocks', () => {
  it.each([
    ['2025-12-27T11:00', 'Europe/Berlin', '2025-12-27T10:00:00Z'],
    ['2026-07-01T09:30:15', 'Asia/Shanghai', '2026-07-01T01:30:15Z'],
    ['2026-07-01T09:30', 'America/St_Johns', '2026-07-01T12:00:00Z'],
    ['2026-07-01T09:30', 'Asia/Kathmandu', '2026-07-01T03:45:00Z'],
    // An hour before and after the jump forward and the jump back.
    ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00Z'],
    ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['2026-10-25T01:59', 'Europe/Berlin', '2026-10-24T23:59:00Z'],
    ['2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00Z'],
    // Half an hour of summer time, and a day that an island skipped.
    ['2026-04-05T02:00', 'Australia/Lord_Howe', '2026-04-04T15:30:00Z'],
    ['2011-12-31T00:30', 'Pacific/Apia', '2011-12-30T10:30:00Z'],
  ])('%s in %s is %s', (wall, zone, instant) => {
    expect(instantOf(wall, zone)).toBe(utc(instant))
  })

  it('a time that a clock skips is read with the offset before the gap', () => {
    expect(instantOf('2026-03-29T02:30', 'Europe/Berlin')).toBe(utc('2026-03-29T01:30:00Z'))
    expect(instantOf('2026-03-08T02:15', 'America/New_York')).toBe(utc('2026-03-08T07:15:00Z'))
  })

  it('a time that a clock shows twice is the earlier one', () => {
    expect(instantOf('2026-10-25T02:30', 'Europe/Berlin')).toBe(utc('2026-10-25T00:30:00Z'))
    expect(instantOf('2026-11-01T01:30', 'America/New_York')).toBe(utc('2026-11-01T05:30:00Z'))
  })

  it.each([
    '2026-02-30T10:00',
    '2026-13-01T10:00',
    '2026-01-01T24:00',
    '2026-01-01',
    'soon',
    '2026-01-01T10:00Z',
  ])('%s is no wall clock', (wall) => {
    expect(instantOf(wall, 'Europe/Berlin')).toBeUndefined()
  })

  it('every hour of a year in five zones reads back as itself', () => {
    for (const zone of [
      'Europe/Berlin',
      'America/New_York',
      'Asia/Shanghai',
      'Australia/Lord_Howe',
      'America/Santiago',
    ]) {
      for (let at = utc('2026-01-01T00:00:00Z'); at < utc('2027-01-01T00:00:00Z'); at += 3_600_000) {
        const wall = new Date(at + offsetAt(at, zone)).toISOString().slice(0, 19)
        const read = instantOf(wall, zone)!
        // Only the second pass through a repeated hour reads as the first.
        if (read !== at) expect([1_800_000, 3_600_000]).toContain(at - read)
        expect(new Date(read + offsetAt(read, zone)).toISOString().slice(0, 19)).toBe(wall)
      }
    }
  })
})

it('knows the day at the venue', () => {
  expect(dayAt(utc('2025-12-27T23:30:00Z'), 'Europe/Berlin')).toBe('2025-12-28')
  expect(dayAt(utc('2025-12-27T23:30:00Z'), 'America/New_York')).toBe('2025-12-27')
})

it('knows which zones there are', () => {
  expect(isZone('Europe/Berlin')).toBe(true)
  expect(isZone('UTC')).toBe(true)
  expect(isZone('Europe/Atlantis')).toBe(false)
  expect(isZone('')).toBe(false)
})
