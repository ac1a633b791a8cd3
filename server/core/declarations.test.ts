import { Hono } from 'hono'
import { expect, test } from 'vitest'
import type { Contract } from '#shared/core/contract.ts'
import { openSqlite } from './db.ts'
import { checkRoutes, type DeclaredRoute, secretsOf } from './declarations.ts'
import type { Migration, Registry, ServerFeature } from './feature.ts'
import { migrate } from './migrations.ts'

const create: Migration = async (db) => {
  await db.schema.createTable('polls_ballot').addColumn('id', 'text').execute()
}

async function start(half: Partial<ServerFeature>, contract: Partial<Contract> = {}): Promise<void> {
  const polls = { migrations: {}, tables: {}, commands: {}, rows: {}, documents: {}, queries: {}, ...half }
  const database = openSqlite(':memory:')
  try {
    const contracts = {
      polls: { name: 'polls', commands: {}, rows: {}, documents: {}, queries: {}, facts: {}, ...contract },
    }
    await migrate(database, { contracts, features: { polls } }, () => 0)
  } finally {
    await database.close()
  }
}

test('a table that nobody declared keeps the server from starting, and is named', async () => {
  await expect(start({ migrations: { '001': create } })).rejects.toThrow('polls_ballot is not declared')
  await start({ migrations: { '001': create }, tables: { polls_ballot: 'server' } })
})

test('a rule for a table that is not there, or of core’s, is no rule', async () => {
  await expect(start({ tables: { polls_ballot: [] } })).rejects.toThrow('polls_ballot does not exist')
  await expect(start({ tables: { session: ['devices'] } })).rejects.toThrow('session is declared twice')
})

test('a kind of room without a rule, or resting on a row that no feature has, keeps the server from starting', async () => {
  const access = async (): Promise<boolean> => true
  await expect(start({}, { documents: { poll: { writers: 'server' } } })).rejects.toThrow(
    'poll/ is not declared',
  )
  const lost = { documents: { poll: { writers: 'server', row: 'polls' } } } as const
  await expect(start({ documents: { poll: { access } } }, lost)).rejects.toThrow('poll/ has no row')
  await start({ documents: { poll: { access: 'row' } } }, { ...lost, rows: { polls: { sort: [] } } })
  const free = { documents: { poll: { writers: 'server' } } } as const
  await expect(start({ documents: { poll: { access: 'row' } } }, free)).rejects.toThrow('poll/ has no row')
  await start({ documents: { poll: { access } } }, free)
})

test('secrets are what the declarations say', () => {
  const polls: ServerFeature = {
    migrations: {},
    tables: { polls_ballot: 'server', polls_key: 'secret' },
    commands: {},
    rows: { polls: { audience: () => 'everyone' }, keys: { audience: () => 'role:owner', secret: true } },
    documents: {},
    queries: {},
  }
  const registry: Registry = { contracts: {}, features: { polls } }
  expect(secretsOf(registry)).toEqual({ tables: ['session', 'polls_key'], rows: ['keys'] })
})

test('a route that answers without a rule is named', () => {
  const declared: DeclaredRoute[] = [{ method: 'GET', path: '/api/open', access: 'guest' }]
  const app = new Hono()
  app.use('*', async (_c, next) => next())
  app.get('/api/open', (c) => c.text(''))
  checkRoutes(app.routes, declared)
  app.post('/api/open', (c) => c.text(''))
  app.all('/api/leak', (c) => c.text(''))
  expect(() => checkRoutes(app.routes, declared)).toThrow('POST /api/open, ALL /api/leak')
})
