import { inverse, Matrix } from 'ml-matrix'
import { expect, test } from 'vitest'
import { addUp, foldIn, type MetVector, memberOf } from './fold-in.ts'

const settings = {
  dimensions: 6,
  unobservedWeight: 0.1,
  regularisation: 0.05,
  frequencyExponent: 1,
  learntItems: 40,
  popularityShare: 0,
}
const eigenvalues = Float64Array.of(9, 6, 3, 2, 1, 0.5)

/** Plain numbers that are neither regular nor random. */
function met(count: number): MetVector[] {
  return Array.from({ length: count }, (_, row) => ({
    vector: Float64Array.from({ length: 6 }, (_, k) => Math.sin(7 * row + 3 * k + 1)),
    weight: 1 + (row % 3) / 2,
  }))
}

/** The normal equation as the paper writes it, solved the slow way. */
function bySchoolbook(items: MetVector[]): { vector: number[]; inverse: Matrix } {
  const held = 0.05 * (items.length + 0.1 * 40)
  const system = Matrix.diag(Array.from(eigenvalues, (eigenvalue) => 0.1 * eigenvalue + held))
  const rhs = Matrix.zeros(6, 1)
  for (const { vector, weight } of items) {
    const column = Matrix.columnVector(vector)
    system.add(column.mmul(column.transpose()).mul(weight))
    rhs.add(Matrix.mul(column, weight))
  }
  return { vector: inverse(system).mmul(rhs).to1DArray(), inverse: inverse(system) }
}

test.each([1, 3, 5, 6, 20])('the vector of %i items solves the normal equation', (count) => {
  const items = met(count)
  const expected = bySchoolbook(items).vector
  const { vector } = foldIn(settings, eigenvalues, items)
  expected.forEach((value, k) => {
    expect(vector[k]).toBeCloseTo(value, 10)
  })
})

test.each([2, 6, 15])('with %i items the system by pairs and the one by dimensions agree', (count) => {
  const items = met(count)
  const target = met(30)[29]!.vector
  const pairs = foldIn(settings, eigenvalues, items, 'pairs')
  const dimensions = foldIn(settings, eigenvalues, items, 'dimensions')
  pairs.vector.forEach((value, k) => {
    expect(dimensions.vector[k]).toBeCloseTo(value, 10)
  })
  const others = dimensions.contributions(target)
  pairs.contributions(target).forEach((value, row) => {
    expect(others[row]).toBeCloseTo(value, 10)
  })
})

test.each([2, 12])(
  'what each of %i items adds sums to the score and is its share of the inverse',
  (count) => {
    const items = met(count)
    const target = met(30)[29]!.vector
    const member = foldIn(settings, eigenvalues, items)
    const score = member.vector.reduce((sum, value, k) => sum + value * target[k]!, 0)
    const contributions = member.contributions(target)
    expect(contributions.reduce((sum, value) => sum + value, 0)).toBeCloseTo(score, 10)

    const solved = bySchoolbook(items).inverse.mmul(Matrix.columnVector(target)).to1DArray()
    items.forEach(({ vector, weight }, row) => {
      const share = weight * solved.reduce((sum, value, k) => sum + value * vector[k]!, 0)
      expect(contributions[row]).toBeCloseTo(share, 10)
    })
  },
)

test('a member without a history has no taste', () => {
  const member = foldIn(settings, eigenvalues, [])
  expect([...member.vector]).toEqual([0, 0, 0, 0, 0, 0])
  expect([...member.contributions(eigenvalues)]).toEqual([])
})

test('in a linear model what was met adds up by weight and gain, and the parts sum to every score', () => {
  const items = met(4).map((item, row) => ({ ...item, row }))
  const gains = [0.5, 2, 0, 1]
  const target = Float64Array.from({ length: 6 }, (_, k) => Math.cos(k))
  const { vector, contributions } = addUp(6, items, gains)
  const parts = contributions(target)
  const score = vector.reduce((sum, value, k) => sum + value * target[k]!, 0)
  expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(score, 12)
  expect(parts[2]).toBeCloseTo(0, 12)
  const linear = { settings, eigenvalues, gains: Float32Array.from(gains) }
  expect(memberOf(linear, items).vector).toEqual(vector)
  // An item that the model does not know counts like the average one.
  const later = [{ ...items[0]!, row: 99 }]
  expect(memberOf(linear, later).vector).toEqual(addUp(6, later, [1]).vector)
  const { gains: _, ...folded } = linear
  expect(memberOf(folded, items).vector).toEqual(foldIn(settings, eigenvalues, items).vector)
})
