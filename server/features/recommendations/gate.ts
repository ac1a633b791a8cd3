/**
 * The gate: what a new model must show before devices get it. It is held against the model that serves, on the same
 * members and the same items, and against what everybody would have been shown without one.
 */
import type { Judged } from '#server/train/train.ts'
import type { Verdict } from '#shared/features/recommendation-models.ts'
import { largestArtefact } from '#shared/recommend/artefact.ts'
import type { EvaluationReport } from '#shared/recommend/model.ts'

/** Of the serving model's figure. */
const leastOf = { ndcg: 0.98, recall: 0.98, coverage: 0.8, tail: 0.8 }
/** Of the figure of "most popular first", where enough were asked for that to mean something. */
const leastOfPopularity = 0.9
const askedForPopularity = 200
/** With fewer members compared, one of them would decide. */
export const leastCompared = 20

export function verdictOn(
  {
    source,
    heldOut,
    scores,
    popularity,
  }: Pick<EvaluationReport, 'source' | 'heldOut' | 'scores' | 'popularity'>,
  { against }: Pick<Judged, 'against'>,
  current: string | null,
  bytes: number,
): Verdict {
  const found: Verdict['found'] = []
  const atLeast = (reason: Verdict['found'][number]['reason'], is: number, bound: number): void => {
    if (is < bound) found.push({ reason, is, bound })
  }
  const isCompared = against !== null && against.members >= leastCompared
  if (isCompared) {
    const { candidate: own, current: old } = against
    atLeast('ndcg', own.ndcg10, leastOf.ndcg * old.ndcg10)
    atLeast('recall', own.recall20, leastOf.recall * old.recall20)
    // What goes by texts alone shows everybody something else: nothing to be held against in how much it shows.
    const alike = against.source === source
    if (alike) atLeast('coverage', own.coverage10, leastOf.coverage * old.coverage10)
    if (alike) atLeast('tail', own.tailShare, leastOf.tail * old.tailShare)
  }
  if (heldOut && scores && popularity && heldOut.members >= askedForPopularity)
    atLeast('popularity', scores.ndcg10, leastOfPopularity * popularity.ndcg10)
  if (bytes > largestArtefact) found.push({ reason: 'size', is: bytes, bound: largestArtefact })
  const compared = current === null ? 'nothing' : isCompared ? 'yes' : 'too_little'
  return { passed: found.length === 0, found, compared }
}
