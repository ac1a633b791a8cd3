/**
 * What an item is about, as numbers: TF-IDF over words and tags, then its strongest directions (latent semantic
 * indexing). Chinese text is cut into character pairs, which needs no tokeniser and no dictionary. Similar texts
 * get similar vectors, and those are what new items are placed by (see prior.ts).
 */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'
import { termsOf } from '#shared/recommend/terms.ts'
import type { SparseRows } from './matrix.ts'
import { transposed } from './matrix.ts'
import { createRandom, normals } from './random.ts'
import { addGram, dot } from './solve.ts'

export interface Describable {
  tags: string[]
  /** Whatever describes the item in words, plain; the first line is its title, and counts once more by itself. */
  text: string
  /** Where it comes from, such as a school or a series: what else comes from there meets the same people. */
  home?: string[]
}

/** How much each part of a description says, against 1 for its words. */
export interface Emphasis {
  title: number
  tags: number
  home: number
}

const mostTerms = 40_000
/** A tag is chosen by a person, a word is met by the way. */
export const usualEmphasis: Emphasis = { title: 0.7, tags: 1.5, home: 1 }

/** Items × terms: the words of an item have length 1 together, its other parts the length of their emphasis. */
export function contentFeatures(
  items: readonly Describable[],
  emphasis: Emphasis = usualEmphasis,
): SparseRows {
  const marked = (mark: string, terms: readonly string[]): string[] =>
    terms.map((term) => `${mark}${term.toLowerCase()}`)
  const blocks: { length: number; counts: Map<string, number>[] }[] = [
    { length: 1, counts: items.map(({ text }) => countsOf(termsOf(text))) },
    {
      length: emphasis.title,
      counts: items.map(({ text }) => countsOf(marked('=', termsOf(titleOf(text))))),
    },
    { length: emphasis.tags, counts: items.map(({ tags }) => countsOf(marked('#', tags))) },
    { length: emphasis.home, counts: items.map(({ home = [] }) => countsOf(marked('@', home))) },
  ].filter(({ length }) => length > 0)
  const found = new Map<string, number>()
  for (const { counts } of blocks) {
    for (const terms of counts) for (const term of terms.keys()) found.set(term, (found.get(term) ?? 0) + 1)
  }
  // A term of one item tells nothing about another one.
  const kept = [...found].filter(([, items]) => items > 1).sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
  const column = new Map(kept.slice(0, mostTerms).map(([term], i) => [term, i]))
  const start = new Int32Array(items.length + 1)
  const index: number[] = []
  const weight: number[] = []
  items.forEach((_, row) => {
    for (const { length, counts } of blocks) {
      const own = [...counts[row]!].flatMap(([term, count]): [number, number][] => {
        const at = column.get(term)
        if (at === undefined) return []
        return [[at, (1 + Math.log(count)) * Math.log(items.length / found.get(term)!)]]
      })
      const norm = Math.sqrt(own.reduce((sum, [, value]) => sum + value ** 2, 0)) || 1
      for (const [at, value] of own) {
        index.push(at)
        weight.push((value / norm) * length)
      }
    }
    start[row + 1] = index.length
  })
  return {
    rows: items.length,
    columns: column.size,
    start,
    index: Int32Array.from(index),
    weight: Float32Array.from(weight),
  }
}

export interface ContentVectors {
  dimensions: number
  /** items × dimensions, strongest direction first; all zero for an item without text and tags. */
  vectors: Float64Array
}

/**
 * The strongest directions of the features, by subspace iteration from a random start (Halko, Martinsson and Tropp,
 * "Finding Structure with Randomness", 2011, algorithm 4.4).
 */
export function contentVectors(features: SparseRows, most: number, seed: number): ContentVectors {
  const dimensions = Math.min(most, features.rows, features.columns)
  if (dimensions === 0) return { dimensions: 1, vectors: new Float64Array(features.rows) }
  const width = Math.min(dimensions + 10, features.rows, features.columns)
  const byTerm = transposed(features)
  let space = times(features, normals(createRandom(seed), features.columns * width, 1), width)
  for (let i = 0; i < 4; i++) {
    orthonormalise(space, width)
    space = times(features, times(byTerm, space, width), width)
  }
  orthonormalise(space, width)
  const inside = times(byTerm, space, width)
  const gram = new Float64Array(width * width)
  addGram(columnwise(inside, width), width, features.columns, gram)
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(symmetric(gram, width), {
    assumeSymmetric: true,
  })
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const vectors = new Float64Array(features.rows * dimensions)
  for (let row = 0; row < features.rows; row++) {
    for (let k = 0; k < dimensions; k++) {
      let sum = 0
      for (let i = 0; i < width; i++) sum += space[row * width + i]! * eigenvectorMatrix.get(i, order[k]!)
      vectors[row * dimensions + k] = sum * Math.sqrt(Math.max(0, realEigenvalues[order[k]!]!))
    }
  }
  return { dimensions, vectors }
}

/** Sparse × dense (columns × width). */
function times(matrix: SparseRows, dense: Float64Array, width: number): Float64Array {
  const out = new Float64Array(matrix.rows * width)
  for (let row = 0; row < matrix.rows; row++) {
    for (let at = matrix.start[row]!; at < matrix.start[row + 1]!; at++) {
      const source = matrix.index[at]! * width
      const value = matrix.weight[at]!
      for (let k = 0; k < width; k++) out[row * width + k]! += value * dense[source + k]!
    }
  }
  return out
}

/** Makes the columns orthonormal, twice over, since once leaves rounding behind (modified Gram–Schmidt). */
function orthonormalise(space: Float64Array, width: number): void {
  const rows = space.length / width
  const columns = columnwise(space, width)
  for (let k = 0; k < width; k++) {
    for (const _ of [1, 2]) {
      for (let j = 0; j < k; j++) {
        const shared = dot(columns, k * rows, columns, j * rows, rows)
        for (let r = 0; r < rows; r++) columns[k * rows + r]! -= shared * columns[j * rows + r]!
      }
    }
    const length = Math.sqrt(dot(columns, k * rows, columns, k * rows, rows))
    // A direction that the features do not have is left empty.
    const factor = length > 1e-10 ? 1 / length : 0
    for (let r = 0; r < rows; r++) columns[k * rows + r]! *= factor
  }
  for (let k = 0; k < width; k++) for (let r = 0; r < rows; r++) space[r * width + k] = columns[k * rows + r]!
}

function columnwise(dense: Float64Array, width: number): Float64Array {
  const rows = dense.length / width
  const turned = new Float64Array(dense.length)
  for (let r = 0; r < rows; r++) for (let k = 0; k < width; k++) turned[k * rows + r] = dense[r * width + k]!
  return turned
}

/** A full matrix from its lower half. */
export function symmetric(lower: Float64Array, size: number): Matrix {
  const matrix = new Matrix(size, size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      matrix.set(i, j, lower[i * size + j]!)
      matrix.set(j, i, lower[i * size + j]!)
    }
  }
  return matrix
}

/** A text of one line has no title apart from it. */
function titleOf(text: string): string {
  const end = text.indexOf('\n')
  return end === -1 ? '' : text.slice(0, end)
}

function countsOf(terms: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}
