/**
 * From who-met-what to a model's parts: factors for the items that enough members met, the content prior for all
 * others, eight bits each. With too little behaviour to learn from, the vectors come from text and tags alone; a
 * history then finds what reads like it.
 */
import {
  type CatalogueItem,
  createModel,
  emptyModel,
  type Model,
  type ModelParts,
  type ModelSettings,
  quantise,
} from '#shared/recommend/model.ts'
import type { TextVectors } from '#shared/recommend/text.ts'
import { type AlsOptions, alternate } from './als.ts'
import { type Directions, factorsFrom, type LinearOptions, strongestDirections } from './autoencoder.ts'
import type { ContentVectors } from './content.ts'
import { rotate } from './eigenbasis.ts'
import { columnCounts, onlyColumns, type SparseRows } from './matrix.ts'
import { fitPrior } from './prior.ts'

export interface FitInput {
  met: SparseRows
  items: CatalogueItem[]
  /** 1 for each item that may be learnt from members. */
  learnt: Uint8Array
  content: ContentVectors
  /** What a model ships of the texts, if likeness of texts gets a share. */
  text?: TextVectors | undefined
}

export interface FitSettings extends AlsOptions {
  popularityShare: number
  textShare?: number
  /** A linear autoencoder (see autoencoder.ts) instead of alternating least squares. */
  linear?: LinearOptions
}

export type FittedParts = Omit<ModelParts, 'report' | 'trainedAt'>

/** A model to ask questions of, before there is a report to ship with it. */
export function modelOf(parts: FittedParts): Model {
  return createModel({ ...parts, trainedAt: 0, report: emptyModel().report }, '')
}

/** Yields how many of the epochs are done. */
export function* fitMembers(input: FitInput, settings: FitSettings): Generator<number, FittedParts, void> {
  const met = onlyColumns(input.met, input.learnt)
  if (settings.linear) {
    const { dimensions, epochs, linear, seed } = settings
    const finding = strongestDirections(met, dimensions, linear, seed)
    let step = finding.next()
    for (; step.done !== true; step = finding.next()) yield step.value * epochs
    return fitDirections(input, step.value, settings)
  }
  const factors = yield* alternate(met, settings)
  return aroundFactors(input, factors.items, factors.eigenvalues, settings)
}

/** As many of the directions as the settings say. */
export function fitDirections(input: FitInput, directions: Directions, settings: FitSettings): FittedParts {
  const { items, eigenvalues, gains } = factorsFrom(directions, settings.dimensions)
  const learntGains = gains.values()
  return {
    ...aroundFactors(input, items, eigenvalues, settings),
    // An item that is known from its texts alone counts, once met, like the average one.
    gains: Float32Array.from(input.learnt, (known) => (known === 1 ? learntGains.next().value! : 1)),
  }
}

/**
 * The model around the learnt items' vectors: all other items get the prior from what they are about.
 * @param factors learnt items × dimensions, in the catalogue's order and in the eigenbasis of their Gramian
 */
export function aroundFactors(
  input: FitInput,
  factors: Float32Array | Float64Array,
  eigenvalues: Float64Array,
  settings: FitSettings,
): FittedParts {
  const { learnt, content } = input
  const { dimensions } = settings
  const vectors = new Float64Array(learnt.length * dimensions)
  let from = 0
  for (let row = 0; row < learnt.length; row++) {
    if (learnt[row] === 0) continue
    vectors.set(factors.subarray(from, from + dimensions), row * dimensions)
    from += dimensions
  }
  const learntItems = from / dimensions
  if (learntItems < learnt.length) {
    const prior = fitPrior(content, vectors, dimensions, learnt, columnCounts(input.met)).vectors
    for (let row = 0; row < learnt.length; row++) {
      if (learnt[row] === 1) continue
      vectors.set(prior.subarray(row * dimensions, (row + 1) * dimensions), row * dimensions)
    }
  }
  return parts(input, vectors, eigenvalues, { ...modelSettings(settings), learntItems })
}

/** Strengths that suit vectors of length about one; there is no behaviour to choose them by. */
const contentSettings = {
  unobservedWeight: 0.1,
  regularisation: 0.1,
  frequencyExponent: 0,
  popularityShare: 0.5,
}

export function fitContent(input: FitInput): FittedParts {
  const { dimensions } = input.content
  const { rotated, eigenvalues } = rotate(input.content.vectors, dimensions)
  const settings = { ...contentSettings, dimensions, learntItems: input.items.length }
  return parts({ ...input, learnt: new Uint8Array(input.items.length) }, rotated, eigenvalues, settings)
}

function parts(
  { met, items, learnt, text }: FitInput,
  vectors: Float64Array,
  eigenvalues: Float64Array,
  settings: ModelSettings,
): FittedParts {
  return {
    settings,
    items,
    popularity: columnCounts(met).map((count, row) => (learnt[row] === 1 ? count : 0)),
    fromContent: learnt.map((known) => 1 - known),
    eigenvalues,
    ...quantise(vectors, settings.dimensions),
    ...(settings.textShare ? { text } : {}),
  }
}

function modelSettings(settings: FitSettings): Omit<ModelSettings, 'learntItems'> {
  const { dimensions, unobservedWeight, regularisation, frequencyExponent } = settings
  const { popularityShare, textShare, linear } = settings
  const shares = textShare ? { popularityShare, textShare } : { popularityShare }
  const how = linear ? { linear } : {}
  return { dimensions, unobservedWeight, regularisation, frequencyExponent, ...shares, ...how }
}
