/**
 * Reads a Yjs update (V1) before Yjs does, in one pass over its bytes and without Yjs. Yjs trusts what it reads: a count
 * of millions in seven bytes is allocated, JSON that is nested deep enough makes a document that can never be written
 * out again, and an update that breaks off half-way is half applied. Here every count is held against the bytes that are
 * left, every string is UTF-8, every range has its order, and nothing is read that an honest Yjs would not have written.
 * What the update means on top of a document is judged afterwards (updates.ts), from what this pass returns.
 *
 * Only what Markdown and JSON need is let through. Formatting marks are not: whoever *reads* them may delete them (Yjs
 * tidies up), which would be a write in a reader's name. Nor are embedded documents, XML, binary values and big integers
 * (`JSON.stringify` throws on these), nor Yjs's former JSON content, which Yjs 13 reads and no longer writes.
 *
 * The format: blocks count, each (structs, client, clock, struct…); then the delete set: clients count, each (client,
 * ranges, (clock, length)…). A struct begins with a byte: its kind, and whether an origin (128), a right origin (64) and
 * a key (32) are there. Ids are (client, clock) pairs.
 */
import type * as Y from 'yjs'
import { limits } from '#shared/core/wire.ts'

/** Of one update. */
export const bounds = {
  /** Blocks of new structs; its delete set may speak of as many clients as the document knows. */
  clients: 64,
  structs: 65_536,
  roots: 64,
  /** Of a value within itself, and of types within types. */
  depth: 32,
} as const

/**
 * What an update makes Yjs do, as far as it can take longer than its bytes suggest, in steps of about a tenth of a
 * microsecond (measured with updates that do nothing else).
 */
export const costs = {
  /** An update that takes longer than a person would notice is not one that a person wrote. */
  most: 500_000,
  struct: 8,
  /** On top, for a type. */
  type: 24,
  key: 10,
  value: 1,
  /** Cutting an item in two, wherever it lies. */
  cut: 16,
  /** Entries of an array that are moved in a step, and such that are copied. */
  movedInStep: 64,
  copiedInStep: 8,
  /** Two items of a list, for which goes first. */
  compared: 1,
  /** An item of the document that the guard itself has to look at. */
  overlaid: 4,
  /** One link back. */
  back: 1 / 8,
} as const

export class UnusableUpdate extends Error {
  /** Updates before it are missing. */
  readonly gap: boolean
  readonly tooLarge: boolean
  /** It writes under a clientID that belongs to another member. */
  readonly foreign: boolean
  constructor(message: string, kind: { gap?: boolean; tooLarge?: boolean; foreign?: boolean } = {}) {
    super(message)
    this.gap = kind.gap ?? false
    this.tooLarge = kind.tooLarge ?? false
    this.foreign = kind.foreign ?? false
  }
}

/** A struct's kind, as the low five bits of its first byte say it. */
export const kinds = { gc: 0, deleted: 1, string: 4, type: 7, any: 8, skip: 10 } as const

/** What a type is, as the update numbers it. */
export const types = { array: 0, map: 1, text: 2 } as const

/** No client, no clock, no type. */
export const none = -1

/** Where an item lies: a type of the document, a new one, a root that is new (its name), or in nothing any more. */
export type Holder = Y.AbstractType<unknown> | Struct | string | null

export interface Struct {
  kind: number
  client: number
  clock: number
  length: number
  originClient: number
  originClock: number
  rightClient: number
  rightClock: number
  /** The following four are only told by structs that have neither origin. */
  parentClient: number
  parentClock: number
  root: string | null
  key: string | null
  /** One of `types`, when it is one. */
  type: number
  /** Of the second stage: what it lies in, and for a type how deep. */
  holder: Holder
  depth: number
}

export interface Block {
  client: number
  /** In the order of their clocks, without overlap; a gap between them is a skip. Never empty. */
  structs: Struct[]
}

export interface Deletes {
  client: number
  /** Clock and length in turn; ascending, without overlap. Never empty. */
  ranges: number[]
}

export interface Scan {
  /** Each client once. */
  blocks: Block[]
  /** Each client once. */
  deletes: Deletes[]
  /** Names of the root types that it mentions. */
  roots: string[]
  /** Of reading it (`costs`). */
  work: number
}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
  /** Where the text of the string that was read last begins. */
  start: number
  work: number
}

