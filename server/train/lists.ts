/**
 * The pairs as the threads of a training read them: by member as they came, and by item. By item they would take as
 * much again, so above a few millions only a run of items has its pairs laid out at a time, anew in every pass: that
 * costs a walk over all pairs, a small share of solving.
 */
import type { SparseRows } from './matrix.ts'

/** Who met what; confidences that are whole numbers up to 255 may come as bytes, a quarter of the memory. */
export type Pairs = Omit<SparseRows, 'weight'> & { weight: Float32Array | Uint8Array }

export interface Lists {
  /** Offsets by row, of all pairs. */
  start: Int32Array
  /** Of the run that is laid out. */
  index: Int32Array
  weight: Float32Array | Uint8Array
  /** Rows at which chunks begin, and the end of the last. */
  bounds: Int32Array
  runs: Run[]
  /** Lays out a run, of which there is one at a time; runs come in order. */
  layOut(run: Run): void
}

/** Some chunks whose pairs lie side by side. */
export interface Run {
  chunk: number
  chunks: number
  /** Number of its first pair. */
  pair: number
}

/** Rows and pairs of a chunk; a longer row is a chunk of its own. */
export const chunkSize = { rows: 2048, pairs: 16_384 }
/** Pairs up to which items have them all at hand, and pairs of a run where they do not. */
const laidOut = { always: 4_000_000, run: 1_000_000 }

/** @param shared whether other threads will read them: arrays that cannot be shared are copied then */
export function memberLists({ start, index, weight }: Pairs, shared: boolean): Lists {
  const { bounds, runs } = chunksOf(start, Number.POSITIVE_INFINITY)
  const lists = { start: int32(start.length, shared, start), bounds: int32(bounds.length, shared, bounds) }
  const pairs = start.at(-1)!
  const weighed = fits(weight, shared) ? weight : weights(weight, pairs, shared)
  if (weighed !== weight) weighed.set(weight)
  return {
    ...lists,
    index: int32(pairs, shared, index),
    weight: weighed,
    runs,
    layOut() {},
  }
}

/** @param most pairs of a run */
export function itemLists(met: Pairs, shared: boolean, most = mostLaidOut(met)): Lists {
  const start = int32(met.columns + 1, shared)
  for (const item of met.index) start[item + 1]! += 1
  for (let item = 0; item < met.columns; item++) start[item + 1]! += start[item]!
  const { bounds, runs } = chunksOf(start, most)
  const [first] = runs
  const longest = runs.reduce((pairs, run) => Math.max(pairs, pairsOf(run)), 0)
  const index = int32(longest, shared)
  const weight = weights(met.weight, longest, shared)
  // Where each member's list has been read up to: items ascend in it.
  const read = new Int32Array(runs.length > 1 ? met.rows : 0)
  let laid: Run | undefined

  function pairsOf({ chunk, chunks, pair }: Run): number {
    return start[bounds[chunk + chunks]!]! - pair
  }

  function layOut(run: Run): void {
    if (laid === run) return
    laid = run
    const from = bounds[run.chunk]!
    const to = bounds[run.chunk + run.chunks]!
    const next = start.slice(from, to)
    if (run === first) read.set(met.start.subarray(0, read.length))
    for (let member = 0; member < met.rows; member++) {
      const end = met.start[member + 1]!
      let at = read.length > 0 ? read[member]! : met.start[member]!
      for (; at < end && met.index[at]! < to; at++) {
        const place = next[met.index[at]! - from]!++ - run.pair
        index[place] = member
        weight[place] = met.weight[at]!
      }
      if (read.length > 0) read[member] = at
    }
  }
  return { start, index, weight, bounds: int32(bounds.length, shared, bounds), runs, layOut }
}

function mostLaidOut(met: Pairs): number {
  return met.index.length <= laidOut.always ? laidOut.always : laidOut.run
}

/** Cuts rows into chunks, and chunks into runs of at most so many pairs unless a single chunk has more. */
function chunksOf(start: Int32Array, most: number): { bounds: number[]; runs: Run[] } {
  const bounds = [0]
  const runs: Run[] = [{ chunk: 0, chunks: 0, pair: 0 }]
  const rows = start.length - 1
  for (let row = 0; row < rows; ) {
    const first = start[row]!
    const from = row
    row += 1
    while (row < rows && row - from < chunkSize.rows && start[row + 1]! - first <= chunkSize.pairs) row += 1
    const run = runs.at(-1)!
    if (run.chunks > 0 && start[row]! - run.pair > most) {
      runs.push({ chunk: bounds.length - 1, chunks: 1, pair: first })
    } else run.chunks += 1
    bounds.push(row)
  }
  return { bounds, runs }
}

function int32(length: number, shared: boolean, from?: ArrayLike<number>): Int32Array {
  if (from instanceof Int32Array && fits(from, shared)) return from
  const array = new Int32Array(room(4 * length, shared))
  if (from !== undefined) array.set(from)
  return array
}

function fits(array: Pairs['weight'] | Int32Array, shared: boolean): boolean {
  return !shared || array.buffer instanceof SharedArrayBuffer
}

function room(bytes: number, shared: boolean): ArrayBufferLike {
  return shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)
}

function weights(like: Pairs['weight'], length: number, shared: boolean): Pairs['weight'] {
  const buffer = room(like.BYTES_PER_ELEMENT * length, shared)
  return like instanceof Uint8Array ? new Uint8Array(buffer) : new Float32Array(buffer)
}
