/**
 * What the main thread may ask of the worker. Everything in it can be cloned between threads, so it takes lists
 * where shared code takes predicates and sets.
 */
import type { ModelFault } from '#shared/recommend/artefact.ts'
import type { EvaluationReport } from '#shared/recommend/model.ts'
import type { OwnPortrait, Portraits } from '#shared/recommend/portrait.ts'
import type { HistoryEntry, Recommendation, RecommendInput } from '#shared/recommend/recommend.ts'
import type { SimilarQuery, SimilarText, Titled } from '#shared/recommend/similar.ts'

export interface RecommendRequest extends Omit<RecommendInput, 'hidden' | 'candidates'> {
  hidden: readonly string[]
  /** Ids that may be shown at all; absent: everything that the model and `later` know. */
  candidates?: readonly string[] | undefined
}

export interface ModelState {
  /** The model that serves; '' while there is none. */
  version: string
  /** The one that `rollBack` returns to. */
  previous: string | undefined
  trainedAt: number
  report: EvaluationReport
}

export type LoadOutcome =
  | { ok: true; state: ModelState }
  /** Refused; `state` is the model that serves on. */
  | { ok: false; fault: ModelFault | 'wrong_version'; state: ModelState }

export interface Recommender {
  /**
   * Checks the bytes of an artefact and serves it from then on; the model before is kept for `rollBack`.
   * @param version what the announcement said; an artefact that is sound and another one is refused
   */
  load(bytes: Uint8Array<ArrayBuffer>, version?: string): Promise<LoadOutcome>
  /** Serves the model before this one again, once; without one nothing changes. */
  rollBack(): ModelState
  state(): ModelState
  /** Works without a model too: then from `later`, interests and newness alone. */
  recommend(request: RecommendRequest): Recommendation[]
  /** Which group is nearest; `undefined` when too little is known, or the groups belong to another model. */
  portrait(portraits: Portraits, history: readonly HistoryEntry[], now: number): OwnPortrait | undefined
}

export interface Finder {
  /** The texts to look among from then on. */
  know(texts: readonly Titled[]): void
  similar(query: SimilarQuery, count: number): SimilarText[]
}
