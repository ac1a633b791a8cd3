/** A model and histories that are drawn with a seed: the same in the browser, in Node and on every machine. */
import { createModel, emptyModel, type Model, quantise } from '#shared/recommend/model.ts'

export const dimensions = 64
export const historyLength = 40

/** Vectors of a random length whose later parts are smaller, as those of an eigenbasis are. */
export function sampleModel(count: number): Model {
  const random = randomFrom(count)
  const vectors = new Float64Array(count * dimensions)
  const eigenvalues = new Float64Array(dimensions)
  for (let row = 0; row < count; row++) {
    const length = 0.2 + random()
    for (let k = 0; k < dimensions; k++) {
      // Nearly normal: the sum of three uniform numbers.
      const value = ((random() + random() + random() - 1.5) * length) / Math.sqrt(1 + k)
      vectors[row * dimensions + k] = value
      eigenvalues[k]! += value * value
    }
  }
  const empty = emptyModel()
  return createModel(
    {
      ...empty,
      settings: {
        dimensions,
        unobservedWeight: 0.1,
        regularisation: 0.003,
        frequencyExponent: 1,
        learntItems: count,
        popularityShare: 0.25,
      },
      items: Array.from({ length: count }, (_, row) => ({
        id: `article:${idOf(row)}`,
        kind: 'article',
        tags: [`tag-${row % 50}`, `tag-${row % 7}`],
        at: 1_750_000_000_000 + row,
      })),
      popularity: Uint32Array.from({ length: count }, () => 20 + Math.floor(200 * random() ** 4)),
      fromContent: new Uint8Array(count),
      eigenvalues,
      ...quantise(vectors, dimensions),
    },
    '',
  )
}

/** Rows that a member met. */
export function sampleHistories(count: number, histories: number): number[][] {
  const random = randomFrom(7)
  return Array.from({ length: histories }, () => {
    const rows = new Set<number>()
    while (rows.size < historyLength) rows.add(Math.floor(random() * count))
    return [...rows]
  })
}

/** As long as ids are, and as little to be guessed. */
function idOf(row: number): string {
  const random = randomFrom(row + 1)
  const hex = Array.from({ length: 20 }, () => Math.floor(16 * random()).toString(16)).join('')
  return `01980a2b-${hex.slice(0, 4)}-7${hex.slice(4, 7)}-9${hex.slice(7, 10)}-${hex.slice(10)}99`
}

/** A linear congruential generator, its upper bits (Numerical Recipes). */
function randomFrom(seed: number): () => number {
  let state = (seed * 2_654_435_761) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 4_294_967_296
  }
}
