/** Scores by likeness of texts, from the trainer's own features: to what a member met, and to what alike readers met. */
import { columnCounts, type SparseRows, transposed } from '#server/train/matrix.ts'
import type { Scorer } from './measure.ts'

/** Mean cosine of an item's text with those that the member met. */
export function textScorer(features: SparseRows, met: SparseRows): Scorer {
  const profile = profiles(features, met)
  const scores = new Float64Array(features.rows)
  return (member) => {
    const own = profile(member)
    for (let item = 0; item < features.rows; item++) scores[item] = productWith(features, item, own)
    return scores
  }
}

/**
 * What members met whose texts are like this member's: each counts with the cosine of the two profiles to the power of
 * `sharpness`, and an item is divided by its number of members to the power of `fairness`.
 */
export function readersScorer(
  features: SparseRows,
  met: SparseRows,
  sharpness: number,
  fairness: number,
): Scorer {
  const profile = profiles(features, met)
  const rows = profileRows(profile, met.rows, features.columns)
  const counts = columnCounts(met)
  const byTerm = transposed(rows)
  const scores = new Float64Array(met.columns)
  const likeness = new Float64Array(met.rows)
  return (member) => {
    scores.fill(0)
    likeness.fill(0)
    for (let at = rows.start[member]!; at < rows.start[member + 1]!; at++) {
      const term = rows.index[at]!
      const weight = rows.weight[at]!
      for (let to = byTerm.start[term]!; to < byTerm.start[term + 1]!; to++) {
        likeness[byTerm.index[to]!]! += weight * byTerm.weight[to]!
      }
    }
    for (let other = 0; other < met.rows; other++) {
      if (likeness[other]! <= 0) continue
      const weight = likeness[other]! ** sharpness
      for (let at = met.start[other]!; at < met.start[other + 1]!; at++) scores[met.index[at]!]! += weight
    }
    for (let item = 0; item < scores.length; item++) scores[item]! /= (counts[item]! + 1) ** fairness
    return scores
  }
}

/** Sums of scores, each first divided by its own deviation over all items. */
export function blended(parts: { scorer: Scorer; share: number }[]): Scorer {
  return (member) => {
    let sum: Float64Array | undefined
    for (const { scorer, share } of parts) {
      const found = standardised(scorer(member))
      sum ??= new Float64Array(found.length)
      for (let item = 0; item < sum.length; item++) sum[item]! += share * found[item]!
    }
    return sum ?? []
  }
}

export function standardised(scores: ArrayLike<number>): Float64Array {
  let sum = 0
  let squares = 0
  for (let item = 0; item < scores.length; item++) {
    sum += scores[item]!
    squares += scores[item]! ** 2
  }
  const mean = sum / (scores.length || 1)
  const deviation = Math.sqrt(squares / (scores.length || 1) - mean ** 2)
  return Float64Array.from(scores, (score) => (deviation > 1e-12 ? (score - mean) / deviation : 0))
}

/** The sum of a member's texts, of length 1; the same array is filled anew for each. */
function profiles(features: SparseRows, met: SparseRows): (member: number) => Float64Array {
  const profile = new Float64Array(features.columns)
  return (member) => {
    profile.fill(0)
    for (let at = met.start[member]!; at < met.start[member + 1]!; at++) {
      const item = met.index[at]!
      for (let f = features.start[item]!; f < features.start[item + 1]!; f++) {
        profile[features.index[f]!]! += features.weight[f]!
      }
    }
    let squares = 0
    for (const value of profile) squares += value ** 2
    const length = Math.sqrt(squares) || 1
    for (let term = 0; term < profile.length; term++) profile[term]! /= length
    return profile
  }
}

function profileRows(
  profile: (member: number) => Float64Array,
  members: number,
  columns: number,
): SparseRows {
  const start = new Int32Array(members + 1)
  const index: number[] = []
  const weight: number[] = []
  for (let member = 0; member < members; member++) {
    profile(member).forEach((value, term) => {
      if (value === 0) return
      index.push(term)
      weight.push(value)
    })
    start[member + 1] = index.length
  }
  return {
    rows: members,
    columns,
    start,
    index: Int32Array.from(index),
    weight: Float32Array.from(weight),
  }
}

function productWith(features: SparseRows, item: number, vector: Float64Array): number {
  let sum = 0
  for (let at = features.start[item]!; at < features.start[item + 1]!; at++) {
    sum += features.weight[at]! * vector[features.index[at]!]!
  }
  return sum
}
