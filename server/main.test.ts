import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../test/support/ports.ts'
import { readEnv } from './env.ts'
import { explain, startServer } from './main.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-main-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('whoever comes while the server is starting is told so, and not left waiting', async () => {
  const env = readEnv({ DATA_DIR: folder, PORT: String(await freePort()), LOG_LEVEL: 'error' })
  const starting = startServer({ env })
  const first = await (async (): Promise<Response> => {
    for (;;) {
      const answer = await fetch(`${env.publicUrl}/healthz`, { headers: { connection: 'close' } }).catch(
        () => null,
      )
      if (answer) return answer
    }
  })()
  expect([200, 503]).toContain(first.status)
  if (first.status === 503) expect(first.headers.get('retry-after')).toBe('2')
  const running = await starting
  expect((await fetch(`${env.publicUrl}/healthz`, { headers: { connection: 'close' } })).status).toBe(200)
  await running.close()
})

test('a damaged database is said in one line', () => {
  expect(explain(Object.assign(new Error('x'), { code: 'SQLITE_CORRUPT' }))).toContain('damaged')
})
