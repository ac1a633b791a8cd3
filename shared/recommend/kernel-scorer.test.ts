import { afterEach, expect, test, vi } from 'vitest'
import { createKernelScorer } from './kernel-scorer.ts'
import { quantise } from './model.ts'
import { type CodedVectors, plainScorer } from './scorer.ts'

afterEach(() => vi.unstubAllGlobals())

const itemsOf = (count: number, dimensions: number): CodedVectors =>
  quantise(
    Float64Array.from({ length: count * dimensions }, (_, i) => Math.sin(i * i) / (1 + (i % 5))),
    dimensions,
  )
const memberOf = (dimensions: number): Float64Array =>
  Float64Array.from({ length: dimensions }, (_, k) => Math.cos(5 * k) / (1 + k))

test.each([
  [0, 8],
  [1, 1],
  [7, 13],
  [1001, 64],
  [64, 100],
  [3, 512],
])(
  '%i items of %i dimensions score in the kernel as they do without, to the last bit',
  (count, dimensions) => {
    const items = itemsOf(count, dimensions)
    const scorer = createKernelScorer()
    for (const member of [
      memberOf(dimensions),
      memberOf(dimensions).reverse(),
      new Float64Array(dimensions),
    ]) {
      expect([...scorer(items, member)].map((score) => score + 0)).toEqual(
        [...plainScorer(items, member)].map((score) => score + 0),
      )
    }
  },
)

test('models that take turns do not disturb each other', () => {
  const scorer = createKernelScorer()
  const [one, two] = [itemsOf(50, 16), itemsOf(80, 24)]
  for (let i = 0; i < 3; i++) {
    expect([...scorer(one, memberOf(16))]).toEqual([...plainScorer(one, memberOf(16))])
    expect([...scorer(two, memberOf(24))]).toEqual([...plainScorer(two, memberOf(24))])
  }
})

test('where WebAssembly is refused the plain scorer serves', () => {
  const { Memory, CompileError } = WebAssembly
  const items = itemsOf(50, 16)
  for (const refused of [
    undefined,
    {
      Memory,
      Module: class {
        constructor() {
          throw new CompileError('refused by policy')
        }
      },
    },
  ]) {
    vi.stubGlobal('WebAssembly', refused)
    const scorer = createKernelScorer()
    for (let i = 0; i < 2; i++) {
      expect(scorer(items, memberOf(16))).toEqual(plainScorer(items, memberOf(16)))
    }
  }
})
