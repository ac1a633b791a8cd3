/** The product's own steps from what was met to the first ten, without what only a list needs. */
import { foldIn } from '#shared/recommend/fold-in.ts'
import type { Model } from '#shared/recommend/model.ts'
import { bestRows } from '#shared/recommend/ranking.ts'
import { exactScore, type Scorer } from '#shared/recommend/scorer.ts'
import { dimensions } from './sample.ts'

export function rankByCodes(model: Model, scorer: Scorer): (met: number[], count: number) => number[] {
  return (met, count) => {
    const vectors = met.map((row) => ({
      vector: model.vectors.subarray(row * dimensions, (row + 1) * dimensions),
      weight: 1,
    }))
    const member = foldIn(model.settings, model.eigenvalues, vectors).vector
    const scores = scorer(model, member)
    for (const row of met) scores[row] = Number.NEGATIVE_INFINITY
    // As `rankRows` does: the few that may be shown once more, exactly.
    const pool = bestRows(scores, count + 5)
    for (const row of pool) scores[row] = exactScore(model, row, member)
    return pool.sort((a, b) => scores[b]! - scores[a]! || a - b).slice(0, count)
  }
}
