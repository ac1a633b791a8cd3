import { expect, test } from 'vitest'
import { termsOf } from '#shared/recommend/terms.ts'
import { contentFeatures, contentVectors } from './content.ts'
import { fitPrior } from './prior.ts'
import { createRandom, normals } from './random.ts'

test('words are cut at spaces and signs, Chinese into pairs, mixed runs into both', () => {
  expect(termsOf('Local-first SQLite, a 2nd look')).toEqual(['local', 'first', 'sqlite', '2nd', 'look'])
  expect(termsOf('数据库')).toEqual(['数据', '据库'])
  expect(termsOf('用React写')).toEqual(['用', 'react', '写'])
})

const subjects = [
  'indexes and transactions in databases',
  'routers and packets on networks',
  '数据库索引与事务',
  '网络协议与路由',
]
const items = Array.from({ length: 40 }, (_, i) => ({
  tags: i % 4 < 2 ? [`tag-${i % 4}`] : [],
  text: `${subjects[i % 4]} number${i}`,
}))

function likeness(vectors: Float64Array, dimensions: number, a: number, b: number): number {
  const product = (i: number, j: number): number => {
    let sum = 0
    for (let k = 0; k < dimensions; k++) sum += vectors[i * dimensions + k]! * vectors[j * dimensions + k]!
    return sum
  }
  return product(a, b) / Math.sqrt(product(a, a) * product(b, b))
}

test('items about the same are alike and others are not, in Chinese as in English', () => {
  const { vectors, dimensions } = contentVectors(contentFeatures(items), 8, 1)
  for (const subject of [0, 1, 2, 3]) {
    expect(likeness(vectors, dimensions, subject, subject + 4)).toBeGreaterThan(0.95)
    expect(likeness(vectors, dimensions, subject, (subject + 1) % 4)).toBeLessThan(0.3)
  }
})

test('content vectors keep the products of the features when there is room for all directions', () => {
  const features = contentFeatures(items)
  const { vectors, dimensions } = contentVectors(features, 30, 1)
  const dense = (row: number): Map<number, number> => {
    const [from, to] = [features.start[row]!, features.start[row + 1]!]
    return new Map(
      Array.from({ length: to - from }, (_, i) => [features.index[from + i]!, features.weight[from + i]!]),
    )
  }
  for (const [a, b] of [
    [0, 4],
    [0, 1],
    [2, 6],
  ] as const) {
    const left = dense(a)
    const expected = [...dense(b)].reduce((sum, [term, value]) => sum + value * (left.get(term) ?? 0), 0)
    let found = 0
    for (let k = 0; k < dimensions; k++) found += vectors[a * dimensions + k]! * vectors[b * dimensions + k]!
    expect(found).toBeCloseTo(expected, 5)
  }
})

test('a title counts apart from the words below it, and so does where an item comes from', () => {
  const described = (title: string, home: string): { text: string; tags: string[]; home: string[] } => ({
    text: `${title}\nabout the same things`,
    tags: [],
    home: [home],
  })
  const four = [
    described('first steps', 'north'),
    described('first steps', 'south'),
    described('last words', 'north'),
    described('last words', 'south'),
  ]
  const alike = (title: number, home: number, a: number, b: number): number => {
    const { vectors, dimensions } = contentVectors(contentFeatures(four, { title, tags: 1, home }), 4, 1)
    return likeness(vectors, dimensions, a, b)
  }
  expect(alike(1, 0.2, 0, 1)).toBeGreaterThan(alike(1, 1, 0, 1))
  expect(alike(0.2, 1, 0, 2)).toBeGreaterThan(alike(1, 1, 0, 2))
})

test('without any text or tag there are vectors, and they are zero', () => {
  const { vectors, dimensions } = contentVectors(contentFeatures([{ tags: [], text: '' }]), 8, 1)
  expect({ dimensions, vectors: [...vectors] }).toEqual({ dimensions: 1, vectors: [0] })
})

test('the prior places an unmet item near where its likes were learnt', () => {
  const content = contentVectors(contentFeatures(items), 8, 1)
  const noise = normals(createRandom(5), 40 * 3, 0.1)
  const axis = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [1, 1, 0],
  ]
  const vectors = noise.map((value, at) => value + axis[Math.floor(at / 3) % 4]![at % 3]!)
  const learnt = Uint8Array.from(items, (_, i) => (i < 4 ? 0 : 1))
  const prior = fitPrior(content, vectors, 3, learnt)
  axis.forEach((expected, row) => {
    expected.forEach((value, k) => {
      expect(Math.abs(prior.vectors[row * 3 + k]! - value)).toBeLessThan(0.2)
    })
  })
})

test('a vector that many members taught is trusted more than one that few did', () => {
  const twins = Array.from({ length: 12 }, () => ({ tags: ['one'], text: 'the same words' }))
  const other = Array.from({ length: 12 }, () => ({ tags: ['two'], text: 'quite different ones' }))
  const content = contentVectors(contentFeatures([...twins, ...other]), 4, 1)
  const vectors = Float64Array.from({ length: 24 }, (_, row) => (row < 12 && row % 2 === 1 ? 1 : 0))
  const learnt = new Uint8Array(24).fill(1)
  learnt[0] = 0
  const counts = Uint32Array.from({ length: 24 }, (_, row) => (row % 2 === 1 ? 400 : 4))
  const trusting = fitPrior(content, vectors, 1, learnt, counts).vectors[0]!
  const even = fitPrior(content, vectors, 1, learnt).vectors[0]!
  expect(trusting).toBeGreaterThan(even + 0.1)
})

test('where content says nothing the prior shrinks to nothing', () => {
  const content = contentVectors(contentFeatures(items), 8, 1)
  const vectors = normals(createRandom(6), 40 * 3, 1)
  const learnt = Uint8Array.from(items, (_, i) => (i < 8 ? 0 : 1))
  expect(fitPrior(content, vectors, 3, learnt).strength).toBeGreaterThanOrEqual(3)
})
