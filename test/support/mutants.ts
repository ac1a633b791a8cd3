/**
 * Updates as somebody with bad intent might send them: written byte by byte, or honest ones changed at random, in their
 * bytes or in their meaning (another origin, another clock, another client …). `fuzz` sends them to a document behind
 * the guard of the rooms and holds it to its promise; a soak run calls it with more of them.
 */
import * as encoding from 'lib0/encoding'
import * as Y from 'yjs'
import { applyInspected, inspect, UnusableUpdate } from '#server/core/updates.ts'
import { play, type Random, random, randomOperations, shown } from './histories.ts'

export interface Id {
  client: number
  clock: number
}

/** A struct as it is written: nothing of it is checked. */
export interface RawStruct {
  /** The first byte; computed from the rest when absent. */
  info?: number
  kind: number
  origin?: Id | null
  right?: Id | null
  /** A root's name or an item's id; written when there is no origin. */
  parent?: string | Id | null
  key?: string | null
  content: (to: encoding.Encoder) => void
}

export interface RawBlock {
  client: number
  clock: number
  structs: RawStruct[]
  /** How many structs it says it has. */
  count?: number
}

export interface RawDeletes {
  client: number
  ranges: [clock: number, length: number][]
}

/** @param clients how many blocks it says it has. */
export function rawUpdate(
  blocks: readonly RawBlock[],
  deletes: readonly RawDeletes[] = [],
  clients: number = blocks.length,
): Uint8Array {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, clients)
  for (const block of blocks) {
    encoding.writeVarUint(to, block.count ?? block.structs.length)
    encoding.writeVarUint(to, block.client)
    encoding.writeVarUint(to, block.clock)
    for (const struct of block.structs) writeStruct(to, struct)
  }
  encoding.writeVarUint(to, deletes.length)
  for (const { client, ranges } of deletes) {
    encoding.writeVarUint(to, client)
    encoding.writeVarUint(to, ranges.length)
    for (const [clock, length] of ranges) {
      encoding.writeVarUint(to, clock)
      encoding.writeVarUint(to, length)
    }
  }
  return encoding.toUint8Array(to)
}

function writeStruct(to: encoding.Encoder, struct: RawStruct): void {
  const { kind, origin, right, parent, key } = struct
  const info = kind | (origin ? 128 : 0) | (right ? 64 : 0) | (typeof key === 'string' ? 32 : 0)
  encoding.writeUint8(to, struct.info ?? info)
  if (origin) writeId(to, origin)
  if (right) writeId(to, right)
  if (!origin && !right && parent !== undefined && parent !== null) {
    encoding.writeVarUint(to, typeof parent === 'string' ? 1 : 0)
    if (typeof parent === 'string') encoding.writeVarString(to, parent)
    else writeId(to, parent)
    if (typeof key === 'string') encoding.writeVarString(to, key)
  }
  struct.content(to)
}

function writeId(to: encoding.Encoder, { client, clock }: Id): void {
  encoding.writeVarUint(to, client)
  encoding.writeVarUint(to, clock)
}

type Place = Pick<RawStruct, 'origin' | 'right' | 'parent' | 'key'>

/** The contents by their numbers in the format. */
export const raw = {
  gc: (length: number): RawStruct => ({ kind: 0, content: (to) => encoding.writeVarUint(to, length) }),
  skip: (length: number): RawStruct => ({ kind: 10, content: (to) => encoding.writeVarUint(to, length) }),
  deleted: (length: number, place: Place): RawStruct => ({
    kind: 1,
    ...place,
    content: (to) => encoding.writeVarUint(to, length),
  }),
  text: (text: string, place: Place): RawStruct => ({
    kind: 4,
    ...place,
    content: (to) => encoding.writeVarString(to, text),
  }),
  type: (type: number, place: Place): RawStruct => ({
    kind: 7,
    ...place,
    content: (to) => encoding.writeVarUint(to, type),
  }),
  any: (values: readonly unknown[], place: Place): RawStruct => ({
    kind: 8,
    ...place,
    content: (to) => {
      encoding.writeVarUint(to, values.length)
      for (const value of values) encoding.writeAny(to, value as string)
    },
  }),
  /** Any kind, with these bytes after it. */
  bytes: (kind: number, bytes: readonly number[], place: Place = {}): RawStruct => ({
    kind,
    ...place,
    content: (to) => encoding.writeUint8Array(to, Uint8Array.from(bytes)),
  }),
}

