/** One judge for our model and every peer: full ranking of what was not met, or the target's place among a few. */

import { columnCounts } from '#server/train/matrix.ts'
import { ndcg, recall } from '#server/train/metrics.ts'
import type { Model } from '#shared/recommend/model.ts'
import { bestRows } from '#shared/recommend/ranking.ts'
import { type ListOptions, rankRows, scoresAlone } from '#shared/recommend/recommend.ts'
import type { Task } from './task.ts'

/** A score for every item; what was met is left out by the judge. */
export type Scorer = (member: number) => ArrayLike<number>

/** By name: `ndcg@10`, `recall@20`, … or `hr@10`, `ndcg@10` where a target stands among a few. */
export type Measures = Record<string, number>

export function judge(task: Task, scorer: Scorer): Measures {
  return task.against ? judgeAmong(task, task.against, scorer) : judgeAll(task, scorer)
}

/** Equal scores count against the answer. */
function judgeAmong({ held, cuts }: Task, against: Int32Array[], scorer: Scorer): Measures {
  const sums: Measures = {}
  let asked = 0
  for (let member = 0; member < held.rows; member++) {
    const others = against[member]
    const target = held.index[held.start[member]!]
    if (others === undefined || target === undefined) continue
    asked += 1
    const scores = scorer(member)
    let place = 0
    for (const other of others) if (!(scores[other]! < scores[target]!)) place += 1
    for (const cut of cuts.recall) add(sums, `hr@${cut}`, place < cut ? 1 : 0)
    for (const cut of cuts.ndcg) add(sums, `ndcg@${cut}`, place < cut ? 1 / Math.log2(place + 2) : 0)
  }
  return meansOf(sums, asked)
}

function judgeAll({ train, held, cuts }: Task, scorer: Scorer): Measures {
  const most = Math.max(...cuts.ndcg, ...cuts.recall)
  const sums: Measures = {}
  const own = new Float64Array(train.columns)
  let asked = 0
  for (let member = 0; member < held.rows; member++) {
    const met = train.index.subarray(train.start[member]!, train.start[member + 1]!)
    const targets = new Set(held.index.subarray(held.start[member]!, held.start[member + 1]!))
    for (const item of met) targets.delete(item)
    if (targets.size === 0) continue
    asked += 1
    own.set(scorer(member))
    for (const item of met) own[item] = Number.NEGATIVE_INFINITY
    const ranked = bestRows(own, most)
    for (const cut of cuts.ndcg) add(sums, `ndcg@${cut}`, ndcg(ranked, targets, cut))
    for (const cut of cuts.recall) add(sums, `recall@${cut}`, recall(ranked, targets, cut))
  }
  return meansOf(sums, asked)
}

function add(sums: Measures, name: string, value: number): void {
  sums[name] = (sums[name] ?? 0) + value
}

function meansOf(sums: Measures, asked: number): Measures {
  return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / (asked || 1)]))
}

/** The model as the device runs it: folded in from the history, ranked by the very same code. */
export function modelScorer(model: Model, { train }: Task, options: ListOptions = scoresAlone): Scorer {
  const hidden = new Set<string>()
  return (member) => {
    const history = []
    for (let at = train.start[member]!; at < train.start[member + 1]!; at++) {
      history.push({ item: model.items[train.index[at]!]!.id, weight: train.weight[at]! })
    }
    const input = { history, interests: [], hidden, notTags: [], now: 0, count: 1 }
    return rankRows(model, input, options).parts.total
  }
}

export function popularityScorer({ train }: Task): Scorer {
  const counts = columnCounts(train)
  return () => counts
}

/** Scalar products of two sets of vectors. */
export function factorScorer(members: ArrayLike<number>, items: ArrayLike<number>, width: number): Scorer {
  const scores = new Float64Array(items.length / width)
  return (member) => {
    for (let item = 0; item < scores.length; item++) {
      let sum = 0
      for (let k = 0; k < width; k++) sum += members[member * width + k]! * items[item * width + k]!
      scores[item] = sum
    }
    return scores
  }
}
