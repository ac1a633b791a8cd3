/**
 * How well a model serves, and whom: the figures of the models' page and of the gate. A model is asked through the code
 * that devices run; what is told of a group is told of ten members or more.
 */
import {
  type Against,
  type GroupQuality,
  leastGroup,
  type Measures,
} from '#shared/features/recommendation-models.ts'
import type { CatalogueItem, Model } from '#shared/recommend/model.ts'
import { type ListOptions, rankRows, shownList } from '#shared/recommend/recommend.ts'
import { columnCounts, type SparseRows } from './matrix.ts'
import { ndcg, recall } from './metrics.ts'

/** Of whom, what they had met, and what they then met; columns are the items. */
export interface Question {
  members: readonly number[]
  learnt: SparseRows
  held: SparseRows
  items: readonly CatalogueItem[]
}

export interface Answers {
  measures: Measures
  /** In the order of the members asked; NaN for one of whom nothing was held out among the items that count. */
  ndcg10: Float64Array
  recall20: Float64Array
}

const nothing: ReadonlySet<string> = new Set()
/** The most met fifth is the head. */
const headShare = 0.2

/** @param among only these items are shown and looked for; all, when absent */
export function judge(
  model: Model,
  { members, learnt, held, items }: Question,
  options: ListOptions = shownList,
  among?: ReadonlySet<string>,
): Answers {
  const columnOf = new Map(items.map(({ id }, column) => [id, column]))
  const met = columnCounts(learnt)
  const inHead = headOf(met)
  const answers = { ndcg10: new Float64Array(members.length), recall20: new Float64Array(members.length) }
  const shown = new Float64Array(items.length)
  const sums = { members: 0, ndcg: 0, recall: 0, places: 0, tail: 0, lift: 0, lifted: 0 }
  for (const [i, member] of members.entries()) {
    const own = learnt.index.subarray(learnt.start[member]!, learnt.start[member + 1]!)
    const looked = [...held.index.subarray(held.start[member]!, held.start[member + 1]!)].filter(
      (column) => among === undefined || among.has(items[column]!.id),
    )
    if (looked.length === 0) {
      answers.ndcg10[i] = Number.NaN
      answers.recall20[i] = Number.NaN
      continue
    }
    const from = learnt.start[member]!
    const history = Array.from(own, (column, k) => ({
      item: items[column]!.id,
      weight: learnt.weight[from + k]!,
    }))
    const candidates = (id: string): boolean => columnOf.has(id) && (among === undefined || among.has(id))
    const ranked = rankRows(
      model,
      { history, interests: [], hidden: nothing, notTags: [], candidates, now: 0, count: 20 },
      options,
    ).rows.map((row) => columnOf.get(model.items[row]!.id)!)
    const targets = new Set(looked)
    const first = ranked.slice(0, 10)
    answers.ndcg10[i] = ndcg(ranked, targets, 10)
    answers.recall20[i] = recall(ranked, targets, 20)
    sums.members += 1
    sums.ndcg += answers.ndcg10[i]!
    sums.recall += answers.recall20[i]!
    for (const column of first) {
      shown[column]! += 1
      sums.places += 1
      if (inHead[column] === 0) sums.tail += 1
    }
    const usual = meanOf(own, met)
    if (first.length > 0 && usual > 0) {
      sums.lift += meanOf(first, met) / usual
      sums.lifted += 1
    }
  }
  const counted = among === undefined ? shown : shown.filter((_, column) => among.has(items[column]!.id))
  return {
    ...answers,
    measures: {
      ndcg10: sums.ndcg / (sums.members || 1),
      recall20: sums.recall / (sums.members || 1),
      coverage10: counted.filter((places) => places > 0).length / (counted.length || 1),
      gini: giniOf(counted),
      popularityLift: sums.lift / (sums.lifted || 1),
      tailShare: sums.tail / (sums.places || 1),
    },
  }
}

/** Both asked the same, over the items that both know: what only one knows, the other could not have shown. */
export function compare(
  candidate: Model,
  current: Model,
  question: Question,
  on: Against['on'],
): Against | undefined {
  const both = new Set(
    question.items.flatMap(({ id }) => (candidate.rowById.has(id) && current.rowById.has(id) ? [id] : [])),
  )
  const [own, other] = [candidate, current].map((model) => judge(model, question, shownList, both))
  const members = own!.ndcg10.filter((value) => !Number.isNaN(value)).length
  if (members === 0) return undefined
  return {
    version: current.version,
    on,
    members,
    items: both.size,
    source: current.report.source,
    candidate: own!.measures,
    current: other!.measures,
  }
}

/**
 * Quality by group. Groups that are too small go into one "others" (''), and when that is too small as well, the
 * smallest of the rest joins it: from the whole and its other parts nobody can work out what was kept back.
 * @param groupOf of the members asked, in their order; -1: of none, and so one of the others
 */
export function qualityByGroup(
  { ndcg10, recall20 }: Answers,
  groupOf: readonly number[],
  names: readonly string[],
): GroupQuality[] {
  const groups = names.map((name) => ({ name, asked: [] as number[] }))
  const others: number[] = []
  groupOf.forEach((group, i) => {
    if (!Number.isNaN(ndcg10[i]!)) (groups[group]?.asked ?? others).push(i)
  })
  const told = groups.filter(({ asked }) => asked.length >= leastGroup)
  for (const { asked } of groups) if (asked.length < leastGroup) others.push(...asked)
  told.sort((a, b) => b.asked.length - a.asked.length)
  while (others.length > 0 && others.length < leastGroup && told.length > 0) others.push(...told.pop()!.asked)
  if (others.length >= leastGroup) told.push({ name: '', asked: others })
  const mean = (values: Float64Array, asked: number[]): number =>
    asked.reduce((sum, i) => sum + values[i]!, 0) / asked.length
  return told.map(({ name, asked }) => ({
    name,
    members: asked.length,
    ndcg10: mean(ndcg10, asked),
    recall20: mean(recall20, asked),
  }))
}

/** 1 for the most met fifth of the items. */
function headOf(met: ArrayLike<number>): Uint8Array {
  const order = Array.from({ length: met.length }, (_, column) => column).sort((a, b) => met[b]! - met[a]!)
  const head = new Uint8Array(met.length)
  for (const column of order.slice(0, Math.ceil(headShare * met.length))) head[column] = 1
  return head
}

function meanOf(columns: ArrayLike<number>, values: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < columns.length; i++) sum += values[columns[i]!]!
  return sum / (columns.length || 1)
}

/** 0: all alike; towards 1: everything to one. */
export function giniOf(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  let [sum, ranked] = [0, 0]
  sorted.forEach((value, i) => {
    sum += value
    ranked += (i + 1) * value
  })
  const count = sorted.length
  return sum === 0 ? 0 : (2 * ranked) / (count * sum) - (count + 1) / count
}
