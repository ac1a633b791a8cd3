import { expect, test } from 'vitest'
import { holdOut } from './held-out.ts'
import { columnCounts, onlyColumns, pairTimes, sparseRows, transposed } from './matrix.ts'
import { interactionsOf, sampleCommunity } from './sample.ts'

const row = Int32Array.of(1, 0, 1, 1, 2)
const column = Int32Array.of(3, 1, 0, 3, 1)
const weight = Float32Array.of(1, 2, 1, 1.5, 9)

test('pairs that come twice add up, to at most the cap', () => {
  const met = sparseRows(3, 4, row, column, weight, 5)
  expect([...met.start]).toEqual([0, 1, 3, 4])
  expect([...met.index]).toEqual([1, 0, 3, 1])
  expect([...met.weight]).toEqual([2, 1, 2.5, 5])
  expect([...columnCounts(met)]).toEqual([1, 2, 0, 1])
})

test('turning a matrix twice gives it back', () => {
  const met = sparseRows(3, 4, row, column, weight, 5)
  expect(transposed(transposed(met))).toEqual(met)
})

test('the latest of several times of a pair counts, and one missing time makes all unknown', () => {
  const met = sparseRows(3, 4, row, column, weight, 5)
  const times = pairTimes(met, row, column, Float64Array.of(10, 20, 30, 40, 50))
  expect([...times!]).toEqual([20, 30, 40, 50])
  expect(pairTimes(met, row, column, Float64Array.of(10, 20, Number.NaN, 40, 50))).toBeUndefined()
})

test('columns that are left out take their pairs along', () => {
  const some = onlyColumns(sparseRows(3, 4, row, column, weight, 5), Uint8Array.of(1, 0, 1, 1))
  expect(some.columns).toBe(3)
  expect([...some.start]).toEqual([0, 0, 2, 2])
  expect([...some.index]).toEqual([0, 2])
})

const sample = interactionsOf(sampleCommunity({ members: 50, items: 40, seed: 2 }).lists)
const met = sparseRows(50, sample.itemIds.length, sample.member, sample.item, sample.weight, 5)

test('held out and learnt share nothing and lose nothing', () => {
  const { learnt, held } = holdOut(met, undefined, 0.2, 1)
  expect(learnt.index.length + held.index.length).toBe(met.index.length)
  for (let member = 0; member < met.rows; member++) {
    const own = (part: typeof met): number[] => [
      ...part.index.subarray(part.start[member]!, part.start[member + 1]!),
    ]
    expect([...own(learnt), ...own(held)].sort((a, b) => a - b)).toEqual(own(met))
    expect(own(held).length).toBe(Math.max(1, Math.round(0.2 * own(met).length)))
  }
})

test('with times the latest are held out', () => {
  const times = Float64Array.from(met.index, (_, at) => (at * 7919) % 1009)
  const { held, by } = holdOut(met, times, 0.2, 1)
  expect(by).toBe('time')
  const [from, to] = [met.start[3]!, met.start[4]!]
  const byTime = [...met.index.keys()].slice(from, to).sort((a, b) => times[b]! - times[a]!)
  const latest = byTime.slice(0, held.start[4]! - held.start[3]!).map((at) => met.index[at]!)
  expect([...held.index.subarray(held.start[3]!, held.start[4]!)]).toEqual(latest.sort((a, b) => a - b))
})
