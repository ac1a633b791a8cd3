import { expect, test } from 'vitest'
import { itemLists, memberLists } from './lists.ts'
import { sparseRows, transposed } from './matrix.ts'
import { createRandom } from './random.ts'

const random = createRandom(1)
const draw = (below: number): Int32Array =>
  Int32Array.from({ length: 4000 }, () => Math.floor(below * random()))
const weight = Float32Array.from({ length: 4000 }, () => random())
const met = sparseRows(300, 5000, draw(300), draw(5000), weight, 5)

test.each([1, 100, 1e6])(
  'item by item in runs of %i pairs, every pair comes once and where it belongs',
  (most) => {
    const turned = transposed(met)
    const lists = itemLists(met, false, most)
    expect(lists.start).toEqual(turned.start)
    // Twice, as training walks them again and again.
    for (let walk = 0; walk < 2; walk++) {
      let pairs = 0
      for (const run of lists.runs) {
        lists.layOut(run)
        expect(run.pair).toBe(pairs)
        const end = turned.start[lists.bounds[run.chunk + run.chunks]!]!
        expect(lists.index.slice(0, end - pairs)).toEqual(turned.index.slice(pairs, end))
        expect(lists.weight.slice(0, end - pairs)).toEqual(turned.weight.slice(pairs, end))
        pairs = end
      }
      expect(pairs).toBe(met.index.length)
    }
    expect(lists.runs.length > 1).toBe(most < met.index.length)
  },
)

test('chunks cover all rows, in order', () => {
  for (const { bounds, start, runs } of [memberLists(met, false), itemLists(met, false)]) {
    expect([...bounds]).toEqual([...bounds].sort((a, b) => a - b))
    expect([bounds[0], bounds.at(-1)]).toEqual([0, start.length - 1])
    expect(runs.reduce((sum, { chunks }) => sum + chunks, 0)).toBe(bounds.length - 1)
  }
})

test('what can be shared already is not copied, and only what will be shared is', () => {
  expect(memberLists(met, false).index).toBe(met.index)
  const shared = memberLists(met, true)
  expect(shared.index).not.toBe(met.index)
  expect(shared.index.buffer).toBeInstanceOf(SharedArrayBuffer)
  expect(memberLists({ ...met, ...shared }, true).index).toBe(shared.index)
})
