import { afterEach, beforeEach, expect, test } from 'vitest'
import { guest, type Viewer } from '#shared/core/viewer.ts'
import { anyRow, decideAccess } from './access.ts'
import { type Database, openSqlite } from './db.ts'
import type { DocumentRule, Registry } from './feature.ts'
import { publishRow } from './feed.ts'
import { migrate } from './migrations.ts'
import { createReader } from './transact.ts'

const ada: Viewer = { id: 'ada', role: 'member' }
const bob: Viewer = { id: 'bob', role: 'member' }
const now = 1_000

const documents: Record<string, DocumentRule> = {
  hall: { access: 'row' },
  desk: {
    access: async (reader, viewer, id) => (await reader.row<{ by: string }>('halls', id))?.by === viewer.id,
  },
  attic: {
    access: async (reader) =>
      (
        await reader
          .tables<{ migration: { name: string } }>()
          .selectFrom('migration')
          .select('name')
          .execute()
      ).length > 0,
  },
}
const registry: Registry = {
  contracts: {
    halls: {
      name: 'halls',
      commands: {},
      rows: { halls: { sort: [] } },
      documents: {
        hall: { writers: 'server', row: 'halls' },
        desk: { writers: 'members', row: 'halls' },
        attic: { writers: 'members' },
      },
      queries: {},
      facts: {},
    },
  },
  features: {
    halls: {
      migrations: {},
      tables: {},
      commands: {},
      rows: { halls: { audience: (row: { for: 'members' }) => row.for } },
      documents,
      queries: {},
    },
  },
}

let database: Database
beforeEach(async () => {
  database = openSqlite(':memory:')
  await migrate(database, registry, () => 0)
})
afterEach(() => database.close())

const publish = (id: string, data: object | null): Promise<unknown> =>
  publishRow(database.kysely, registry, 'halls', id, data)

function mayOpen(
  viewer: Viewer,
  room: string,
  action: 'read' | 'write' = 'read',
  grounds?: Set<string>,
): Promise<boolean> {
  const reader = createReader(database.kysely, now)
  return decideAccess(registry, database.kysely, reader, viewer, { kind: 'room', room }, action, grounds)
}

const grant = (until: number | null) =>
  database.kysely
    .insertInto('membership')
    .values({ member_id: 'ada', audience: 'group:x', source: 'test', until })
    .execute()

test('a room opens to whoever may see the row that carries it, and closes with it', async () => {
  expect(await mayOpen(ada, 'hall/1')).toBe(false)
  await publish('1', { for: 'group:x' })
  expect(await mayOpen(ada, 'hall/1')).toBe(false)
  await grant(null)
  expect(await mayOpen(ada, 'hall/1')).toBe(true)
  expect(await mayOpen(ada, 'hall/1/2')).toBe(true)
  expect(await mayOpen(ada, 'hall/1~7')).toBe(true)
  expect(await mayOpen(bob, 'hall/1')).toBe(false)
  await publish('1', { for: 'everyone' })
  expect(await mayOpen(guest, 'hall/1')).toBe(true)
  await publish('1', null)
  expect(await mayOpen(ada, 'hall/1')).toBe(false)
})

test('a grant ends at its time', async () => {
  await publish('1', { for: 'group:x' })
  await grant(now + 1)
  expect(await mayOpen(ada, 'hall/1')).toBe(true)
  await database.kysely.updateTable('membership').set({ until: now }).execute()
  expect(await mayOpen(ada, 'hall/1')).toBe(false)
})

test('the rule of a room is asked after its row: either can refuse', async () => {
  await publish('1', { for: 'members', by: 'ada' })
  expect(await mayOpen(ada, 'desk/1', 'write')).toBe(true)
  expect(await mayOpen(bob, 'desk/1', 'write')).toBe(false)
  await publish('1', { for: 'group:x', by: 'ada' })
  expect(await mayOpen(ada, 'desk/1')).toBe(false)
})

test('nobody writes where only the server does, and no room opens that no feature knows', async () => {
  await publish('1', { for: 'everyone' })
  expect(await mayOpen(ada, 'hall/1', 'write')).toBe(false)
  for (const room of ['cellar/1', 'hall', 'hall/', 'constructor/1', '../hall/1', 'hall/1~0'])
    expect(await mayOpen(ada, room)).toBe(false)
})

test('an answer names the rows that it was given from', async () => {
  await publish('1', { for: 'members', by: 'ada' })
  const grounds = new Set<string>()
  await mayOpen(ada, 'desk/1', 'write', grounds)
  expect([...grounds]).toEqual(['halls/1'])
  await mayOpen(ada, 'attic/1', 'write', grounds)
  expect([...grounds]).toEqual(['halls/1', anyRow])
})
