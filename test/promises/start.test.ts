/** What keeps the server from starting is one clear line and exit code 1; Ctrl-C ends it cleanly. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSqlite } from '#server/core/db.ts'
import { openCommunity } from '../support/community.ts'
import { freePort } from '../support/ports.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-start-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

interface Ended {
  code: number | null
  output: string
}

/** @param until text after which the server is asked to stop. */
function start(env: Record<string, string>, until?: string): Promise<Ended> {
  const root = join(import.meta.dirname, '..', '..')
  const server = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: root,
    env: { PATH: process.env.PATH, DATA_DIR: folder, PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const hear = (chunk: Buffer): void => {
    output += chunk.toString()
    if (until !== undefined && output.includes(until)) server.kill('SIGINT')
  }
  server.stdout.on('data', hear)
  server.stderr.on('data', hear)
  return new Promise((resolve) => server.once('close', (code) => resolve({ code, output })))
}

test('a taken port', async () => {
  const port = await freePort()
  const other = createServer().listen(port, '127.0.0.1')
  await new Promise((resolve) => other.once('listening', resolve))
  const { code, output } = await start({ PORT: String(port) })
  other.close()
  expect([code, output]).toEqual([1, `lyceum: port ${port} is taken; stop what uses it or set PORT\n`])
})

test('a folder that cannot be written', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')
  const { code, output } = await start({ DATA_DIR: join(file, 'data') })
  expect([code, output]).toEqual([1, `lyceum: DATA_DIR ${join(file, 'data')} cannot be written (ENOTDIR)\n`])
})

test('a database that a newer version has used', async () => {
  const database = openSqlite(join(folder, 'lyceum.sqlite'))
  await database.kysely.schema
    .createTable('migration')
    .addColumn('name', 'text')
    .addColumn('at', 'bigint')
    .execute()
  await database.kysely.insertInto('migration').values({ name: 'polls/007', at: 0 }).execute()
  await database.close()
  const { code, output } = await start({})
  expect(code).toBe(1)
  expect(output).toMatch(
    /^lyceum: the database was used by a newer version of Lyceum \(it knows polls\/007\).*\n$/,
  )
})

test.each([
  ['a file that is no database', {}, 'is not a database'],
  ['a port that is none', { PORT: 'eighty' }, 'PORT is not a port: eighty'],
  ['an address that is none', { PUBLIC_URL: 'nowhere' }, 'PUBLIC_URL is not a URL: nowhere'],
  ['an unknown log level', { LOG_LEVEL: 'loud' }, 'LOG_LEVEL is one of'],
  ['a database that does not answer', { DATABASE_URL: 'postgres://127.0.0.1:1/x' }, 'does not answer'],
])('%s', async (_what, env, line) => {
  if (Object.keys(env).length === 0) writeFileSync(join(folder, 'lyceum.sqlite'), 'x'.repeat(5_000))
  const { code, output } = await start(env as Record<string, string>)
  expect(code).toBe(1)
  expect(output.trim().split('\n')).toHaveLength(1)
  expect(output).toContain(line)
})

test('an empty community prints its setup link once a start, and ends cleanly on Ctrl-C', async () => {
  const first = await start({}, '/setup?token=')
  expect(first.code).toBe(0)
  expect(first.output.match(/\/setup\?token=[\w-]+/g)).toHaveLength(1)
})

test('what is still asked of a server that is stopping is told to come back', async () => {
  const stopping = await openCommunity()
  await stopping.community.close()
  const answer = await stopping.request('/api/feed')
  expect(answer.status).toBe(503)
  expect(await answer.json()).toMatchObject({ code: 'unavailable' })
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
})
