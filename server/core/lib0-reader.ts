/**
 * Reads numbers, strings and bytes as lib0 writes them, within bounds: never past the end, no number beyond 32 bits, no
 * string that is not UTF-8, and nothing is allocated but the names that are asked for.
 */
import { UnusableUpdate } from './structs.ts'

export interface Cursor {
  readonly bytes: Uint8Array
  at: number
  /** Where the text of the string that was read last begins. */
  start: number
  work: number
}

export const maxUint = 0xffff_ffff

/** Clients are 32 bits wide in Yjs; clocks and counts never come near it. */
export function readUint(from: Cursor): number {
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

export function readLength(from: Cursor): number {
  const length = readUint(from)
  if (length === 0) throw broken()
  return length
}

export function readByte(from: Cursor): number {
  if (from.at >= from.bytes.length) throw broken()
  return from.bytes[from.at++]!
}

/** An integer of Yjs: 31 bits and a sign, in five bytes at most. */
export function skipInt(from: Cursor): void {
  for (let i = 0; i < 5; i++) if (readByte(from) < 128) return
  throw broken()
}

export function skip(from: Cursor, count: number): void {
  if (count > from.bytes.length - from.at) throw broken()
  from.at += count
}

/**
 * The name of a root or a key. `__proto__` would give the JSON of the document properties that it does not have;
 * `constructor` and `prototype` become properties like any other, and a tag may well be called so.
 */
export function readName(from: Cursor): string {
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
export function isProto({ bytes, at, start }: Cursor): boolean {
  return at - start === proto.length && proto.every((byte, i) => bytes[start + i] === byte)
}

/** @returns its length in UTF-16 units, as Yjs counts. @throws when it is not UTF-8, as the decoder of Yjs would. */
export function skipString(from: Cursor): number {
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

export function broken(): UnusableUpdate {
  return new UnusableUpdate('not a Yjs update')
}

export function unkept(): UnusableUpdate {
  return new UnusableUpdate('the update holds what documents here do not')
}
