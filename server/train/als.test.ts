import { inverse, Matrix } from 'ml-matrix'
import { expect, test } from 'vitest'
import { foldIn } from '#shared/recommend/fold-in.ts'
import { type AlsFactors, type AlsOptions, alternate } from './als.ts'
import { rotate } from './eigenbasis.ts'
import { type SparseRows, sparseRows } from './matrix.ts'
import { createRandom, normals } from './random.ts'
import { interactionsOf, sampleCommunity } from './sample.ts'
import { lastOf } from './tune.ts'

const options: AlsOptions = {
  dimensions: 12,
  unobservedWeight: 0.05,
  regularisation: 0.02,
  frequencyExponent: 1,
  epochs: 3,
  seed: 7,
}

function community(): SparseRows {
  const { lists, items } = sampleCommunity({ members: 120, items: 80, seed: 3 })
  const { members, item, member, itemIds } = interactionsOf(lists)
  const weight = Float32Array.from(member, (_, i) => 1 + (i % 4) / 2)
  const column = item.map((place) => Number(itemIds[place]))
  return sparseRows(members, items.length, member, column, weight, 5)
}

const met = community()
const trained = (): AlsFactors => lastOf(alternate(met, options))

test('training is reproducible to the last bit', () => {
  expect(trained()).toEqual(trained())
})

test('training is the same to the last bit by one thread, by three, and without WebAssembly', () => {
  for (const dimensions of [6, 12, 32]) {
    const by = (how: Partial<AlsOptions>): AlsFactors =>
      lastOf(alternate(met, { ...options, dimensions, ...how }))
    const alone = by({ threads: 1 })
    expect(by({ threads: 3 })).toEqual(alone)
    expect(by({ plain: true })).toEqual(alone)
    expect(alone.items.some((value) => value !== 0)).toBe(true)
  }
})

test('confidences that are whole numbers may come as bytes', () => {
  const weight = met.weight.map(Math.ceil)
  const floats = lastOf(alternate({ ...met, weight }, options))
  expect(lastOf(alternate({ ...met, weight: Uint8Array.from(weight) }, options))).toEqual(floats)
  expect(lastOf(alternate({ ...met, weight: Uint8Array.from(weight) }, { ...options, threads: 2 }))).toEqual(
    floats,
  )
})

test('a training that is given up in the middle leaves no thread at work', () => {
  const training = alternate(met, { ...options, threads: 2 })
  training.next()
  training.return({ ...trained(), dimensions: 0 })
  expect(training.next().done).toBe(true)
})

test('every member vector solves its normal equation, above and below as many items as dimensions', () => {
  const { members, items, dimensions } = trained()
  const all = Matrix.from1DArray(met.columns, dimensions, [...items])
  const gram = all.transpose().mmul(all)
  const sizes = new Set<boolean>()
  for (let row = 0; row < met.rows; row++) {
    const from = met.start[row]!
    const count = met.start[row + 1]! - from
    sizes.add(count < dimensions)
    const held = 0.02 * (count + 0.05 * met.columns)
    const system = Matrix.mul(gram, 0.05).add(Matrix.eye(dimensions, dimensions, held))
    const rhs = Matrix.zeros(dimensions, 1)
    for (let at = from; at < from + count; at++) {
      const column = all.getRowVector(met.index[at]!).transpose()
      system.add(column.mmul(column.transpose()).mul(met.weight[at]!))
      rhs.add(Matrix.mul(column, met.weight[at]!))
    }
    inverse(system)
      .mmul(rhs)
      .to1DArray()
      .forEach((value, k) => {
        expect(members[row * dimensions + k]).toBeCloseTo(value, 5)
      })
  }
  expect(sizes).toEqual(new Set([true, false]))
})

test('the fold-in of a history is the vector that training gave its member', () => {
  const { members, items, eigenvalues, dimensions } = trained()
  const settings = { ...options, learntItems: met.columns, popularityShare: 0 }
  for (let row = 0; row < met.rows; row++) {
    const history = []
    for (let at = met.start[row]!; at < met.start[row + 1]!; at++) {
      const item = met.index[at]!
      history.push({
        vector: items.subarray(item * dimensions, (item + 1) * dimensions),
        weight: met.weight[at]!,
      })
    }
    foldIn(settings, eigenvalues, history).vector.forEach((value, k) => {
      expect(value).toBeCloseTo(members[row * dimensions + k]!, 5)
    })
  }
})

test('an item that nobody met keeps no vector', () => {
  const some = sparseRows(2, 3, Int32Array.of(0, 1), Int32Array.of(0, 2), Float32Array.of(1, 1), 5)
  const { items } = lastOf(alternate(some, { ...options, dimensions: 2 }))
  expect([...items.subarray(2, 4)].map(Math.abs)).toEqual([0, 0])
})

test('turning into the eigenbasis keeps every scalar product and makes the Gramian diagonal', () => {
  const vectors = normals(createRandom(1), 40 * 5, 1)
  const { rotated, eigenvalues } = rotate(vectors, 5)
  const before = Matrix.from1DArray(40, 5, [...vectors])
  const after = Matrix.from1DArray(40, 5, [...rotated])
  const products = before.mmul(before.transpose()).sub(after.mmul(after.transpose()))
  expect(Math.max(products.max(), -products.min())).toBeLessThan(1e-10)
  const off = after
    .transpose()
    .mmul(after)
    .sub(Matrix.diag([...eigenvalues]))
  expect(Math.max(off.max(), -off.min())).toBeLessThan(1e-9)
  expect([...eigenvalues]).toEqual([...eigenvalues].sort((a, b) => b - a))
})
