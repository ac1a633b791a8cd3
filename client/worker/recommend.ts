/**
 * The recommender of one device. It holds the model that serves and the one before, takes a new one only when it is
 * sound, and ranks for whatever history it is handed; it keeps no history itself and talks to nobody.
 */
import { decodeModel, largestArtefact } from '#shared/recommend/artefact.ts'
import { createKernelScorer } from '#shared/recommend/kernel-scorer.ts'
import { emptyModel, type Model } from '#shared/recommend/model.ts'
import { ownPortrait } from '#shared/recommend/portrait.ts'
import { recommend, shownList } from '#shared/recommend/recommend.ts'
import type { LoadOutcome, ModelState, Recommender } from './types.ts'

/** @param limit bytes of the largest artefact that is taken */
export function createRecommender(limit: number = largestArtefact): Recommender {
  let current: Model = emptyModel()
  let previous: Model | undefined
  const scorer = createKernelScorer()

  const state = (): ModelState => ({
    version: current.version,
    previous: previous?.version,
    trainedAt: current.trainedAt,
    report: current.report,
  })

  return {
    state,
    async load(bytes, version): Promise<LoadOutcome> {
      const decoded = await decodeModel(bytes, limit)
      if (!decoded.ok) return { ok: false, fault: decoded.error, state: state() }
      const next = decoded.value
      if (version !== undefined && next.version !== version) {
        return { ok: false, fault: 'wrong_version', state: state() }
      }
      if (next.version !== current.version) {
        if (current.version !== '') previous = current
        current = next
      }
      return { ok: true, state: state() }
    },
    rollBack() {
      if (previous !== undefined) {
        current = previous
        previous = undefined
      }
      return state()
    },
    portrait: (portraits, history, now) => ownPortrait(current, portraits, history, now),
    recommend({ hidden, candidates, ...rest }) {
      const allowed = candidates === undefined ? undefined : new Set(candidates)
      const input = {
        ...rest,
        hidden: new Set(hidden),
        candidates: allowed === undefined ? undefined : (id: string) => allowed.has(id),
      }
      return recommend(current, input, shownList, scorer)
    },
  }
}
