/** The same work by ml-matrix, with its objects all the way: fold-in by the smaller system, scores, first ten. */
import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import type { Model } from '#shared/recommend/model.ts'

export function rankByMatrices(model: Model): (met: number[], count: number) => number[] {
  const { dimensions, unobservedWeight, regularisation, frequencyExponent, learntItems } = model.settings
  const items = Matrix.from1DArray(model.items.length, dimensions, model.vectors)
  return (met, count) => {
    const held = regularisation * (met.length + unobservedWeight * learntItems) ** frequencyExponent
    const scale = Matrix.rowVector(
      Array.from(model.eigenvalues, (eigenvalue) => 1 / Math.sqrt(unobservedWeight * eigenvalue + held)),
    )
    const rows = items.selection(met, [...Array(dimensions).keys()]).mulRowVector(scale)
    const system = rows.mmul(rows.transpose()).add(Matrix.eye(met.length, met.length))
    const solved = new CholeskyDecomposition(system).solve(Matrix.ones(met.length, 1))
    const member = rows.transpose().mmul(solved).mulColumnVector(scale.transpose())
    const scores = items.mmul(member).getColumn(0)
    for (const row of met) scores[row] = Number.NEGATIVE_INFINITY
    return highest(scores, count)
  }
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
