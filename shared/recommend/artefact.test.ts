import { expect, test } from 'vitest'
import { decodeModel, encodeModel } from './artefact.ts'
import { createModel, emptyModel, type ModelParts, quantise } from './model.ts'

const count = 30
const dimensions = 8

function parts(): ModelParts {
  const vectors = Float64Array.from(
    { length: count * dimensions },
    (_, i) => Math.sin(i * i + 1) / (1 + (i % 7)),
  )
  return {
    settings: {
      dimensions,
      unobservedWeight: 0.1,
      regularisation: 0.02,
      frequencyExponent: 1,
      learntItems: count - 1,
      popularityShare: 0.25,
    },
    trainedAt: 1_700_000_000_000,
    items: Array.from({ length: count }, (_, row) => ({
      id: `article-${row}`,
      kind: row % 2 === 0 ? 'article' : 'session',
      tags: row % 3 === 0 ? ['数据库', 'sync'] : [],
      at: row * 1000,
    })),
    popularity: Uint32Array.from({ length: count }, (_, row) => row * 10),
    fromContent: Uint8Array.from({ length: count }, (_, row) => (row === 4 ? 1 : 0)),
    eigenvalues: Float64Array.from({ length: dimensions }, (_, k) => 9 - k),
    ...quantise(vectors, dimensions),
    report: emptyModel().report,
  }
}

const textDimensions = 5

function withTexts(): ModelParts {
  const model = parts()
  const vectors = Float64Array.from({ length: count * textDimensions }, (_, i) => Math.cos(i * i))
  return {
    ...model,
    settings: { ...model.settings, textShare: 0.5 },
    text: { dimensions: textDimensions, ...quantise(vectors, textDimensions) },
  }
}

function withGains(): ModelParts {
  return { ...withTexts(), gains: Float32Array.from({ length: count }, (_, row) => row / 2) }
}

const faultOf = async (bytes: Uint8Array<ArrayBuffer>, limit?: number): Promise<string> => {
  const decoded = await decodeModel(bytes, limit)
  return decoded.ok ? 'none' : decoded.error
}

test('a model comes back from its file as it went in', async () => {
  const { bytes, version } = await encodeModel(parts())
  const decoded = await decodeModel(bytes)
  expect(decoded).toEqual({ ok: true, value: createModel(parts(), version) })
  expect(version).toMatch(/^[0-9a-f]{64}$/)
})

test('texts come back too, in a file of format 2; a file without them is still of format 1', async () => {
  const { bytes, version } = await encodeModel(withTexts())
  expect(await decodeModel(bytes)).toEqual({ ok: true, value: createModel(withTexts(), version) })
  expect([bytes[4], (await encodeModel(parts())).bytes[4]]).toEqual([2, 1])
})

test('gains come back, in a file of format 3, and one that is no number is damage', async () => {
  const { bytes, version } = await encodeModel(withGains())
  expect(await decodeModel(bytes)).toEqual({ ok: true, value: createModel(withGains(), version) })
  expect(bytes[4]).toBe(3)
  const spoilt = withGains()
  spoilt.gains![1] = Number.NaN
  expect(await faultOf((await encodeModel(spoilt)).bytes)).toBe('damaged')
  spoilt.gains = spoilt.gains!.slice(1)
  expect(await faultOf((await encodeModel(spoilt)).bytes)).toBe('damaged')
})

test('the vectors of an item take at most 1.1 bytes per dimension, all that it takes is said', async () => {
  const sized = async (items: number, texts: number): Promise<number> => {
    const model = parts()
    model.settings.dimensions = 64
    model.eigenvalues = new Float64Array(64)
    model.items = Array.from({ length: items }, (_, i) => ({ id: `${1000 + i}`, kind: '', tags: [], at: 0 }))
    model.popularity = new Uint32Array(items)
    model.fromContent = new Uint8Array(items)
    Object.assign(model, quantise(new Float64Array(items * 64), 64))
    if (texts) model.text = { dimensions: texts, ...quantise(new Float64Array(items * texts), texts) }
    return (await encodeModel(model)).bytes.length
  }
  // In JSON: a name in quotes, kind, tags and time.
  const named = '"1000",0,[],0,'.length
  const popularityAndOrigin = 4 + 1
  const vectors = ((await sized(500, 0)) - (await sized(100, 0))) / 400 - named - popularityAndOrigin
  expect(vectors / 64).toBeLessThanOrEqual(1.1)
  expect(vectors).toBe(64 + 4)
  expect(((await sized(500, 32)) - (await sized(100, 32))) / 400).toBe(named + popularityAndOrigin + 68 + 36)
})

