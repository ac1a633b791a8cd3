/**
 * From a model and one member's own history to the list on the page. The device and the trainer's evaluation run
 * this same code. A score is a sum of parts (see scores.ts): the personal score from the fold-in, likeness of texts,
 * popularity, chosen interests and newness. The greatest part is the reason that is shown, so reasons cannot drift
 * from what ranked the item.
 */
import { explored } from './explore.ts'
import { memberOf } from './fold-in.ts'
import type { CatalogueItem, Model } from './model.ts'
import { bestRows, diversified, type LastPlaces } from './ranking.ts'
import { exploredReason, mainCauses, reasonFor } from './reasons.ts'
import { plainScorer, type Scorer } from './scorer.ts'
import { type MetRow, type ScoreParts, scoreParts } from './scores.ts'
import { createShelf, type Shelf } from './shelf.ts'
import { fadedWeight, weightCap } from './weights.ts'

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
  /**
   * Whose list it is, in any words that are theirs alone: with the day it decides what chance lets in (see
   * explore.ts). Absent: nothing.
   */
  seed?: string | undefined
  /** After which an act counts half, as in the training; absent: as usual. */
  halfLifeDays?: number | undefined
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
  /** Let in by chance, since few have met it yet. */
  | { kind: 'explore' }

export interface Recommendation {
  item: string
  kind: string
  score: number
  reason: Reason
}

export interface ListOptions {
  /** 0…1, see `diversified`. */
  diversity: number
  /**
   * Standard deviations of popularity taken off the scores by which all places after the first eight are filled, so
   * that the tail is seen too. The first eight stay the member's own: there a penalty would cost hits, and places
   * further down are enough to spread what is shown.
   */
  popularityPenalty: number
  /** Share of the first ten places that chance fills, where the input says whose list it is; absent: 0. */
  explorationShare?: number
}

export const shownList: ListOptions = { diversity: 0.3, popularityPenalty: 1.25, explorationShare: 0.1 }
/** For evaluation: the order of the scores themselves. */
export const scoresAlone: ListOptions = { diversity: 0, popularityPenalty: 0 }

/** Rows beyond a list's end that might belong in it but for rounding. */
const spare = 5

/**
 * At most `count` items, best first; never one from the history, hidden, under an unwanted tag or not a candidate.
 * @param scorer the kernel's where there is one; the list is the same
 */
export function recommend(
  model: Model,
  input: RecommendInput,
  options: ListOptions = shownList,
  scorer: Scorer = plainScorer,
): Recommendation[] {
  const { rows, letIn, parts, shelf, met } = rankRows(model, input, options, scorer)
  return rows.map((row) => {
    const item = shelf.item(row)
    const causes = (): string[] => mainCauses(parts.contributions(row), met, shelf)
    const reason = letIn.has(row)
      ? exploredReason(item, input.now)
      : reasonFor(row, parts, shelf, input, causes)
    return { item: item.id, kind: item.kind, score: parts.total[row]!, reason }
  })
}

export interface RankedRows {
  /** Of the shelf, best first; the model's own items come first on it, in the model's order. */
  rows: number[]
  /** Those of the rows that chance let in. */
  letIn: ReadonlySet<number>
  parts: ScoreParts
  shelf: Shelf
  met: MetRow[]
}

/** The list without its reasons, which is all that an evaluation asks. */
export function rankRows(
  model: Model,
  input: RecommendInput,
  options: ListOptions,
  scorer: Scorer = plainScorer,
): RankedRows {
  const { count, now, seed } = input
  const shelf = createShelf(model, input.later ?? [])
  const met = metRows(shelf, input)
  const member = memberOf(
    model,
    met.map(({ row, weight }) => ({ row, vector: shelf.vector(row), weight })),
  )
  const asked = { shelf, member, met, allowed: allowedRows(shelf, input) }
  const parts = scoreParts(model, asked, input, scorer)
  const { diversity, popularityPenalty } = options
  const alone = diversity === 0 && popularityPenalty === 0
  const pool = parts.sharpened(bestRows(parts.total, alone ? count + spare : Math.max(100, 10 * count)))
  const last = popularityPenalty === 0 ? undefined : lastPlaces(parts, popularityPenalty)
  const ranked = diversified(pool, parts.total, shelf.vector, diversity, count, last)
  const share = options.explorationShare ?? 0
  const { rows, letIn } = explored(model, shelf, ranked, parts.total, { share, seed, now })
  return { rows, letIn, parts, shelf, met }
}

const ownPlaces = 8

function lastPlaces({ total, popularity, known }: ScoreParts, penalty: number): LastPlaces {
  return { from: ownPlaces, scores: total.map((score, row) => score - known * penalty * popularity[row]!) }
}

function metRows(shelf: Shelf, input: RecommendInput): MetRow[] {
  const weights = new Map<number, number>()
  for (const { item, weight, at } of input.history) {
    const row = shelf.rowOf(item)
    if (row === undefined || !(weight > 0)) continue
    weights.set(row, (weights.get(row) ?? 0) + fadedWeight(weight, at, input.now, input.halfLifeDays))
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
