import { createRoot, createSignal } from 'solid-js'
import { expect, test } from 'vitest'
import { createSteady, type Steady } from './steady.ts'

interface Row {
  id: string
  at: number
  by: string
}

const row = (id: string, at: number, by = 'other'): Row => ({ id, at, by })
const sorted = (...rows: Row[]): Row[] => [...rows].sort((a, b) => b.at - a.at)

function listOf(...first: Row[]) {
  const [rows, setRows] = createSignal<Row[] | undefined>(sorted(...first))
  const [holds, setHolds] = createSignal(true)
  const [question, ask] = createSignal('all')
  const steady = createRoot(
    (): Steady<Row> =>
      createSteady(rows, { holds, isOwn: ({ by }) => by === 'me', rank: ({ at }) => at, question }),
  )
  const shown = (): string => (steady.rows() ?? []).map(({ id }) => id).join('')
  return { steady, shown, set: (...now: Row[]) => setRows(sorted(...now)), setHolds, ask }
}

test('what arrives waits, and is counted, until it is asked for', () => {
  const { steady, shown, set } = listOf(row('a', 2), row('b', 1))
  set(row('a', 2), row('b', 1), row('c', 3))
  expect([shown(), steady.news()]).toEqual(['ab', 1])
  steady.refresh()
  expect([shown(), steady.news()]).toEqual(['cab', 0])
})

test('a row that would rise stays, says what it says now, and counts', () => {
  const { steady, shown, set } = listOf(row('a', 2), row('b', 1))
  set(row('a', 2), row('b', 5))
  expect([shown(), steady.news()]).toEqual(['ab', 1])
  expect(steady.rows()?.[1]?.at).toBe(5)
})

test('a row that goes is gone at once', () => {
  const { steady, shown, set } = listOf(row('a', 2), row('b', 1))
  set(row('b', 1))
  expect([shown(), steady.news()]).toEqual(['b', 0])
})

test('what the reader did themselves is shown where it belongs', () => {
  const { steady, shown, set } = listOf(row('a', 2))
  set(row('a', 2), row('c', 3, 'me'))
  expect([shown(), steady.news()]).toEqual(['ca', 0])
})

test('while the device fills for the first time nothing is held back', () => {
  const { shown, set, setHolds } = listOf(row('a', 2))
  setHolds(false)
  set(row('a', 2), row('b', 3))
  expect(shown()).toBe('ba')
  setHolds(true)
  set(row('a', 2), row('b', 3), row('c', 4))
  expect(shown()).toBe('ba')
})

test('another question has another answer', () => {
  const { steady, shown, set, ask } = listOf(row('a', 2))
  set(row('a', 2), row('b', 3))
  ask('some')
  expect([shown(), steady.news()]).toEqual(['ba', 0])
})
