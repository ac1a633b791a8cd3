import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { alternate } from '#server/train/als.ts'
import { sparseRows } from '#server/train/matrix.ts'
import { lastOf } from '#server/train/tune.ts'
import { dayOf } from '#shared/core/day.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import { recommend, scoresAlone } from '#shared/recommend/recommend.ts'
import { publishArticle } from '../../../test/support/articles.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { exportInteractions } from './export.ts'
import { importFactors, readFactors } from './factors.ts'
import { db } from './tables.ts'

const day = 86_400_000
let folder: string
let community: TestCommunity
let author: TestMember

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lyceum-parquet-'))
  community = await openCommunity()
  author = await community.member({ role: 'author', handle: 'ada' })
})
afterEach(async () => {
  await community.close()
  await rm(folder, { recursive: true, force: true })
})

/** Two subjects of eight articles; sixty-four members, each with a taste for one, on three days. */
async function readers(): Promise<{ gardens: string[]; databases: string[]; members: TestMember[] }> {
  const gardens: string[] = []
  const databases: string[] = []
  for (let i = 0; i < 8; i++) {
    gardens.push(await publishArticle(community, author, `Gardens part ${i}`))
    databases.push(await publishArticle(community, author, `Databases part ${i}`))
  }
  const members: TestMember[] = []
  for (let m = 0; m < 64; m++) {
    if (m % 15 === 14) community.clock.advance(day)
    const member = await community.member()
    members.push(member)
    await community.send(member, 'recommendations.set_sharing', { on: true })
    const items = (m % 2 ? gardens : databases).flatMap((item, i) =>
      i === m % 8 ? [] : [{ item, weight: 1 + (i % 3) }],
    )
    await community.send(member, 'recommendations.share_reads', { items })
  }
  return { gardens, databases, members }
}

interface Row {
  user: number
  item: string
  weight: number
  day: string
}

async function readExport(from: string): Promise<Row[]> {
  const rows: Row[] = []
  for (const part of (await readdir(from)).sort()) {
    const file = await asyncBufferFromFile(join(from, part, 'part-0.parquet'))
    for (const row of await parquetReadObjects({ file })) {
      expect(Object.keys(row)).toEqual(['user', 'item', 'weight'])
      rows.push({ ...(row as Omit<Row, 'day'>), day: part.slice('day='.length) })
    }
  }
  return rows
}

/** What each user met, without who they are. */
function people(rows: Row[]): string[] {
  const byUser = new Map<number, string[]>()
  for (const { user, item, weight, day } of rows)
    byUser.set(user, [...(byUser.get(user) ?? []), `${item} ${weight} ${day}`])
  return [...byUser.values()].map((own) => own.sort().join('\n')).sort()
}

/** What another engine would do with an export. */
function trainElsewhere(rows: Row[]): { items: string[]; vectors: number[][] } {
  const items = [...new Set(rows.map(({ item }) => item))]
  const members = Math.max(...rows.map(({ user }) => user)) + 1
  const met = sparseRows(
    members,
    items.length,
    Int32Array.from(rows, ({ user }) => user),
    Int32Array.from(rows, ({ item }) => items.indexOf(item)),
    Float32Array.from(rows, ({ weight }) => weight),
    5,
  )
  const dimensions = 2
  const settings = { dimensions, unobservedWeight: 0.1, regularisation: 0.02, frequencyExponent: 1 }
  const factors = lastOf(alternate(met, { ...settings, epochs: 6, seed: 7 }))
  // Another basis and another length than ours: Spark knows nothing of Gramians.
  const turned = (v: number[]): number[] => [v[1]! * 9, -v[0]! * 9]
  const vectors = items.map((_, row) =>
    turned([...factors.items.subarray(row * dimensions, (row + 1) * dimensions)]),
  )
  return { items, vectors }
}