/** @throws UnusableUpdate when the bytes are not such an update. */
export function scan(update: Uint8Array): Scan {
  if (update.byteLength > limits.update) {
    throw new UnusableUpdate('the update is too large', { tooLarge: true })
  }
  const from: Cursor = { bytes: update, at: 0, start: 0, work: 0 }
  const found: Scan = { blocks: [], deletes: [], roots: [], work: 0 }
  readBlocks(from, found)
  readDeletes(from, found)
  if (from.at !== update.length) throw broken()
  found.work = from.work
  return found
}

function readBlocks(from: Cursor, found: Scan): void {
  const count = readUint(from)
  if (count > bounds.clients) throw new UnusableUpdate('the update has too many clients')
  let total = 0
  for (let i = 0; i < count; i++) {
    const length = readUint(from)
    total += length
    // A struct has two bytes at least.
    if (length === 0 || length * 2 > from.bytes.length - from.at) throw broken()
    if (total > bounds.structs) throw new UnusableUpdate('the update has too many parts', { tooLarge: true })
    const client = readUint(from)
    if (found.blocks.some((block) => block.client === client)) throw broken()
    const structs: Struct[] = []
    let clock = readUint(from)
    for (let n = 0; n < length; n++) {
      const struct = readStruct(from, client, clock, found.roots)
      clock += struct.length
      if (clock > maxUint) throw broken()
      if (struct.kind !== kinds.skip) structs.push(struct)
    }
    if (structs.length === 0) throw broken()
    found.blocks.push({ client, structs })
  }
}

function readStruct(from: Cursor, client: number, clock: number, roots: string[]): Struct {
  const info = readByte(from)
  from.work += costs.struct
  const struct: Struct = {
    kind: info & 31,
    client,
    clock,
    length: 1,
    originClient: none,
    originClock: none,
    rightClient: none,
    rightClock: none,
    parentClient: none,
    parentClock: none,
    root: null,
    key: null,
    type: none,
    holder: null,
    depth: 0,
  }
  if (struct.kind === kinds.gc || struct.kind === kinds.skip) {
    if (info !== struct.kind) throw broken()
    struct.length = readLength(from)
    return struct
  }
  if ((info & 128) !== 0) {
    struct.originClient = readUint(from)
    struct.originClock = readUint(from)
  }
  if ((info & 64) !== 0) {
    struct.rightClient = readUint(from)
    struct.rightClock = readUint(from)
  }
  if ((info & 192) === 0) readParent(from, struct, (info & 32) !== 0, roots)
  readContent(from, struct)
  return struct
}

function readParent(from: Cursor, struct: Struct, keyed: boolean, roots: string[]): void {
  const named = readByte(from)
  if (named > 1) throw broken()
  if (named === 1) {
    struct.root = readName(from)
    if (!roots.includes(struct.root) && roots.push(struct.root) > bounds.roots) {
      throw new UnusableUpdate('the update has too many roots')
    }
  } else {
    struct.parentClient = readUint(from)
    struct.parentClock = readUint(from)
  }
  if (keyed) struct.key = readName(from)
}

function readContent(from: Cursor, struct: Struct): void {
  switch (struct.kind) {
    case kinds.deleted:
      struct.length = readLength(from)
      return
    case kinds.string:
      struct.length = skipString(from)
      if (struct.length === 0) throw broken()
      return
    case kinds.type:
      struct.type = readByte(from)
      from.work += costs.type
      if (struct.type > types.text) throw unkept()
      return
    case kinds.any:
      struct.length = readLength(from)
      for (let i = 0; i < struct.length; i++) skipAny(from, 0)
      return
    default:
      throw unkept()
  }
}

function readDeletes(from: Cursor, found: Scan): void {
  const count = readUint(from)
  // A client with one range has four bytes at least.
  if (count * 4 > from.bytes.length - from.at) throw broken()
  const seen = count > 1 ? new Set<number>() : undefined
  for (let i = 0; i < count; i++) {
    const client = readUint(from)
    if (seen && seen.size === seen.add(client).size) throw broken()
    const length = readUint(from)
    if (length === 0 || length * 2 > from.bytes.length - from.at) throw broken()
    const ranges: number[] = []
    let end = 0
    for (let n = 0; n < length; n++) {
      const clock = readUint(from)
      const deleted = readLength(from)
      if (clock < end) throw broken()
      end = clock + deleted
      if (end > maxUint) throw broken()
      ranges.push(clock, deleted)
    }
    found.deletes.push({ client, ranges })
  }
}

