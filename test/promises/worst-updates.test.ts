/**
 * The most laborious updates that the guard of the rooms lets through, as far as anybody has found them: none of them
 * keeps the thread that serves everybody for more than a tenth of a second, judged and applied.
 */
import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { applyInspected, inspect, UnusableUpdate } from '#server/core/updates.ts'
import { type RawStruct, raw, rawUpdate } from '../support/mutants.ts'

function many<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index))
}

/** So many structs of each of so many clients, one after the other in the numbering. */
function crowd(clients: number, each: number, make: (client: number, i: number) => RawStruct): Uint8Array[] {
  return many(clients, (c) =>
    rawUpdate([{ client: c + 1, clock: 0, structs: many(each, (i) => make(c + 1, i)) }]),
  )
}

const nearlyFull = 9_990
const lone = (client: number, i: number): RawStruct => {
  if (i > 0) return raw.text('x', { right: { client, clock: i - 1 } })
  return raw.text(
    'x',
    client === 1 ? { parent: 'body' } : { right: { client: client - 1, clock: nearlyFull - 1 } },
  )
}
const typed = (client: number, i: number): RawStruct =>
  raw.type(1, i === 0 ? { parent: `list ${client}` } : { origin: { client, clock: i - 1 } })
const keyed = (client: number, i: number): RawStruct => raw.any([1], { parent: 'map', key: `${client} ${i}` })
const allOf = (clients: number): Uint8Array =>
  rawUpdate(
    [],
    many(clients, (c) => ({ client: c + 1, ranges: [[0, nearlyFull]] })),
  )
const eachSecond = rawUpdate(
  [],
  many(10, (c) => ({ client: c + 1, ranges: many(4_990, (i): [number, number] => [i * 2, 1]) })),
)
const oneBig = rawUpdate([
  { client: 1, clock: 0, structs: [raw.text('words '.repeat(170_000), { parent: 'body' })] },
])
const cuts = rawUpdate([], [{ client: 1, ranges: many(10_000, (i): [number, number] => [i * 4, 1]) }])
const conflicts = rawUpdate(
  many(64, (c) => ({
    client: c + 1,
    clock: 0,
    structs: many(15, () => raw.text('x', { parent: 'body' })),
  })),
)
const keys = rawUpdate(
  many(3, (c) => ({ client: c + 1, clock: 0, structs: many(8_600, (i) => keyed(c + 1, i)) })),
)
const types = rawUpdate(
  many(2, (c) => ({ client: c + 1, clock: 0, structs: many(7_500, (i) => typed(c + 1, i)) })),
)
const objects = rawUpdate([
  {
    client: 1,
    clock: 0,
    structs: [
      raw.any(
        many(30_000, (i) => ({ [`a${i}`]: i })),
        { parent: 'list' },
      ),
    ],
  },
])

/** Milliseconds on a processor: of this thread alone, where the system tells. */
function spent(): number {
  const file = '/proc/thread-self/schedstat'
  if (existsSync(file)) return Number.parseInt(readFileSync(file, 'utf8'), 10) / 1e6
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e3
}

function take(doc: Y.Doc, update: Uint8Array): void {
  const part = inspect(doc).add(update, 'eve')
  doc.transact(() => applyInspected(doc, part))
}

/** Milliseconds; the middle one of five. */
function costOf(before: readonly Uint8Array[], update: Uint8Array): number {
  const had = new Y.Doc()
  for (const one of before) take(had, one)
  const state = Y.encodeStateAsUpdate(had)
  const costs = many(5, () => {
    const doc = new Y.Doc()
    Y.applyUpdate(doc, state)
    doc.on('update', () => {})
    const began = spent()
    take(doc, update)
    const cost = spent() - began
    doc.destroy()
    return cost
  })
  return costs.sort((a, b) => a - b)[2]!
}

test.each<[string, Uint8Array[], Uint8Array]>([
  ['a hundred thousand characters are deleted, each typed by itself', crowd(10, nearlyFull, lone), allOf(10)],
  ['each second of a hundred thousand is deleted', crowd(10, nearlyFull, lone), eachSecond],
  ['a hundred thousand types are deleted', crowd(10, nearlyFull, typed), allOf(10)],
  [
    'a hundred thousand keys are deleted',
    crowd(10, 9_000, keyed),
    rawUpdate(
      [],
      many(10, (c) => ({ client: c + 1, ranges: [[0, 9_000]] })),
    ),
  ],
  ['a megabyte is cut in twenty thousand pieces', [oneBig], cuts],
  ['all are put at one place, by 64 clients', [], conflicts],
  ['25,800 keys', [], keys],
  ['15,000 types', [], types],
  ['30,000 objects', [], objects],
  // Documents of a hundred thousand structs take their time to be made.
])(
  '%s: in less than a tenth of a second, or not at all',
  (_what, before, update) => {
    try {
      expect(costOf(before, update)).toBeLessThan(100)
    } catch (error) {
      if (!(error instanceof UnusableUpdate)) throw error
    }
  },
  60_000,
)

test('a text is not cut in more pieces than a document may have, and can be deleted whole all the same', () => {
  const doc = new Y.Doc()
  take(doc, oneBig)
  const cut = (round: number): void => {
    const from = round * 8_000 * 4
    take(doc, rawUpdate([], [{ client: 1, ranges: many(8_000, (i): [number, number] => [from + i * 4, 1]) }]))
  }
  let rounds = 0
  expect(() => {
    for (; rounds < 30; rounds++) cut(rounds)
  }).toThrow(UnusableUpdate)
  expect(doc.store.clients.get(1)!.length).toBeLessThan(126_000)
  take(doc, rawUpdate([], [{ client: 1, ranges: [[0, 1_020_000]] }]))
  expect(doc.getText('body').length).toBe(0)
})
