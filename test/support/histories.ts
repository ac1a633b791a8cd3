/**
 * Honest histories: three members on six devices write texts, maps, lists and types within types, undo, go offline, are
 * started anew, and send what they wrote in every way that Yjs has. Everything comes from numbers, so that fast-check
 * can shrink what fails and a long run can be repeated from its seed.
 */
import * as Y from 'yjs'

export interface Random {
  below(limit: number): number
  pick<T>(from: readonly T[]): T
}

/** The same numbers for the same seed (mulberry32). */
export function random(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  return { below, pick: (from) => from[below(from.length)]! }
}

/** One thing that happens: who, what, where and how much, each read modulo what there is. */
export type Operation = readonly [who: number, what: number, where: number, much: number]

export function randomOperations({ below }: Random, count: number): Operation[] {
  return Array.from({ length: count }, () => [below(2 ** 16), below(2 ** 16), below(2 ** 16), below(2 ** 16)])
}

/** A member's device: its replica, and what it has written and not sent. */
interface Writer {
  readonly memberId: string
  doc: Y.Doc
  undo: Y.UndoManager
  outbox: Uint8Array[]
  /** What it sent last, and may send again. */
  sent: Uint8Array
}

export interface Sent {
  memberId: string
  update: Uint8Array
}

export interface World {
  /** The room's document on the server. */
  readonly server: Y.Doc
  /** Every device writes what it has and reads what there is. @returns what every replica then shows. */
  settle(): unknown[]
}

const members = ['ada', 'bob', 'cem'] as const
const noChange = new Uint8Array([0, 0])

/**
 * Plays a history of three members on six devices.
 * @param receive takes the updates of one tick into the server's document; throws when one is refused.
 */
export function play(
  operations: readonly Operation[],
  receive: (server: Y.Doc, tick: readonly Sent[]) => void,
): World {
  const server = new Y.Doc({ guid: 'server' })
  // Out of the way of the others, which would make it take another one.
  server.clientID = 0xffff_fff0
  let clients = 1
  let tick: Sent[] = []
  const writers: Writer[] = Array.from({ length: 6 }, (_, i) => start(members[i % 3]!, noChange))

  function start(memberId: string, state: Uint8Array): Writer {
    const doc = new Y.Doc({ guid: memberId })
    // Neither ordered by member nor by time, as random ones would not be.
    doc.clientID = (Math.imul(++clients, 0x9e3779b1) >>> 0) + 2
    Y.applyUpdate(doc, state)
    // Not of types within types: Yjs undoes the deletion of these in a way on which its own replicas do not agree.
    const roots = [doc.getText('body'), doc.getMap('map'), doc.getArray('list')]
    const undo = new Y.UndoManager(roots, { captureTimeout: 0, trackedOrigins: new Set(['own']) })
    const writer: Writer = { memberId, doc, undo, outbox: [], sent: noChange }
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') writer.outbox.push(update)
    })
    return writer
  }

  function send(writer: Writer, update: Uint8Array): void {
    writer.sent = update
    tick.push({ memberId: writer.memberId, update })
  }

  function flush(writer: Writer, way: number): void {
    const updates = writer.outbox.splice(0)
    if (way % 5 === 0) for (const update of updates) send(writer, update)
    if (way % 5 === 1) send(writer, Y.mergeUpdates(updates.length === 0 ? [noChange] : updates))
    if (way % 5 === 2) send(writer, Y.encodeStateAsUpdate(writer.doc, Y.encodeStateVector(server)))
    if (way % 5 === 3) send(writer, Y.encodeStateAsUpdate(writer.doc))
    if (way % 5 === 4) {
      send(writer, Y.diffUpdate(Y.encodeStateAsUpdate(writer.doc), Y.encodeStateVector(server)))
    }
  }

  function deliver(): void {
    const updates = tick
    tick = []
    receive(server, updates)
  }

  function read(writer: Writer): void {
    Y.applyUpdate(writer.doc, Y.encodeStateAsUpdate(server, Y.encodeStateVector(writer.doc)), 'server')
  }

  function step([who, what, where, much]: Operation): void {
    const place = who % writers.length
    const writer = writers[place]!
    const kind = what % 24
    if (kind < 12) writer.doc.transact(() => edit(writer.doc, kind, where, much), 'own')
    if (kind === 12) writer.undo.undo()
    if (kind === 13) writer.undo.redo()
    if (kind === 14) send(writer, writer.sent)
    // The device is started anew: the same replica, another clientID; what was not sent is read from the disk.
    if (kind === 15) {
      const { outbox } = writer
      writers[place] = start(writer.memberId, Y.encodeStateAsUpdate(writer.doc))
      writers[place].outbox = outbox
    }
    if (kind > 15 && kind < 20) flush(writer, where)
    if (kind === 20 || kind === 21) deliver()
    if (kind > 21) read(writer)
  }

  for (const operation of operations) step(operation)
  return {
    server,
    settle() {
      for (const writer of writers) flush(writer, 0)
      deliver()
      for (const writer of writers) read(writer)
      return [server, ...writers.map(({ doc }) => doc)].map(shown)
    },
  }
}

