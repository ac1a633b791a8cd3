/**
 * Implicit alternating least squares with the objective of Rendle, Krichene, Zhang and Koren, "Revisiting the
 * Performance of iALS on Item Recommendation Benchmarks" (2021): every pair that was met wants a score of 1 with its
 * weight, every pair at all wants 0 with the unobserved weight, and each vector is held down in proportion to
 * (how often it occurs + unobserved weight × how many it could have met) to the power of `frequencyExponent`.
 *
 * Both sides live in the eigenbasis of the other side's Gramian, where the part of each normal equation that comes
 * from the unobserved pairs is diagonal. A row with fewer pairs than dimensions then needs only a system of the
 * size of its pairs (Woodbury); the solution is the same one, exactly.
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import type { SparseRows } from './matrix.ts'
import { transposed } from './matrix.ts'
import { createRandom, normals } from './random.ts'
import { addGram, dot, solveInPlace } from './solve.ts'

export interface AlsOptions {
  dimensions: number
  /** Weight of a pair that was not met, against 1 for one that was. */
  unobservedWeight: number
  regularisation: number
  /** 0: the same regularisation for every vector; 1: in proportion to how often it occurs. */
  frequencyExponent: number
  epochs: number
  seed: number
}

export interface AlsFactors {
  dimensions: number
  /** members × dimensions; solved last, against these very item factors. */
  members: Float64Array
  /** items × dimensions, in the eigenbasis of their own Gramian. */
  items: Float64Array
  /** Of the items' Gramian, descending. */
  eigenvalues: Float64Array
}

/** Yields after every epoch, so that the caller can report or stop; returns the factors. */
export function* alternate(met: SparseRows, options: AlsOptions): Generator<number, AlsFactors, void> {
  const { dimensions, epochs, seed } = options
  const byItem = transposed(met)
  const members = firstMembers(met, byItem, dimensions, seed)
  let items: Float64Array = new Float64Array(met.columns * dimensions)
  let eigenvalues: Float64Array = new Float64Array(dimensions)
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const memberBasis = rotate(members, dimensions)
    solveRows(byItem, memberBasis.rotated, memberBasis.eigenvalues, items, options)
    const itemBasis = rotate(items, dimensions)
    items = itemBasis.rotated
    eigenvalues = itemBasis.eigenvalues
    solveRows(met, items, eigenvalues, members, options)
    yield epoch
  }
  return { dimensions, members, items, eigenvalues }
}

const powerSteps = 3

/**
 * Where to begin: members by the strongest singular directions of who-met-what, from power iteration on noise; a
 * long history is brought down by its root, and lengths are 1 on average. An epoch from here does what three to six
 * do from noise.
 */
function firstMembers(met: SparseRows, byItem: SparseRows, dimensions: number, seed: number): Float64Array {
  let items: Float64Array = normals(createRandom(seed), met.columns * dimensions, 1)
  for (let step = 0; step < powerSteps; step++) {
    const { rotated, eigenvalues } = rotate(
      summed(byItem, summed(met, items, dimensions), dimensions),
      dimensions,
    )
    items = whitened(rotated, eigenvalues)
  }
  const members = summed(met, items, dimensions)
  let squares = 0
  for (let row = 0; row < met.rows; row++) {
    const shrink = 1 / Math.sqrt(met.start[row + 1]! - met.start[row]! || 1)
    for (let at = row * dimensions; at < (row + 1) * dimensions; at++) {
      members[at]! *= shrink
      squares += members[at]! ** 2
    }
  }
  const length = Math.sqrt(squares / met.rows) || 1
  return members.map((value) => value / length)
}

