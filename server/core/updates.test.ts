import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { type Operation, play, type Sent } from '../../test/support/histories.ts'
import { fuzz, raw, rawUpdate } from '../../test/support/mutants.ts'
import { applyInspected, inspect, UnusableUpdate } from './updates.ts'

const operation: fc.Arbitrary<Operation> = fc.tuple(fc.nat(5), fc.nat(23), fc.nat(10_000), fc.nat(10_000))

test('no honest update is refused, however and whenever it is sent, and all replicas agree', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 150, size: 'max' }), (operations) => {
      const owners = new Map<number, string>()
      const take = (server: Y.Doc, tick: readonly Sent[]): void => {
        const inspection = inspect(server, { owner: (client) => owners.get(client), roots: { body: 'text' } })
        const parts = tick.map(({ update, memberId }) => inspection.add(update, memberId))
        for (const [client, memberId] of inspection.claimed()) owners.set(client, memberId)
        server.transact(() => {
          for (const part of parts) applyInspected(server, part)
        })
      }
      expect(new Set(play(operations, take).settle()).size).toBe(1)
    }),
    { numRuns: 300, seed: 1 },
  )
})

test('a mutant is refused and changes nothing, or it is applied and the document is as healthy as before', () => {
  const { tried, applied } = fuzz(1, 6_000)
  expect(applied).toBeGreaterThan(tried / 5)
})

const body = { parent: 'body' }

function words(text: string, client: number): { doc: Y.Doc; update: Uint8Array } {
  const doc = new Y.Doc()
  doc.clientID = client
  doc.getText('body').insert(0, text)
  return { doc, update: Y.encodeStateAsUpdate(doc) }
}

/** What `change` adds to a document, as its device would send it. */
function change(doc: Y.Doc, make: () => void): Uint8Array {
  const before = Y.encodeStateVector(doc)
  make()
  return Y.encodeStateAsUpdate(doc, before)
}

function refusal(work: () => unknown): Pick<UnusableUpdate, 'gap' | 'foreign' | 'tooLarge'> | undefined {
  try {
    work()
  } catch (error) {
    if (!(error instanceof UnusableUpdate)) throw error
    const { gap, foreign, tooLarge } = error
    return { gap, foreign, tooLarge }
  }
  return undefined
}

const foreign = { foreign: true, gap: false, tooLarge: false }
const gap = { foreign: false, gap: true, tooLarge: false }

test('whoever writes first under a clientID owns it, for the rest of the tick as well', () => {
  const { doc, update } = words('Ada', 5)
  const more = change(doc, () => doc.getText('body').insert(3, ' and more'))
  const inspection = inspect(new Y.Doc())
  inspection.add(update, 'ada')
  expect(refusal(() => inspection.add(more, 'eve'))).toEqual(foreign)
  // What is known already says nothing new, whoever sends it.
  inspection.add(update, 'eve')
  inspection.add(more, 'ada')
  expect([...inspection.claimed()]).toEqual([[5, 'ada']])
})

test('a clientID that is bound is nobody else’s, not a guest’s either, and is not claimed again', () => {
  const { doc, update } = words('Ada', 5)
  const server = new Y.Doc()
  Y.applyUpdate(server, update)
  const more = change(doc, () => doc.getText('body').delete(0, 1))
  const inspection = inspect(server, { owner: (client) => (client === 5 ? 'ada' : undefined) })
  const typed = change(doc, () => doc.getText('body').insert(0, 'x'))
  expect(refusal(() => inspection.add(typed, 'eve'))).toEqual(foreign)
  expect(refusal(() => inspection.add(typed, null))).toEqual(foreign)
  // Deleting is no writing: a text that is shared is everybody's to delete.
  inspection.add(more, 'eve')
  inspection.add(typed, 'ada')
  expect(inspection.claimed().size).toBe(0)
})

