/**
 * What happened since a training, taken into its model: new items stand where their texts and tags put them, and
 * where those who met them do once enough have; what is gone leaves; counts are today's. The basis of the vectors
 * stays as it was learnt (place-linear.ts has it for linear models), so this costs a fraction of a training, and histories mean on devices what they meant.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { decodeModel, encodeModel } from '#shared/recommend/artefact.ts'
import { foldIn } from '#shared/recommend/fold-in.ts'
import {
  createModel,
  type EvaluationReport,
  type Model,
  type ModelParts,
  quantise,
} from '#shared/recommend/model.ts'
import type { TextVectors } from '#shared/recommend/text.ts'
import { type ContentVectors, contentFeatures, contentVectors } from './content.ts'
import type { Interactions } from './interactions.ts'
import { columnCounts, type SparseRows, transposed } from './matrix.ts'
import { placeLinear } from './place-linear.ts'
import { fitPrior } from './prior.ts'
import { createRandom, shuffle } from './random.ts'
import { readInput, type TrainChoices, type TrainItem, type TrainOptions, trainDefaults } from './train.ts'

export interface RefreshInput {
  items: TrainItem[]
  interactions: Interactions
  /** The file of the training that this goes by. */
  basis: Uint8Array<ArrayBuffer>
  /** The file that serves; the basis itself, or an earlier refresh of it. */
  serving: Uint8Array<ArrayBuffer>
}

/** `null`: nothing that a device would notice has changed. */
export type RefreshResult = {
  bytes: Uint8Array<ArrayBuffer>
  version: string
  report: EvaluationReport
} | null

/** Enough to know how members lie in the basis. */
const mostMembers = 5_000
const contentDimensions = 64
/** A count that moved by less is no news. */
const leastMove = { share: 0.1, members: 5 }

export async function refresh(input: RefreshInput, given: TrainOptions): Promise<RefreshResult> {
  const options = { ...trainDefaults, ...given }
  const [basis, serving] = [await modelIn(input.basis), await modelIn(input.serving)]
  const { met, outside } = readInput(input, options)
  const parts = freshParts(input, basis, met, options)
  if (!differs(createModel(parts, ''), serving)) return null
  const suppressed = suppressedIn(met, parts.fromContent)
  const report: EvaluationReport = {
    ...basis.report,
    members: met.rows,
    items: parts.items.length,
    interactions: met.index.length,
    outsideCatalogue: outside,
    suppressed: { below: options.minMembers, ...suppressed },
  }
  return { ...(await encodeModel({ ...parts, report })), report }
}

async function modelIn(bytes: Uint8Array<ArrayBuffer>): Promise<Model> {
  const decoded = await decodeModel(bytes)
  if (!decoded.ok) throw new Error(`a kept model is ${decoded.error}`)
  return decoded.value
}

function freshParts(
  { items }: RefreshInput,
  basis: Model,
  met: SparseRows,
  options: TrainChoices,
): ModelParts {
  const { dimensions } = basis.settings
  const counts = columnCounts(met)
  const known = items.map(({ id }) => basis.rowById.get(id))
  const byMembers = basis.report.source === 'members'
  const isLearnt = (column: number): boolean => byMembers && counts[column]! >= options.minMembers
  /** Vectors that may stand as they are: those of texts, and those learnt of items that are still met by enough. */
  const stands = Uint8Array.from(items, (_, column) => {
    const row = known[column]
    if (row === undefined) return 0
    const wasLearnt = byMembers && basis.fromContent[row] === 0
    return Number(wasLearnt === isLearnt(column))
  })
  const vectors = new Float64Array(items.length * dimensions)
  const learnt = new Uint8Array(items.length)
  for (const [column, row] of known.entries()) {
    if (row === undefined || stands[column] === 0) continue
    vectors.set(basis.vectors.subarray(row * dimensions, (row + 1) * dimensions), column * dimensions)
    learnt[column] = byMembers ? Number(basis.fromContent[row] === 0) : 1
  }
  // An item that is known from its texts alone counts, once met, like the average one.
  const gains = basis.gains && Float32Array.from(known, (row) => (row === undefined ? 1 : basis.gains![row]!))
  let text = basis.text
  const isSame = known.length === basis.items.length && known.every((row, column) => row === column)
  if (!isSame || stands.includes(0)) {
    const content = contentVectors(contentFeatures(items), contentDimensions, options.seed)
    const prior = fitPrior(content, vectors, dimensions, learnt, counts).vectors
    for (let column = 0; column < items.length; column++)
      if (stands[column] === 0)
        vectors.set(prior.subarray(column * dimensions, (column + 1) * dimensions), column * dimensions)
    const newlyMet = [...stands.keys()].filter((column) => stands[column] === 0 && isLearnt(column))
    if (gains) placeLinear({ basis, vectors, gains, learnt, met, counts }, newlyMet, options.seed)
    else foldItems(basis, vectors, learnt, newlyMet, met, options.seed)
    text &&= textsFor(text, known, content)
  }
  const quantised = quantise(vectors, dimensions)
  // Eight bits of eight bits would lose a little every time.
  for (const [column, row] of known.entries()) {
    if (row === undefined || stands[column] === 0) continue
    quantised.scales[column] = basis.scales[row]!
    quantised.codes.set(basis.codes.subarray(row * dimensions, (row + 1) * dimensions), column * dimensions)
  }
  return {
    ...basis,
    ...quantised,
    text,
    gains,
    trainedAt: options.now,
    items: items.map(({ id, kind, tags, at }) => ({ id, kind, tags, at })),
    popularity: Uint32Array.from(counts, (count, column) => (isLearnt(column) ? count : 0)),
    fromContent: Uint8Array.from(items, (_, column) => Number(!isLearnt(column))),
  }
}

