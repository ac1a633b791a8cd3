/**
 * An update in its parts, as scan.ts reads them and updates.ts judges them: blocks of new structs, each of one client and
 * in the order of its clocks, and what is deleted. Beside them what an update may hold, what it may cost, and how it is
 * refused.
 */
import type * as Y from 'yjs'

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
  /** Of an item that is deleted: not refused for it, since whatever is there may be deleted at once. */
  deleted: 8,
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
  /** Its author has too many clientIDs in this room. */
  readonly tooMany: boolean
  constructor(
    message: string,
    kind: { gap?: boolean; tooLarge?: boolean; foreign?: boolean; tooMany?: boolean } = {},
  ) {
    super(message)
    this.gap = kind.gap ?? false
    this.tooLarge = kind.tooLarge ?? false
    this.foreign = kind.foreign ?? false
    this.tooMany = kind.tooMany ?? false
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
  /** Of its client's new structs up to this one, those that do not go on where the one before ends. */
  unjoined: number
}

export type Found = Struct | Y.Item | Y.GC

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

/** Will Yjs make one struct of them? */
export function isJoined(before: Struct, struct: Struct): boolean {
  return (
    struct.kind === before.kind &&
    struct.originClient === struct.client &&
    struct.originClock === struct.clock - 1 &&
    struct.rightClient === before.rightClient &&
    struct.rightClock === before.rightClock
  )
}

/** Of a client's structs in the order of their clocks, the one that has a clock. */
export function structAt(structs: readonly Struct[], clock: number): Struct {
  let low = 0
  let high = structs.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (structs[middle]!.clock <= clock) low = middle
    else high = middle - 1
  }
  return structs[low]!
}