test('an update that is refused leaves nothing behind, no claim, no clocks, no root, no place', () => {
  const { doc: server } = words('words', 5)
  const inspection = inspect(server)
  const bad = rawUpdate([
    { client: 9, clock: 0, structs: [raw.text('x', body), raw.text('y', { parent: 'new' })] },
    { client: 8, clock: 0, structs: [raw.text('z', { origin: { client: 77, clock: 0 } })] },
  ])
  expect(refusal(() => inspection.add(bad, 'eve'))).toEqual(gap)
  expect(inspection.claimed().size).toBe(0)
  const after = rawUpdate([{ client: 9, clock: 1, structs: [raw.text('x', body)] }])
  expect(refusal(() => inspection.add(after, 'ada'))).toEqual(gap)
  const good = rawUpdate([
    { client: 9, clock: 0, structs: [raw.text('ok ', { right: { client: 5, clock: 0 } })] },
  ])
  applyInspected(server, inspection.add(good, 'ada'))
  expect(server.getText('body').toString()).toBe('ok words')
})

test('a device that inserts and deletes while offline sends garbage of its own, which is taken', () => {
  const { doc, update } = words('kept', 5)
  const server = new Y.Doc()
  Y.applyUpdate(server, update)
  const map = doc.getMap('map')
  const offline = change(doc, () => {
    map.set('k', new Y.Map([['title', 'gone again']]))
    map.delete('k')
  })
  expect(Y.decodeUpdate(offline).structs.some((struct) => struct instanceof Y.GC)).toBe(true)
  applyInspected(server, inspect(server, { owner: () => 'ada' }).add(offline, 'ada'))
  expect(Y.encodeStateVector(server)).toEqual(Y.encodeStateVector(doc))
})

test('of an update that is known in part the rest is taken', () => {
  const { doc, update } = words('one', 5)
  const server = new Y.Doc()
  Y.applyUpdate(server, update)
  doc.getText('body').insert(3, ' two')
  const all = Y.encodeStateAsUpdate(doc)
  const inspection = inspect(server)
  const part = inspection.add(all)
  expect(part.length).toBeLessThan(all.length)
  // In the same tick it is known as a whole.
  expect(Y.decodeUpdate(inspection.add(all)).structs).toEqual([])
  applyInspected(server, part)
  expect(server.getText('body').toString()).toBe('one two')
})

test('of a text, a map and a list each holds its own', () => {
  const server = new Y.Doc()
  const nested = { client: 5, clock: 0 }
  for (const [type, good, bad] of [
    [2, raw.text('x', { parent: nested }), raw.any([1], { parent: nested })],
    [1, raw.any([1], { parent: nested, key: 'k' }), raw.any([1], { parent: nested })],
    [0, raw.any([1], { parent: nested }), raw.text('x', { parent: nested })],
  ] as const) {
    const made = raw.type(type, { parent: 'map', key: 'k' })
    inspect(server).add(rawUpdate([{ client: 5, clock: 0, structs: [made, good] }]))
    const update = rawUpdate([{ client: 5, clock: 0, structs: [made, bad] }])
    expect(() => inspect(server).add(update)).toThrow('where it does not belong')
  }
  const list = rawUpdate([{ client: 5, clock: 0, structs: [raw.any([1], body)] }])
  inspect(server).add(list)
  expect(() => inspect(server, { roots: { body: 'text' } }).add(list)).toThrow('where it does not belong')
})

test('what is judged and never applied does not fill a document', () => {
  const { doc: server } = words('words', 5)
  const structs = Array.from({ length: 1_000 }, (_, i) => raw.any([i], { parent: 'map', key: `k${i}` }))
  const middle = { origin: { client: 5, clock: 2 }, right: { client: 5, clock: 3 } }
  const update = rawUpdate([{ client: 9, clock: 0, structs: [...structs, raw.text('x', middle)] }])
  for (let times = 0; times < 250; times++) inspect(server).add(update)
})

test('a document that is full takes deletions and nothing more', () => {
  const server = new Y.Doc()
  const fill = (client: number, count: number): void => {
    const structs = Array.from({ length: count }, (_, i) =>
      raw.any([i], { parent: 'map', key: `${client} ${i}` }),
    )
    const part = inspect(server).add(rawUpdate([{ client, clock: 0, structs }]))
    server.transact(() => applyInspected(server, part))
  }
  expect(refusal(() => fill(1, 10_001))?.tooLarge).toBe(true)
  for (let client = 2; client < 12; client++) fill(client, 9_999)
  expect(refusal(() => fill(12, 100))?.tooLarge).toBe(true)
  applyInspected(server, inspect(server).add(rawUpdate([], [{ client: 2, ranges: [[0, 9_999]] }])))
  expect(server.getMap('map').size).toBe(9 * 9_999)
})