test('a file that lies somewhere inside a larger buffer reads the same', async () => {
  const { bytes, version } = await encodeModel(parts())
  const larger = new Uint8Array(bytes.length + 13)
  larger.set(bytes, 5)
  const decoded = await decodeModel(larger.subarray(5, 5 + bytes.length))
  expect(decoded.ok && decoded.value.version).toBe(version)
})

test('the same model has the same version, and a model that differs in one code another', async () => {
  const first = await encodeModel(parts())
  const again = await encodeModel(parts())
  const changed = parts()
  changed.codes[3]! += 1
  expect(again.version).toBe(first.version)
  expect((await encodeModel(changed)).version).not.toBe(first.version)
})

test('eight bits keep every part of a vector within half a step of its scale', () => {
  const vectors = Float64Array.from({ length: 40 * dimensions }, (_, i) => Math.tan(i))
  const { scales, codes } = quantise(vectors, dimensions)
  vectors.forEach((value, i) => {
    const scale = scales[Math.floor(i / dimensions)]!
    expect(Math.abs(codes[i]! * scale - value)).toBeLessThanOrEqual(scale * 0.50001)
  })
})

test('an item without a vector survives rounding', () => {
  const { scales, codes } = quantise(new Float64Array(dimensions), dimensions)
  expect([scales[0], ...codes]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0])
})

test.each([
  ['without texts', parts],
  ['with texts', withTexts],
  ['with gains', withGains],
])('a single changed bit anywhere is refused %s', async (_, made) => {
  const { bytes } = await encodeModel(made())
  for (let at = 0; at < bytes.length; at += at < 60 ? 1 : 17) {
    const changed = bytes.slice()
    changed[at]! ^= 4
    expect(await faultOf(changed), `byte ${at}`).not.toBe('none')
  }
})

test('a file cut off anywhere is refused as truncated', async () => {
  const { bytes } = await encodeModel(parts())
  for (const length of [0, 3, 20, 47, 48, 300, bytes.length - 1]) {
    expect(await faultOf(bytes.slice(0, length)), `${length} bytes`).toBe('truncated')
  }
})

test('a file with something behind its end is refused as damaged', async () => {
  const { bytes } = await encodeModel(parts())
  const longer = new Uint8Array(bytes.length + 1)
  longer.set(bytes)
  expect(await faultOf(longer)).toBe('damaged')
})

test('a file over the limit is refused unread', async () => {
  const { bytes } = await encodeModel(parts())
  expect(await faultOf(bytes, bytes.length)).toBe('none')
  expect(await faultOf(bytes, bytes.length - 1)).toBe('too_large')
})

test('a file of a later format says so, whatever else it holds', async () => {
  const { bytes } = await encodeModel(parts())
  const later = bytes.slice()
  later[4] = 4
  expect(await faultOf(later)).toBe('newer_format')
})

test('something that is no model at all is damaged', async () => {
  expect(await faultOf(new TextEncoder().encode('<!doctype html>'.repeat(10)))).toBe('damaged')
})

test.each<[string, (model: ModelParts) => void]>([
  ['two items of one id', (model) => (model.items[1]!.id = model.items[0]!.id)],
  ['an eigenvalue that is no number', (model) => (model.eigenvalues[2] = Number.NaN)],
  ['a negative scale', (model) => (model.scales[2] = -1)],
  ['no regularisation', (model) => (model.settings.regularisation = 0)],
  ['more items than vectors', (model) => (model.codes = model.codes.slice(8))],
  ['dimensions that do not fit', (model) => (model.settings.dimensions = 9)],
  ['fewer texts than items', (model) => (model.text!.codes = model.text!.codes.slice(textDimensions))],
  ['texts without a scale', (model) => (model.text!.scales[1] = Number.NaN)],
  ['longer texts than are allowed', (model) => (model.text!.dimensions = 129)],
  ['texts without dimensions', (model) => (model.text!.dimensions = 0)],
])('a well-hashed file with %s is damaged', async (_, spoil) => {
  const model = withTexts()
  spoil(model)
  expect(await faultOf((await encodeModel(model)).bytes)).toBe('damaged')
})
