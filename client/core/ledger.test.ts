import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { createLedger, type Ledger } from './ledger.ts'

/** Updates of one client, a letter each. */
function typing(letters: string): Uint8Array[] {
  const doc = new Y.Doc()
  doc.clientID = 7
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  for (const letter of letters) doc.getText('body').insert(0, letter)
  return updates
}

/** As if the log held these rows: [key, unsent]. */
function opened(ledger: Ledger, rows: [number, boolean][]): Ledger {
  const updates = typing('x'.repeat(rows.length))
  const doc = new Y.Doc()
  for (const update of updates) Y.applyUpdate(doc, update)
  ledger.open(
    doc,
    rows.flatMap(([key, isUnsent], i) => (isUnsent ? { key, bytes: updates[i]! } : [])),
  )
  return ledger
}

test('a row is settled by the acknowledgement of a frame at or after its own', () => {
  const ledger = opened(createLedger(), [[1, true]])
  ledger.add(2, [], 5)
  ledger.add(3, [], 7)
  expect(ledger.settle(4)).toEqual([])
  expect(ledger.settle(5)).toEqual([2])
  expect(ledger.size).toBe(2)
  ledger.cover(9)
  expect(ledger.settle(9)).toEqual([1, 3])
  expect(ledger.size).toBe(0)
})

test('what an earlier connection carried is not settled by the next one’s count', () => {
  const ledger = opened(createLedger(), [])
  ledger.add(1, [], 3)
  ledger.uncover()
  expect(ledger.settle(100)).toEqual([])
  ledger.cover(2)
  expect(ledger.settle(2)).toEqual([1])
})

test('rows that were acknowledged while the log was being read do not come back with it', () => {
  const ledger = createLedger()
  ledger.add(4, [], 1)
  ledger.remove([2, 3])
  opened(ledger, [
    [1, true],
    [2, true],
    [3, true],
    [4, true],
  ])
  expect(ledger.size).toBe(2)
  expect(ledger.settle(1)).toEqual([4])
})

test('the server is known to have what it acknowledged and what it sent, and nothing besides', () => {
  const ledger = opened(createLedger(), [
    [1, false],
    [2, false],
    [3, true],
    [4, true],
  ])
  const known = (): number | undefined => ledger.known.get(7)
  expect(known()).toBe(2)
  const letters = typing('xxxxxxx')
  ledger.add(5, [letters[4]!], undefined)
  ledger.cover(1)
  expect(known()).toBe(2)
  ledger.rekey([3, 4], 6)
  ledger.remove([6])
  expect(known()).toBe(4)
  ledger.settle(1)
  expect(known()).toBe(5)
  ledger.know(letters[6]!)
  expect(known()).toBe(7)
})
