/**
 * Item factors that another engine trained on the same interactions, made ours: brought to length about one, rotated
 * into the eigenbasis of their Gramian, and every catalogue item without one predicted from its text. How strongly a
 * member is to be folded into them is chosen on a validation part, as it is for our own.
 */
import type { CatalogueItem, Model } from '#shared/recommend/model.ts'
import { scoresAlone } from '#shared/recommend/recommend.ts'
import { rotate } from './eigenbasis.ts'
import { membersToAsk, modelQuality } from './evaluate.ts'
import { aroundFactors, type FitInput, type FitSettings, type FittedParts, modelOf } from './fit.ts'
import { holdOut } from './held-out.ts'
import type { Trial } from './tune.ts'

export interface GivenFactors {
  dimensions: number
  /** Each once. */
  items: string[]
  /** items × dimensions, finite. */
  vectors: Float32Array
}

/** @returns 1 for each catalogue item that has a vector */
export function givenItems(given: GivenFactors, items: readonly CatalogueItem[]): Uint8Array {
  const named = new Set(given.items)
  return Uint8Array.from(items, ({ id }) => (named.has(id) ? 1 : 0))
}

/** The parts of a model whose learnt items are `input.learnt`; each of them must be given. */
export function fitGiven(input: FitInput, given: GivenFactors, settings: FitSettings): FittedParts {
  const { dimensions } = given
  const rowById = new Map(given.items.map((id, row) => [id, row]))
  const rows = input.items.flatMap(({ id }, row) => (input.learnt[row] === 1 ? [rowById.get(id)!] : []))
  const vectors = new Float64Array(rows.length * dimensions)
  let squares = 0
  rows.forEach((from, to) => {
    for (let k = 0; k < dimensions; k++) {
      const value = given.vectors[from * dimensions + k]!
      vectors[to * dimensions + k] = value
      squares += value * value
    }
  })
  const length = Math.sqrt(squares / (rows.length || 1)) || 1
  const { rotated, eigenvalues } = rotate(
    vectors.map((value) => value / length),
    dimensions,
  )
  return aroundFactors(input, rotated, eigenvalues, settings)
}

const mostAsked = 600
const grid = {
  unobservedWeight: [0.003, 0.01, 0.03, 0.1, 0.3, 1],
  regularisation: [0.0003, 0.001, 0.003, 0.01, 0.03, 0.1],
}
const popularityShares = [0, 0.25, 0.5, 1, 2, 4]

/** Yields a guess at the share done. The factors stay as they are; only what folds into them is chosen. */
export function* chooseForGiven(
  input: FitInput,
  given: GivenFactors,
  seed: number,
): Generator<number, { settings: FitSettings; tried: Trial[] }, void> {
  const { learnt, held } = holdOut(input.met, undefined, 0.2, seed)
  const asked = membersToAsk(held, mostAsked, seed)
  let settings: FitSettings = {
    dimensions: given.dimensions,
    unobservedWeight: 0.1,
    regularisation: 0.01,
    frequencyExponent: 1,
    popularityShare: 0,
    epochs: 0,
    seed,
  }
  const model = modelOf(fitGiven({ ...input, met: learnt }, given, settings))
  const tried: Trial[] = []
  const qualityOf = (one: FitSettings): number => {
    const asking: Model = { ...model, settings: { ...model.settings, ...one } }
    const { ndcg10 } = modelQuality(asking, learnt, held, asked, scoresAlone)
    const { dimensions, unobservedWeight, regularisation } = one
    tried.push({ dimensions, unobservedWeight, regularisation, ndcg10 })
    return ndcg10
  }
  let best = qualityOf(settings)
  for (const axis of ['unobservedWeight', 'regularisation', 'unobservedWeight'] as const) {
    for (const value of grid[axis]) {
      if (settings[axis] === value) continue
      const next = { ...settings, [axis]: value }
      const quality = qualityOf(next)
      yield Math.min(1, tried.length / 24)
      if (quality <= best) continue
      best = quality
      settings = next
    }
  }
  for (const popularityShare of popularityShares) {
    const next = { ...settings, popularityShare }
    const quality = qualityOf(next)
    if (quality <= best) continue
    best = quality
    settings = next
  }
  return { settings, tried }
}