/** For each row the sum of the vectors of what it met: sparse times dense. */
function summed(met: SparseRows, vectors: Float64Array, dimensions: number): Float64Array {
  const sums = new Float64Array(met.rows * dimensions)
  for (let row = 0; row < met.rows; row++) {
    const start = met.start[row]!
    const end = met.start[row + 1]!
    const to = row * dimensions
    let k = 0
    for (; k + 3 < dimensions; k += 4) {
      let first = 0
      let second = 0
      let third = 0
      let fourth = 0
      for (let at = start; at < end; at++) {
        const from = met.index[at]! * dimensions + k
        first += vectors[from]!
        second += vectors[from + 1]!
        third += vectors[from + 2]!
        fourth += vectors[from + 3]!
      }
      sums[to + k] = first
      sums[to + k + 1] = second
      sums[to + k + 2] = third
      sums[to + k + 3] = fourth
    }
    for (; k < dimensions; k++) {
      for (let at = start; at < end; at++) sums[to + k]! += vectors[met.index[at]! * dimensions + k]!
    }
  }
  return sums
}

/** Makes rotated vectors' Gramian the identity; directions that do not exist stay empty. */
function whitened(vectors: Float64Array, eigenvalues: Float64Array): Float64Array {
  const least = 1e-9 * eigenvalues[0]!
  const factors = eigenvalues.map((value) => (value > least ? 1 / Math.sqrt(value) : 0))
  for (let at = 0; at < vectors.length; at += factors.length) {
    for (let k = 0; k < factors.length; k++) vectors[at + k]! *= factors[k]!
  }
  return vectors
}

/** Turns vectors into the eigenbasis of their Gramian, strongest direction first; every scalar product stays. */
export function rotate(
  vectors: Float64Array,
  dimensions: number,
): { rotated: Float64Array; eigenvalues: Float64Array; basis: Float64Array } {
  const gram = gramian(vectors, dimensions)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true })
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const eigenvalues = Float64Array.from(order, (from) => Math.max(0, realEigenvalues[from]!))
  // Column-wise, so that each rotated coordinate is one scalar product of two contiguous runs.
  const basis = new Float64Array(dimensions * dimensions)
  for (let column = 0; column < dimensions; column++) {
    for (let row = 0; row < dimensions; row++) {
      basis[column * dimensions + row] = eigenvectorMatrix.get(row, order[column]!)
    }
  }
  return { rotated: turn(vectors, basis, dimensions), eigenvalues, basis }
}

/** Applies a basis from `rotate` to further vectors. */
export function turn(vectors: Float64Array, basis: Float64Array, dimensions: number): Float64Array {
  const turned = new Float64Array(vectors.length)
  for (let at = 0; at < vectors.length; at += dimensions) {
    for (let to = 0; to < dimensions; to++) {
      turned[at + to] = dot(vectors, at, basis, to * dimensions, dimensions)
    }
  }
  return turned
}

function gramian(vectors: Float64Array, dimensions: number): Matrix {
  const sum = new Float64Array(dimensions * dimensions)
  const count = vectors.length / dimensions
  const block = new Float64Array(dimensions * blockRows)
  for (let from = 0; from < count; from += blockRows) {
    const rows = Math.min(blockRows, count - from)
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < dimensions; k++) block[k * rows + r] = vectors[(from + r) * dimensions + k]!
    }
    addGram(block, dimensions, rows, sum)
  }
  const matrix = new Matrix(dimensions, dimensions)
  for (let i = 0; i < dimensions; i++) {
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, sum[i * dimensions + j]!)
      matrix.set(j, i, sum[i * dimensions + j]!)
    }
  }
  return matrix
}

/**
 * Pairs gathered at a time: dimensions × this many doubles stay within the second-level cache. No power of two, lest
 * the rows of a block compete for the same lines of the cache.
 */
const blockRows = 236

/** What solving one row needs, and room to do it in; reused from row to row. */
interface Side {
  met: SparseRows
  /** Square roots of the weights, pair by pair. */
  roots: Float64Array
  dimensions: number
  /** The fixed vectors by row and, the same numbers, by dimension. */
  fixed: Float64Array
  columns: Float64Array
  /** The diagonal part of the row's system. */
  diagonal: Float64Array
  gathered: Float64Array
  system: Float64Array
  solution: Float64Array
  factors: Float64Array
}

