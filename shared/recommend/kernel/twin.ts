/**
 * The kernel in plain TypeScript: every product and every sum is rounded to single precision, and sums are taken in
 * the same order, so that what comes out is the same to the last bit. (A double holds the exact product of two
 * floats, and rounding a double's sum, quotient or root of floats once more changes nothing: Figueroa, "When is
 * double rounding innocuous?", 1995.) What is stored in a Float32Array is rounded by that.
 */
import { blockPairs, type Kernel } from './kernel.ts'

const { fround } = Math

/** Used where `createKernel` gives nothing. */
export function createTwin(bytes: number): Kernel {
  const buffer = new ArrayBuffer(16 * Math.ceil(bytes / 16))
  const f32 = new Float32Array(buffer)
  const i32 = new Int32Array(buffer)
  const f64 = new Float64Array(buffer)

  function scores(
    matrix: number,
    rows: number,
    columns: number,
    stride: number,
    vector: number,
    out: number,
  ): void {
    const x = vector >>> 2
    const to = out >>> 2
    for (let row = 0; row < rows; row++) {
      f32[to + row] = product(f32, (matrix >>> 2) + row * stride, x, columns)
    }
  }

  function codedScores(
    codes: number,
    scales: number,
    rows: number,
    width: number,
    whole: number,
    step: number,
    out: number,
  ): void {
    const i8 = new Int8Array(buffer)
    const i16 = new Int16Array(buffer, whole, width)
    for (let row = 0, at = codes; row < rows; row++) {
      let sum = 0
      for (let k = 0; k < width; k++) sum += i8[at++]! * i16[k]!
      f64[(out >>> 3) + row] = sum * step * f32[(scales >>> 2) + row]!
    }
  }

  function gramian(vectors: number, rows: number, width: number, out: number, room: number): void {
    const size = width * width
    const to = out >>> 3
    const block = room >>> 2
    f64.fill(0, to, to + size)
    for (let from = 0; from < rows; from += 64) {
      f32.fill(0, block, block + size)
      addGram(f32, (vectors >>> 2) + from * width, Math.min(64, rows - from), width, width, block, width)
      for (let at = 0; at < size; at++) f64[to + at]! += f32[block + at]!
    }
  }

  function turn(vectors: number, rows: number, width: number, basis: number, room: number): void {
    const b = basis >>> 2
    const turned = room >>> 2
    for (let row = 0; row < rows; row++) {
      const from = (vectors >>> 2) + row * width
      f32.fill(0, turned, turned + width)
      for (let k = 0; k < width; k++) {
        const factor = f32[from + k]!
        const line = b + k * width
        for (let c = 0; c < width; c++) f32[turned + c]! += fround(factor * f32[line + c]!)
      }
      f32.copyWithin(from, turned, turned + width)
    }
  }

  function solveRows(
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
  ): void {
    const most = Math.max(width, blockPairs)
    const diagonal = room >>> 2
    const roots = diagonal + width
    const gathered = roots + most
    const system = gathered + most * (width | 4)
    const offset = start >>> 2
    for (let row = 0; row < rows; row++) {
      const from = i32[offset + row]! - i32[offset]!
      const count = i32[offset + row + 1]! - i32[offset + row]!
      const to = (out >>> 2) + row * width
      f32.fill(0, to, to + width)
      if (count === 0) continue
      const regularisation = f32[(held >>> 2) + row]!
      for (let k = 0; k < width; k++) f32[diagonal + k] = f32[(spectrum >>> 2) + k]! + regularisation
      const side = { index: (index >>> 2) + from, weight: (weight >>> 2) + from, fixed: fixed >>> 2 }
      const space = { diagonal, roots, gathered, system }
      if (count < width) byPairs(side, count, width, space, to)
      else byDimensions(side, count, width, space, to)
    }
  }

  /** See assembly/rows.ts. */
  function byPairs(side: Side, count: number, width: number, space: Space, to: number): void {
    const { diagonal, roots, gathered, system } = space
    const size = (count + 3) & ~3
    const stride = size | 4
    for (let k = 0; k < width; k++) f32[diagonal + k] = 1 / fround(Math.sqrt(f32[diagonal + k]!))
    for (let r = 0; r < size; r++) {
      const root = r < count ? fround(Math.sqrt(f32[side.weight + r]!)) : 0
      const vector = side.fixed + i32[side.index + Math.min(r, count - 1)]! * width
      f32[roots + r] = root
      for (let k = 0; k < width; k++) {
        f32[gathered + k * stride + r] = fround(f32[vector + k]! * f32[diagonal + k]!) * root
      }
    }
    f32.fill(0, system, system + size * stride)
    for (let r = 0; r < size; r++) f32[system + r * (stride + 1)] = 1
    addGram(f32, gathered, width, size, stride, system, stride)
    solveSystem(f32, system, size, stride, roots)
    for (let k = 0; k < width; k++) {
      f32[to + k] = product(f32, gathered + k * stride, roots, size)
      f32[to + k]! *= f32[diagonal + k]!
    }
  }

  function byDimensions(side: Side, count: number, width: number, space: Space, to: number): void {
    const { diagonal, roots, gathered, system } = space
    const stride = width | 4
    f32.fill(0, system, system + width * stride)
    for (let k = 0; k < width; k++) f32[system + k * (stride + 1)] = f32[diagonal + k]!
    for (let from = 0; from < count; from += blockPairs) {
      const pairs = Math.min(blockPairs, count - from)
      for (let r = 0; r < pairs; r++) {
        const root = fround(Math.sqrt(f32[side.weight + from + r]!))
        const vector = side.fixed + i32[side.index + from + r]! * width
        f32[roots + r] = root
        for (let k = 0; k < width; k++) f32[gathered + r * stride + k] = f32[vector + k]! * root
      }
      addGram(f32, gathered, pairs, width, stride, system, stride)
      for (let k = 0; k < width; k++) {
        let sum = 0
        for (let r = 0; r < pairs; r++) {
          sum = fround(sum + fround(f32[gathered + r * stride + k]! * f32[roots + r]!))
        }
        f32[to + k]! += sum
      }
    }
    solveSystem(f32, system, width, stride, to)
  }

  function sumRows(
    start: number,
    index: number,
    factor: number,
    rows: number,
    fixed: number,
    width: number,
    out: number,
  ): void {
    const offset = start >>> 2
    const first = (index >>> 2) - i32[offset]!
    for (let row = 0; row < rows; row++) {
      const to = (out >>> 2) + row * width
      f32.fill(0, to, to + width)
      for (let at = i32[offset + row]!; at < i32[offset + row + 1]!; at++) {
        const from = (fixed >>> 2) + i32[first + at]! * width
        for (let k = 0; k < width; k++) f32[to + k]! += f32[from + k]!
      }
      for (let k = 0; k < width; k++) f32[to + k]! *= f32[(factor >>> 2) + row]!
    }
  }

  return {
    buffer,
    scores,
    codedScores,
    gramian,
    turn,
    solve: (matrix, size, stride, rhs) => solveSystem(f32, matrix >>> 2, size, stride, rhs >>> 2),
    solveRows,
    sumRows,
  }
}

