import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Community, openCommunity } from '#server/app.ts'
import { openSqlite } from '#server/core/db.ts'
import type { SessionInfo } from '#shared/features/accounts.ts'
import { testOrigin } from '../../../test/support/community.ts'
import { createMember, resetPassword } from './index.ts'
import { accept, ask } from './joining.ts'

let community: Community
let mails: string[]
let smtp: Server
let now: number

/** As much of a mail server as one delivery needs. */
function startSmtp(take: (mail: string) => void): Promise<{ server: Server; url: string }> {
  const server = createServer((socket) => {
    let mail: string | undefined
    let rest = ''
    socket.write('220 test\r\n')
    socket.on('data', (bytes) => {
      rest += bytes.toString('utf8')
      for (;;) {
        const end = rest.indexOf('\r\n')
        if (end < 0) return
        const line = rest.slice(0, end)
        rest = rest.slice(end + 2)
        if (mail === undefined) {
          if (line === 'DATA') mail = ''
          socket.write(line === 'DATA' ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
        } else if (line === '.') {
          take(mail)
          mail = undefined
          socket.write('250 taken\r\n')
        } else mail += `${line}\n`
      }
    })
    socket.on('error', () => {})
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      resolve({ server, url: `smtp://127.0.0.1:${(server.address() as { port: number }).port}` })
    })
  })
}

async function open(mailUrl: string | undefined): Promise<void> {
  const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
  community = await openCommunity({
    database: openSqlite(':memory:'),
    now: () => now,
    log: quiet,
    env: {
      port: 8787,
      host: '127.0.0.1',
      dataDir: '/nonexistent',
      databaseUrl: undefined,
      publicUrl: testOrigin,
      secret: 'a secret of the tests',
      logLevel: 'error',
      mailUrl,
      mailFrom: 'lyceum@example.org',
    },
  })
  await createMember(community.services, {
    handle: 'ada',
    name: 'Ada',
    email: 'ada@example.org',
    password: 'a loom for algebra',
  })
}

beforeEach(async () => {
  now = Date.UTC(2026, 4, 4, 8)
  mails = []
  const started = await startSmtp((mail) => mails.push(mail))
  smtp = started.server
  await open(started.url)
})
afterEach(async () => {
  await community.close()
  smtp.close()
})

function post(path: string, body: object, cookie?: string): Promise<Response> {
  return Promise.resolve(
    community.app.request(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { origin: testOrigin, ...(cookie ? { cookie } : {}) },
    }),
  )
}

async function signIn(password: string): Promise<string | undefined> {
  const response = await post('/api/session', { email: 'ada@example.org', password })
  return response.ok ? response.headers.get('set-cookie')!.split(';')[0] : undefined
}

async function isSignedIn(cookie: string | undefined): Promise<boolean> {
  const response = await community.app.request('/api/session', { headers: { cookie: cookie! } })
  return ((await response.json()) as SessionInfo).member !== null
}

async function mailedToken(): Promise<string> {
  await post('/api/password/forgot', { email: 'Ada@example.org' })
  await community.quiesce()
  // Quoted-printable: soft line breaks fall away, "=3D" is "=".
  const text = mails.at(-1)!.replaceAll('=\n', '').replaceAll('=3D', '=')
  return /reset\?token=([\w-]+)/.exec(text)![1]!
}

test('a forgotten password is reset by the mailed link, which ends all sessions', async () => {
  const before = await signIn('a loom for algebra')
  const token = await mailedToken()
  expect((await post('/api/password/reset', { token, password: 'cards and cylinders' })).status).toBe(200)
  expect(await isSignedIn(before)).toBe(false)
  expect(await signIn('a loom for algebra')).toBeUndefined()
  expect(await signIn('cards and cylinders')).toBeDefined()
})

test('a reset link works once, even for many at the same time', async () => {
  const token = await mailedToken()
  const responses = await Promise.all(
    Array.from({ length: 10 }, (_, i) =>
      post('/api/password/reset', { token, password: `attempt number ${i}` }),
    ),
  )
  expect(responses.filter((response) => response.ok)).toHaveLength(1)
  const refused = responses.find((response) => !response.ok)!
  expect(await refused.json()).toMatchObject({
    code: 'gone',
    field: 'token',
    reason: 'accounts.reset_expired',
  })
})

