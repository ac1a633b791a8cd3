/**
 * What the two corrections of a list give and cost, on courses and on films: holding popular items back from its last
 * places widens what is shown to everybody together, maximal marginal relevance widens each list. Against the list by
 * scores alone of the same model, for every member who has something held back.
 *
 * Coverage: share of the catalogue in anybody's first ten. Tail share: places held by items that are not among the
 * fifth of the catalogue met most. Distance: mean of 1 − cosine over the pairs of a list. `--choose` repeats the
 * choice of model settings and of both strengths, on a held-out part of the training data.
 */
import { membersToAsk } from '#server/train/evaluate.ts'
import { type FitSettings, fitMembers, modelOf } from '#server/train/fit.ts'
import { holdOut } from '#server/train/held-out.ts'
import { columnCounts, type SparseRows } from '#server/train/matrix.ts'
import { ndcg } from '#server/train/metrics.ts'
import { chooseSettings, lastOf } from '#server/train/tune.ts'
import type { Model } from '#shared/recommend/model.ts'
import { product } from '#shared/recommend/ranking.ts'
import { type ListOptions, rankRows, scoresAlone } from '#shared/recommend/recommend.ts'
import type { BenchRow } from '../run.js'
import { sharedFolder } from './rig/files.ts'
import { readListsTask } from './rig/lists.ts'
import { readNcfTask } from './rig/ncf.ts'
import type { Task } from './rig/task.ts'

type Chosen = Pick<FitSettings, 'dimensions' | 'unobservedWeight' | 'regularisation' | 'popularityShare'> & {
  penalty: number
  /** That goes with the penalty: on films a list that repeats itself less pays for what the penalty costs. */
  beside: number
  diversity: number
}

/**
 * Courses: settings and penalty as `--choose` found them, the diversity is an estimate beyond what was tried. Films:
 * settings as published with iALS, strengths from trials on a held-out part, where marginal relevance
 * more than paid for the penalty beside it. `--choose` settles all but whether the two go together.
 */
const chosen: Record<string, Chosen> = {
  mooc: {
    dimensions: 16,
    unobservedWeight: 0.2,
    regularisation: 0.02,
    popularityShare: 0,
    penalty: 2.5,
    beside: 0,
    diversity: 0.6,
  },
  'ml-1m': {
    dimensions: 64,
    unobservedWeight: 0.3,
    regularisation: 0.007,
    popularityShare: 0,
    penalty: 1.5,
    beside: 0.3,
    diversity: 0.5,
  },
}
const penalties = [0.75, 1, 1.25, 1.5, 2, 2.5]
const diversities = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
const mostLoss = 0.01
const epochs = 4

export async function run(args: string[] = []): Promise<BenchRow[]> {
  const tasks: [string, () => Task][] = [
    ['mooc', () => readListsTask(sharedFolder('mooc'))],
    ['ml-1m', () => readNcfTask(sharedFolder('ml-1m-ncf'))],
  ]
  return tasks.flatMap(([name, read]) => {
    const task = read()
    if (args.includes('--choose')) choose(name, task)
    return measure(name, task)
  })
}

function measure(name: string, task: Task): BenchRow[] {
  const { penalty, beside, diversity, ...settings } = chosen[name]!
  const model = fitted(task, task.train, settings)
  const asked = membersToAsk(task.held, task.held.rows, 1)
  const listsBy = (options: ListOptions): Lists => listsOf(model, task.train, task.held, asked, options)
  const alone = listsBy(scoresAlone)
  const held = listsBy({ diversity: beside, popularityPenalty: penalty })
  const mixed = listsBy({ diversity, popularityPenalty: 0 })
  const row = (what: string, found: Lists, measure: keyof Lists, least?: number): BenchRow => {
    const ratio = found[measure] / alone[measure]
    const aim = least === undefined ? {} : { aim: `>=${least}`, ok: ratio >= least }
    const peer = { peer: 'by scores alone', peerValue: alone[measure], ratio }
    return {
      bench: 'bias',
      work: `${name} ${what}: ${measure}`,
      value: found[measure],
      unit: '',
      ...peer,
      ...aim,
    }
  }
  const mix = beside === 0 ? '' : ` with marginal relevance ${beside}`
  const [back, marginal] = [`popular held back ${penalty}${mix}`, `marginal relevance ${diversity}`]
  return [
    row(back, held, 'coverage', 1.24),
    row(back, held, 'tail share', 2),
    row(back, held, 'ndcg@10', 0.99),
    row(marginal, mixed, 'distance', 1.1),
    row(marginal, mixed, 'ndcg@10', 1),
  ]
}

