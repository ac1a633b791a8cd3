import { expect, test } from 'vitest'
import { textVectors } from './texts.ts'

const content = (items: number, dimensions: number): { dimensions: number; vectors: Float64Array } => ({
  dimensions,
  vectors: Float64Array.from({ length: items * dimensions }, (_, i) =>
    i < dimensions ? 0 : Math.sin(i * i),
  ),
})

test('texts are of length one, in the strongest directions; an item without text has none', () => {
  const { dimensions, codes, scales } = textVectors(content(20, 100), 40)!
  expect(dimensions).toBe(40)
  expect(scales[0]).toBe(0)
  for (let row = 1; row < 20; row++) {
    const own = codes.subarray(row * 40, (row + 1) * 40)
    expect(scales[row]! * Math.hypot(...own)).toBeCloseTo(1, 1)
  }
})

test('in a large catalogue each text gets less room, and at last none', () => {
  const kept = textVectors(content(200, 64), 64, 8_200)!
  expect(kept.dimensions).toBe(37)
  expect(kept.codes.length + 4 * kept.scales.length).toBeLessThanOrEqual(8_200)
  expect(textVectors(content(500, 64), 64, 8_200)).toBeUndefined()
})

test('without a word there are no texts', () => {
  expect(textVectors({ dimensions: 1, vectors: new Float64Array(9) }, 64)).toBeUndefined()
})