/** An honest update in its parts. */
function partsOf(update: Uint8Array): { blocks: RawBlock[]; deletes: RawDeletes[] } {
  const { structs, ds } = Y.decodeUpdate(update)
  const blocks: RawBlock[] = []
  for (const struct of structs) {
    const { client, clock } = struct.id
    if (blocks.at(-1)?.client !== client) blocks.push({ client, clock, structs: [] })
    blocks.at(-1)!.structs.push(partOf(struct))
  }
  const deletes = [...ds.clients].map(([client, ranges]): RawDeletes => {
    return { client, ranges: ranges.map(({ clock, len }) => [clock, len]) }
  })
  return { blocks, deletes }
}

function partOf(struct: Y.Item | Y.GC | Y.Skip): RawStruct {
  if (struct instanceof Y.GC) return raw.gc(struct.length)
  if (struct instanceof Y.Skip) return raw.skip(struct.length)
  return {
    kind: struct.content.getRef(),
    origin: struct.origin,
    right: struct.rightOrigin,
    parent: struct.parent as string | Id | null,
    key: struct.parentSub,
    content: (to) => {
      const encoder = new Y.UpdateEncoderV1()
      encoder.restEncoder = to
      struct.content.write(encoder, 0)
    },
  }
}

const interesting = [0, 1, 2, 7, 8, 10, 32, 64, 117, 118, 119, 126, 127, 128, 192, 255]

/** @param donors other updates, to splice in. @param ids some that the document has. */
export function mutate(
  update: Uint8Array,
  from: Random,
  donors: readonly Uint8Array[],
  ids: readonly Id[],
): Uint8Array {
  if (update.length > 2 && from.below(2) === 0) return mutateMeaning(update, from, ids)
  let bytes = update
  for (let times = from.below(3); times >= 0; times--) bytes = mutateBytes(bytes, from, donors)
  return bytes
}

function mutateBytes(update: Uint8Array, from: Random, donors: readonly Uint8Array[]): Uint8Array {
  const bytes = Uint8Array.from(update)
  const { length } = bytes
  const at = from.below(length + 1)
  const size = 1 + from.below(8)
  switch (from.below(7)) {
    case 0:
      if (at < length) bytes[at]! ^= 1 << from.below(8)
      return bytes
    case 1:
      if (at < length) bytes[at] = from.pick(interesting)
      return bytes
    case 2:
      return bytes.slice(0, at)
    case 3:
      return joined(bytes.slice(0, at), bytes.slice(at + size))
    case 4:
      return joined(bytes.slice(0, at + size), bytes.slice(at))
    case 5:
      return joined(
        bytes.slice(0, at),
        Uint8Array.from({ length: size }, () => from.below(256)),
        bytes.slice(at),
      )
    default: {
      const donor = from.pick(donors)
      return joined(bytes.slice(0, at), donor.slice(from.below(donor.length)))
    }
  }
}

