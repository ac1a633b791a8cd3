/**
 * Everything that could be recommended now: the model's items and those that the device has heard of since the model
 * was trained. A later item stands where the items that share its tags stand, at half their length, until a new
 * model knows better; that is enough to come up for the right members and not enough to crowd out what is known.
 */
import type { CatalogueItem, Model } from './model.ts'
import type { CodedVectors } from './scorer.ts'

export interface Shelf {
  /** The model's rows come first, then the later ones. */
  size: number
  known: CodedVectors
  /** later items × dimensions. */
  added: Float32Array
  item(row: number): CatalogueItem
  vector(row: number): Float32Array
  popularity(row: number): number
  rowOf(id: string): number | undefined
}

const trust = 0.5

export function createShelf(model: Model, later: readonly CatalogueItem[]): Shelf {
  const known = model.items.length
  const { dimensions } = model.settings
  const added = later.filter((item) => !model.rowById.has(item.id))
  const addedRows = new Map(added.map((item, i) => [item.id, known + i]))
  const addedVectors = new Float32Array(added.length * dimensions)
  if (added.length > 0) {
    const byTag = tagVectors(model)
    added.forEach((item, i) => {
      const found = item.tags.flatMap((tag) => byTag.get(tag) ?? [])
      for (const vector of found) {
        for (let k = 0; k < dimensions; k++) {
          addedVectors[i * dimensions + k]! += (trust * vector[k]!) / found.length
        }
      }
    })
  }
  return {
    size: known + added.length,
    known: model,
    added: addedVectors,
    item: (row) => (row < known ? model.items[row]! : added[row - known]!),
    vector(row) {
      const [vectors, from] = row < known ? [model.vectors, row] : [addedVectors, row - known]
      return vectors.subarray(from * dimensions, (from + 1) * dimensions)
    },
    popularity: (row) => (row < known ? model.popularity[row]! : 0),
    rowOf: (id) => model.rowById.get(id) ?? addedRows.get(id),
  }
}

const tagVectorsByModel = new WeakMap<Model, Map<string, Float64Array>>()

/** The mean vector of the items under each tag, worked out once a model. */
function tagVectors(model: Model): Map<string, Float64Array> {
  const kept = tagVectorsByModel.get(model)
  if (kept !== undefined) return kept
  const { dimensions } = model.settings
  const means = new Map<string, Float64Array>()
  const counts = new Map<string, number>()
  model.items.forEach((item, row) => {
    for (const tag of item.tags) {
      const mean = means.get(tag) ?? new Float64Array(dimensions)
      for (let k = 0; k < dimensions; k++) mean[k]! += model.vectors[row * dimensions + k]!
      means.set(tag, mean)
      counts.set(tag, (counts.get(tag) ?? 0) + 1)
    }
  })
  for (const [tag, mean] of means) {
    for (let k = 0; k < dimensions; k++) mean[k]! /= counts.get(tag)!
  }
  tagVectorsByModel.set(model, means)
  return means
}
