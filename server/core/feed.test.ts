import { afterEach, beforeEach, expect, test } from 'vitest'
import { guest, type Viewer } from '#shared/core/viewer.ts'
import { type Database, openSqlite } from './db.ts'
import type { Registry, ServerFeature } from './feature.ts'
import { publishRow, readFeed, readNewsAtOnce, sealCursor, unsealCursor } from './feed.ts'
import { migrate } from './migrations.ts'

const things: ServerFeature = {
  migrations: {},
  tables: {},
  commands: {},
  rows: { things: { audience: (data: { for: string[] }) => data.for as `role:owner`[] } },
  documents: {},
  queries: {},
}
const registry: Registry = { contracts: {}, features: { things } }

let database: Database
beforeEach(async () => {
  database = openSqlite(':memory:')
  await migrate(database, registry, () => 0)
})
afterEach(() => database.close())

const publish = (id: string, data: object | null) =>
  database.kysely.transaction().execute((trx) => publishRow(trx, registry, 'things', id, data))

/** A device that applies pages as they come. */
function device(): {
  rows: Map<string, unknown>
  pages: number
  catchUp(audiences: string[]): Promise<void>
} {
  let cursor = ''
  const self = {
    rows: new Map<string, unknown>(),
    pages: 0,
    newsPages: 0,
    async catchUp(audiences: string[]) {
      for (;;) {
        const news = readNewsAtOnce(database.kysely, database.direct!, 'epoch', audiences, cursor)
        const { position: _, ...page } = await readFeed(database.kysely, 'epoch', audiences, cursor)
        if (news) {
          self.newsPages++
          expect(news).toEqual(page)
        }
        for (const { id, data } of page.rows) {
          if (data === null) self.rows.delete(id)
          else self.rows.set(id, data)
        }
        self.pages++
        cursor = page.cursor
        if (!page.more) return
      }
    },
  }
  return self
}

test('a device that was away gets the newest state of each row, once', async () => {
  await publish('a', { for: ['everyone'], n: 1 })
  await publish('a', { for: ['everyone'], n: 2 })
  await publish('b', { for: ['everyone'], n: 1 })
  await publish('b', null)
  const page = await readFeed(database.kysely, 'epoch', ['everyone'], '')
  expect(page.rows).toEqual([{ table: 'things', id: 'a', data: { for: ['everyone'], n: 2 } }])
})

test('what is new to a device that follows is read at once, as long as it is simple', async () => {
  const mine = device()
  await publish('a', { for: ['everyone'], n: 1 })
  await mine.catchUp(['everyone', 'group:x'])
  expect(mine.newsPages).toBe(0)
  await publish('a', { for: ['everyone'], n: 2 })
  await publish('b', { for: ['everyone'], n: 1 })
  await mine.catchUp(['everyone', 'group:x'])
  expect([mine.newsPages, mine.rows.size]).toEqual([1, 2])
  await publish('b', null)
  await mine.catchUp(['everyone', 'group:x'])
  await mine.catchUp(['everyone'])
  expect([mine.newsPages, mine.rows.size]).toEqual([1, 1])
})

test('a deletion reaches a device that had the row', async () => {
  const mine = device()
  await publish('a', { for: ['everyone'] })
  await mine.catchUp(['everyone'])
  await publish('a', null)
  await mine.catchUp(['everyone'])
  expect([...mine.rows.keys()]).toEqual([])
})

test('an audience that was gained is backfilled, one that was lost is withdrawn', async () => {
  const mine = device()
  await publish('open', { for: ['everyone'] })
  await publish('inner', { for: ['group:x'] })
  await publish('both', { for: ['group:x', 'everyone'] })
  await mine.catchUp(['everyone'])
  expect([...mine.rows.keys()].sort()).toEqual(['both', 'open'])
  await mine.catchUp(['everyone', 'group:x'])
  expect([...mine.rows.keys()].sort()).toEqual(['both', 'inner', 'open'])
  await mine.catchUp(['everyone'])
  expect([...mine.rows.keys()].sort()).toEqual(['both', 'open'])
  await mine.catchUp(['everyone', 'group:x'])
  expect([...mine.rows.keys()].sort()).toEqual(['both', 'inner', 'open'])
})

test('a row that moves between audiences stays with whoever sees both and leaves the others', async () => {
  const both = device()
  const one = device()
  await publish('a', { for: ['group:x'] })
  await both.catchUp(['group:x', 'group:y'])
  await one.catchUp(['group:x'])
  await publish('a', { for: ['group:y'] })
  await both.catchUp(['group:x', 'group:y'])
  await one.catchUp(['group:x'])
  expect([...both.rows.keys()]).toEqual(['a'])
  expect([...one.rows.keys()]).toEqual([])
})

