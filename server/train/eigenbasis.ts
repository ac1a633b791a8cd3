/** The basis in which a Gramian is diagonal. ml-matrix does the work on the small square matrix. */
import { EigenvalueDecomposition, Matrix } from 'ml-matrix'

export interface Eigenbasis {
  /** Descending, none below nought. */
  eigenvalues: Float64Array
  /** dimensions × dimensions, an eigenvector in each column, row-major. */
  basis: Float64Array
}

/**
 * @param gram row-major, of which the upper half is read
 * @param stride numbers from one row of `gram` to the next
 */
export function eigenbasis(gram: Float64Array, dimensions: number, stride = dimensions): Eigenbasis {
  const matrix = new Matrix(dimensions, dimensions)
  for (let i = 0; i < dimensions; i++) {
    for (let j = i; j < dimensions; j++) {
      matrix.set(i, j, gram[i * stride + j]!)
      matrix.set(j, i, gram[i * stride + j]!)
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  })
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b]! - realEigenvalues[a]!)
  const basis = new Float64Array(dimensions * dimensions)
  order.forEach((from, column) => {
    for (let row = 0; row < dimensions; row++)
      basis[row * dimensions + column] = eigenvectorMatrix.get(row, from)
  })
  return { eigenvalues: Float64Array.from(order, (from) => Math.max(0, realEigenvalues[from]!)), basis }
}

/** Turns vectors into the eigenbasis of their Gramian, strongest direction first; every scalar product stays. */
export function rotate(vectors: Float64Array, dimensions: number): Eigenbasis & { rotated: Float64Array } {
  const gram = new Float64Array(dimensions * dimensions)
  for (let at = 0; at < vectors.length; at += dimensions) {
    for (let i = 0; i < dimensions; i++) {
      for (let j = i; j < dimensions; j++) gram[i * dimensions + j]! += vectors[at + i]! * vectors[at + j]!
    }
  }
  const found = eigenbasis(gram, dimensions)
  const rotated = new Float64Array(vectors.length)
  for (let at = 0; at < vectors.length; at += dimensions) {
    for (let k = 0; k < dimensions; k++) {
      const factor = vectors[at + k]!
      for (let to = 0; to < dimensions; to++) rotated[at + to]! += factor * found.basis[k * dimensions + to]!
    }
  }
  return { ...found, rotated }
}