/** The types are written as Spark does: an optional list of floats. */
function writeFactors(name: string, items: unknown[], vectors: unknown[], more: ColumnSource[] = []): string {
  const filename = join(folder, name)
  parquetWriteFile({
    filename,
    schema: [
      { name: 'spark_schema', num_children: 2 + more.length },
      { name: 'item', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' },
      { name: 'vector', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'FLOAT', repetition_type: 'OPTIONAL' },
      ...more.map(({ name }) => ({ name, type: 'FLOAT' as const, repetition_type: 'OPTIONAL' as const })),
    ],
    columnData: [
      { name: 'item', data: items as string[] },
      { name: 'vector', data: vectors as number[][] },
      ...more,
    ],
  })
  return filename
}

/** Vectors that are made up need beat no model that the community has trained when its own hour struck. */
const forgetModels = () =>
  community.services.transact(async (tx) => {
    for (const { id } of await tx.rows('models')) await tx.publish('models', id, null)
  })

/** That hour may have struck just now: then it is tried again later, as the answer says. */
const importing = (...paths: string[]) =>
  vi.waitFor(
    async () => {
      await forgetModels()
      const report = await importFactors(community.services, ...paths)
      const busy = report.skipped.find(({ why }) => why.includes('something else is being trained'))
      if (busy) throw new Error(busy.why)
      return report
    },
    { timeout: 30_000, interval: 100 },
  )

test('what is exported, trained elsewhere and imported is published, and its lists make sense', async () => {
  const { gardens, databases } = await readers()
  const out = join(folder, 'export')
  await exportInteractions(community.services, out)
  const { items, vectors } = trainElsewhere(await readExport(out))
  const half = Math.floor(items.length / 2)
  const files = [
    writeFactors('a.parquet', items.slice(0, half), vectors.slice(0, half)),
    writeFactors('b.parquet', items.slice(half), vectors.slice(half)),
  ]
  const report = await importing(...files)
  expect(report.skipped).toEqual([])
  expect(report.created).toBe(16)
  expect(report.remarks[0]!.why).toMatch(/^published/)

  const response = await community.request('/api/model', { as: author })
  const decoded = await decodeModel(new Uint8Array(await response.arrayBuffer()))
  if (!decoded.ok) throw new Error(decoded.error)
  const model = decoded.value
  expect(model.settings.dimensions).toBe(2)
  expect([...model.fromContent]).toEqual(model.items.map(() => 0))
  for (const [read, others] of [
    [gardens, databases],
    [databases, gardens],
  ] as const) {
    const history = read.slice(0, 3).map((item) => ({ item, weight: 1 }))
    const known = {
      interests: [],
      notTags: [],
      hidden: new Set<string>(),
      now: community.clock.now,
      count: 5,
    }
    const list = recommend(model, { history, ...known }, scoresAlone).map(({ item }) => item)
    // Users are numbered anew for every export, so no two of these trainings are the same: chance has one place.
    expect(list.filter((item) => read.includes(item)).length).toBeGreaterThanOrEqual(4)
    expect(list.filter((item) => others.includes(item)).length).toBeLessThanOrEqual(1)
  }
}, 60_000)

test('an export is of days and numbers: no member, no hour, nothing that is not in the catalogue', async () => {
  const { members, gardens } = await readers()
  const [ada, bob] = members as [TestMember, TestMember]
  await community.services.transact(async (tx) => {
    const at = tx.now - 7 * day
    const more = [
      { member_id: ada.id, item: 'thread:of-a-closed-group', kind: 'post', source: 'x', weight: 1, at },
      { member_id: ada.id, item: gardens[0]!, kind: 'post', source: 'y', weight: 1.5, at: at + 5 },
      { member_id: ada.id, item: gardens[0]!, kind: 'post', source: 'z', weight: 1, at: at + 9 },
      { member_id: 'external:somebody', item: gardens[0]!, kind: 'imported', source: '', weight: 2, at: 0 },
    ] as const
    await db(tx)
      .insertInto('recommendations_interaction')
      .values([...more])
      .execute()
  })
  await community.send(bob, 'recommendations.set_sharing', { on: false })
  const [first, second] = [join(folder, 'first'), join(folder, 'second')]
  // Three rows at a time: what is on several pages is there once.
  const report = await exportInteractions(community.services, first, 3)
  await exportInteractions(community.services, second)
  const [rows, again] = [await readExport(first), await readExport(second)]
  expect(rows).toHaveLength(report.rows)
  // The author's sixteen acts of writing, 63 members with 7 reads, one of them with an act on another day, and an import.
  expect(rows).toHaveLength(16 + 63 * 7 + 1 + 1)
  expect(new Set(rows.map(({ user, item, day }) => `${user} ${item} ${day}`)).size).toBe(rows.length)

  const old = rows.filter((row) => row.day === dayOf(community.clock.now - 7 * day))
  expect(old).toEqual([{ user: expect.any(Number), item: gardens[0], weight: 2.5, day: old[0]!.day }])
  expect(rows.filter((row) => row.day === '__HIVE_DEFAULT_PARTITION__')).toHaveLength(1)
  expect((await readdir(first)).filter((name) => /^day=\d{4}-\d\d-\d\d$/.test(name)).length).toBeGreaterThan(
    2,
  )
  const users = new Set(rows.map(({ user }) => user))
  expect([...users].sort((a, b) => a - b)).toEqual([...Array(users.size).keys()])
  // The same people, by other numbers.
  expect(people(again)).toEqual(people(rows))
  expect((await stat(join(first, (await readdir(first))[0]!, 'part-0.parquet'))).mode & 0o077).toBe(0)
  await expect(exportInteractions(community.services, first)).rejects.toThrow('is not empty')
}, 60_000)

test('a vector for what is not in the catalogue is named and left out', async () => {
  const { gardens, databases } = await readers()
  const all = [...gardens, ...databases, 'article:nowhere', 'thread:of-a-closed-group']
  const file = writeFactors(
    'f.parquet',
    all,
    all.map((_, i) => (i < 8 ? [1, 0.01 * i] : [0.01 * i, 1])),
  )
  const report = await importing(file)
  const why = 'names no item of the public catalogue'
  expect(report.skipped).toEqual([
    { what: 'article:nowhere', why },
    { what: 'thread:of-a-closed-group', why },
  ])
  expect(report.created).toBe(16)
  const nobody = await importing(writeFactors('g.parquet', ['article:nowhere'], [[1, 2]]))
  expect(nobody.created).toBe(0)
  expect(nobody.skipped.at(-1)!.why).toContain('no vector is of an item that is here')
}, 60_000)

test('an item that too few members met keeps the vector that its text gives it', async () => {
  const { gardens } = await readers()
  const rare = await publishArticle(community, author, 'Gardens that nobody read')
  const known = [...(await community.feed(author)).get('articles')!.keys()].map((id) => `article:${id}`)
  const report = await importing(
    writeFactors(
      'f.parquet',
      known,
      known.map((item) => (gardens.includes(item) || item === rare ? [1, 0] : [0, 1])),
    ),
  )
  expect(report.skipped).toEqual([])
  expect(report.created).toBe(16)
  const response = await community.request('/api/model', { as: author })
  const decoded = await decodeModel(new Uint8Array(await response.arrayBuffer()))
  if (!decoded.ok) throw new Error(decoded.error)
  expect(decoded.value.fromContent[decoded.value.rowById.get(rare)!]).toBe(1)
}, 60_000)

test('what is not a finite number, not of one length or there twice is refused whole, by file and row', async () => {
  const read = async (...files: string[]) => {
    const result = await readFactors(files)
    return result.ok ? 'ok' : `${result.error.what}: ${result.error.why}`
  }
  const bad = (
    vectors: unknown[],
    items: unknown[] = ['article:a', 'article:b'],
    more: ColumnSource[] = [],
  ) => read(writeFactors('f.parquet', items, vectors, more))
  expect(
    await bad([
      [1, 2],
      [3, 4],
    ]),
  ).toBe('ok')
  expect(
    await bad([
      [1, 2],
      [Number.NaN, 4],
    ]),
  ).toMatch(/^f.parquet, row 2: the vector of article:b, at 1, is NaN/)
  expect(
    await bad([
      [1, Number.POSITIVE_INFINITY],
      [3, 4],
    ]),
  ).toMatch(/^f.parquet, row 1: .* is Infinity/)
  expect(await bad([[1, 2], [3]])).toBe('f.parquet, row 2 (article:b): has 1 dimensions and the first has 2')
  expect(await bad([[1, 2], []])).toMatch(/is empty/)
  expect(await bad([[1, 2], null])).toMatch(/is not a list of numbers/)
  expect(
    await bad([
      [1, 2],
      [3, null],
    ]),
  ).toMatch(/at 2, is not a number/)
  expect(
    await bad(
      [
        [1, 2],
        [3, 4],
      ],
      ['article:a', 'article:a'],
    ),
  ).toMatch(/comes twice/)
  expect(
    await bad(
      [
        [1, 2],
        [3, 4],
      ],
      ['article:a', null],
    ),
  ).toMatch(/row 2: the item is not a text/)
  expect(await bad([Array(600).fill(1), Array(600).fill(1)])).toMatch(/at most 512/)
  const bias = (data: unknown[]): ColumnSource[] => [{ name: 'bias', data: data as number[] }]
  expect(await bad([[1], [2]], undefined, bias([0.5, 0.25]))).toBe('ok')
  expect(await bad([[1], [2]], undefined, bias([0.5, Number.NaN]))).toMatch(/the bias of article:b is NaN/)
  const withBias = await readFactors([writeFactors('h.parquet', ['article:a'], [[1, 2]], bias([0.5]))])
  expect(withBias).toMatchObject({
    ok: true,
    value: { dimensions: 3, vectors: new Float32Array([1, 2, 0.5]) },
  })
  const other = join(folder, 'other.parquet')
  parquetWriteFile({ filename: other, columnData: [{ name: 'id', data: [1] }] })
  expect(await read(other)).toBe(
    'other.parquet: has the columns id; item and vector are needed (and bias is taken)',
  )
  await writeFile(join(folder, 'x.parquet'), 'PAR1 this is nothing of the kind')
  expect(await read(join(folder, 'x.parquet'))).toMatch(/^x.parquet: cannot be read as Parquet/)
  expect((await importing(folder)).created).toBe(0)
})
