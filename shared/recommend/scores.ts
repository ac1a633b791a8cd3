/**
 * What speaks for each item: five parts, each in standard deviations over what may be shown, so that they can be
 * added. With fewer than three known items in the history the personal parts give way to the others.
 */
import type { FoldedMember } from './fold-in.ts'
import type { Model } from './model.ts'
import type { RecommendInput } from './recommend.ts'
import { exactScore, type Scorer } from './scorer.ts'
import type { Shelf } from './shelf.ts'
import { type TextTaste, textTaste } from './text.ts'
import { newness } from './weights.ts'

export interface MetRow {
  row: number
  weight: number
}

export interface ScoreParts {
  personal: Float64Array
  /** Likeness of the texts; all zero for a model that ships none. */
  text: Float64Array
  popular: Float64Array
  /** In standard deviations, whatever share it has in the total. */
  popularity: Float64Array
  /** 0…1: how far the history speaks for itself. */
  known: number
  interest: Float64Array
  fresh: Float64Array
  /** -Infinity where the row is not allowed. */
  total: Float64Array
  /**
   * What each met item adds to `personal` and `text` of a row, less what it adds to everything alike: those parts in
   * the units of the total.
   */
  contributions(row: number): Float64Array
  /** Takes the rounding out of the scores of these rows, and returns them with the best first. */
  sharpened(rows: readonly number[]): number[]
}

/** Known items in a history from which on it speaks for itself. */
const enoughHistory = 3
const interestBoost = { without: 3.5, with: 0.5 }
const newnessBoost = { without: 0.75, with: 0.1 }

export interface Asked {
  shelf: Shelf
  member: FoldedMember
  met: readonly MetRow[]
  allowed: Uint8Array
}

export function scoreParts(
  model: Model,
  { shelf, member, met, allowed }: Asked,
  input: Pick<RecommendInput, 'interests' | 'now'>,
  scorer: Scorer,
): ScoreParts {
  const known = Math.min(1, met.length / enoughHistory)
  const mixed = (boost: { with: number; without: number }): number =>
    known * boost.with + (1 - known) * boost.without
  const rounded = personalScores(shelf, member.vector, scorer)
  const personal = standardised(rounded, allowed)
  const popularity = standardised(popularityScores(shelf), allowed)
  const popularityShare = known * model.settings.popularityShare + (1 - known)
  const taste = textTaste(model, met, allowed, scorer)
  const text = textPart(taste, allowed, shelf.size)
  const textShare = known * (model.settings.textShare ?? 0)
  const chosen = new Set(input.interests)
  const parts: Omit<ScoreParts, 'contributions' | 'sharpened'> = {
    personal: personal.scores.map((score) => known * score),
    text: text.scores.map((score) => textShare * score),
    popular: popularity.scores.map((score) => popularityShare * score),
    popularity: popularity.scores,
    known,
    interest: new Float64Array(shelf.size),
    fresh: new Float64Array(shelf.size),
    total: new Float64Array(shelf.size).fill(Number.NEGATIVE_INFINITY),
  }
  const [interestPart, freshPart] = [mixed(interestBoost), mixed(newnessBoost)]
  for (let row = 0; row < shelf.size; row++) {
    if (allowed[row] === 0) continue
    const { tags, at } = shelf.item(row)
    if (chosen.size > 0 && tags.some((tag) => chosen.has(tag))) parts.interest[row] = interestPart
    parts.fresh[row] = freshPart * newness(at, input.now)
    parts.total[row] =
      parts.personal[row]! + parts.text[row]! + parts.popular[row]! + parts.interest[row]! + parts.fresh[row]!
  }
  let usual: Float64Array | undefined
  return {
    ...parts,
    sharpened(rows) {
      for (const row of rows) {
        if (row >= shelf.known.scales.length) continue
        const off = exactScore(shelf.known, row, member.vector) - rounded[row]!
        parts.personal[row]! += known * personal.perUnit * off
        parts.total[row]! += known * personal.perUnit * off
        rounded[row]! += off
      }
      return [...rows].sort((a, b) => parts.total[b]! - parts.total[a]! || a - b)
    },
    contributions(row) {
      usual ??= meanVector(shelf, allowed)
      const own = member.contributions(apartFrom(usual, shelf.vector(row)))
      const read = text.perUnit > 0 ? taste?.contributions(row) : undefined
      const [byVector, byText] = [known * personal.perUnit, textShare * text.perUnit]
      return own.map((value, i) => value * byVector + (read === undefined ? 0 : read[i]! * byText))
    },
  }
}

function personalScores(shelf: Shelf, member: Float64Array, scorer: Scorer): Float64Array {
  const scores = new Float64Array(shelf.size)
  scores.set(scorer(shelf.known, member))
  const dimensions = member.length
  let row = shelf.known.scales.length
  for (let at = 0; at < shelf.added.length; at += dimensions) {
    let sum = 0
    for (let k = 0; k < dimensions; k++) sum += shelf.added[at + k]! * member[k]!
    scores[row++] = sum
  }
  return scores
}

/** Rows without a text stand in the middle: nothing is known for or against them. */
function textPart(taste: TextTaste | undefined, allowed: Uint8Array, size: number): Standardised {
  const scores = new Float64Array(size)
  if (taste === undefined) return { scores, perUnit: 0 }
  const compared = taste.comparable.map((one, row) => one & allowed[row]!)
  const { scores: found, perUnit } = standardised(taste.scores, compared)
  for (let row = 0; row < found.length; row++) if (compared[row] === 1) scores[row] = found[row]!
  return { scores, perUnit }
}

function popularityScores(shelf: Shelf): Float64Array {
  const scores = new Float64Array(shelf.size)
  for (let row = 0; row < shelf.size; row++) scores[row] = Math.log1p(shelf.popularity(row))
  return scores
}

interface Standardised {
  /** In standard deviations from the mean over the allowed rows; all zero when nothing differs. */
  scores: Float64Array
  /** Standard deviations in one unit of the score before. */
  perUnit: number
}

function standardised(scores: Float64Array, allowed: Uint8Array): Standardised {
  let count = 0
  let sum = 0
  let squares = 0
  for (let row = 0; row < scores.length; row++) {
    if (allowed[row] === 0) continue
    count += 1
    sum += scores[row]!
    squares += scores[row]! ** 2
  }
  const mean = sum / (count || 1)
  const variance = squares / (count || 1) - mean ** 2
  if (!(variance > 1e-18)) return { scores: new Float64Array(scores.length), perUnit: 0 }
  const deviation = Math.sqrt(variance)
  return { scores: scores.map((score) => (score - mean) / deviation), perUnit: 1 / deviation }
}

/** Mean vector of the rows that could have been recommended: what a history adds to any of them. */
function meanVector(shelf: Shelf, allowed: Uint8Array): Float64Array {
  const mean = new Float64Array(shelf.size > 0 ? shelf.vector(0).length : 0)
  let count = 0
  for (let row = 0; row < shelf.size; row++) {
    if (allowed[row] === 0) continue
    count++
    const vector = shelf.vector(row)
    for (let k = 0; k < mean.length; k++) mean[k] = mean[k]! + vector[k]!
  }
  return mean.map((sum) => sum / (count || 1))
}

function apartFrom(usual: Float64Array, vector: ArrayLike<number>): Float64Array {
  return usual.map((value, k) => vector[k]! - value)
}
