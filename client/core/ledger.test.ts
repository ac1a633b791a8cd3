import { expect, test } from 'vitest'
import { createLedger } from './ledger.ts'

test('a row is settled by the acknowledgement of a frame at or after its own', () => {
  const ledger = createLedger()
  ledger.open([1])
  ledger.add(2, 5)
  ledger.add(3, 7)
  expect(ledger.settle(4)).toEqual([])
  expect(ledger.settle(5)).toEqual([2])
  expect(ledger.size).toBe(2)
  ledger.cover(9)
  expect(ledger.settle(9)).toEqual([1, 3])
  expect(ledger.size).toBe(0)
})

test('what an earlier connection carried is not settled by the next one’s count', () => {
  const ledger = createLedger()
  ledger.open([])
  ledger.add(1, 3)
  ledger.uncover()
  expect(ledger.settle(100)).toEqual([])
  ledger.cover(2)
  expect(ledger.settle(2)).toEqual([1])
})

test('rows that were acknowledged while the log was being read do not come back with it', () => {
  const ledger = createLedger()
  ledger.add(4, 1)
  ledger.remove([2, 3])
  ledger.open([1, 2, 3, 4])
  expect(ledger.size).toBe(2)
  expect(ledger.settle(1)).toEqual([4])
})
