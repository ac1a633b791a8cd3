/**
 * From a model and one member's own history to the list on the page. The device and the trainer's evaluation run
 * this same code. A score is a sum of four parts, each in standard deviations over what may be shown: the personal
 * score from the fold-in, popularity, chosen interests and newness; with fewer than three known items in the history
 * the personal part gives way to the others. The greatest part is the reason that is shown, so reasons cannot
 * drift from what ranked the item.
 */
import { type FoldedMember, foldIn } from './fold-in.ts'
import type { CatalogueItem, Model } from './model.ts'
import { bestRows, diversified } from './ranking.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { fadedWeight, newness, weightCap } from './weights.ts'

export interface HistoryEntry {
  item: string
  /** From `actWeights`; several entries of one item add up. */
  weight: number
  /** ms since 1970; an entry without a time does not fade. */
  at?: number | undefined
}

export interface RecommendInput {
  history: readonly HistoryEntry[]
  /** Tags that the member chose. */
  interests: readonly string[]
  hidden: ReadonlySet<string>
  /** Tags that the member does not want to see. */
  notTags: readonly string[]
  /** What may be shown at all (access, still to come, not moderated); absent: everything. */
  candidates?: ((id: string) => boolean) | undefined
  /** Items that the device knows and the model may not, for instance those published since it was trained. */
  later?: readonly CatalogueItem[] | undefined
  now: number
  count: number
}

export type Reason =
  /**
   * The items of the member's history that lift this item most above the others, strongest first. What adds to
   * everything alike (a popular event that half the community attends) ranked nothing, so it is no cause.
   */
  | { kind: 'because'; itemIds: string[] }
  /** A chosen interest. */
  | { kind: 'tag'; tag: string }
  | { kind: 'popular' }
  /** Among the newest of what the member has not met. */
  | { kind: 'new' }

export interface Recommendation {
  item: string
  kind: string
  score: number
  reason: Reason
}

export interface ListOptions {
  /** 0…1, see `diversified`. */
  diversity: number
  /** Standard deviations of popularity taken off a personal score, so that the tail is seen too. */
  popularityPenalty: number
}

export const shownList: ListOptions = { diversity: 0.3, popularityPenalty: 0.1 }
/** For evaluation: the order of the scores themselves. */
export const scoresAlone: ListOptions = { diversity: 0, popularityPenalty: 0 }

/** Known items in a history from which on it speaks for itself. */
const enoughHistory = 3
const interestBoost = { without: 3.5, with: 0.5 }
const newnessBoost = { without: 0.75, with: 0.1 }
const mostCauses = 3
/** Beyond 60 days nobody would call it new. */
const stillNew = 60 * 86_400_000

/** At most `count` items, best first; never one from the history, hidden, under an unwanted tag or not a candidate. */
export function recommend(
  model: Model,
  input: RecommendInput,
  options: ListOptions = shownList,
): Recommendation[] {
  const { rows, parts, shelf, met, member } = rankRows(model, input, options)
  const usual = meanVector(shelf, parts.total)
  return rows.map((row) => {
    const { id, kind } = shelf.item(row)
    const causes = (): string[] =>
      mainCauses(member.contributions(apartFrom(usual, shelf.vector(row))), met, shelf)
    return { item: id, kind, score: parts.total[row]!, reason: reasonFor(row, parts, shelf, input, causes) }
  })
}

export interface RankedRows {
  /** Of the shelf, best first; the model's own items come first on it, in the model's order. */
  rows: number[]
  parts: ScoreParts
  shelf: Shelf
  met: MetRow[]
  member: FoldedMember
}

/** The list without its reasons, which is all that an evaluation asks. */
export function rankRows(model: Model, input: RecommendInput, options: ListOptions): RankedRows {
  const shelf = createShelf(model, input.later ?? [])
  const met = metRows(shelf, input)
  const member = foldIn(
    model.settings,
    model.eigenvalues,
    met.map(({ row, weight }) => ({ vector: shelf.vector(row), weight })),
  )
  const parts = scoreParts(model, shelf, member, met.length, allowedRows(shelf, input), input, options)
  const pool = bestRows(parts.total, options.diversity === 0 ? input.count : Math.max(50, 5 * input.count))
  const rows = diversified(pool, parts.total, shelf.vector, options.diversity, input.count)
  return { rows, parts, shelf, met, member }
}

export interface MetRow {
  row: number
  weight: number
}

function metRows(shelf: Shelf, input: RecommendInput): MetRow[] {
  const weights = new Map<number, number>()
  for (const { item, weight, at } of input.history) {
    const row = shelf.rowOf(item)
    if (row === undefined || !(weight > 0)) continue
    weights.set(row, (weights.get(row) ?? 0) + fadedWeight(weight, at, input.now))
  }
  return [...weights].map(([row, weight]) => ({ row, weight: Math.min(weightCap, weight) }))
}

function allowedRows(shelf: Shelf, input: RecommendInput): Uint8Array {
  const { hidden, candidates } = input
  const met = new Set(input.history.map(({ item }) => item))
  const unwanted = new Set(input.notTags)
  const allowed = new Uint8Array(shelf.size)
  for (let row = 0; row < shelf.size; row++) {
    const { id, tags } = shelf.item(row)
    if (met.has(id) || hidden.has(id)) continue
    if (unwanted.size > 0 && tags.some((tag) => unwanted.has(tag))) continue
    if (candidates === undefined || candidates(id)) allowed[row] = 1
  }
  return allowed
}