/** The document as its readers see it: keys in order, since replicas keep them in the order of arrival. */
export function shown(doc: Y.Doc): string {
  const json = [
    doc.getText('body').toString(),
    ...['map', 'tree'].map((name) => doc.getMap(name).toJSON()),
    doc.getArray('list').toJSON(),
  ]
  return JSON.stringify(json, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

const words = ['a', 'word ', 'líne\n', '語彙', '👩‍🚀', 'x'.repeat(40)]
const keys = ['k', 'title', 'constructor', '鍵']

function edit(doc: Y.Doc, kind: number, where: number, much: number): void {
  const map = doc.getMap('map')
  const key = keys[(kind < 9 ? where : much) % keys.length]!
  if (kind < 3) write(doc.getText('body'), where, much)
  else if (kind < 5) erase(doc.getText('body'), where, much)
  else if (kind === 5) map.set(key, valueAt(much))
  else if (kind === 6) map.delete(key)
  else if (kind === 7) insert(doc.getArray('list'), where, much)
  else if (kind === 8) erase(doc.getArray('list'), where, much)
  else editWithin(nestedOf(doc, where), kind, key, where, much)
}

function editWithin(target: Shared, kind: number, key: string, where: number, much: number): void {
  if (target instanceof Y.Map) target.set(key, kind === 9 ? typeAt(much) : valueAt(much))
  else if (kind === 11) erase(target, where, much)
  else if (target instanceof Y.Text) write(target, where, much)
  else if (kind === 9) target.insert(where % (target.length + 1), [typeAt(much)])
  else insert(target, where, much)
}

function write(text: Y.Text, where: number, much: number): void {
  text.insert(where % (text.length + 1), words[much % words.length]!)
}

function insert(list: Y.Array<unknown>, where: number, much: number): void {
  const values = Array.from({ length: 1 + (much % 3) }, (_, i) => valueAt(much + i) ?? null)
  list.insert(where % (list.length + 1), values)
}

function erase(from: Y.Text | Y.Array<unknown>, where: number, much: number): void {
  if (from.length === 0) return
  const index = where % from.length
  from.delete(index, Math.min(1 + (much % 5), from.length - index))
}

type Shared = Y.Map<unknown> | Y.Array<unknown> | Y.Text

/** A type somewhere in the document, found by walking down. */
function nestedOf(doc: Y.Doc, where: number): Shared {
  let found: Shared = doc.getMap('tree')
  for (let path = where; ; path = Math.floor(path / 3)) {
    const inside: Shared[] = found instanceof Y.Text ? [] : typesIn(found)
    if (inside.length === 0 || path === 0) return found
    found = inside[path % inside.length]!
  }
}

function typesIn(type: Y.Map<unknown> | Y.Array<unknown>): Shared[] {
  const values: unknown[] = [...(type instanceof Y.Map ? type.values() : type)]
  return values.filter((value): value is Shared => value instanceof Y.AbstractType)
}

function typeAt(much: number): Shared {
  if (much % 3 === 0) return new Y.Map([['k', valueAt(much)]])
  if (much % 3 === 1) return new Y.Text(words[much % words.length]!)
  const list = new Y.Array<unknown>()
  list.push([valueAt(much) ?? null])
  return list
}

const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  2 ** 31,
  -(2 ** 40),
  0.1,
  1e300,
  '',
  '語彙 👩‍🚀',
  [],
  [1, [2, ['three']]],
  {},
  { k: { title: [null], constructor: 'x' } },
  undefined,
]

function valueAt(much: number): unknown {
  return values[much % values.length]
}
