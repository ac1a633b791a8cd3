/**
 * Scalar products of one member's vector with every item's eight-bit vector, on the codes themselves.
 *
 * The member's vector is first rounded to whole numbers of up to 29 bits times a power of two. From there on all sums
 * are of whole numbers below 2⁵³, which no order of adding can change: this plain code and the SIMD kernel, which
 * works in two halves of 15 bits, give the same scores to the last bit, and the trainer's evaluation sees the very
 * list that a device shows.
 */

/** Vectors of eight bits: vector = codes × scale, one scale an item. */
export interface CodedVectors {
  scales: Float32Array
  /** items × dimensions. */
  codes: Int8Array
}

/** Scores of all items, in their order; to be read before the next call, which may overwrite them. */
export type Scorer = (items: CodedVectors, member: Float64Array) => Float64Array

/** A vector as whole numbers × step. */
export interface FixedVector {
  whole: Int32Array
  /** A power of two, so that multiplying by it rounds nothing. */
  step: number
}

const bits = 29

export function fixedVector(vector: Float64Array): FixedVector {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  // Below the normal range there is nothing left to tell apart.
  if (!(largest > 1e-250 && largest < Number.POSITIVE_INFINITY)) {
    return { whole: new Int32Array(vector.length), step: 0 }
  }
  const step = 2 ** (Math.floor(Math.log2(largest)) + 2 - bits)
  return { whole: Int32Array.from(vector, (value) => Math.round(value / step)), step }
}

export const plainScorer: Scorer = ({ codes, scales }, member) => {
  const { whole, step } = fixedVector(member)
  const fixed = Float64Array.from(whole)
  const dimensions = fixed.length
  const scores = new Float64Array(scales.length)
  for (let row = 0, at = 0; row < scores.length; row++) {
    let sum = 0
    for (let k = 0; k < dimensions; k++) sum += codes[at++]! * fixed[k]!
    scores[row] = sum * step * scales[row]!
  }
  return scores
}
