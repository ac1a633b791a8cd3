import { beforeAll, expect, test } from 'vitest'
import { encodeModel } from '#shared/recommend/artefact.ts'
import { emptyModel, type ModelParts, quantise } from '#shared/recommend/model.ts'
import { createRecommender } from './recommend.ts'
import type { RecommendRequest } from './types.ts'

const request = (more: Partial<RecommendRequest> = {}): RecommendRequest => ({
  history: [],
  interests: [],
  hidden: [],
  notTags: [],
  now: 1_700_000_000_000,
  count: 10,
  ...more,
})

function parts(trainedAt: number): ModelParts {
  const ids = Array.from({ length: 12 }, (_, i) => `item-${i}`)
  const vectors = Float64Array.from({ length: 24 }, (_, at) => (at % 4 === 0 || at % 4 === 3 ? 0.9 : 0.02))
  return {
    settings: { ...emptyModel().settings, dimensions: 2, regularisation: 0.1, learntItems: 12 },
    trainedAt,
    items: ids.map((id) => ({ id, kind: 'article', tags: [], at: 0 })),
    popularity: Uint32Array.from(ids, (_, i) => 100 - i),
    fromContent: new Uint8Array(12),
    eigenvalues: Float64Array.of(5, 5),
    ...quantise(vectors, 2),
    report: emptyModel().report,
  }
}

type Written = Awaited<ReturnType<typeof encodeModel>>
let first: Written
let second: Written

beforeAll(async () => {
  first = await encodeModel(parts(1))
  second = await encodeModel(parts(2))
})

test('a sound model serves at once, and asks for nothing but the history it is handed', async () => {
  const recommender = createRecommender()
  expect(await recommender.load(first.bytes, first.version)).toMatchObject({
    ok: true,
    state: { version: first.version, trainedAt: 1, previous: undefined },
  })
  const history = ['item-0', 'item-2', 'item-4'].map((item) => ({ item, weight: 1 }))
  const list = recommender.recommend(
    request({ history, hidden: ['item-6'], candidates: ['item-1', 'item-6', 'item-8'] }),
  )
  expect(list.map(({ item }) => item)).toEqual(['item-8', 'item-1'])
  expect(list[0]!.reason).toMatchObject({ kind: 'because' })
})

test('a bad file is refused by name and the model before serves on', async () => {
  const recommender = createRecommender(first.bytes.length + 500)
  await recommender.load(first.bytes)
  const before = recommender.recommend(request())
  const damaged = second.bytes.slice()
  damaged[60]! ^= 1
  const newer = second.bytes.slice()
  newer[4] = 9
  const bad: [Uint8Array<ArrayBuffer>, string][] = [
    [damaged, 'damaged'],
    [second.bytes.slice(0, 100), 'truncated'],
    [new Uint8Array(first.bytes.length + 501), 'too_large'],
    [newer, 'newer_format'],
  ]
  for (const [bytes, fault] of bad) {
    expect(await recommender.load(bytes)).toMatchObject({
      ok: false,
      fault,
      state: { version: first.version },
    })
    expect(recommender.recommend(request())).toEqual(before)
  }
})

test('a sound file that is not the announced one is refused', async () => {
  const recommender = createRecommender()
  await recommender.load(first.bytes)
  expect(await recommender.load(second.bytes, first.version)).toMatchObject({
    ok: false,
    fault: 'wrong_version',
    state: { version: first.version },
  })
})

test('a new model keeps the one before, and rolling back serves it again', async () => {
  const recommender = createRecommender()
  await recommender.load(first.bytes)
  expect(recommender.rollBack().version).toBe(first.version)
  await recommender.load(second.bytes)
  await recommender.load(second.bytes)
  expect(recommender.state()).toMatchObject({ version: second.version, previous: first.version })
  expect(recommender.rollBack()).toMatchObject({ version: first.version, previous: undefined })
})

test('before any model has come, what the device knows is shown by interest and newness', () => {
  const { now } = request()
  const later = [
    { id: 'old', kind: 'article', tags: ['sync'], at: 1 },
    { id: 'new', kind: 'article', tags: [], at: now },
  ]
  const list = createRecommender().recommend(request({ later, interests: ['sync'] }))
  expect(list.map(({ reason }) => reason.kind)).toEqual(['tag', 'new'])
})

test('every request and answer can cross to a worker', async () => {
  const recommender = createRecommender()
  const outcome = await recommender.load(first.bytes)
  expect(structuredClone(outcome)).toEqual(outcome)
  const asked = request({ candidates: ['item-3'] })
  expect(structuredClone(recommender.recommend(structuredClone(asked)))).toEqual(recommender.recommend(asked))
})
