/**
 * Where an item that few members met would stand: ridge regression from what items are about to the vectors that
 * were learnt for the others. The strength of the ridge is the one with the least error on learnt items left out one
 * by one, which ridge regression tells without refitting (Allen's PRESS statistic, 1974).
 */
import { CholeskyDecomposition, EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { type ContentVectors, symmetric } from './content.ts'
import { addGram } from './solve.ts'

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
  const about = (row: number, k: number): number => content.vectors[row * width + k]! * trust[row]!
  const wanted = vectors.map((value, at) => value * (trust[Math.floor(at / dimensions)] ?? 0))
  const columns = new Float64Array(width * rows.length)
  rows.forEach((row, r) => {
    for (let k = 0; k < width; k++) columns[k * rows.length + r] = about(row, k)
  })
  const gram = new Float64Array(width * width)
  addGram(columns, width, rows.length, gram)
  const full = symmetric(gram, width)
  const cross = new Matrix(width, dimensions)
  rows.forEach((row, r) => {
    for (let k = 0; k < width; k++) {
      const value = columns[k * rows.length + r]!
      for (let j = 0; j < dimensions; j++)
        cross.set(k, j, cross.get(k, j) + value * wanted[row * dimensions + j]!)
    }
  })

  const strength = bestStrength(full, rows, about, wanted, dimensions, cross)
  const system = Matrix.add(full, Matrix.eye(width, width, strength))
  const map = new CholeskyDecomposition(system).solve(cross)
  const predicted = new Float64Array(learnt.length * dimensions)
  for (let row = 0; row < learnt.length; row++) {
    for (let k = 0; k < width; k++) {
      const value = content.vectors[row * width + k]!
      if (value === 0) continue
      for (let j = 0; j < dimensions; j++) predicted[row * dimensions + j]! += value * map.get(k, j)
    }
  }
  return { vectors: predicted, strength }
}

/** Roots of the weights, 1 on average weight, by item. */
function trustIn(rows: number[], counts: ArrayLike<number>): Float64Array {
  const mean = rows.reduce((sum, row) => sum + counts[row]!, 0) / (rows.length || 1) || 1
  const trust = new Float64Array(counts.length)
  for (const row of rows) trust[row] = Math.sqrt(Math.max(leastTrust, Math.sqrt(counts[row]! / mean)))
  return trust
}

/** In the eigenbasis of the Gramian every strength costs one pass over the items instead of one solution. */
function bestStrength(
  gram: Matrix,
  rows: number[],
  about: (row: number, k: number) => number,
  vectors: Float64Array,
  dimensions: number,
  cross: Matrix,
): number {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true })
  const width = gram.rows
  const turned = Matrix.zeros(rows.length, width)
  rows.forEach((row, r) => {
    for (let i = 0; i < width; i++) {
      const value = about(row, i)
      if (value === 0) continue
      for (let k = 0; k < width; k++) turned.set(r, k, turned.get(r, k) + value * eigenvectorMatrix.get(i, k))
    }
  })
  const target = eigenvectorMatrix.transpose().mmul(cross)
  const errors = strengths.map((strength) => {
    let error = 0
    const shrink = realEigenvalues.map((eigenvalue) => 1 / (Math.max(0, eigenvalue) + strength))
    rows.forEach((row, r) => {
      const fitted = new Float64Array(dimensions)
      let leverage = 0
      for (let k = 0; k < width; k++) {
        const value = turned.get(r, k) * shrink[k]!
        leverage += value * turned.get(r, k)
        for (let j = 0; j < dimensions; j++) fitted[j]! += value * target.get(k, j)
      }
      for (let j = 0; j < dimensions; j++) {
        error += ((vectors[row * dimensions + j]! - fitted[j]!) / Math.max(1e-3, 1 - leverage)) ** 2
      }
    })
    return error
  })
  return strengths[errors.indexOf(Math.min(...errors))]!
}
