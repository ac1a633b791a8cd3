import { expect, test } from 'vitest'
import { alternate } from './als.ts'
import { bestForEveryone } from './everyone.ts'
import { sparseRows } from './matrix.ts'
import { interactionsOf, sampleCommunity } from './sample.ts'
import { lastOf } from './tune.ts'

const { member, item, weight, itemIds } = interactionsOf(
  sampleCommunity({ members: 37, items: 41, seed: 5 }).lists,
)
const met = sparseRows(37, itemIds.length, member, item, weight, 5)

test('everyone gets the items that a full sort would give, none of them met, and nothing past the last', () => {
  const dimensions = 6
  const settings = { unobservedWeight: 0.1, regularisation: 0.02, frequencyExponent: 1, epochs: 2, seed: 1 }
  const factors = lastOf(alternate(met, { dimensions, ...settings }))
  const best = bestForEveryone(factors, met, 10)
  for (let row = 0; row < met.rows; row++) {
    const own = new Set(met.index.subarray(met.start[row]!, met.start[row + 1]!))
    const score = (column: number): number => {
      let sum = 0
      for (let k = 0; k < dimensions; k++) {
        sum += factors.members[row * dimensions + k]! * factors.items[column * dimensions + k]!
      }
      return sum
    }
    const left = Array.from({ length: met.columns }, (_, column) => column).filter(
      (column) => !own.has(column),
    )
    const expected = left.sort((a, b) => score(b) - score(a)).slice(0, 10)
    while (expected.length < 10) expected.push(-1)
    expect([...best.subarray(row * 10, row * 10 + 10)]).toEqual(expected)
  }
})
