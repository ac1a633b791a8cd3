/**
 * A member's vector from what the member met, computed where that history lies. It solves the very normal equation
 * that training solves for a member (see server/train/als.ts), so a member whom the model never saw gets the vector
 * that training would have given, items held fixed.
 *
 * In the eigenbasis the share of everything not met is the diagonal D. With rows T = √weight · vector · D^-½ the
 * system is `I + TᵀT` (dimensions × dimensions) or, the same answer by Woodbury, `I + TTᵀ` (items met × items met);
 * whichever is smaller is solved, by Cholesky in place. It runs each time that a list is worked out, so all of it
 * lies in flat arrays.
 */
import type { ModelParts, ModelSettings } from './model.ts'
import { product } from './ranking.ts'

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

/** A member of a linear model: what was met adds up, each by its weight times its gain. */
export function addUp(dimensions: number, met: MetVector[], gains: ArrayLike<number>): FoldedMember {
  const sum = new Float64Array(dimensions)
  const parts = met.map(({ vector, weight }, i) => ({ vector, factor: weight * gains[i]! }))
  for (const { vector, factor } of parts) for (let k = 0; k < dimensions; k++) sum[k]! += factor * vector[k]!
  return {
    vector: sum,
    contributions: (target) =>
      Float64Array.from(parts, ({ vector, factor }) => factor * product(vector, target)),
  }
}

/**
 * The member's vector in this model, by whichever way the model was made for.
 * @param met rows of the model, or beyond them those of items that it does not know
 */
export function memberOf(
  model: Pick<ModelParts, 'settings' | 'eigenvalues' | 'gains'>,
  met: (MetVector & { row: number })[],
): FoldedMember {
  const { gains, settings, eigenvalues } = model
  if (gains === undefined) return foldIn(settings, eigenvalues, met)
  return addUp(
    settings.dimensions,
    met,
    met.map(({ row }) => gains[row] ?? 1),
  )
}

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
  for (let i = 0; i < count; i += 2) {
    for (let j = 0; j <= i; j += 2) fourProducts(rows, dimensions, count, i, j, system)
  }
  for (let i = 0; i < count; i++) system[i * count + i]! += 1
  factorise(system, count)
  return {
    member: (roots) => combine(rows, solved(system, count, roots), dimensions),
    parts: (target) => solved(system, count, project(rows, target, count)),
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
  for (let i = 0; i < dimensions; i++) system[i * dimensions + i]! += 1
  factorise(system, dimensions)
  return {
    member: (roots) => solved(system, dimensions, combine(rows, roots, dimensions)),
    parts: (target) => project(rows, solved(system, dimensions, target), count),
  }
}

/** Cholesky, the lower half in place. The identity is part of every system, so none is singular. */
function factorise(system: Float64Array, size: number): void {
  for (let i = 0; i < size; i++) {
    const row = i * size
    for (let j = 0; j < i; j++) {
      const other = j * size
      system[row + j] = (system[row + j]! - dot(system, row, system, other, j)) / system[other + j]!
    }
    system[row + i] = Math.sqrt(system[row + i]! - dot(system, row, system, row, i))
  }
}

/** The solution for one right side, by a system that was factorised. */
function solved(factor: Float64Array, size: number, right: Float64Array): Float64Array {
  const x = right.slice()
  for (let i = 0; i < size; i++) x[i] = (x[i]! - dot(factor, i * size, x, 0, i)) / factor[i * size + i]!
  for (let i = size - 1; i >= 0; i--) {
    const value = x[i]! / factor[i * size + i]!
    x[i] = value
    for (let j = 0; j < i; j++) x[j]! -= factor[i * size + j]! * value
  }
  return x
}

/** Four sums side by side: one alone would wait for itself at every step. */
function dot(a: Float64Array, aAt: number, b: Float64Array, bAt: number, length: number): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (; k + 3 < length; k += 4) {
    s0 += a[aAt + k]! * b[bAt + k]!
    s1 += a[aAt + k + 1]! * b[bAt + k + 1]!
    s2 += a[aAt + k + 2]! * b[bAt + k + 2]!
    s3 += a[aAt + k + 3]! * b[bAt + k + 3]!
  }
  for (; k < length; k++) s0 += a[aAt + k]! * b[bAt + k]!
  return s0 + s1 + (s2 + s3)
}

/** Two rows with two others: each number is read once for two products. Past the end the last row comes again. */
function fourProducts(
  rows: Float64Array,
  dimensions: number,
  count: number,
  i: number,
  j: number,
  out: Float64Array,
): void {
  const i1 = i + 1 < count ? i + 1 : i
  const j1 = j + 1 < count ? j + 1 : j
  const [a, b, c, d] = [i * dimensions, i1 * dimensions, j * dimensions, j1 * dimensions]
  let ac = 0
  let ad = 0
  let bc = 0
  let bd = 0
  for (let k = 0; k < dimensions; k++) {
    const x = rows[a + k]!
    const y = rows[b + k]!
    const z = rows[c + k]!
    const w = rows[d + k]!
    ac += x * z
    ad += x * w
    bc += y * z
    bd += y * w
  }
  out[i * count + j] = ac
  out[i * count + j1] = ad
  out[i1 * count + j] = bc
  out[i1 * count + j1] = bd
}

/** Tᵀ · factors */
function combine(rows: Float64Array, factors: Float64Array, dimensions: number): Float64Array {
  const sum = new Float64Array(dimensions)
  for (let row = 0; row < factors.length; row++) {
    const factor = factors[row]!
    for (let k = 0; k < dimensions; k++) sum[k]! += rows[row * dimensions + k]! * factor
  }
  return sum
}

/** T · vector */
function project(rows: Float64Array, vector: Float64Array, count: number): Float64Array {
  const { length } = vector
  const parts = new Float64Array(count)
  for (let row = 0; row < count; row++) parts[row] = dot(rows, row * length, vector, 0, length)
  return parts
}
