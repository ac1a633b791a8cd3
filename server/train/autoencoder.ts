/**
 * A linear autoencoder in few dimensions. EASE (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", 2019)
 * weighs each item by every other one: B = I − P · diag(P)⁻¹, P being the inverse of the items' Gramian with a ridge.
 * With D the diagonal of P, B = D^½ N D^-½, where I − N is the inverse of D^½ (Gramian + ridge) D^½. So the strongest
 * eigenvectors of that scaled Gramian, which sparse products find, are those of the weights. Here they are taken of
 * counts that are evened out (long histories and popular items weigh less), and a few dozen of them rank better than
 * all of the weights do.
 *
 * What comes out is one vector and one number an item, its gain: the vector of a member is the sum of gain × vector
 * of what was met. Only D takes a matrix of items by items, so it is for catalogues of some thousands.
 */
import { EigenvalueDecomposition } from 'ml-matrix'
import { symmetric } from './content.ts'
import { factorise, forward, invertedFactor, type Rows, subtractProducts } from './dense.ts'
import { rotate } from './eigenbasis.ts'
import { columnCounts, type SparseRows, transposed } from './matrix.ts'
import { createRandom, normals } from './random.ts'

export interface LinearOptions {
  /** A member of n items weighs n to minus this. */
  memberExponent: number
  /** An item that n members met is scaled by n to minus this. */
  itemExponent: number
  /** In means of the Gramian's diagonal. */
  ridge: number
}

export interface LinearFactors {
  /** items × dimensions, in the eigenbasis of their own Gramian. */
  items: Float64Array
  eigenvalues: Float64Array
  /** Mean 1. */
  gains: Float32Array
}

/** More items than this would take minutes and gigabytes. */
export const mostLinearItems = 5000

const spare = 10
const steps = 8

/** The costly part, which any smaller number of dimensions can be cut from. */
export interface Directions {
  /** directions × items, strongest first. */
  rows: Float64Array
  /** How much of each direction the weights carry over, 0…1. */
  carried: Float64Array
  /** By item: the square root of D. */
  roots: Float64Array
  /** By item, against popularity. */
  scales: Float64Array
}

/** Yields a guess at the share done. */
export function* strongestDirections(
  met: SparseRows,
  most: number,
  options: LinearOptions,
  seed: number,
): Generator<number, Directions, void> {
  const items = met.columns
  const { rows, scales, held } = evened(met, options)
  const byItem = transposed(rows)
  const factor = gramian(rows, byItem, held)
  yield 0.1
  factorise(factor, items)
  yield 0.3
  const roots = diagonalOfInverse(factor, items).map(Math.sqrt)
  yield 0.6
  for (const side of [rows, byItem]) scaleBy(side, roots, side === rows)
  const image = (space: Float64Array): Float64Array => {
    const width = space.length / items
    const inside = times(byItem, times(rows, flipped(space, width), width), width)
    const turned = flipped(inside, items)
    return turned.map((value, at) => value + held * roots[at % items]! ** 2 * space[at]!)
  }
  const width = Math.min(most + spare, items)
  let space: Float64Array = normals(createRandom(seed), width * items, 1)
  orthonormalise(space, items)
  for (let step = 1; step <= steps; step++) {
    space = image(space)
    orthonormalise(space, items)
    yield 0.6 + (0.4 * step) / (steps + 1)
  }
  const found = inOrder(space, image(space), items, Math.min(most, width))
  const carried = found.strengths.map((strength) => Math.max(0, 1 - 1 / strength))
  return { rows: found.rows, carried, roots, scales }
}

/** The items' vectors and gains from the strongest `dimensions` of the directions. */
export function factorsFrom({ rows, carried, roots, scales }: Directions, dimensions: number): LinearFactors {
  const items = roots.length
  const vectors = new Float64Array(items * dimensions)
  const gains = new Float32Array(items)
  let squares = 0
  let sum = 0
  for (let item = 0; item < items; item++) {
    const scale = roots[item]! * scales[item]!
    gains[item] = scale ** 2
    sum += gains[item]!
    if (scale === 0) continue
    for (let k = 0; k < dimensions; k++) {
      const value = (rows[k * items + item]! * Math.sqrt(carried[k]!)) / scale
      vectors[item * dimensions + k] = value
      squares += value * value
    }
  }
  const length = Math.sqrt(squares / items) || 1
  const { rotated, eigenvalues } = rotate(
    vectors.map((value) => value / length),
    dimensions,
  )
  return { items: rotated, eigenvalues, gains: gains.map((gain) => (gain * items) / (sum || 1)) }
}