function joined(...parts: Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

function mutateMeaning(update: Uint8Array, from: Random, ids: readonly Id[]): Uint8Array {
  const { blocks, deletes } = partsOf(update)
  for (let times = from.below(3); times >= 0; times--) {
    if (blocks.length > 0 && from.below(5) > 0) mutateBlock(from.pick(blocks), blocks, from, ids)
    else mutateDeletes(deletes, from, ids)
  }
  return rawUpdate(blocks, deletes)
}

function mutateBlock(block: RawBlock, blocks: RawBlock[], from: Random, ids: readonly Id[]): void {
  if (block.structs.length === 0) return
  const id = from.pick([...ids, ...ownIds(block)])
  const near = { client: id.client, clock: Math.max(0, id.clock + from.below(3) - 1) }
  const struct = from.pick(block.structs)
  switch (from.below(12)) {
    case 0:
    case 1:
      struct.origin = struct.origin && from.below(4) === 0 ? null : near
      return
    case 2:
    case 3:
      struct.right = struct.right && from.below(4) === 0 ? null : near
      return
    case 4:
      Object.assign(struct, {
        origin: null,
        right: null,
        parent: from.pick([near, 'body', 'map', 'tree', 'list', 'new']),
      })
      return
    case 5:
      struct.key = from.pick([null, 'k', 'title', '__proto__'])
      return
    case 6:
      block.client = from.pick([near.client, block.client + 1])
      return
    case 7:
      block.clock = Math.max(0, block.clock + from.below(5) - 2)
      return
    case 8:
      block.structs.splice(from.below(block.structs.length + 1), 0, ...strangers(from, near))
      return
    case 9:
      block.structs.splice(from.below(block.structs.length), 1)
      if (block.structs.length === 0) blocks.splice(blocks.indexOf(block), 1)
      return
    case 10:
      block.structs.push({ ...from.pick(block.structs) })
      return
    default:
      blocks.push({ ...from.pick(blocks), ...(from.below(2) === 0 ? near : {}) })
  }
}

/** Ids within the block, as far as they can be told from one item an id. */
function ownIds({ client, clock, structs }: RawBlock): Id[] {
  return structs.map((_, i) => ({ client, clock: clock + i }))
}

function strangers(from: Random, near: Id): RawStruct[] {
  const place: Place = from.pick<Place>([
    { origin: near },
    { right: near },
    { parent: near },
    { parent: near, key: 'k' },
    { parent: from.pick(['body', 'map', 'tree', 'list']), key: from.pick([null, 'k']) },
  ])
  return [
    from.pick([
      raw.gc(1 + from.below(4)),
      raw.skip(1 + from.below(4)),
      raw.deleted(1 + from.below(4), place),
      raw.text('strange 👩‍🚀', place),
      raw.any([1, null, { k: [] }], place),
      raw.type(from.below(4), place),
    ]),
  ]
}

function mutateDeletes(deletes: RawDeletes[], from: Random, ids: readonly Id[]): void {
  if (ids.length === 0) return
  const { client, clock } = from.pick(ids)
  const found = deletes.find((one) => one.client === client)
  const range: [number, number] = [clock, 1 + from.below(6)]
  if (!found) deletes.push({ client, ranges: [range] })
  else {
    found.ranges.push(range)
    if (from.below(4) > 0) found.ranges.sort(([a], [b]) => a - b)
  }
}

export interface Fuzzed {
  tried: number
  applied: number
  refused: number
  /** Answered by asking for what is missing. */
  gaps: number
  /** Milliseconds, by the given clock, that judging one of them or applying a tick took at most. */
  slowest: number
}

/**
 * Sends mutants to a document, which stays in use as long as it is healthy. @throws when the guard breaks its promise:
 * a refused update changes nothing; one that is let through is applied whole, leaves nothing pending, and leaves a
 * document that can be written out, read back and shown.
 */
export function fuzz(seed: number, count: number, clock = (): number => performance.now()): Fuzzed {
  const from = random(seed)
  const fuzzed: Fuzzed = { tried: 0, applied: 0, refused: 0, gaps: 0, slowest: 0 }
  while (fuzzed.tried < count) fuzzRoom(from, Math.min(200, count - fuzzed.tried), fuzzed, seed, clock)
  return fuzzed
}

function fuzzRoom(from: Random, count: number, fuzzed: Fuzzed, seed: number, clock: () => number): void {
  const honest: Uint8Array[] = []
  const { server } = play(randomOperations(from, 60), (doc, tick) => {
    for (const { update } of tick) {
      honest.push(update)
      Y.applyUpdate(doc, update)
    }
  })
  honest.push(...nextUpdates(server))
  // In every other room the devices of the past are somebody else's.
  const others = new Set(from.below(2) === 0 ? server.store.clients.keys() : [])
  let before = Y.encodeStateAsUpdate(server)
  for (let sent = 0; sent < count; ) {
    const tick = Array.from({ length: 1 + from.below(3) }, () => {
      return from.below(8) === 0
        ? from.pick(honest)
        : mutate(from.pick(honest), from, honest, idsOf(server, from))
    })
    sent += tick.length
    fuzzed.tried += tick.length
    const fault = faultOf(server, tick, before, others, fuzzed, clock)
    if (fault) {
      throw new Error(`${fault}: seed ${seed}, update ${fuzzed.tried}: ${tick.map(hex)} on ${hex(before)}`)
    }
    before = Y.encodeStateAsUpdate(server)
  }
}

/** What a device might send next: unlike the past, it is new to the room also when it is hardly changed. */
function nextUpdates(server: Y.Doc): Uint8Array[] {
  const device = new Y.Doc()
  Y.applyUpdate(device, Y.encodeStateAsUpdate(server))
  device.clientID = 7
  const updates: Uint8Array[] = []
  device.on('update', (update: Uint8Array) => updates.push(update))
  device.getText('body').insert(0, 'next')
  device.getText('body').delete(1, 1)
  device.getMap('map').set('k', new Y.Map([['title', new Y.Text('deep')]]))
  device.getArray('list').insert(0, [1, 'two', { three: [] }])
  const all = Y.encodeStateAsUpdate(device, Y.encodeStateVector(server))
  return [...updates, all, all, Y.encodeStateAsUpdate(device)]
}

function idsOf(doc: Y.Doc, { below, pick }: Random): Id[] {
  const clients = [...doc.store.clients.keys()]
  return Array.from({ length: 4 }, () => {
    const client = pick(clients) ?? 7
    return { client, clock: below(Y.getState(doc.store, client) + 2) }
  })
}

/** Sends the updates of one tick. @returns how the guard broke its promise, if it did. */
function faultOf(
  doc: Y.Doc,
  tick: readonly Uint8Array[],
  before: Uint8Array,
  others: ReadonlySet<number>,
  fuzzed: Fuzzed,
  clock: () => number,
): string | undefined {
  const inspection = inspect(doc, { owner: (client) => (others.has(client) ? 'ada' : undefined) })
  const parts: Uint8Array[] = []
  for (const update of tick) {
    const began = clock()
    try {
      parts.push(inspection.add(update, 'eve'))
      fuzzed.applied++
    } catch (error) {
      if (!(error instanceof UnusableUpdate)) return `the guard threw ${error}`
      if (error.gap) fuzzed.gaps++
      else fuzzed.refused++
    }
    fuzzed.slowest = Math.max(fuzzed.slowest, clock() - began)
  }
  if (!isSame(Y.encodeStateAsUpdate(doc), before)) return 'the guard changed the document'
  if (parts.length === 0) return undefined
  const peer = replica(before)
  const busy = replica(before)
  busy.getText('body').insert(0, 'meanwhile ')
  busy.getMap('map').set('k', 1)
  busy.getArray('list').push([2])
  const log: Uint8Array[] = []
  const collect = (entry: Uint8Array): void => void log.push(entry)
  doc.on('update', collect)
  try {
    const began = clock()
    doc.transact(() => {
      for (const part of parts) applyInspected(doc, part)
    })
    fuzzed.slowest = Math.max(fuzzed.slowest, clock() - began)
    if (log.length === 0) {
      return isSame(Y.encodeStateAsUpdate(doc), before) ? undefined : 'nothing was told of a change'
    }
    doc.toJSON()
    for (const client of others) {
      if (Y.getState(doc.store, client) > Y.getState(peer.store, client))
        return 'written in the name of another'
    }
    for (const entry of log) Y.applyUpdate(peer, entry)
    if (differ(doc, peer)) return 'a peer that is told of the change shows something else'
    if (differ(doc, replica(Y.encodeStateAsUpdate(doc)))) return 'a fresh replica shows something else'
    for (const entry of log) Y.applyUpdate(busy, entry)
    Y.applyUpdate(peer, Y.encodeStateAsUpdate(busy, Y.encodeStateVector(peer)))
    return differ(busy, peer) ? 'those who wrote meanwhile never agree' : undefined
  } catch (error) {
    return `what was let through failed: ${error instanceof Error ? error.stack : error}`
  } finally {
    doc.off('update', collect)
  }
}

function replica(state: Uint8Array): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdate(doc, state)
  return doc
}

function differ(one: Y.Doc, other: Y.Doc): boolean {
  if (other.store.pendingStructs || other.store.pendingDs) return true
  return shown(one) !== shown(other) || !isSame(vectorOf(one), vectorOf(other))
}

function vectorOf(doc: Y.Doc): Uint8Array {
  return Y.encodeStateVector(
    new Map([...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b)),
  )
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
