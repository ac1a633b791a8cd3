/**
 * Chooses the settings of a model on a validation part of what it is given. It is never given what the report is
 * measured on: the caller passes the learnt part of its own split and keeps the rest to itself.
 */
import type { Model } from '#shared/recommend/model.ts'
import { scoresAlone } from '#shared/recommend/recommend.ts'
import { type Directions, type LinearOptions, mostLinearItems, strongestDirections } from './autoencoder.ts'
import { membersToAsk, modelQuality } from './evaluate.ts'
import { type FitInput, type FitSettings, fitDirections, fitMembers, modelOf } from './fit.ts'
import { holdOut } from './held-out.ts'
import { onlyColumns, rowsOf, type SparseRows } from './matrix.ts'
import { createRandom, shuffle } from './random.ts'

export interface Trial {
  dimensions: number
  unobservedWeight: number
  regularisation: number
  /** Of a linear autoencoder, of which the two above say nothing. */
  linear?: LinearOptions
  ndcg10: number
}

export interface TuneLimits {
  mostDimensions: number
  epochs: number
  seed: number
  /** Whether a linear autoencoder may be the answer; absent: where there are enough members and not too many items. */
  linear?: boolean
}

/** Enough to tell settings apart; more would only take longer. */
const mostPairs = 1_000_000
const mostAsked = 600

const grid = {
  regularisation: [0.001, 0.003, 0.01, 0.02, 0.03, 0.05, 0.1, 0.3],
  unobservedWeight: [0.01, 0.03, 0.05, 0.1, 0.2, 0.4, 1],
  dimensions: [4, 8, 12, 16, 20, 24, 32, 48, 64, 96, 128],
}
type Axis = keyof typeof grid
const start: Record<Axis, number> = { regularisation: 3, unobservedWeight: 3, dimensions: 3 }
/** Dimensions and regularisation come twice, since the best value of each moves with the other. */
const order: Axis[] = ['unobservedWeight', 'dimensions', 'regularisation', 'dimensions']
/** A smaller gain is chance, and following it leads away from settings that hold up on more data. */
const leastGain = 1.005
const usualTrials = 14
const popularityShares = [0.25, 0.5, 1, 2, 4]
const textShares = [0.125, 0.25, 0.5, 1]

/** Of linear autoencoders; other numbers of dimensions cost next to nothing. */
const linearGrid = {
  ridge: [0.1, 0.2, 0.4, 1, 2, 4, 8],
  memberExponent: [0, 0.25, 0.5, 0.75, 1],
  itemExponent: [0, 0.1, 0.2, 0.3, 0.4, 0.5],
}
type LinearAxis = keyof typeof linearGrid | 'dimensions'
const linearStart = { ridge: 3, memberExponent: 2, itemExponent: 2 }
const linearOrder: LinearAxis[] = ['dimensions', 'ridge', 'memberExponent', 'itemExponent']
const usualLinearTrials = 10
/** Fewer say too little to choose among two kinds of models. */
const leastLinearMembers = 200