/** Rows times √weight of their member, columns times the scale of their item; the ridge that goes with them. */
function evened(
  met: SparseRows,
  { memberExponent, itemExponent, ridge }: LinearOptions,
): { rows: SparseRows; scales: Float64Array; held: number } {
  const scales = Float64Array.from(columnCounts(met), (count) => (count > 0 ? count ** -itemExponent : 0))
  const weight = new Float32Array(met.index.length)
  let trace = 0
  for (let row = 0; row < met.rows; row++) {
    const [from, to] = [met.start[row]!, met.start[row + 1]!]
    const own = (to - from) ** (-memberExponent / 2)
    for (let at = from; at < to; at++) {
      weight[at] = met.weight[at]! * own * scales[met.index[at]!]!
      trace += weight[at]! ** 2
    }
  }
  return { rows: { ...met, weight }, scales, held: (ridge * trace) / met.columns || 1 }
}

/** The lower half, with the ridge on the diagonal. */
function gramian(rows: SparseRows, byItem: SparseRows, held: number): Float64Array {
  const items = rows.columns
  const sums = new Float64Array(items * items)
  for (let item = 0; item < items; item++) {
    const line = item * items
    for (let at = byItem.start[item]!; at < byItem.start[item + 1]!; at++) {
      const member = byItem.index[at]!
      const value = byItem.weight[at]!
      for (let other = rows.start[member]!; other < rows.start[member + 1]!; other++) {
        const column = rows.index[other]!
        if (column > item) break
        sums[line + column]! += value * rows.weight[other]!
      }
    }
    sums[line + item]! += held
  }
  return sums
}

function diagonalOfInverse(factor: Float64Array, items: number): Float64Array {
  const inverse = invertedFactor(factor, items)
  const diagonal = new Float64Array(items)
  for (let item = 0; item < items; item++) {
    for (let at = item; at < items; at++) diagonal[item]! += inverse[item * items + at]! ** 2
  }
  return diagonal
}

function scaleBy(side: SparseRows, roots: Float64Array, byColumn: boolean): void {
  for (let row = 0; row < side.rows; row++) {
    for (let at = side.start[row]!; at < side.start[row + 1]!; at++) {
      side.weight[at]! *= roots[byColumn ? side.index[at]! : row]!
    }
  }
}

/** Sparse × dense (columns × width). */
function times(matrix: SparseRows, dense: Float64Array, width: number): Float64Array {
  const out = new Float64Array(matrix.rows * width)
  for (let row = 0; row < matrix.rows; row++) {
    const to = row * width
    for (let at = matrix.start[row]!; at < matrix.start[row + 1]!; at++) {
      const from = matrix.index[at]! * width
      const value = matrix.weight[at]!
      for (let k = 0; k < width; k++) out[to + k]! += value * dense[from + k]!
    }
  }
  return out
}

/** `rows` rows become as many columns. */
function flipped(values: Float64Array, rows: number): Float64Array {
  const columns = values.length / rows
  const turned = new Float64Array(values.length)
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) turned[c * rows + r] = values[r * columns + c]!
  }
  return turned
}

/** By the Cholesky factor of the rows' products, twice, since once leaves rounding behind. */
function orthonormalise(space: Float64Array, items: number): void {
  const width = space.length / items
  for (const _ of [1, 2]) {
    const products = productsOf(space, space, items)
    let trace = 0
    for (let k = 0; k < width; k++) trace += products[k * (width + 1)]!
    // A direction that is not there stays next to nothing instead of spoiling the others.
    for (let k = 0; k < width; k++) products[k * (width + 1)]! += (1e-14 * trace) / width
    factorise(products, width)
    const columns = flipped(space, width)
    forward(products, width, columns)
    space.set(flipped(columns, items))
  }
}

function productsOf(left: Float64Array, right: Float64Array, items: number): Float64Array {
  const width = left.length / items
  const products = new Float64Array(width * width)
  const side = (values: Float64Array): Rows => ({ values, stride: items, at: 0, rows: width })
  subtractProducts(side(left), side(right), 0, items, products, width, 0)
  return products.map((value) => -value)
}

/** Turns an orthonormal space so that its rows are the directions themselves, strongest first. */
function inOrder(
  space: Float64Array,
  image: Float64Array,
  items: number,
  dimensions: number,
): { rows: Float64Array; strengths: Float64Array } {
  const width = space.length / items
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    symmetric(productsOf(space, image, items), width),
    { assumeSymmetric: true },
  )
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const rows = new Float64Array(dimensions * items)
  for (let k = 0; k < dimensions; k++) {
    for (let j = 0; j < width; j++) {
      const share = eigenvectorMatrix.get(j, order[k]!)
      for (let i = 0; i < items; i++) rows[k * items + i]! += share * space[j * items + i]!
    }
  }
  return { rows, strengths: Float64Array.from({ length: dimensions }, (_, k) => realEigenvalues[order[k]!]!) }
}