export interface ScoreParts {
  personal: Float64Array
  popular: Float64Array
  interest: Float64Array
  fresh: Float64Array
  /** -Infinity where the row is not allowed. */
  total: Float64Array
}

function scoreParts(
  model: Model,
  shelf: Shelf,
  member: FoldedMember,
  metCount: number,
  allowed: Uint8Array,
  input: RecommendInput,
  options: ListOptions,
): ScoreParts {
  const known = Math.min(1, metCount / enoughHistory)
  const mixed = (boost: { with: number; without: number }): number =>
    known * boost.with + (1 - known) * boost.without
  const personal = standardised(personalScores(shelf, member.vector), allowed)
  const popularity = standardised(popularityScores(shelf), allowed)
  const popularityShare = known * (model.settings.popularityShare - options.popularityPenalty) + (1 - known)
  const chosen = new Set(input.interests)
  const parts: ScoreParts = {
    personal: personal.map((score) => known * score),
    popular: popularity.map((score) => popularityShare * score),
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
    parts.total[row] = parts.personal[row]! + parts.popular[row]! + parts.interest[row]! + parts.fresh[row]!
  }
  return parts
}

function personalScores(shelf: Shelf, member: Float64Array): Float64Array {
  const scores = new Float64Array(shelf.size)
  const dimensions = member.length
  let row = 0
  for (const vectors of shelf.vectors) {
    for (let at = 0; at < vectors.length; at += dimensions) {
      let sum = 0
      for (let k = 0; k < dimensions; k++) sum += vectors[at + k]! * member[k]!
      scores[row++] = sum
    }
  }
  return scores
}

function popularityScores(shelf: Shelf): Float64Array {
  const scores = new Float64Array(shelf.size)
  for (let row = 0; row < shelf.size; row++) scores[row] = Math.log1p(shelf.popularity(row))
  return scores
}

/** In standard deviations from the mean over the allowed rows; all zero when nothing differs. */
function standardised(scores: Float64Array, allowed: Uint8Array): Float64Array {
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
  if (!(variance > 1e-18)) return new Float64Array(scores.length)
  const deviation = Math.sqrt(variance)
  return scores.map((score) => (score - mean) / deviation)
}

/**
 * The greatest part that may honestly be named. Where none may, far down a long list, history that adds anything at
 * all is named, and what nothing speaks for came up as the newest of its like.
 */
function reasonFor(
  row: number,
  parts: ScoreParts,
  shelf: Shelf,
  input: RecommendInput,
  causes: () => string[],
): Reason {
  const item = shelf.item(row)
  const named: [number, () => Reason | undefined][] = [
    [parts.personal[row]!, () => becauseOf(causes())],
    [parts.interest[row]!, () => interestIn(item, input.interests)],
    [parts.popular[row]!, () => (shelf.popularity(row) > 0 ? { kind: 'popular' } : undefined)],
    [parts.fresh[row]!, () => (input.now - item.at <= stillNew ? { kind: 'new' } : undefined)],
  ]
  named.sort(([a], [b]) => b - a)
  for (const [part, reason] of named) {
    const found = part > 0 ? reason() : undefined
    if (found !== undefined) return found
  }
  return becauseOf(causes()) ?? { kind: 'new' }
}

function becauseOf(itemIds: string[]): Reason | undefined {
  return itemIds.length > 0 ? { kind: 'because', itemIds } : undefined
}

function interestIn(item: CatalogueItem, interests: readonly string[]): Reason | undefined {
  const tag = interests.find((interest) => item.tags.includes(interest))
  return tag === undefined ? undefined : { kind: 'tag', tag }
}

/** Mean vector of the rows that could have been recommended: what a history adds to any of them. */
function meanVector(shelf: Shelf, total: Float64Array): Float64Array {
  const mean = new Float64Array(total.length > 0 ? shelf.vector(0).length : 0)
  let count = 0
  for (let row = 0; row < total.length; row++) {
    if (total[row] === Number.NEGATIVE_INFINITY) continue
    count++
    const vector = shelf.vector(row)
    for (let k = 0; k < mean.length; k++) mean[k] = mean[k]! + vector[k]!
  }
  return mean.map((sum) => sum / (count || 1))
}

function apartFrom(usual: Float64Array, vector: ArrayLike<number>): Float64Array {
  return usual.map((value, k) => vector[k]! - value)
}

/** Those that add at least a quarter of what the strongest adds, so that nobody is told a stray cause. */
function mainCauses(contributions: Float64Array, met: MetRow[], shelf: Shelf): string[] {
  const strongest = contributions.reduce((most, value) => Math.max(most, value), 0)
  if (strongest === 0) return []
  return [...contributions.keys()]
    .filter((i) => contributions[i]! >= strongest / 4)
    .sort((a, b) => contributions[b]! - contributions[a]!)
    .slice(0, mostCauses)
    .map((i) => shelf.item(met[i]!.row).id)
}