/** Climbs from a usual setting along one axis at a time. Yields a guess at the share done after every trial. */
export function* chooseSettings(
  input: FitInput,
  limits: TuneLimits,
): Generator<number, { settings: FitSettings; tried: Trial[] }, void> {
  const { seed, epochs } = limits
  const met = sampled(input.met, seed)
  const splits = Array.from({ length: splitsFor(met.rows) }, (_, i) => {
    const { learnt, held } = holdOut(met, undefined, 0.2, seed + i)
    return { learnt, held, asked: membersToAsk(held, mostAsked, seed) }
  })
  const qualityOf = (models: Model[]): number => {
    const qualities = splits.map(
      ({ learnt, held, asked }, i) => modelQuality(models[i]!, learnt, held, asked, scoresAlone).ndcg10,
    )
    return qualities.reduce((sum, ndcg10) => sum + ndcg10, 0) / splits.length
  }
  const tried: Trial[] = []
  const attempt = (at: Record<Axis, number>): Attempt => {
    const trial = {
      dimensions: grid.dimensions[at.dimensions]!,
      unobservedWeight: grid.unobservedWeight[at.unobservedWeight]!,
      regularisation: grid.regularisation[at.regularisation]!,
    }
    const settings = { ...trial, frequencyExponent: 1, popularityShare: 0, epochs, seed }
    const models = splits.map(({ learnt }) =>
      modelOf(lastOf(fitMembers({ ...input, met: learnt }, settings))),
    )
    const ndcg10 = qualityOf(models)
    tried.push({ ...trial, ndcg10 })
    return { settings, models, ndcg10 }
  }

  const largest = Math.max(
    0,
    grid.dimensions.findLastIndex((size) => size <= mostUseful(input, limits)),
  )
  let done = 0
  const learntItems = input.learnt.reduce((sum, one) => sum + one, 0)
  const { linear = learntItems <= mostLinearItems && met.rows >= leastLinearMembers } = limits
  const trials = usualTrials + (linear ? usualLinearTrials : 0)
  const climbed = climb(
    { ...start, dimensions: Math.min(start.dimensions, largest) },
    order,
    attempt,
    (axis) => (axis === 'dimensions' ? largest : grid[axis].length - 1),
  )
  let step = climbed.next()
  for (; step.done !== true; step = climbed.next()) yield Math.min(1, ++done / trials)
  let best: Attempt = step.value
  if (linear) {
    const most = grid.dimensions[largest]!
    const found = new Map<string, Directions[]>()
    const attemptLinear = (at: Record<LinearAxis, number>): Attempt => {
      const options = {
        ridge: linearGrid.ridge[at.ridge]!,
        memberExponent: linearGrid.memberExponent[at.memberExponent]!,
        itemExponent: linearGrid.itemExponent[at.itemExponent]!,
      }
      const key = JSON.stringify(options)
      const directions =
        found.get(key) ??
        splits.map(({ learnt }) =>
          lastOf(strongestDirections(onlyColumns(learnt, input.learnt), most, options, seed)),
        )
      found.set(key, directions)
      const dimensions = grid.dimensions[at.dimensions]!
      const settings = { ...linearSettings, dimensions, linear: options, epochs, seed }
      const models = splits.map(({ learnt }, i) =>
        modelOf(fitDirections({ ...input, met: learnt }, directions[i]!, settings)),
      )
      const ndcg10 = qualityOf(models)
      const { unobservedWeight, regularisation } = settings
      tried.push({ dimensions, unobservedWeight, regularisation, linear: options, ndcg10 })
      return { settings, models, ndcg10 }
    }
    const climbing = climb({ ...linearStart, dimensions: largest }, linearOrder, attemptLinear, (axis) =>
      axis === 'dimensions' ? largest : linearGrid[axis].length - 1,
    )
    let next = climbing.next()
    for (; next.done !== true; next = climbing.next()) yield Math.min(1, ++done / trials)
    if (next.value.ndcg10 > leastGain * best.ndcg10) best = next.value
  }

  let { settings, ndcg10 } = best
  for (const popularityShare of popularityShares) {
    const quality = qualityOf(
      best.models.map((model) => ({ ...model, settings: { ...model.settings, popularityShare } })),
    )
    if (quality <= leastGain * ndcg10) continue
    ndcg10 = quality
    settings = { ...settings, popularityShare }
  }
  const { text } = input
  for (const textShare of text ? textShares : []) {
    const { popularityShare } = settings
    const quality = qualityOf(
      best.models.map((model) => ({
        ...model,
        text,
        settings: { ...model.settings, popularityShare, textShare },
      })),
    )
    if (quality <= leastGain * ndcg10) continue
    ndcg10 = quality
    settings = { ...settings, textShare }
  }
  return { settings, tried }
}

/** What a linear autoencoder does not use, and a file has all the same. */
const linearSettings = { unobservedWeight: 1, regularisation: 1, frequencyExponent: 0, popularityShare: 0 }

/** Yields after every trial but the first. */
function* climb<A extends string>(
  from: Record<A, number>,
  axes: A[],
  attempt: (at: Record<A, number>) => Attempt,
  topOf: (axis: A) => number,
): Generator<void, Attempt, void> {
  let at = from
  let best = attempt(at)
  const seen = new Set([JSON.stringify(at)])
  for (const axis of axes) {
    for (const step of [1, -1]) {
      for (;;) {
        const next = { ...at, [axis]: at[axis] + step }
        if (next[axis] < 0 || next[axis] > topOf(axis) || seen.has(JSON.stringify(next))) break
        seen.add(JSON.stringify(next))
        const found = attempt(next)
        yield
        if (found.ndcg10 <= leastGain * best.ndcg10) break
        best = found
        at = next
      }
    }
  }
  return best
}

interface Attempt {
  settings: FitSettings
  models: Model[]
  ndcg10: number
}

/** More dimensions than a third of what there is to learn from only learn the noise of a small community. */
function mostUseful(input: FitInput, limits: TuneLimits): number {
  const learntItems = input.learnt.reduce((sum, one) => sum + one, 0)
  return Math.min(limits.mostDimensions, Math.floor(Math.min(learntItems, input.met.rows) / 3))
}

/** In a small community one split says more about chance than about settings, so several are averaged. */
function splitsFor(members: number): number {
  return Math.min(5, Math.max(1, Math.ceil(mostAsked / (members || 1))))
}

function sampled(met: SparseRows, seed: number): SparseRows {
  if (met.index.length <= mostPairs) return met
  const order = shuffle(
    Int32Array.from({ length: met.rows }, (_, row) => row),
    createRandom(seed),
  )
  let pairs = 0
  const enough = order.findIndex((row) => {
    pairs += met.start[row + 1]! - met.start[row]!
    return pairs >= mostPairs
  })
  return rowsOf(met, order.slice(0, enough + 1))
}

export function lastOf<T>(steps: Generator<unknown, T, void>): T {
  let step = steps.next()
  while (step.done !== true) step = steps.next()
  return step.value
}