/** A value, read over; `depth` values are around it. The numbers are lib0's. */
function skipAny(from: Cursor, depth: number): void {
  from.work += costs.value
  switch (readByte(from)) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return
    case 125:
      skipInt(from)
      return
    case 124:
      skip(from, 4)
      return
    case 123:
      skip(from, 8)
      return
    case 119:
      skipString(from)
      return
    case 118:
      skipMany(from, depth, true)
      return
    case 117:
      skipMany(from, depth, false)
      return
    default:
      throw unkept()
  }
}

function skipMany(from: Cursor, depth: number, keyed: boolean): void {
  if (depth === bounds.depth) throw new UnusableUpdate('a value is nested too deep')
  const count = readUint(from)
  if (count > from.bytes.length - from.at) throw broken()
  for (let i = 0; i < count; i++) {
    if (keyed) {
      from.work += costs.key
      skipString(from)
      if (isProto(from)) throw unkept()
    }
    skipAny(from, depth + 1)
  }
}

const maxUint = 0xffff_ffff

/** Clients are 32 bits wide in Yjs; clocks and counts never come near it. */
function readUint(from: Cursor): number {
  const { bytes } = from
  let value = 0
  for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
    if (from.at >= bytes.length) throw broken()
    const byte = bytes[from.at++]!
    value += (byte & 127) * scale
    if (byte < 128) {
      if (value > maxUint) throw broken()
      return value
    }
  }
  throw broken()
}

function readLength(from: Cursor): number {
  const length = readUint(from)
  if (length === 0) throw broken()
  return length
}

function readByte(from: Cursor): number {
  if (from.at >= from.bytes.length) throw broken()
  return from.bytes[from.at++]!
}

/** An integer of Yjs: 31 bits and a sign, in five bytes at most. */
function skipInt(from: Cursor): void {
  for (let i = 0; i < 5; i++) if (readByte(from) < 128) return
  throw broken()
}

function skip(from: Cursor, count: number): void {
  if (count > from.bytes.length - from.at) throw broken()
  from.at += count
}

/**
 * The name of a root or a key. `__proto__` would give the JSON of the document properties that it does not have;
 * `constructor` and `prototype` become properties like any other, and a tag may well be called so.
 */
function readName(from: Cursor): string {
  const length = skipString(from)
  if (isProto(from)) throw unkept()
  const { bytes, at, start } = from
  // One byte for each character: ASCII, which is read faster here than by the decoder.
  if (length > 40 || length < at - start) return decoder.decode(bytes.subarray(start, at))
  let name = ''
  for (let i = start; i < at; i++) name += String.fromCharCode(bytes[i]!)
  return name
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
const proto = new TextEncoder().encode('__proto__')

/** Is it what the string that was read last says? */
function isProto({ bytes, at, start }: Cursor): boolean {
  return at - start === proto.length && proto.every((byte, i) => bytes[start + i] === byte)
}

/** @returns its length in UTF-16 units, as Yjs counts. @throws when it is not UTF-8, as the decoder of Yjs would. */
function skipString(from: Cursor): number {
  const size = readUint(from)
  const { bytes } = from
  const end = from.at + size
  if (end > bytes.length) throw broken()
  let at = from.at
  let length = 0
  while (at < end) {
    const byte = bytes[at]!
    if (byte < 0x80) at += 1
    else {
      const width = widthOf(bytes, at, end)
      if (width === 4) length++
      at += width
    }
    length++
  }
  from.start = from.at
  from.at = end
  return length
}

/** Bytes of the character that begins here, beyond ASCII (the table of well-formed sequences, Unicode 15, 3-7). */
function widthOf(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!
  const width = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0
  if (width === 0 || at + width > end) throw broken()
  const second = bytes[at + 1]!
  const least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  if (second < least || second > most) throw broken()
  for (let i = 2; i < width; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) throw broken()
  return width
}

function broken(): UnusableUpdate {
  return new UnusableUpdate('not a Yjs update')
}

function unkept(): UnusableUpdate {
  return new UnusableUpdate('the update holds what documents here do not')
}
