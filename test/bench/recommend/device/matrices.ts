/** The same work by ml-matrix, with its objects all the way: fold-in, scores, first ten. */
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import type { Model } from '#shared/recommend/model.ts'

/** @param system the normal equation as papers write it, or the smaller equal one that our own fold-in solves */
export function rankByMatrices(
  model: Model,
  system: 'dimensions' | 'pairs',
): (met: number[], count: number) => number[] {
  const { dimensions, unobservedWeight, regularisation, frequencyExponent, learntItems } = model.settings
  const items = Matrix.from1DArray(model.items.length, dimensions, model.vectors)
  const all = [...Array(dimensions).keys()]
  return (met, count) => {
    const held = regularisation * (met.length + unobservedWeight * learntItems) ** frequencyExponent
    const diagonal = Array.from(model.eigenvalues, (eigenvalue) => unobservedWeight * eigenvalue + held)
    const rows = items.selection(met, all)
    const member = system === 'pairs' ? byPairs(rows, diagonal) : byDimensions(rows, diagonal)
    const scores = items.mmul(member).getColumn(0)
    for (const row of met) scores[row] = Number.NEGATIVE_INFINITY
    return highest(scores, count)
  }
}

function byDimensions(rows: Matrix, diagonal: number[]): Matrix {
  const across = rows.transpose()
  const system = across.mmul(rows).add(Matrix.diag(diagonal))
  return new CholeskyDecomposition(system).solve(across.mmul(Matrix.ones(rows.rows, 1)))
}

function byPairs(rows: Matrix, diagonal: number[]): Matrix {
  const scale = diagonal.map((value) => 1 / Math.sqrt(value))
  const scaled = rows.mulRowVector(scale)
  const across = scaled.transpose()
  const system = scaled.mmul(across).add(Matrix.eye(rows.rows, rows.rows))
  const solved = new CholeskyDecomposition(system).solve(Matrix.ones(rows.rows, 1))
  return across.mmul(solved).mulColumnVector(scale)
}

function highest(scores: number[], count: number): number[] {
  const best: number[] = []
  for (let row = 0; row < scores.length; row++) {
    if (best.length === count && !(scores[row]! > scores[best[count - 1]!]!)) continue
    let place = best.length
    while (place > 0 && scores[row]! > scores[best[place - 1]!]!) place--
    best.splice(place, 0, row)
    if (best.length > count) best.pop()
  }
  return best
}
