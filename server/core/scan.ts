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
import { limits } from '#shared/core/wire.ts'
import {
  broken,
  type Cursor,
  isProto,
  maxUint,
  readByte,
  readLength,
  readName,
  readUint,
  skip,
  skipInt,
  skipString,
  unkept,
} from './lib0-reader.ts'
import { bounds, costs, kinds, none, type Scan, type Struct, types, UnusableUpdate } from './structs.ts'

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
    unjoined: 0,
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
  if (keyed) {
    struct.key = readName(from)
    from.work += costs.key
  }
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
