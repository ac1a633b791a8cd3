import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Refusal } from '#shared/core/result.ts'
import type { SessionInfo } from '#shared/features/accounts.ts'
import type { PresetName } from '#shared/features/setup.ts'
import { openCommunity, type TestCommunity } from '../../../test/support/community.ts'
import { createMember, setupLink } from './index.ts'

let community: TestCommunity

beforeEach(async () => {
  community = await openCommunity()
})
afterEach(() => community.close())

async function token(): Promise<string> {
  return new URL((await setupLink(community.services))!).searchParams.get('token')!
}

function setUp(with_: {
  token: string
  handle?: string
  password?: string
  preset?: PresetName
}): Promise<Response> {
  const handle = with_.handle ?? 'ada'
  return community.request('/api/setup', {
    method: 'POST',
    body: JSON.stringify({
      token: with_.token,
      community: 'Analytical Engines',
      about: 'Machines that weave patterns',
      name: 'Ada',
      handle,
      email: `${handle}@example.org`,
      password: with_.password ?? 'a loom for algebra',
      language: 'en',
      ...(with_.preset ? { preset: with_.preset } : {}),
    }),
  })
}

async function owners(): Promise<string[]> {
  const { services } = community
  const rows = await services.read((reader) =>
    reader
      .tables<{ accounts_member: { handle: string; role: string } }>()
      .selectFrom('accounts_member')
      .select('handle')
      .where('role', '=', 'owner')
      .execute(),
  )
  return rows.map((row) => row.handle)
}

test('the setup link names the community, makes its owner and signs them in', async () => {
  const before = (await (await community.request('/api/session')).json()) as SessionInfo
  expect(before).toMatchObject({ member: null, community: null, ready: false })

  const response = await setUp({ token: await token() })
  expect(response.status).toBe(200)
  expect(response.headers.get('set-cookie')).toMatch(
    /^lyceum=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=/,
  )

  const cookie = response.headers.get('set-cookie')!.split(';')[0]!
  const after = (await (
    await community.request('/api/session', { headers: { cookie } })
  ).json()) as SessionInfo
  expect(after.ready).toBe(true)
  expect(after.member).toMatchObject({ name: 'Ada', handle: 'ada', role: 'owner' })
  expect(after.community).toMatchObject({
    name: 'Analytical Engines',
    about: 'Machines that weave patterns',
    language: 'en',
  })
})

test('a hundred simultaneous setups make exactly one owner', async () => {
  const once = await token()
  const responses = await Promise.all(
    Array.from({ length: 100 }, (_, i) => setUp({ token: once, handle: `owner-${i}` })),
  )
  expect(responses.filter((response) => response.ok)).toHaveLength(1)
  expect(await owners()).toHaveLength(1)
})

test('after it was used, setup does not exist, and no new link is given', async () => {
  const once = await token()
  await setUp({ token: once })
  const again = await setUp({ token: once, handle: 'eve' })
  expect(again.status).toBe(404)
  expect(await again.json()).toMatchObject({ code: 'not_found', reason: 'accounts.setup_done' })
  expect(await setupLink(community.services)).toBeNull()
  expect(await owners()).toEqual(['ada'])
})

test('a new setup link ends the one before it, and a made-up token opens nothing', async () => {
  const first = await token()
  const second = await token()
  for (const wrong of [first, 'x', '']) {
    expect(await (await setUp({ token: wrong })).json()).toMatchObject({ field: 'token' })
  }
  expect((await setUp({ token: second })).status).toBe(200)
})

test('an owner made on the command line closes setup', async () => {
  const once = await token()
  await createMember(community.services, {
    handle: 'root',
    name: 'Root',
    email: 'root@example.org',
    role: 'owner',
  })
  expect((await setUp({ token: once })).status).toBe(404)
  expect(await owners()).toEqual(['root'])
})

test('the token lies in the database only as a hash', async () => {
  const once = await token()
  const kept = await community.services.read((reader) =>
    reader
      .tables<{ accounts_setup: { token_hash: string } }>()
      .selectFrom('accounts_setup')
      .selectAll()
      .execute(),
  )
  expect(JSON.stringify(kept)).not.toContain(once)
})

test('bad input changes nothing and names its field', async () => {
  const once = await token()
  const refusal = (await (await setUp({ token: once, password: 'short' })).json()) as Refusal
  expect(refusal).toMatchObject({
    code: 'invalid',
    field: 'password',
    reason: 'core.invalid_min_length',
    params: { limit: 8 },
  })
  expect(await owners()).toEqual([])
  expect((await setUp({ token: once })).status).toBe(200)
})

test('a preset is where a community begins, and all of it can be changed', async () => {
  expect((await setUp({ token: await token(), preset: 'project' })).status).toBe(200)
  const row = async () => (await community.feed()).get('community')!.get('community')
  expect(await row()).toMatchObject({
    name: 'Analytical Engines',
    off: ['groups', 'memberships'],
    signUp: 'open',
    opening: { to: 'public' },
  })
  const owner = await community.member({ role: 'owner' })
  await community.send(owner, 'accounts.configure_community', {
    off: ['notes'],
    signUp: 'approval',
    opening: { to: 'members' },
  })
  expect(await row()).toMatchObject({ name: 'Analytical Engines', off: ['notes'], signUp: 'approval' })
  await community.send(owner, 'accounts.describe_community', { name: 'Engines', about: '', language: 'zh' })
  expect(await row()).toMatchObject({ name: 'Engines', off: ['notes'], opening: { to: 'members' } })
})

test('what is new opens as the community has chosen: articles and courses alike', async () => {
  const owner = await community.member({ role: 'owner' })
  const settings = { off: [], signUp: 'invite', opening: { to: 'public' } } as const
  await community.send(owner, 'accounts.configure_community', { ...settings, off: [] })
  const [draft, course] = [uuidv7(), uuidv7()]
  await community.send(owner, 'articles.start_draft', { id: draft, title: 'One', articleId: null })
  await community.send(owner, 'courses.start_course', { courseId: course, title: 'Two', lang: 'en' })
  const feed = await community.feed(owner)
  expect(feed.get('drafts')!.get(draft).opening).toEqual({ to: 'public' })
  expect(feed.get('courses')!.get(course).opening).toEqual({ to: 'public' })
})
