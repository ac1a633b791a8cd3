/**
 * Who met what, as sparse rows. The trainer walks it by member and by item in turn, so both orders are kept; the
 * weights are confidences, 1 for "met it once".
 */

export interface SparseRows {
  rows: number
  columns: number
  /** `rows + 1` offsets into `index` and `weight`. */
  start: Int32Array
  /** Column numbers, ascending within a row, each at most once. */
  index: Int32Array
  weight: Float32Array
}

/** Groups triples by row; pairs that occur several times add up, to at most `cap`. */
export function sparseRows(
  rows: number,
  columns: number,
  row: Int32Array,
  column: Int32Array,
  weight: Float32Array,
  cap: number,
): SparseRows {
  // Two counting sorts (by column, then by row, both stable) leave every row sorted by column.
  const byColumn = stableOrder(column, columns, undefined)
  const order = stableOrder(row, rows, byColumn)
  const start = new Int32Array(rows + 1)
  const index = new Int32Array(order.length)
  const merged = new Float32Array(order.length)
  let kept = 0
  let at = 0
  for (let r = 0; r < rows; r++) {
    start[r] = kept
    const first = kept
    for (; at < order.length && row[order[at]!] === r; at++) {
      const from = order[at]!
      if (kept > first && index[kept - 1] === column[from]) {
        merged[kept - 1] = Math.min(cap, merged[kept - 1]! + weight[from]!)
      } else {
        index[kept] = column[from]!
        merged[kept] = Math.min(cap, weight[from]!)
        kept++
      }
    }
  }
  start[rows] = kept
  return { rows, columns, start, index: index.slice(0, kept), weight: merged.slice(0, kept) }
}

/** The same pairs, grouped by column. */
export function transposed(matrix: SparseRows): SparseRows {
  const { rows, columns, start, index, weight } = matrix
  const turned = new Int32Array(columns + 1)
  for (const column of index) turned[column + 1]! += 1
  for (let c = 0; c < columns; c++) turned[c + 1]! += turned[c]!
  const next = turned.slice(0, columns)
  const turnedIndex = new Int32Array(index.length)
  const turnedWeight = new Float32Array(index.length)
  for (let r = 0; r < rows; r++) {
    for (let at = start[r]!; at < start[r + 1]!; at++) {
      const to = next[index[at]!]!++
      turnedIndex[to] = r
      turnedWeight[to] = weight[at]!
    }
  }
  return { rows: columns, columns: rows, start: turned, index: turnedIndex, weight: turnedWeight }
}

/** The latest time of each pair, in the order of `met`; undefined when any interaction came without one. */
export function pairTimes(
  met: SparseRows,
  row: Int32Array,
  column: Int32Array,
  at: Float64Array,
): Float64Array | undefined {
  if (at.length === 0 || at.some((time) => Number.isNaN(time))) return undefined
  const times = new Float64Array(met.index.length).fill(Number.NEGATIVE_INFINITY)
  for (let i = 0; i < row.length; i++) {
    let low = met.start[row[i]!]!
    let high = met.start[row[i]! + 1]! - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if (met.index[middle]! < column[i]!) low = middle + 1
      else high = middle
    }
    times[low] = Math.max(times[low]!, at[i]!)
  }
  return times
}

/** How many pairs each column has. */
export function columnCounts(matrix: SparseRows): Uint32Array {
  const counts = new Uint32Array(matrix.columns)
  for (const column of matrix.index) counts[column]! += 1
  return counts
}

/** The same rows with the pairs that pass. */
export function only(met: SparseRows, passes: (at: number) => boolean): SparseRows {
  const start = new Int32Array(met.rows + 1)
  const index = new Int32Array(met.index.length)
  const weight = new Float32Array(met.index.length)
  let kept = 0
  for (let row = 0; row < met.rows; row++) {
    for (let at = met.start[row]!; at < met.start[row + 1]!; at++) {
      if (!passes(at)) continue
      index[kept] = met.index[at]!
      weight[kept] = met.weight[at]!
      kept += 1
    }
    start[row + 1] = kept
  }
  return { ...met, start, index: index.slice(0, kept), weight: weight.slice(0, kept) }
}

/** Some of the rows, in the order given. */
export function rowsOf(met: SparseRows, rows: Int32Array): SparseRows {
  const start = new Int32Array(rows.length + 1)
  rows.forEach((row, i) => {
    start[i + 1] = start[i]! + met.start[row + 1]! - met.start[row]!
  })
  const index = new Int32Array(start.at(-1)!)
  const weight = new Float32Array(start.at(-1)!)
  rows.forEach((row, i) => {
    index.set(met.index.subarray(met.start[row]!, met.start[row + 1]!), start[i])
    weight.set(met.weight.subarray(met.start[row]!, met.start[row + 1]!), start[i])
  })
  return { rows: rows.length, columns: met.columns, start, index, weight }
}

/** The matrix without the columns that are not kept; the kept ones close ranks. */
export function onlyColumns(met: SparseRows, kept: Uint8Array): SparseRows {
  const place = new Int32Array(met.columns)
  let columns = 0
  for (let column = 0; column < met.columns; column++) {
    place[column] = columns
    if (kept[column] === 1) columns += 1
  }
  const some = only(met, (at) => kept[met.index[at]!] === 1)
  return { ...some, columns, index: some.index.map((column) => place[column]!) }
}

function stableOrder(key: Int32Array, keys: number, previous: Int32Array | undefined): Int32Array {
  const next = new Int32Array(keys + 1)
  for (const value of key) next[value + 1]! += 1
  for (let k = 0; k < keys; k++) next[k + 1]! += next[k]!
  const order = new Int32Array(key.length)
  for (let i = 0; i < key.length; i++) {
    const from = previous === undefined ? i : previous[i]!
    order[next[key[from]!]!++] = from
  }
  return order
}