interface Lists {
  'ndcg@10': number
  coverage: number
  'tail share': number
  distance: number
}

function listsOf(
  model: Model,
  learnt: SparseRows,
  held: SparseRows,
  asked: number[],
  options: ListOptions,
): Lists {
  const counts = columnCounts(learnt)
  const byCount = [...counts.keys()].sort((a, b) => counts[b]! - counts[a]!)
  const head = new Set(byCount.slice(0, Math.floor(byCount.length / 5)))
  const shown = new Set<number>()
  const hidden = new Set<string>()
  let [gain, tail, places, distance] = [0, 0, 0, 0]
  for (const member of asked) {
    const history = []
    for (let at = learnt.start[member]!; at < learnt.start[member + 1]!; at++) {
      history.push({ item: model.items[learnt.index[at]!]!.id, weight: learnt.weight[at]! })
    }
    const input = { history, interests: [], hidden, notTags: [], now: 0, count: 10 }
    const { rows, shelf } = rankRows(model, input, options)
    const targets = new Set(held.index.subarray(held.start[member]!, held.start[member + 1]!))
    gain += ndcg(rows, targets, 10)
    distance += meanDistance(rows.map((at) => shelf.vector(at)))
    places += rows.length
    for (const at of rows) {
      shown.add(at)
      if (!head.has(at)) tail += 1
    }
  }
  return {
    'ndcg@10': gain / asked.length,
    coverage: shown.size / held.columns,
    'tail share': tail / places,
    distance: distance / asked.length,
  }
}

function meanDistance(vectors: ArrayLike<number>[]): number {
  let sum = 0
  let pairs = 0
  vectors.forEach((a, i) => {
    for (const b of vectors.slice(0, i)) {
      sum += 1 - product(a, b) / (Math.sqrt(product(a, a) * product(b, b)) || 1)
      pairs += 1
    }
  })
  return sum / (pairs || 1)
}

function choose(name: string, task: Task): void {
  const limits = { mostDimensions: 64, epochs, seed: 1 }
  const { settings } = lastOf(chooseSettings(inputOf(task, task.train), limits))
  const { dimensions, unobservedWeight, regularisation, popularityShare } = settings
  const found = { dimensions, unobservedWeight, regularisation, popularityShare }
  const { learnt, held } = holdOut(task.train, undefined, 0.1, 1)
  const model = fitted(task, learnt, found)
  const asked = membersToAsk(held, held.rows, 1)
  const alone = listsOf(model, learnt, held, asked, scoresAlone)
  const strongest = (
    strengths: number[],
    most: number,
    optionsFor: (strength: number) => ListOptions,
  ): number => {
    const kept = strengths.filter((strength) => {
      const lists = listsOf(model, learnt, held, asked, optionsFor(strength))
      const ratios = Object.entries(lists).map(([key, value]) => [key, value / alone[key as keyof Lists]])
      console.log(`  ${name} ${strength}: ${JSON.stringify(Object.fromEntries(ratios))}`)
      return lists['ndcg@10'] >= (1 - most) * alone['ndcg@10']
    })
    return kept.at(-1) ?? strengths[0]!
  }
  const diversity = strongest(diversities, 0, (diversity) => ({ diversity, popularityPenalty: 0 }))
  const { beside } = chosen[name]!
  const penalty = strongest(penalties, mostLoss, (popularityPenalty) => ({
    diversity: beside,
    popularityPenalty,
  }))
  chosen[name] = { ...found, penalty, beside, diversity }
  console.log(`  ${name}: ${JSON.stringify(chosen[name])}`)
}

function fitted(
  task: Task,
  met: SparseRows,
  settings: Omit<Chosen, 'penalty' | 'beside' | 'diversity'>,
): Model {
  const options = { ...settings, frequencyExponent: 1, epochs, seed: 1 }
  return modelOf(lastOf(fitMembers(inputOf(task, met), options)))
}

/** Everything is learnt from members: what is measured here is the list, not the prior. */
function inputOf({ items }: Task, met: SparseRows): Parameters<typeof fitMembers>[0] {
  const content = { dimensions: 1, vectors: new Float64Array(items.length) }
  return { met, items, learnt: new Uint8Array(items.length).fill(1), content }
}
