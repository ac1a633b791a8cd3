import { afterEach, beforeEach, expect, test } from 'vitest'
import type { SessionInfo } from '#shared/features/accounts.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { createMember } from './index.ts'

let community: TestCommunity

beforeEach(async () => {
  community = await openCommunity()
  await createMember(community.services, {
    handle: 'ada',
    name: 'Ada',
    email: 'Ada@Example.org',
    password: 'a loom for algebra',
  })
})
afterEach(() => community.close())

function signIn(email: string, password: string, cookie?: string): Promise<Response> {
  return community.request('/api/session', {
    method: 'POST',
    body: JSON.stringify({ email, password }),
    ...(cookie ? { headers: { cookie } } : {}),
  })
}

const cookieOf = (response: Response): string => response.headers.get('set-cookie')!.split(';')[0]!

async function session(cookie: string): Promise<SessionInfo> {
  return (await (await community.request('/api/session', { headers: { cookie } })).json()) as SessionInfo
}

test('the right password signs in, however the email is written', async () => {
  const response = await signIn(' ADA@example.org ', 'a loom for algebra')
  expect(response.status).toBe(200)
  expect((await session(cookieOf(response))).member).toMatchObject({ handle: 'ada', role: 'member' })
})

test('a wrong password and an unknown email get the same answer', async () => {
  const wrong = await signIn('ada@example.org', 'a loom for algebrax')
  const unknown = await signIn('nobody@example.org', 'a loom for algebra')
  expect([wrong.status, unknown.status]).toEqual([401, 401])
  expect(await wrong.json()).toEqual(await unknown.json())
  expect([wrong, unknown].map((response) => response.headers.get('set-cookie'))).toEqual([null, null])
})

test('an unknown email takes as long as a wrong password', async () => {
  await signIn('warm@example.org', 'up, the decoy is made once')
  const times = { wrong: [] as number[], unknown: [] as number[] }
  for (let round = 0; round < 8; round++) {
    for (const [kind, email] of [
      ['wrong', 'ada@example.org'],
      ['unknown', `nobody-${round}@example.org`],
    ] as const) {
      const start = performance.now()
      await signIn(email, 'not the password')
      times[kind].push(performance.now() - start)
    }
  }
  // The quickest of each: what else the machine does can only add.
  const ratio = Math.min(...times.unknown) / Math.min(...times.wrong)
  // Without the decoy hash it is below 0.1.
  expect(ratio).toBeGreaterThan(0.5)
  expect(ratio).toBeLessThan(2)
})

test('an account without a password cannot be signed in to', async () => {
  await createMember(community.services, { handle: 'bob', name: 'Bob', email: 'bob@example.org' })
  for (const password of ['undefined', 'null', ' ']) {
    expect((await signIn('bob@example.org', password)).status).toBe(401)
  }
  expect((await signIn('bob@example.org', '')).status).toBe(422)
})

test('ten attempts at one account in five minutes are enough, and another account is not hindered', async () => {
  for (let attempt = 0; attempt < 10; attempt++) await signIn('ada@example.org', 'guess')
  const refused = await signIn('ada@example.org', 'a loom for algebra')
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('300')
  expect((await signIn('someone@example.org', 'guess')).status).toBe(401)
})

test('every sign-in makes a new session, and the one that the browser came with ends', async () => {
  const first = cookieOf(await signIn('ada@example.org', 'a loom for algebra'))
  const second = cookieOf(await signIn('ada@example.org', 'a loom for algebra', first))
  expect(second).not.toBe(first)
  expect((await session(first)).member).toBeNull()
  expect((await session(second)).member?.handle).toBe('ada')
})

test('signing out ends the session on the server, not only the cookie', async () => {
  const cookie = cookieOf(await signIn('ada@example.org', 'a loom for algebra'))
  const gone = await community.request('/api/session', { method: 'DELETE', headers: { cookie } })
  expect(gone.headers.get('set-cookie')).toMatch(/^lyceum=; .*Max-Age=0/)
  expect((await session(cookie)).member).toBeNull()
})

test('signing out everywhere ends all sessions of that member, and nobody else’s', async () => {
  const cookies: string[] = []
  for (let device = 0; device < 3; device++) {
    cookies.push(cookieOf(await signIn('ada@example.org', 'a loom for algebra')))
  }
  const other = await community.member()
  const { member } = await session(cookies[0]!)
  const result = await community.send({ id: member!.id, role: 'member' }, 'accounts.sign_out_everywhere', {})
  expect(result.ok).toBe(true)
  for (const cookie of cookies) expect((await session(cookie)).member).toBeNull()
  expect((await session(other.cookie)).member?.id).toBe(other.id)
})

test('a member sees where they are signed in, and which of these is the one that asks', async () => {
  const cookie = cookieOf(await signIn('ada@example.org', 'a loom for algebra'))
  await signIn('ada@example.org', 'a loom for algebra')
  const asked = await community.request('/api/queries/accounts.devices?input=%7B%7D', { headers: { cookie } })
  const { output } = (await asked.json()) as { output: { current: boolean }[] }
  expect(output).toHaveLength(2)
  expect(output.filter((device) => device.current)).toHaveLength(1)
  expect((await community.request('/api/queries/accounts.devices?input=%7B%7D')).status).toBe(401)
})

test('bad input names its field', async () => {
  expect(await (await signIn('not an address', 'x')).json()).toMatchObject({
    code: 'invalid',
    field: 'email',
  })
  const response = await community.request('/api/session', { method: 'POST', body: 'not json' })
  expect(response.status).toBe(422)
})

test('another site cannot sign anyone in or out', async () => {
  const member: TestMember = await community.member()
  for (const method of ['POST', 'DELETE']) {
    const response = await community.request('/api/session', {
      method,
      headers: { origin: 'https://evil.example', cookie: member.cookie },
      ...(method === 'POST' ? { body: '{}' } : {}),
    })
    expect(response.status).toBe(403)
  }
  expect((await session(member.cookie)).member?.id).toBe(member.id)
})