test('a reset link ends after an hour, and when a newer one was asked for', async () => {
  const first = await mailedToken()
  const second = await mailedToken()
  expect((await post('/api/password/reset', { token: first, password: 'cards and cylinders' })).status).toBe(
    410,
  )
  now += 3_600_000
  expect((await post('/api/password/reset', { token: second, password: 'cards and cylinders' })).status).toBe(
    410,
  )
  expect(await signIn('a loom for algebra')).toBeDefined()
})

test('asking for a link answers the same for known and unknown emails, and mails only the known', async () => {
  const known = await post('/api/password/forgot', { email: 'ada@example.org' })
  const unknown = await post('/api/password/forgot', { email: 'nobody@example.org' })
  expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()])
  await community.quiesce()
  expect(mails).toHaveLength(1)
  expect(mails[0]).toContain('To: ada@example.org')
})

test('the token of a mailed link is nowhere in the database in the clear', async () => {
  const token = await mailedToken()
  const kept = await community.services.read(async (reader) => {
    const tables = reader.tables<{ accounts_reset: object; job: object }>()
    return [
      await tables.selectFrom('accounts_reset').selectAll().execute(),
      await tables.selectFrom('job').selectAll().execute(),
    ]
  })
  expect(JSON.stringify(kept)).not.toContain(token)
})

test('without mail, forgetting a password is answered just the same', async () => {
  await community.close()
  await open(undefined)
  expect((await post('/api/password/forgot', { email: 'ada@example.org' })).status).toBe(200)
})

test('changing the password asks for the current one, keeps this session and ends the others', async () => {
  const here = await signIn('a loom for algebra')
  const elsewhere = await signIn('a loom for algebra')
  const wrong = await post('/api/password', { current: 'guess', password: 'cards and cylinders' }, here)
  expect(wrong.status).toBe(403)
  expect(await wrong.json()).toMatchObject({ field: 'current', reason: 'accounts.password_wrong' })

  const right = { current: 'a loom for algebra', password: 'cards and cylinders' }
  expect((await post('/api/password', right, here)).status).toBe(200)
  expect([await isSignedIn(here), await isSignedIn(elsewhere)]).toEqual([true, false])
  expect(await signIn('cards and cylinders')).toBeDefined()
  expect((await post('/api/password', right)).status).toBe(401)
})

test('the command line sets a password, made up when none is given, and ends all sessions', async () => {
  const before = await signIn('a loom for algebra')
  const made = await resetPassword(community.services, 'ADA@example.org')
  if (!made.ok) throw new Error(made.error.message)
  expect(made.value.password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/)
  expect(await isSignedIn(before)).toBe(false)
  expect(await signIn(made.value.password)).toBeDefined()
  expect(await resetPassword(community.services, 'nobody@example.org')).toMatchObject({ ok: false })
  expect(await resetPassword(community.services, 'ada@example.org', 'short')).toMatchObject({ ok: false })
})

test('a password means the same however its letters are composed', async () => {
  await resetPassword(community.services, 'ada@example.org', 'caf\u00e9 au lait')
  expect(await signIn('cafe\u0301 au lait')).toBeDefined()
})

test('passwords are kept as argon2id with OWASP’s parameters', async () => {
  const record = await community.services.read((reader) =>
    reader
      .tables<{ accounts_member: { password_hash: string } }>()
      .selectFrom('accounts_member')
      .select('password_hash')
      .executeTakeFirstOrThrow(),
  )
  expect(record.password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('whoever asked to join and is accepted is told by mail where to sign in', async () => {
  const { services } = community
  const asking = { name: 'Bob', handle: 'bob', email: 'bob@example.org', language: 'en', why: '' } as const
  await services.transact(async (tx) => {
    await tx.publish('community', 'community', { name: 'Engines', signUp: 'approval' })
    await ask(tx, { ...asking, passwordHash: '' })
  })
  const [asked] = await services.read((reader) => reader.rows('applicants'))
  await services.transact((tx) => accept(tx, asked!.id))
  await community.quiesce()
  expect(mails).toHaveLength(1)
  expect(mails[0]).toContain('To: bob@example.org')
  expect(mails[0]).toContain('Welcome to Engines')
  expect(mails[0]).toContain(`${testOrigin}/sign-in`)
})
