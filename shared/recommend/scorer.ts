/**
 * Scalar products of one member's vector with every item's eight-bit vector, on the codes themselves.
 *
 * The member's vector is first rounded to whole numbers of 16 bits times a step, which moves a score by some hundred
 * thousandths of what scores differ by. From there on all sums are of whole numbers, which no order of adding can
 * change: this plain code and the SIMD kernel give the same scores to the last bit, and the trainer's evaluation sees
 * the very list that a device shows. `exactScore` is for the few that a list is made of.
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
  whole: Int16Array
  step: number
}

const most = 32_767

export function fixedVector(vector: Float64Array): FixedVector {
  let largest = 0
  for (const value of vector) largest = Math.max(largest, Math.abs(value))
  // Below the normal range there is nothing left to tell apart.
  if (!(largest > 1e-250 && largest < Number.POSITIVE_INFINITY)) {
    return { whole: new Int16Array(vector.length), step: 0 }
  }
  const step = largest / most
  return { whole: Int16Array.from(vector, (value) => Math.round(value / step)), step }
}

export const plainScorer: Scorer = ({ codes, scales }, member) => {
  const { whole, step } = fixedVector(member)
  const dimensions = whole.length
  const scores = new Float64Array(scales.length)
  for (let row = 0, at = 0; row < scores.length; row++) {
    let sum = 0
    for (let k = 0; k < dimensions; k++) sum += codes[at++]! * whole[k]!
    scores[row] = sum * step * scales[row]!
  }
  return scores
}

/** The score of one item with nothing rounded but the item's own codes. */
export function exactScore({ codes, scales }: CodedVectors, row: number, member: Float64Array): number {
  const from = row * member.length
  let sum = 0
  for (let k = 0; k < member.length; k++) sum += codes[from + k]! * member[k]!
  return sum * scales[row]!
}
