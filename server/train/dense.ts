/**
 * Large symmetric systems (a row for each item) in plain doubles: Cholesky and the inverse of its factor, block by
 * block, so that nearly all of the work is products of rows that lie in the cache. Matrices are square, row-major.
 */

/** Rows and columns of results at a time, and how far along the rows: two panels stay in the second-level cache. */
const block = 64
const stretch = 256

/** Rows that are read: `rows` of them from row `at` on. */
export interface Rows {
  values: Float64Array
  /** Doubles from row to row. */
  stride: number
  at: number
  rows: number
}

/** out[i][j] −= left[i] · right[j] over the places from `from` to before `to`. */
export function subtractProducts(
  left: Rows,
  right: Rows,
  from: number,
  to: number,
  out: Float64Array,
  outStride: number,
  outAt: number,
): void {
  for (let start = from; start < to; start += stretch) {
    const end = Math.min(to, start + stretch)
    for (let j = 0; j < right.rows; j += block) {
      const columns = Math.min(block, right.rows - j)
      for (let i = 0; i < left.rows; i += 4) {
        const rows = Math.min(4, left.rows - i)
        for (let c = j; c < j + columns; c += 2) {
          subtractTile(
            left,
            right,
            i,
            rows,
            c,
            Math.min(2, j + columns - c),
            start,
            end,
            out,
            outStride,
            outAt,
          )
        }
      }
    }
  }
}

/** Four rows by two: eight sums in registers for six loads. Past the last row the first one is taken again. */
function subtractTile(
  left: Rows,
  right: Rows,
  i: number,
  rows: number,
  j: number,
  columns: number,
  from: number,
  to: number,
  out: Float64Array,
  outStride: number,
  outAt: number,
): void {
  const { values: x } = left
  const { values: y } = right
  const first = (left.at + i) * left.stride
  const second = rows > 1 ? first + left.stride : first
  const third = rows > 2 ? first + 2 * left.stride : first
  const fourth = rows > 3 ? first + 3 * left.stride : first
  const low = (right.at + j) * right.stride
  const high = columns > 1 ? low + right.stride : low
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let e = 0
  let f = 0
  let g = 0
  let h = 0
  for (let k = from; k < to; k++) {
    const p = y[low + k]!
    const q = y[high + k]!
    const r = x[first + k]!
    const s = x[second + k]!
    const t = x[third + k]!
    const u = x[fourth + k]!
    a += r * p
    b += r * q
    c += s * p
    d += s * q
    e += t * p
    f += t * q
    g += u * p
    h += u * q
  }
  let at = outAt + i * outStride + j
  const two = columns > 1
  out[at]! -= a
  if (two) out[at + 1]! -= b
  if (rows > 1) {
    at += outStride
    out[at]! -= c
    if (two) out[at + 1]! -= d
  }
  if (rows > 2) {
    at += outStride
    out[at]! -= e
    if (two) out[at + 1]! -= f
  }
  if (rows > 3) {
    at += outStride
    out[at]! -= g
    if (two) out[at + 1]! -= h
  }
}

/** The lower half becomes the Cholesky factor; what lies above the diagonal is left as it was. */
export function factorise(matrix: Float64Array, size: number): void {
  for (let from = 0; from < size; from += block) {
    const width = Math.min(block, size - from)
    const own: Rows = { values: matrix, stride: size, at: from, rows: width }
    const below: Rows = { values: matrix, stride: size, at: from, rows: size - from }
    subtractProducts(below, own, 0, from, matrix, size, from * size + from)
    for (let row = from; row < size; row++) {
      const own = row * size
      for (let column = from; column < Math.min(row + 1, from + width); column++) {
        let sum = matrix[own + column]!
        const other = column * size
        for (let k = from; k < column; k++) sum -= matrix[own + k]! * matrix[other + k]!
        matrix[own + column] = column === row ? Math.sqrt(sum) : sum / matrix[other + column]!
      }
    }
  }
}

/** The inverse of a Cholesky factor, transposed: row j holds its column j, from place j on. */
export function invertedFactor(factor: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size)
  for (let from = 0; from < size; from += block) {
    const width = Math.min(block, size - from)
    const own: Rows = { values: factor, stride: size, at: from, rows: width }
    for (let other = 0; other < from; other += block) {
      const done: Rows = { values: inverse, stride: size, at: other, rows: Math.min(block, from - other) }
      subtractProducts(done, own, other, from, inverse, size, other * size + from)
    }
    for (let row = 0; row < from + width; row++) {
      if (row >= from) inverse[row * size + row] = 1
      forwardInside(factor, size, from, width, inverse, row * size)
    }
  }
  return inverse
}

/** Solves L y = x in place for each of the rows x. */
export function forward(factor: Float64Array, size: number, rows: Float64Array): void {
  const count = rows.length / size
  const x: Rows = { values: rows, stride: size, at: 0, rows: count }
  for (let from = 0; from < size; from += block) {
    const width = Math.min(block, size - from)
    subtractProducts(x, { values: factor, stride: size, at: from, rows: width }, 0, from, rows, size, from)
    for (let row = 0; row < count; row++) forwardInside(factor, size, from, width, rows, row * size)
  }
}

/** The steps of a forward substitution within one block. */
function forwardInside(
  factor: Float64Array,
  size: number,
  from: number,
  width: number,
  out: Float64Array,
  at: number,
): void {
  for (let i = from; i < from + width; i++) {
    let sum = out[at + i]!
    for (let k = from; k < i; k++) sum -= factor[i * size + k]! * out[at + k]!
    out[at + i] = sum / factor[i * size + i]!
  }
}
