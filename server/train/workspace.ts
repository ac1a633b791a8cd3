/**
 * What training works in: one block of memory for the vectors of both sides and each thread's room, and the pairs
 * beside it in lists that every thread may read. A chunk's pairs are copied into the memory when their turn comes,
 * so the block holds 4 · width · (members + items) bytes and little else; with the pairs by member, 8 each, that is
 * nearly all that training takes (see lists.ts for the pairs by item).
 */
import { createKernel, type Kernel, padded, solveRoom } from '#shared/recommend/kernel/kernel.ts'
import { createTwin } from '#shared/recommend/kernel/twin.ts'
import type { AlsOptions } from './als.ts'
import { chunkSize, type Lists } from './lists.ts'

/** All that a thread must know; it travels to helpers as it is. */
export interface Plan {
  width: number
  settings: Pick<AlsOptions, 'regularisation' | 'unobservedWeight' | 'frequencyExponent'>
  /** Members and items. */
  sides: [Side, Side]
  /** Parts in which Gramians are summed, and their addresses: a number of its own, so that sums stay the same. */
  slots: number
  gramians: number
  /** Of `turn`, and of `solveRows`. */
  basis: number
  spectrum: number
  /** Room of the first thread, and bytes from one to the next; `lists` are places within. */
  rooms: number
  roomBytes: number
  lists: { startAt: number; indexAt: number; weightAt: number; factorAt: number }
  /** Of any chunk. */
  most: { rows: number; pairs: number }
}

export interface Side {
  rows: number
  /** Address of its vectors. */
  vectors: number
  start: Int32Array
  index: Int32Array
  weight: Float32Array | Uint8Array
  bounds: Int32Array
}

/** More would only need more room: eight threads have as many parts each. */
const slots = 8
/** What 32-bit addresses reach. */
const mostBytes = 2 ** 32

export interface Workspace {
  kernel: Kernel
  plan: Plan
  vectorsOf(side: 0 | 1): Float32Array
  basis: Float32Array
  spectrum: Float32Array
  /** The parts of a Gramian, one after the other. */
  gramians: Float64Array
}

/** @param plain works with the twin also where there is a kernel */
export function createWorkspace(
  sides: readonly [Lists, Lists],
  options: AlsOptions,
  threads: number,
  plain: boolean,
): Workspace {
  const width = padded(options.dimensions)
  const rows = sides.map(({ start }) => start.length - 1)
  const most = { rows: chunkSize.rows, pairs: Math.max(...sides.map(longestChunk)) }

  let end = 0
  const place = (bytes: number): number => {
    const at = end
    end = 16 * Math.ceil((at + bytes) / 16)
    return at
  }
  const vectors = rows.map((count) => place(4 * width * count))
  const gramians = place(8 * slots * width * width)
  const basis = place(4 * width * width)
  const spectrum = place(4 * width)
  const rooms = end
  place(solveRoom(width))
  const lists = {
    startAt: place(4 * (most.rows + 1)) - rooms,
    factorAt: place(4 * most.rows) - rooms,
    indexAt: place(4 * most.pairs) - rooms,
    weightAt: place(4 * most.pairs) - rooms,
  }
  const roomBytes = end - rooms
  const bytes = rooms + threads * roomBytes
  if (bytes > mostBytes) {
    throw new RangeError(`${rows[0]} members and ${rows[1]} items by ${width} take more than 4 GiB`)
  }
  const kernel = (plain ? undefined : createKernel(bytes, { shared: threads > 1 })) ?? createTwin(bytes)
  const { regularisation, unobservedWeight, frequencyExponent } = options
  const sideOf = (side: 0 | 1): Side => {
    const { start, index, weight, bounds } = sides[side]
    return { rows: rows[side]!, vectors: vectors[side]!, start, index, weight, bounds }
  }
  return {
    kernel,
    plan: {
      width,
      settings: { regularisation, unobservedWeight, frequencyExponent },
      sides: [sideOf(0), sideOf(1)],
      slots,
      gramians,
      basis,
      spectrum,
      rooms,
      roomBytes,
      lists,
      most,
    },
    vectorsOf: (side) => new Float32Array(kernel.buffer, vectors[side], rows[side]! * width),
    basis: new Float32Array(kernel.buffer, basis, width * width),
    spectrum: new Float32Array(kernel.buffer, spectrum, width),
    gramians: new Float64Array(kernel.buffer, gramians, slots * width * width),
  }
}

function longestChunk({ start, bounds }: Lists): number {
  let most = 1
  for (let chunk = 0; chunk + 1 < bounds.length; chunk++) {
    most = Math.max(most, start[bounds[chunk + 1]!]! - start[bounds[chunk]!]!)
  }
  return most
}
