/**
 * Where an item that few members met would stand: ridge regression from what items are about to the vectors that
 * were learnt for the others. The strength of the ridge is the one with the least error on learnt items left out one
 * by one, which ridge regression tells without refitting (Allen's PRESS statistic, 1974).
 */
import { EigenvalueDecomposition } from 'ml-matrix'
import { type ContentVectors, symmetric } from './content.ts'
import { addGram, dot } from './solve.ts'

const strengths = [0.1, 0.3, 1, 2, 5, 10, 30, 100, 300]

export interface Prior {
  /** items × dimensions of the learnt vectors, for every item. */
  vectors: Float64Array
  strength: number
}

/** An item that hardly anybody met still says a little. */
const leastTrust = 0.05

/**
 * @param vectors items × dimensions; only the learnt rows are read
 * @param learnt 1 for each item whose vector was learnt
 * @param counts how many met each item: a vector learnt from many is surer, and the error on it counts with the root;
 * absent: all are equally sure
 */
export function fitPrior(
  content: ContentVectors,
  vectors: Float64Array,
  dimensions: number,
  learnt: Uint8Array,
  counts: ArrayLike<number> = learnt,
): Prior {
  const width = content.dimensions
  const rows = [...learnt.keys()].filter((row) => learnt[row] === 1)
  const trust = trustIn(rows, counts)
  // Weighted least squares is the plain one with both sides scaled by the root of the weight.
  const about = scaled(content.vectors, width, rows, trust)
  const wanted = scaled(vectors, dimensions, rows, trust)
  const columns = turned(about, width)
  const gram = new Float64Array(width * width)
  addGram(columns, width, rows.length, gram)
  const basis = basisOf(gram, width)
  // Across the eigenvectors every strength is a division: none needs a solution of its own.
  const inside = rowsTimes(about, width, basis.vectors, width)
  const target = transposedTimes(inside, width, wanted, dimensions)
  const strength = bestStrength(inside, wanted, target, basis.eigenvalues, dimensions)
  const shrunk = target.slice()
  for (let k = 0; k < width; k++) {
    const factor = shrinkage(basis.eigenvalues[k]!, strength)
    for (let j = 0; j < dimensions; j++) shrunk[k * dimensions + j]! *= factor
  }
  const map = rowsTimes(basis.vectors, width, shrunk, dimensions)
  return { vectors: rowsTimes(content.vectors, width, map, dimensions), strength }
}

/** Roots of the weights, 1 on average weight, by item. */
function trustIn(rows: number[], counts: ArrayLike<number>): Float64Array {
  const mean = rows.reduce((sum, row) => sum + counts[row]!, 0) / (rows.length || 1) || 1
  const trust = new Float64Array(counts.length)
  for (const row of rows) trust[row] = Math.sqrt(Math.max(leastTrust, Math.sqrt(counts[row]! / mean)))
  return trust
}

/** The rows asked for, each times its factor. */
function scaled(all: Float64Array, width: number, rows: number[], factors: Float64Array): Float64Array {
  const out = new Float64Array(rows.length * width)
  rows.forEach((row, r) => {
    const factor = factors[row]!
    for (let k = 0; k < width; k++) out[r * width + k] = all[row * width + k]! * factor
  })
  return out
}

interface Basis {
  eigenvalues: ArrayLike<number>
  /** Columns are the eigenvectors. */
  vectors: Float64Array
}

function basisOf(gram: Float64Array, width: number): Basis {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric(gram, width), {
    assumeSymmetric: true,
  })
  return { eigenvalues: realEigenvalues, vectors: Float64Array.from(eigenvectorMatrix.to1DArray()) }
}

function shrinkage(eigenvalue: number, strength: number): number {
  return 1 / (Math.max(0, eigenvalue) + strength)
}

/**
 * @param inside what the learnt items are about, across the eigenvectors
 * @param target its products with what is wanted
 */
function bestStrength(
  inside: Float64Array,
  wanted: Float64Array,
  target: Float64Array,
  eigenvalues: ArrayLike<number>,
  dimensions: number,
): number {
  const width = eigenvalues.length
  const targets = turned(target, dimensions)
  const own = new Float64Array(width)
  const errors = strengths.map((strength) => {
    const shrink = Float64Array.from(eigenvalues, (eigenvalue) => shrinkage(eigenvalue, strength))
    let error = 0
    for (let r = 0; r * width < inside.length; r++) {
      for (let k = 0; k < width; k++) own[k] = inside[r * width + k]! * shrink[k]!
      const left = Math.max(1e-3, 1 - dot(own, 0, inside, r * width, width))
      for (let j = 0; j < dimensions; j++) {
        error += ((wanted[r * dimensions + j]! - dot(own, 0, targets, j * width, width)) / left) ** 2
      }
    }
    return error
  })
  return strengths[errors.indexOf(Math.min(...errors))]!
}

/** rows (n × width) · right (width × columns) */
function rowsTimes(rows: Float64Array, width: number, right: Float64Array, columns: number): Float64Array {
  const count = rows.length / width
  const out = new Float64Array(count * columns)
  for (let r = 0; r < count; r++) {
    for (let k = 0; k < width; k++) {
      const value = rows[r * width + k]!
      if (value === 0) continue
      for (let j = 0; j < columns; j++) out[r * columns + j]! += value * right[k * columns + j]!
    }
  }
  return out
}

/** leftᵀ · right, both with a row for each learnt item. */
function transposedTimes(
  left: Float64Array,
  width: number,
  right: Float64Array,
  columns: number,
): Float64Array {
  const out = new Float64Array(width * columns)
  for (let r = 0; r * width < left.length; r++) {
    for (let k = 0; k < width; k++) {
      const value = left[r * width + k]!
      for (let j = 0; j < columns; j++) out[k * columns + j]! += value * right[r * columns + j]!
    }
  }
  return out
}

/** Columns become rows. */
function turned(values: Float64Array, width: number): Float64Array {
  const count = values.length / width
  const out = new Float64Array(values.length)
  for (let r = 0; r < count; r++) for (let k = 0; k < width; k++) out[k * count + r] = values[r * width + k]!
  return out
}
