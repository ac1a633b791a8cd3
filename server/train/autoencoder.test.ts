import { Matrix } from 'ml-matrix'
import { expect, test } from 'vitest'
import { factorsFrom, type LinearOptions, strongestDirections } from './autoencoder.ts'
import { factorise, forward, invertedFactor } from './dense.ts'
import { sparseRows } from './matrix.ts'
import { createRandom, normals } from './random.ts'
import { lastOf } from './tune.ts'

test('the factor of a large system and its inverse undo it', () => {
  const size = 150
  const random = Matrix.from1DArray(size, size, [...normals(createRandom(1), size * size, 1)])
  const system = random.mmul(random.transpose()).add(Matrix.eye(size, size, size))
  const factor = Float64Array.from(system.to1DArray())
  factorise(factor, size)
  const inverse = Matrix.from1DArray(size, size, [...invertedFactor(factor, size)])
  const undone = inverse.mmul(inverse.transpose()).mmul(system)
  expect(Matrix.sub(undone, Matrix.eye(size, size)).norm()).toBeLessThan(1e-9)
  const rhs = normals(createRandom(2), 2 * size, 1)
  const solved = rhs.slice()
  forward(factor, size, solved)
  const lower = inverse.transpose().mmul(Matrix.from1DArray(2, size, [...rhs]).transpose())
  const [first, second] = lower.transpose().to2DArray()
  const expected = [...first!, ...second!]
  for (const [i, value] of expected.entries()) expect(solved[i]).toBeCloseTo(value, 9)
})

/** EASE of the evened counts as its paper writes it, brought back to the items' own scale. */
function easeWeights(lists: number[][], items: number, options: LinearOptions): Matrix {
  const counts = new Array<number>(items).fill(0)
  for (const list of lists) for (const item of list) counts[item]! += 1
  const gram = Matrix.zeros(items, items)
  for (const list of lists) {
    const weight = list.length ** -options.memberExponent
    for (const a of list) {
      for (const b of list) {
        const value = weight * (counts[a]! * counts[b]!) ** -options.itemExponent
        gram.set(a, b, gram.get(a, b) + value)
      }
    }
  }
  const inverse = Matrix.add(gram, Matrix.eye(items, items, (options.ridge * gram.trace()) / items))
  const p = inverse.clone()
  const identity = Matrix.eye(items, items)
  const solved = Matrix.zeros(items, items)
  // Gauss and Jordan, plainly.
  const work = Array.from({ length: items }, (_, i) => [...p.getRow(i), ...identity.getRow(i)])
  for (let i = 0; i < items; i++) {
    const pivot = work[i]![i]!
    work[i] = work[i]!.map((value) => value / pivot)
    for (let j = 0; j < items; j++) {
      if (j === i) continue
      const factor = work[j]![i]!
      work[j] = work[j]!.map((value, k) => value - factor * work[i]![k]!)
    }
  }
  for (let i = 0; i < items; i++) for (let j = 0; j < items; j++) solved.set(i, j, work[i]![items + j]!)
  const weights = Matrix.zeros(items, items)
  for (let i = 0; i < items; i++) {
    for (let j = 0; j < items; j++) {
      const scale = (counts[j]! / counts[i]!) ** options.itemExponent
      if (i !== j) weights.set(i, j, (-solved.get(i, j) / solved.get(j, j)) * scale)
    }
  }
  return weights
}

const items = 24
const random = createRandom(5)
const lists = Array.from({ length: 90 }, (_, member) =>
  [...new Set(Array.from({ length: 3 + (member % 7) }, () => Math.floor(items * random() ** 2)))].sort(
    (a, b) => a - b,
  ),
)
for (let item = 0; item < items; item++)
  lists[item] = [...new Set([...lists[item]!, item])].sort((a, b) => a - b)
const met = sparseRows(
  lists.length,
  items,
  Int32Array.from(lists.flatMap((list, row) => list.map(() => row))),
  Int32Array.from(lists.flat()),
  new Float32Array(lists.flat().length).fill(1),
  1,
)

test('the directions are those of the weights that EASE gives, each carried as far as it says', () => {
  const options = { memberExponent: 0.5, itemExponent: 0.3, ridge: 0.4 }
  const weights = easeWeights(lists, items, options)
  const { rows, carried, roots, scales } = lastOf(strongestDirections(met, items, options, 1))
  const length = (item: number): number => roots[item]! * scales[item]!
  for (const k of [0, 1, 5]) {
    expect(carried[k]).toBeGreaterThan(0)
    for (let i = 0; i < items; i++) {
      let image = 0
      for (let j = 0; j < items; j++) {
        image += weights.get(i, j) * (length(j) / length(i)) * rows[k * items + j]!
      }
      expect(image).toBeCloseTo(carried[k]! * rows[k * items + i]!, 5)
    }
  }
})

test('the gain of an item and the product of two vectors are the weight of one for the other', () => {
  const directions = lastOf(
    strongestDirections(met, items, { memberExponent: 0, itemExponent: 0.3, ridge: 1 }, 1),
  )
  const { rows, carried, roots, scales } = directions
  const { items: vectors, gains } = factorsFrom(directions, 5)
  const ratios: number[] = []
  for (let i = 0; i < items; i++) {
    for (let j = 0; j < items; j++) {
      let ours = 0
      let weight = 0
      for (let k = 0; k < 5; k++) {
        ours += gains[i]! * vectors[i * 5 + k]! * vectors[j * 5 + k]!
        weight += carried[k]! * rows[k * items + i]! * rows[k * items + j]!
      }
      ratios.push(ours / ((weight * roots[i]! * scales[i]!) / (roots[j]! * scales[j]!)))
    }
  }
  for (const ratio of ratios) expect(ratio / ratios[0]!).toBeCloseTo(1, 4)
})

test('the same seed gives the same factors, fewer dimensions are cut from the same directions', () => {
  const options = { memberExponent: 0, itemExponent: 0.5, ridge: 1 }
  const once = lastOf(strongestDirections(met, 6, options, 3))
  const again = lastOf(strongestDirections(met, 6, options, 3))
  expect(factorsFrom(again, 4)).toEqual(factorsFrom(once, 4))
  expect(factorsFrom(once, 4).eigenvalues.length).toBe(4)
})

test('an item that nobody met and a member who met nothing spoil nothing', () => {
  const some = sparseRows(4, 3, Int32Array.of(0, 0, 2), Int32Array.of(0, 2, 2), Float32Array.of(1, 1, 1), 1)
  const options = { memberExponent: 0.5, itemExponent: 0.3, ridge: 0.4 }
  const { items: vectors, gains } = factorsFrom(lastOf(strongestDirections(some, 2, options, 1)), 2)
  expect([...vectors, ...gains].every(Number.isFinite)).toBe(true)
  expect([...vectors.subarray(2, 4), gains[1]]).toEqual([0, 0, 0])
})