test('a row deleted from an audience that the viewer had lost before is withdrawn all the same', async () => {
  const mine = device()
  await publish('a', { for: ['group:x'] })
  await mine.catchUp(['everyone', 'group:x'])
  await publish('a', null)
  await mine.catchUp(['everyone'])
  expect([...mine.rows.keys()]).toEqual([])
})

test('thousands of rows come in pages, and the withdrawal of thousands too', async () => {
  for (let i = 0; i < 1_200; i++) await publish(`x${i}`, { for: ['group:x'] })
  for (let i = 0; i < 700; i++) await publish(`e${i}`, { for: ['everyone'] })
  const mine = device()
  await mine.catchUp(['everyone', 'group:x'])
  expect(mine.rows.size).toBe(1_900)
  expect(mine.pages).toBeGreaterThan(3)
  await mine.catchUp(['everyone'])
  expect(mine.rows.size).toBe(700)
})

test('whoever lost an audience hears nothing of what came into it later, not even that it came', async () => {
  await publish('then', { for: ['group:x'] })
  await publish('gone', { for: ['group:x'] })
  const mine = await readFeed(database.kysely, 'epoch', ['everyone', 'group:x'], '')
  await publish('then', { for: ['group:x'], n: 2 })
  await publish('later', { for: ['group:x'] })
  await publish('gone', null)
  const page = await readFeed(database.kysely, 'epoch', ['everyone'], mine.cursor)
  expect(page.rows.map((row) => [row.id, row.data])).toEqual([
    ['then', null],
    ['gone', null],
  ])
})

test('an audience that comes back in the middle of its withdrawal comes back whole', async () => {
  for (let i = 0; i < 1_200; i++) await publish(`x${i}`, { for: ['group:x'] })
  const all = ['everyone', 'group:x']
  let cursor = ''
  const rows = new Map<string, unknown>()
  const read = async (audiences: string[]): Promise<boolean> => {
    const page = await readFeed(database.kysely, 'epoch', audiences, cursor)
    for (const { id, data } of page.rows) data === null ? rows.delete(id) : rows.set(id, data)
    cursor = page.cursor
    return page.more
  }
  while (await read(all));
  await read(['everyone'])
  expect(rows.size).toBe(700)
  while (await read(all));
  expect(rows.size).toBe(1_200)
})

test('a cursor counts only for whom it was made', () => {
  const [ada, bob] = ['ada', 'bob'].map((id): Viewer => ({ id, role: 'member' })) as [Viewer, Viewer]
  const sealed = sealCursor('key', ada, 'position')
  expect(unsealCursor('key', ada, sealed)).toBe('position')
  for (const other of [bob, guest]) expect(unsealCursor('key', other, sealed)).toBe('')
  expect(unsealCursor('another key', ada, sealed)).toBe('')
})

test('a cursor of another epoch, or one that is none, starts from the beginning', async () => {
  await publish('a', { for: ['everyone'] })
  const page = await readFeed(database.kysely, 'epoch', ['everyone'], '')
  expect((await readFeed(database.kysely, 'epoch', ['everyone'], page.cursor)).rows).toEqual([])
  expect((await readFeed(database.kysely, 'another', ['everyone'], page.cursor)).rows).toHaveLength(1)
  expect((await readFeed(database.kysely, 'epoch', ['everyone'], 'nonsense')).rows).toHaveLength(1)
})

test('one member cannot take the id of another member’s own row', async () => {
  await publish('a', { for: ['member:ada'] })
  await expect(publish('a', { for: ['member:bob'] })).rejects.toThrow('ids are unique')
})

test('random histories leave every device with exactly what its viewer may see', async () => {
  let seed = 7
  const random = (n: number): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % n
  }
  const names = ['everyone', 'group:a', 'group:b', 'group:c']
  const truth = new Map<string, string[]>()
  const viewers = Array.from({ length: 4 }, () => ({ device: device(), audiences: ['everyone'] }))
  for (let step = 0; step < 400; step++) {
    const id = `row${random(25)}`
    const audiences = names.filter(() => random(3) === 0)
    await publish(id, audiences.length === 0 ? null : { for: audiences, step })
    truth.set(id, audiences)
    const viewer = viewers[random(4)]!
    if (random(5) === 0) viewer.audiences = ['everyone', ...names.slice(1).filter(() => random(2) === 0)]
    if (random(3) === 0) await viewer.device.catchUp(viewer.audiences)
  }
  for (const { device: mine, audiences } of viewers) {
    await mine.catchUp(audiences)
    const visible = [...truth].filter(([, of]) => of.some((audience) => audiences.includes(audience)))
    expect([...mine.rows.keys()].sort()).toEqual(visible.map(([id]) => id).sort())
  }
})
