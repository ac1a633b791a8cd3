import { expect, test } from 'vitest'
import { keep } from './keep.ts'

test('the notes of one’s schedule come first, then the latest with words in them', async () => {
  const tables: Record<string, { id: string; data: Record<string, unknown> }[]> = {
    plans: [
      { id: 's1', data: { kind: 'session' } },
      { id: 'e1', data: { kind: 'event' } },
      { id: 's2', data: { kind: 'session' } },
    ],
    notes: [
      { id: 's2', data: { id: 's2', words: 5, updatedAt: 1, sequence: 7 } },
      { id: 's3', data: { id: 's3', words: 0, updatedAt: 9, sequence: 2 } },
      { id: 's4', data: { id: 's4', words: 1, updatedAt: 3, sequence: 4 } },
      { id: 's5', data: { id: 's5', words: 1, updatedAt: 4, sequence: 5 } },
    ],
  }
  const kept = await keep((table) =>
    Promise.resolve(tables[table]!.map((row) => ({ ...row, table, epoch: 'e' }))),
  )
  expect(kept).toEqual([
    { room: 'notes/s1', why: 'taken' },
    { room: 'notes/s2', sequence: 7, why: 'taken' },
    { room: 'notes/s5', sequence: 5 },
    { room: 'notes/s4', sequence: 4 },
  ])
})
