import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openSqlite } from './db.ts'
import type { Registry } from './feature.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { migrate } from './migrations.ts'
import type { Log, Services } from './services.ts'
import type { CoreTables } from './tables.ts'

let database: Database
let ran: string[]
let errors: string[]
let jobs: Jobs
let now = 1_000_000
const registry: Registry = {
  contracts: {},
  features: {
    post: {
      migrations: {},
      tables: {},
      commands: {},
      rows: {},
      documents: {},
      queries: {},
      jobs: {
        good: async (_services, payload) => void ran.push(`good ${payload}`),
        poison: async () => {
          ran.push('poison')
          throw new Error('cannot')
        },
      },
    },
  },
}
const log: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (message, fields) => errors.push(`${message} ${JSON.stringify(fields)}`),
}

beforeEach(async () => {
  ran = []
  errors = []
  now = 1_000_000
  database = openSqlite(':memory:')
  await migrate(database, registry, () => now)
  jobs = createJobs({
    database,
    registry,
    log,
    now: () => now,
    services: () => ({}) as Services,
    retryAfter: 5,
  })
})
afterEach(async () => {
  await jobs.close()
  await database.close()
})

async function ask(id: string, more: Partial<CoreTables['job']> = {}): Promise<void> {
  const row = {
    id,
    name: 'post.good',
    payload: JSON.stringify(id),
    job_key: null,
    run_at: 0,
    attempts: 0,
    error: null,
  }
  await database.kysely
    .insertInto('job')
    .values({ ...row, ...more })
    .execute()
}

test('a job that always fails neither stops the others nor runs for ever', async () => {
  await ask('a', { name: 'post.poison' })
  await ask('b')
  for (let round = 0; round < 12; round++) {
    jobs.nudge()
    await jobs.idle()
    now += 2 * 60 * 60 * 1000
  }
  expect(ran.filter((line) => line === 'good b')).toHaveLength(1)
  expect(ran.filter((line) => line === 'poison')).toHaveLength(8)
  const left = await database.kysely.selectFrom('job').select(['id', 'error']).execute()
  expect(left).toEqual([{ id: 'a', error: 'Error: cannot' }])
})

test('a job whose server died in the middle runs again', async () => {
  await ask('a', { attempts: 1, run_at: now + 10 * 60 * 1000, job_key: 'nightly' })
  now += 11 * 60 * 1000
  jobs.nudge()
  await jobs.idle()
  expect(ran).toEqual(['good a'])
})

test('a database that fails for a while does not end the jobs for good', async () => {
  await ask('a')
  await database.kysely.schema.alterTable('job').renameTo('gone').execute()
  jobs.nudge()
  await jobs.idle()
  expect(errors).toHaveLength(1)
  await database.kysely.schema.alterTable('gone').renameTo('job').execute()
  while (ran.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(ran).toEqual(['good a'])
})