/** Solves every row of `met` against the fixed vectors, each by the smaller of its two systems. */
function solveRows(
  met: SparseRows,
  fixed: Float64Array,
  eigenvalues: Float64Array,
  out: Float64Array,
  options: AlsOptions,
): void {
  const { dimensions, unobservedWeight, regularisation, frequencyExponent } = options
  const side: Side = {
    met,
    roots: rootsOf(met.weight),
    dimensions,
    fixed,
    columns: byDimension(fixed, dimensions),
    diagonal: new Float64Array(dimensions),
    gathered: new Float64Array(dimensions * Math.max(dimensions, blockRows)),
    system: new Float64Array(dimensions * dimensions),
    solution: new Float64Array(dimensions),
    factors: new Float64Array(dimensions),
  }
  const { diagonal, solution } = side
  for (let row = 0; row < met.rows; row++) {
    const from = met.start[row]!
    const count = met.start[row + 1]! - from
    solution.fill(0)
    if (count > 0) {
      const held = regularisation * (count + unobservedWeight * met.columns) ** frequencyExponent
      for (let k = 0; k < dimensions; k++) diagonal[k] = unobservedWeight * eigenvalues[k]! + held
      if (count < dimensions) solveByPairs(side, from, count)
      else solveByDimensions(side, from, count)
    }
    for (let k = 0; k < dimensions; k++) out[row * dimensions + k] = solution[k]!
  }
}

/**
 * Woodbury. With rows T = root · vector · D^-½, the solution is D^-½ Tᵀ (I + TTᵀ)⁻¹ roots: a system as large as the
 * row has pairs.
 */
function solveByPairs(side: Side, from: number, count: number): void {
  const { met, roots, dimensions, fixed, diagonal, gathered, system, solution, factors } = side
  for (let k = 0; k < dimensions; k++) diagonal[k] = 1 / Math.sqrt(diagonal[k]!)
  for (let r = 0; r < count; r++) {
    const root = roots[from + r]!
    const source = met.index[from + r]! * dimensions
    const target = r * dimensions
    for (let k = 0; k < dimensions; k++) gathered[target + k] = fixed[source + k]! * diagonal[k]! * root
    solution[r] = root
  }
  system.fill(0, 0, count * count)
  for (let r = 0; r < count; r++) system[r * count + r] = 1
  addGram(gathered, count, dimensions, system)
  solveInPlace(system, count, solution)
  factors.set(solution)
  solution.fill(0)
  for (let r = 0; r < count; r++) {
    const factor = factors[r]!
    const source = r * dimensions
    for (let k = 0; k < dimensions; k++) solution[k]! += gathered[source + k]! * factor
  }
  for (let k = 0; k < dimensions; k++) solution[k]! *= diagonal[k]!
}

/** The normal equation as it stands: D plus the weighted Gramian of what was met. */
function solveByDimensions(side: Side, from: number, count: number): void {
  const { met, roots, dimensions, columns, diagonal, gathered, system, solution } = side
  const length = columns.length / dimensions
  system.fill(0)
  for (let k = 0; k < dimensions; k++) system[k * dimensions + k] = diagonal[k]!
  for (let block = 0; block < count; block += blockRows) {
    const rows = Math.min(blockRows, count - block)
    const first = from + block
    for (let k = 0; k < dimensions; k++) {
      const column = k * length
      const target = k * rows
      let sum = 0
      for (let r = 0; r < rows; r++) {
        const root = roots[first + r]!
        const value = columns[column + met.index[first + r]!]! * root
        gathered[target + r] = value
        sum += value * root
      }
      solution[k]! += sum
    }
    addGram(gathered, dimensions, rows, system)
  }
  solveInPlace(system, dimensions, solution)
}

function rootsOf(weights: Float32Array): Float64Array {
  const roots = new Float64Array(weights.length)
  for (let at = 0; at < weights.length; at++) roots[at] = Math.sqrt(weights[at]!)
  return roots
}

function byDimension(vectors: Float64Array, dimensions: number): Float64Array {
  const length = vectors.length / dimensions
  const columns = new Float64Array(vectors.length)
  for (let row = 0; row < length; row++) {
    for (let k = 0; k < dimensions; k++) columns[k * length + row] = vectors[row * dimensions + k]!
  }
  return columns
}
