/**
 * The recommender's hot loops over one block of memory: matrix times vector, Gramians, changes of basis, and the
 * solutions of implicit ALS that both the trainer and a device's fold-in need. `createKernel` gives them compiled
 * (WebAssembly SIMD, from assembly/), `createTwin` the same in plain TypeScript, for where WebAssembly or its SIMD is
 * absent or refused; what comes out is the same to the last bit. It runs in Node, in worker threads and in workers
 * of browsers.
 *
 * Addresses are bytes from the start of `buffer`. Vectors are floats and start at multiples of 16; their length, the
 * `width`, is a multiple of 4 (`padded`): whoever has fewer dimensions fills up with zeros, which change no result.
 */
import { module, sharedFlag } from './module.ts'

export interface Routines {
  /** out[r] = Σ matrix[r][c] · vector[c]; `columns` a multiple of 4, `stride` floats from row to row. */
  scores(matrix: number, rows: number, columns: number, stride: number, vector: number, out: number): void
  /**
   * out[r] = Σ codes[r][c] · whole[c] × step × scales[r] (f64), all sums of whole numbers and so exact. Scores and
   * scales have room for the next multiple of four rows.
   * @param codes i8, `width` from row to row, a multiple of 16 and at most 512
   * @param whole `width` whole numbers, i16
   */
  codedScores(
    codes: number,
    scales: number,
    rows: number,
    width: number,
    whole: number,
    step: number,
    out: number,
  ): void
  /** The upper half of XᵀX as width × width doubles. `room`: width × width floats. */
  gramian(vectors: number, rows: number, width: number, out: number, room: number): void
  /** vectors[r] = vectors[r] · basis, the basis row-major. `room`: width floats. */
  turn(vectors: number, rows: number, width: number, basis: number, room: number): void
  /** Solves A x = b in place; of A the upper half is read, `size` is a multiple of 4. */
  solve(matrix: number, size: number, stride: number, rhs: number): void
  /**
   * The vector of each row of a sparse matrix against fixed vectors in the eigenbasis of their Gramian.
   * @param start rows + 1 offsets (i32), the first that of `index[0]`
   * @param index rows of `fixed` (u32); `weight` their confidences, above 0
   * @param held what holds each row's vector down (regularisation × how often it counts)
   * @param spectrum unobserved weight × eigenvalue, by dimension
   * @param room `solveRoom(width)` bytes
   */
  solveRows(
    start: number,
    index: number,
    weight: number,
    held: number,
    rows: number,
    fixed: number,
    width: number,
    spectrum: number,
    out: number,
    room: number,
  ): void
  /** For each row factor × the sum of the fixed vectors that it names. */
  sumRows(
    start: number,
    index: number,
    factor: number,
    rows: number,
    fixed: number,
    width: number,
    out: number,
  ): void
}

export interface Kernel extends Routines {
  readonly buffer: ArrayBufferLike
  /** What another thread instantiates to work on the same memory; absent in the twin. */
  readonly compiled?: { module: object; memory: object }
}

export interface KernelOptions {
  /** Memory that worker threads may share. */
  shared?: boolean
}

/** As much of the global as is needed here: Node's types leave it out, and some browsers do too. */
interface Engine {
  Memory: new (size: { initial: number; maximum: number; shared: boolean }) => { buffer: ArrayBufferLike }
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object
  Instance: new (module: object, imports: Record<string, Record<string, unknown>>) => { exports: unknown }
}

const page = 65_536

/**
 * @param bytes how much memory it has, for good; up to 4 GiB
 * @returns undefined where WebAssembly, its SIMD or so much memory is not to be had, or a policy forbids it
 */
export function createKernel(bytes: number, { shared = false }: KernelOptions = {}): Kernel | undefined {
  const { WebAssembly: engine } = globalThis as { WebAssembly?: Engine }
  if (engine === undefined) return undefined
  try {
    const pages = Math.ceil(bytes / page)
    const memory = new engine.Memory({ initial: pages, maximum: pages, shared })
    const compiled = new engine.Module(moduleBytes(shared))
    const { exports } = new engine.Instance(compiled, { env: { memory } })
    return {
      ...(exports as Routines),
      buffer: memory.buffer,
      compiled: { module: compiled, memory },
    }
  } catch {
    return undefined
  }
}

/** The least multiple of 4 that `dimensions` fit into. */
export function padded(dimensions: number): number {
  return (dimensions + 3) & ~3
}

/** Pairs that `solveRows` gathers at a time. */
export const blockPairs = 64

/** Bytes that `solveRows` works in. */
export function solveRoom(width: number): number {
  const rows = Math.max(width, blockPairs)
  return 4 * (width + rows + (rows + width) * (width | 4))
}

function moduleBytes(shared: boolean): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(module), (letter) => letter.charCodeAt(0))
  // A module says whether its memory is shared, and takes no other: one flag is all the difference.
  if (shared) bytes[sharedFlag.at] = sharedFlag.value
  return bytes
}