/** The model's own directions of texts, and where new texts would lie in them. */
function textsFor(
  text: TextVectors,
  known: readonly (number | undefined)[],
  content: ContentVectors,
): TextVectors {
  const { dimensions, codes, scales } = text
  const vectors = new Float64Array(known.length * dimensions)
  const has = Uint8Array.from(known, (row) => Number(row !== undefined && scales[row]! > 0))
  for (const [column, row] of known.entries())
    if (row !== undefined)
      for (let k = 0; k < dimensions; k++)
        vectors[column * dimensions + k] = codes[row * dimensions + k]! * scales[row]!
  const placed = fitPrior(content, vectors, dimensions, has).vectors
  for (const [column, row] of known.entries()) {
    if (row !== undefined) continue
    const place = placed.subarray(column * dimensions, (column + 1) * dimensions)
    const length = Math.hypot(...place)
    if (length > 1e-9)
      vectors.set(
        place.map((value) => value / length),
        column * dimensions,
      )
  }
  return { dimensions, ...quantise(vectors, dimensions) }
}

/**
 * Solves for each of `columns` what training would solve for an item, members held fixed: each of those is folded in
 * from the items that were learnt. What texts say is where the vector is drawn to, instead of zero.
 */
function foldItems(
  { settings, eigenvalues }: Model,
  vectors: Float64Array,
  learnt: Uint8Array,
  columns: readonly number[],
  met: SparseRows,
  seed: number,
): void {
  if (columns.length === 0) return
  const { dimensions, unobservedWeight, regularisation, frequencyExponent } = settings
  const memberOf = (row: number): Float64Array => {
    const own = []
    for (let at = met.start[row]!; at < met.start[row + 1]!; at++) {
      const column = met.index[at]!
      if (learnt[column] === 1)
        own.push({
          vector: vectors.subarray(column * dimensions, (column + 1) * dimensions),
          weight: met.weight[at]!,
        })
    }
    return foldIn(settings, eigenvalues, own).vector
  }
  const sample = shuffle(
    Array.from({ length: met.rows }, (_, row) => row),
    createRandom(seed),
  ).slice(0, mostMembers)
  const gram = Matrix.zeros(dimensions, dimensions)
  for (const row of sample) addOuter(gram, memberOf(row), (unobservedWeight * met.rows) / sample.length)
  const byItem = transposed(met)
  for (const column of columns) {
    const [from, to] = [byItem.start[column]!, byItem.start[column + 1]!]
    const held = regularisation * (to - from + unobservedWeight * met.rows) ** frequencyExponent
    const system = Matrix.add(gram, Matrix.eye(dimensions, dimensions, held))
    const place = vectors.subarray(column * dimensions, (column + 1) * dimensions)
    const wanted = Float64Array.from(place, (value) => held * value)
    for (let at = from; at < to; at++) {
      const member = memberOf(byItem.index[at]!)
      const weight = byItem.weight[at]!
      addOuter(system, member, weight)
      for (let k = 0; k < dimensions; k++) wanted[k]! += weight * member[k]!
    }
    place.set(new CholeskyDecomposition(system).solve(Matrix.columnVector(wanted)).to1DArray())
  }
}

/** Both halves get the very same numbers: what is solved must be symmetric to the last bit. */
function addOuter(into: Matrix, vector: Float64Array, weight: number): void {
  for (let i = 0; i < vector.length; i++) {
    for (let j = 0; j <= i; j++) {
      const value = into.get(i, j) + weight * vector[i]! * vector[j]!
      into.set(i, j, value)
      into.set(j, i, value)
    }
  }
}

function suppressedIn(met: SparseRows, fromContent: Uint8Array): { items: number; interactions: number } {
  let interactions = 0
  for (const column of met.index) interactions += fromContent[column]!
  return { items: fromContent.reduce((sum, one) => sum + one, 0), interactions }
}

function differs(fresh: Model, serving: Model): boolean {
  if (fresh.items.length !== serving.items.length) return true
  return fresh.items.some((item, row) => {
    const before = serving.rowById.get(item.id)
    if (before === undefined || fresh.fromContent[row] !== serving.fromContent[before]) return true
    const old = serving.items[before]!
    if (old.at !== item.at || old.tags.join('\n') !== item.tags.join('\n')) return true
    const moved = Math.abs(fresh.popularity[row]! - serving.popularity[before]!)
    return moved >= Math.max(leastMove.members, leastMove.share * serving.popularity[before]!)
  })
}
