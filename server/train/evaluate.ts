/**
 * Asks a model, through the very code that the device runs, what it would have shown, and compares that with what
 * was held out. Members are folded in from the learnt part of their history, as on their own device.
 */
import type { Model, Quality } from '#shared/recommend/model.ts'
import { bestRows } from '#shared/recommend/ranking.ts'
import { type ListOptions, rankRows } from '#shared/recommend/recommend.ts'
import type { SparseRows } from './matrix.ts'
import { ndcg, recall } from './metrics.ts'
import { createRandom, shuffle } from './random.ts'

/** Members of whom something is held out, at most `most` of them, drawn with the seed. */
export function membersToAsk(held: SparseRows, most: number, seed: number): number[] {
  const asked: number[] = []
  for (let row = 0; row < held.rows; row++) if (held.start[row + 1]! > held.start[row]!) asked.push(row)
  return shuffle(asked, createRandom(seed)).slice(0, most)
}

export function modelQuality(
  model: Model,
  learnt: SparseRows,
  held: SparseRows,
  members: number[],
  options: ListOptions,
): Quality {
  return quality(held, members, (member) => {
    const history = []
    for (let at = learnt.start[member]!; at < learnt.start[member + 1]!; at++) {
      history.push({ item: model.items[learnt.index[at]!]!.id, weight: learnt.weight[at]! })
    }
    const input = { history, interests: [], hidden: nothing, notTags: [], now: 0, count: 20 }
    return rankRows(model, input, options).rows
  })
}

const nothing: ReadonlySet<string> = new Set()

/** What everybody's most met items, less one's own, would have done. */
export function popularityQuality(
  popularity: ArrayLike<number>,
  learnt: SparseRows,
  held: SparseRows,
  members: number[],
): Quality {
  const scores = Float64Array.from(popularity)
  return quality(held, members, (member) => {
    const own = learnt.index.subarray(learnt.start[member]!, learnt.start[member + 1]!)
    const kept = Array.from(own, (row) => scores[row]!)
    for (const row of own) scores[row] = Number.NEGATIVE_INFINITY
    const ranked = bestRows(scores, 20)
    own.forEach((row, i) => {
      scores[row] = kept[i]!
    })
    return ranked
  })
}

function quality(held: SparseRows, members: number[], rank: (member: number) => number[]): Quality {
  let gain = 0
  let found = 0
  const covered = new Set<number>()
  for (const member of members) {
    const targets = new Set(held.index.subarray(held.start[member]!, held.start[member + 1]!))
    const ranked = rank(member)
    gain += ndcg(ranked, targets, 10)
    found += recall(ranked, targets, 20)
    for (const row of ranked.slice(0, 10)) covered.add(row)
  }
  return {
    ndcg10: gain / (members.length || 1),
    recall20: found / (members.length || 1),
    coverage10: covered.size / (held.columns || 1),
  }
}
