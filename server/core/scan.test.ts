import fc from 'fast-check'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { play, random, randomOperations } from '../../test/support/histories.ts'
import { mutate, raw, rawUpdate } from '../../test/support/mutants.ts'
import { scan } from './scan.ts'
import { kinds, type Scan, UnusableUpdate } from './structs.ts'

/** As both readers can tell it. */
function told({ blocks, deletes }: Scan): unknown {
  return {
    structs: blocks.flatMap(({ structs }) =>
      structs.map(({ client, clock, length, kind, originClient, originClock, rightClient, rightClock }) => {
        return [client, clock, length, kind, originClient, originClock, rightClient, rightClock]
      }),
    ),
    deletes: deletes.map(({ client, ranges }) => [client, ...ranges]),
  }
}

function toldByYjs(update: Uint8Array): unknown {
  const { structs, ds } = Y.decodeUpdate(update)
  const known = structs.filter((struct): struct is Y.Item | Y.GC => !(struct instanceof Y.Skip))
  return {
    structs: known.map((struct) => {
      const { id, length } = struct
      const [origin, right] = struct instanceof Y.Item ? [struct.origin, struct.rightOrigin] : []
      const kind = struct instanceof Y.Item ? struct.content.getRef() : kinds.gc
      const neighbours = [origin, right].flatMap((other) => [other?.client ?? -1, other?.clock ?? -1])
      return [id.client, id.clock, length, kind, ...neighbours]
    }),
    deletes: [...ds.clients].map(([client, ranges]) => [
      client,
      ...ranges.flatMap(({ clock, len }) => [clock, len]),
    ]),
  }
}

/** Updates of a history, as they were sent. */
function honestUpdates(seed: number): Uint8Array[] {
  const updates: Uint8Array[] = []
  play(randomOperations(random(seed), 300), (server, tick) => {
    for (const { update } of tick) {
      updates.push(update)
      Y.applyUpdate(server, update)
    }
  })
  return updates
}

function text(bytes: readonly number[]): Uint8Array {
  return rawUpdate([{ client: 1, clock: 0, structs: [raw.bytes(4, bytes, { parent: 'body' })] }])
}

function any(bytes: readonly number[]): Uint8Array {
  return rawUpdate([{ client: 1, clock: 0, structs: [raw.bytes(8, bytes, { parent: 'body' })] }])
}

test('what an honest Yjs writes is read as Yjs reads it', () => {
  for (let seed = 1; seed <= 8; seed++) {
    for (const update of honestUpdates(seed)) expect(told(scan(update))).toEqual(toldByYjs(update))
  }
})

test('what is let through is read by Yjs to its end, as the same', () => {
  const honest = honestUpdates(7)
  const from = random(7)
  const ids = [{ client: 7, clock: 3 }]
  let read = 0
  for (let i = 0; i < 10_000; i++) {
    const update = mutate(from.pick(honest), from, honest, ids)
    let found: Scan
    try {
      found = scan(update)
    } catch (error) {
      if (!(error instanceof UnusableUpdate)) throw error
      continue
    }
    read++
    expect(told(found)).toEqual(toldByYjs(update))
  }
  expect(read).toBeGreaterThan(2_000)
})

test('any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        scan(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(UnusableUpdate)
      }
    }),
    { numRuns: 5_000, seed: 1 },
  )
})

test('a text is as long as Yjs counts it, and refused when Yjs could not read it', () => {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  const character = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 4 }),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }).map((some) => new TextEncoder().encode(some)),
  )
  fc.assert(
    fc.property(fc.array(character, { minLength: 1, maxLength: 6 }), (parts) => {
      const bytes = parts.flatMap((part) => [...part])
      const update = text([bytes.length, ...bytes])
      let expected: string
      try {
        expected = decoder.decode(Uint8Array.from(bytes))
      } catch {
        expect(() => scan(update)).toThrow(UnusableUpdate)
        return
      }
      expect(scan(update).blocks[0]!.structs[0]!.length).toBe(expected.length)
    }),
    { numRuns: 3_000, seed: 1 },
  )
})

test.each([
  ['a surrogate', [0xed, 0xa0, 0x80]],
  ['an overlong slash', [0xc0, 0xaf]],
  ['beyond the last character', [0xf4, 0x90, 0x80, 0x80]],
  ['half a character', [0xe8, 0xaf]],
])('a text with %s is refused', (_what, bytes) => {
  expect(() => scan(text([bytes.length, ...bytes]))).toThrow('not a Yjs update')
})

test('values may be 32 deep and no deeper', () => {
  const nested = (depth: number): number[] => [
    1,
    ...Array.from({ length: depth }, () => [117, 1]).flat(),
    126,
  ]
  expect(scan(any(nested(32))).blocks).toHaveLength(1)
  expect(() => scan(any(nested(33)))).toThrow('nested too deep')
})

test('keys called like what every object has are keys like any other, but for __proto__', () => {
  const keyed = (key: string): Uint8Array => any([1, 118, 1, key.length, ...Buffer.from(key), 126])
  for (const key of ['constructor', 'prototype', '__proto', '_____proto__', 'toString']) scan(keyed(key))
  expect(() => scan(keyed('__proto__'))).toThrow(UnusableUpdate)
})

test.each([
  ['a count of 30 million structs', [1, 0x80, 0x87, 0xa7, 0x0e, 1, 0]],
  ['a count of 30 million deletions', [0, 1, 1, 0x80, 0x87, 0xa7, 0x0e]],
  ['a text of two gigabytes', [1, 1, 1, 0, 4, 1, 1, 97, 0x80, 0x80, 0x80, 0x80, 8, 97, 0]],
  ['a number without an end', [1, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0]],
])('%s costs what its bytes cost', (_what, bytes) => {
  const update = Uint8Array.from(bytes)
  const before = process.memoryUsage().heapUsed
  for (let i = 0; i < 1_000; i++) expect(() => scan(update)).toThrow(UnusableUpdate)
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(64 * 1_048_576)
})

test.each<[string, [clock: number, length: number][]]>([
  [
    'that overlap',
    [
      [0, 5],
      [4, 2],
    ],
  ],
  [
    'in the wrong order',
    [
      [5, 1],
      [0, 1],
    ],
  ],
  ['of no length', [[0, 0]]],
])('deletions %s are refused', (_what, ranges) => {
  expect(() => scan(rawUpdate([], [{ client: 1, ranges }]))).toThrow(UnusableUpdate)
})
