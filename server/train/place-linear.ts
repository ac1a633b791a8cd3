/**
 * Items that enough members have met since a linear autoencoder was trained, placed among those it has learnt. In such
 * a model an item's vector is a ridge regression: of who met it on what those members met besides. Training solves it
 * for all items at once; here it is solved for one more, in the few dimensions that training left. How strong the ridge
 * is in these, and how long vectors have to be, is read off items that were learnt and are solved once more.
 */
import { addUp } from '#shared/recommend/fold-in.ts'
import type { Model } from '#shared/recommend/model.ts'
import { eigenbasis } from './eigenbasis.ts'
import { type SparseRows, transposed } from './matrix.ts'
import { createRandom, shuffle } from './random.ts'

export interface LinearPlace {
  basis: Pick<Model, 'settings'>
  /** items × dimensions; written to. */
  vectors: Float64Array
  /** Written to. */
  gains: Float32Array
  /** 1 for each item whose vector stands. */
  learnt: Uint8Array
  met: SparseRows
  counts: ArrayLike<number>
}

/** Enough to know how members lie in the basis. */
const mostMembers = 5_000
/** Learnt items that tell how long a vector should be. */
const mostCompared = 100
/** In means of the spectrum. */
const ridges = [0, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30]

export function placeLinear(place: LinearPlace, columns: readonly number[], seed: number): void {
  if (columns.length === 0) return
  const { basis, vectors, gains, learnt, met, counts } = place
  const { dimensions, linear } = basis.settings
  const vectorOf = (column: number): Float64Array =>
    vectors.subarray(column * dimensions, (column + 1) * dimensions)
  /** The member from what was learnt, without the item that is to be told from it. */
  const memberOf = (row: number, except = -1): Float64Array => {
    const own = []
    for (let at = met.start[row]!; at < met.start[row + 1]!; at++) {
      const column = met.index[at]!
      if (learnt[column] === 1 && column !== except)
        own.push({ vector: vectorOf(column), weight: met.weight[at]!, gain: gains[column]! })
    }
    return addUp(
      dimensions,
      own,
      own.map(({ gain }) => gain),
    ).vector
  }
  const weightOf = (row: number): number =>
    Math.max(1, met.start[row + 1]! - met.start[row]!) ** -(linear?.memberExponent ?? 0)
  const random = createRandom(seed)
  const sample = shuffle(
    Array.from({ length: met.rows }, (_, row) => row),
    random,
  ).slice(0, mostMembers)
  const gram = new Float64Array(dimensions * dimensions)
  for (const row of sample) addOuter(gram, memberOf(row), (weightOf(row) * met.rows) / sample.length)
  const { eigenvalues, basis: directions } = eigenbasis(gram, dimensions)
  const unit = eigenvalues.reduce((sum, value) => sum + value, 0) / dimensions || 1

  /** What those who met it met besides, along each direction. */
  const byItem = transposed(met)
  const metBesides = (column: number): Float64Array => {
    const sum = new Float64Array(dimensions)
    for (let at = byItem.start[column]!; at < byItem.start[column + 1]!; at++) {
      const row = byItem.index[at]!
      const member = memberOf(row, column)
      const factor = weightOf(row) * byItem.weight[at]!
      for (let k = 0; k < dimensions; k++) sum[k]! += factor * member[k]!
    }
    return along(directions, sum)
  }
  const known = shuffle(
    [...learnt.keys()].filter((column) => learnt[column] === 1 && counts[column]! > 0),
    random,
  )
  const compared = known
    .slice(0, mostCompared)
    .map((column) => ({ besides: metBesides(column), trained: along(directions, vectorOf(column)) }))
  let best = { left: Number.POSITIVE_INFINITY, shrunk: new Float64Array(dimensions) }
  for (const ridge of ridges) {
    const shrunk = eigenvalues.map((value) => 1 / (value + (ridge + 1e-9) * unit))
    let [shared, squares, whole] = [0, 0, 0]
    for (const { besides, trained } of compared)
      for (let k = 0; k < dimensions; k++) {
        const again = besides[k]! * shrunk[k]!
        shared += again * trained[k]!
        squares += again ** 2
        whole += trained[k]! ** 2
      }
    const length = squares > 0 ? Math.max(0, shared / squares) : 0
    const left = whole - length * shared
    if (left < best.left) best = { left, shrunk: shrunk.map((value) => value * length) }
  }
  const gainOf = gainsByCount(known, gains, counts)
  const placed = columns.map((column) => ({ column, besides: metBesides(column) }))
  for (const { column, besides } of placed) {
    const vector = vectorOf(column).fill(0)
    for (let k = 0; k < dimensions; k++)
      for (let to = 0; to < dimensions; to++)
        vector[to]! += directions[to * dimensions + k]! * besides[k]! * best.shrunk[k]!
    gains[column] = gainOf(counts[column]!)
  }
}

/** Its part along each of the columns of `basis`. */
function along(basis: Float64Array, vector: Float64Array): Float64Array {
  const parts = new Float64Array(vector.length)
  for (const [i, value] of vector.entries())
    for (let k = 0; k < vector.length; k++) parts[k]! += basis[i * vector.length + k]! * value
  return parts
}

/** What items that so many members met count, once met: a power of the count through those that were learnt. */
function gainsByCount(
  known: readonly number[],
  gains: ArrayLike<number>,
  counts: ArrayLike<number>,
): (count: number) => number {
  const points = known.flatMap((column) =>
    gains[column]! > 0 ? [{ x: Math.log(counts[column]!), y: Math.log(gains[column]!) }] : [],
  )
  const mean = (of: (point: { x: number; y: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / (points.length || 1)
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)]
  const spread = mean((point) => (point.x - x) ** 2)
  const slope = spread > 0 ? mean((point) => (point.x - x) * (point.y - y)) / spread : 0
  return (count) => Math.exp(y + slope * (Math.log(Math.max(1, count)) - x))
}

/** The upper half. */
function addOuter(into: Float64Array, vector: Float64Array, weight: number): void {
  const size = vector.length
  for (let i = 0; i < size; i++) {
    const left = weight * vector[i]!
    for (let j = i; j < size; j++) into[i * size + j]! += left * vector[j]!
  }
}
