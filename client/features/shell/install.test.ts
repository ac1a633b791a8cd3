import { expect, test } from 'vitest'
import { needsHand, nextVisit } from './install.ts'

const minute = 60_000

test('a reload is no second visit, coming back later is', () => {
  const first = nextVisit(undefined, 0)
  expect(first.count).toBe(1)
  expect(nextVisit(first, 5 * minute).count).toBe(1)
  expect(nextVisit(first, 31 * minute).count).toBe(2)
})

test('only browsers that cannot ask themselves need a hint how', () => {
  const iPhone = { userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)', maxTouchPoints: 5 }
  expect(needsHand({ ...iPhone, standalone: false })).toBe(true)
  expect(needsHand({ ...iPhone, standalone: true })).toBe(false)
  expect(needsHand({ userAgent: 'Macintosh; Intel Mac OS X', maxTouchPoints: 5, standalone: false })).toBe(
    true,
  )
  expect(needsHand({ userAgent: 'Macintosh; Intel Mac OS X', maxTouchPoints: 0, standalone: false })).toBe(
    false,
  )
  expect(needsHand({ userAgent: 'Android 15; Chrome', maxTouchPoints: 5 })).toBe(false)
})
