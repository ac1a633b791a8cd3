/**
 * A member's vector from what the member met, computed where that history lies. It solves the very normal equation
 * that training solves for a member (see server/train/als.ts), so a member whom the model never saw gets the vector
 * that training would have given, items held fixed.
 *
 * In the eigenbasis the share of everything not met is the diagonal D. With rows T = √weight · vector · D^-½ the
 * system is `I + TᵀT` (dimensions × dimensions) or, the same answer by Woodbury, `I + TTᵀ` (items met × items met);
 * ml-matrix solves whichever is smaller.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import type { ModelSettings } from './model.ts'

export interface MetVector {
  vector: ArrayLike<number>
  /** Confidence, above 0; 1 is "met once". */
  weight: number
}

export interface FoldedMember {
  /** Its scalar product with an item's vector is the personal score. */
  vector: Float64Array
  /**
   * What each met item adds to the score of a target; the parts sum to the score (Hu, Koren and Volinsky,
   * "Collaborative Filtering for Implicit Feedback Datasets", 2008, §5).
   */
  contributions(target: ArrayLike<number>): Float64Array
}

export type System = 'pairs' | 'dimensions'

/** @param system which of the two equal systems to solve; the smaller one unless a test asks for the other */
export function foldIn(
  settings: ModelSettings,
  eigenvalues: Float64Array,
  met: MetVector[],
  system: System = met.length < settings.dimensions ? 'pairs' : 'dimensions',
): FoldedMember {
  const { dimensions, unobservedWeight, regularisation, frequencyExponent, learntItems } = settings
  if (met.length === 0) {
    return { vector: new Float64Array(dimensions), contributions: () => new Float64Array(0) }
  }
  const held = regularisation * (met.length + unobservedWeight * learntItems) ** frequencyExponent
  const scale = eigenvalues.map((eigenvalue) => 1 / Math.sqrt(unobservedWeight * eigenvalue + held))
  const roots = Float64Array.from(met, ({ weight }) => Math.sqrt(weight))
  const rows = new Float64Array(met.length * dimensions)
  met.forEach(({ vector }, row) => {
    for (let k = 0; k < dimensions; k++) rows[row * dimensions + k] = vector[k]! * scale[k]! * roots[row]!
  })
  const inverse = system === 'pairs' ? byPairs(rows, met.length) : byDimensions(rows, met.length)
  const scaled = inverse.member(roots)
  return {
    vector: scaled.map((value, k) => value * scale[k]!),
    contributions(target) {
      const parts = inverse.parts(scale.map((factor, k) => factor * target[k]!))
      return parts.map((part, row) => part * roots[row]!)
    },
  }
}

interface Inverse {
  /** (I + TᵀT)⁻¹ Tᵀ roots */
  member(roots: Float64Array): Float64Array
  /** T (I + TᵀT)⁻¹ target */
  parts(target: Float64Array): Float64Array
}

function byPairs(rows: Float64Array, count: number): Inverse {
  const dimensions = rows.length / count
  const system = new Float64Array(count * count)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = i === j ? 1 : 0
      for (let k = 0; k < dimensions; k++) sum += rows[i * dimensions + k]! * rows[j * dimensions + k]!
      system[i * count + j] = sum
      system[j * count + i] = sum
    }
  }
  const solve = solver(system, count)
  return {
    member: (roots) => combine(rows, solve(roots), dimensions),
    parts: (target) => solve(project(rows, target, count)),
  }
}

function byDimensions(rows: Float64Array, count: number): Inverse {
  const dimensions = rows.length / count
  const system = new Float64Array(dimensions * dimensions)
  for (let row = 0; row < count; row++) {
    const at = row * dimensions
    for (let i = 0; i < dimensions; i++) {
      const left = rows[at + i]!
      for (let j = 0; j <= i; j++) system[i * dimensions + j]! += left * rows[at + j]!
    }
  }
  for (let i = 0; i < dimensions; i++) {
    system[i * dimensions + i]! += 1
    for (let j = 0; j < i; j++) system[j * dimensions + i] = system[i * dimensions + j]!
  }
  const solve = solver(system, dimensions)
  return {
    member: (roots) => solve(combine(rows, roots, dimensions)),
    parts: (target) => project(rows, solve(target), count),
  }
}

function solver(system: Float64Array, size: number): (rhs: Float64Array) => Float64Array {
  const cholesky = new CholeskyDecomposition(Matrix.from1DArray(size, size, system))
  return (rhs) => Float64Array.from(cholesky.solve(Matrix.columnVector(rhs)).to1DArray())
}

/** Tᵀ · factors */
function combine(rows: Float64Array, factors: Float64Array, dimensions: number): Float64Array {
  const sum = new Float64Array(dimensions)
  factors.forEach((factor, row) => {
    for (let k = 0; k < dimensions; k++) sum[k]! += rows[row * dimensions + k]! * factor
  })
  return sum
}

/** T · vector */
function project(rows: Float64Array, vector: Float64Array, count: number): Float64Array {
  const dimensions = vector.length
  return Float64Array.from({ length: count }, (_, row) => {
    let sum = 0
    for (let k = 0; k < dimensions; k++) sum += rows[row * dimensions + k]! * vector[k]!
    return sum
  })
}