/** Places in the floats of one row's pairs, and of the room to solve it in. */
interface Side {
  index: number
  weight: number
  fixed: number
}
interface Space {
  diagonal: number
  roots: number
  gathered: number
  system: number
}

/** Four sums, a lane of the kernel's each. */
function product(f32: Float32Array, a: number, b: number, length: number): number {
  let first = 0
  let second = 0
  let third = 0
  let fourth = 0
  for (let k = 0; k < length; k += 4) {
    first = fround(first + fround(f32[a + k]! * f32[b + k]!))
    second = fround(second + fround(f32[a + k + 1]! * f32[b + k + 1]!))
    third = fround(third + fround(f32[a + k + 2]! * f32[b + k + 2]!))
    fourth = fround(fourth + fround(f32[a + k + 3]! * f32[b + k + 3]!))
  }
  return fround(fround(first + third) + fround(second + fourth))
}

/** Adds XᵀX to the upper half of `out`, two rows of results by two columns at a time. */
function addGram(
  f32: Float32Array,
  x: number,
  rows: number,
  columns: number,
  stride: number,
  out: number,
  outStride: number,
): void {
  const end = x + rows * stride
  for (let i = 0; i < columns; i += 2) {
    for (let j = i; j < columns; j += 2) {
      let a = 0
      let b = 0
      let c = 0
      let d = 0
      for (let at = x; at < end; at += stride) {
        const left = f32[at + i]!
        const right = f32[at + i + 1]!
        const low = f32[at + j]!
        const high = f32[at + j + 1]!
        a = fround(a + fround(left * low))
        b = fround(b + fround(left * high))
        c = fround(c + fround(right * low))
        d = fround(d + fround(right * high))
      }
      const to = out + i * outStride + j
      f32[to]! += a
      f32[to + 1]! += b
      f32[to + outStride]! += c
      f32[to + outStride + 1]! += d
    }
  }
}

/** See assembly/cholesky.ts. */
function solveSystem(f32: Float32Array, matrix: number, size: number, stride: number, rhs: number): void {
  for (let i = 0; i < size; i++) {
    const row = matrix + i * stride
    for (let above = matrix; above < row; above += stride) {
      const factor = f32[above + i]!
      for (let j = i; j < size; j++) f32[row + j]! -= fround(factor * f32[above + j]!)
    }
    const reciprocal = fround(1 / fround(Math.sqrt(f32[row + i]!)))
    f32[row + i] = reciprocal
    for (let j = i + 1; j < size; j++) f32[row + j]! *= reciprocal
  }
  for (let i = 0; i < size; i++) {
    const row = matrix + i * stride
    const value = fround(f32[rhs + i]! * f32[row + i]!)
    f32[rhs + i] = value
    for (let j = i + 1; j < size; j++) f32[rhs + j]! -= fround(f32[row + j]! * value)
  }
  for (let i = size - 1; i >= 0; i--) {
    const row = matrix + i * stride
    const beyond = (i + 4) & ~3
    let value = fround(f32[rhs + i]! - product(f32, row + beyond, rhs + beyond, size - beyond))
    for (let j = beyond - 1; j > i; j--) value = fround(value - fround(f32[row + j]! * f32[rhs + j]!))
    f32[rhs + i] = fround(value * f32[row + i]!)
  }
}
