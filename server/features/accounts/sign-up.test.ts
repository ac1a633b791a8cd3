import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Role } from '#shared/core/viewer.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

let community: TestCommunity
let owner: TestMember

beforeEach(async () => {
  community = await openCommunity()
  owner = await community.member({ role: 'owner', handle: 'owner' })
})
afterEach(() => community.close())

async function invite(
  options: { role?: Role; uses?: number; days?: number; by?: TestMember } = {},
): Promise<string> {
  const id = uuidv7(community.clock.now)
  const result = await community.send(options.by ?? owner, 'accounts.invite', {
    id,
    role: options.role ?? 'member',
    note: '',
    uses: options.uses ?? 1,
    days: options.days ?? 7,
  })
  if (!result.ok) throw new Error(result.message)
  return (await community.feed(owner)).get('invites')?.get(id).token
}

function signUp(token: string, handle: string, email = `${handle}@example.org`): Promise<Response> {
  return community.request('/api/sign-up', {
    method: 'POST',
    body: JSON.stringify({
      invite: token,
      name: handle,
      handle,
      email,
      password: 'a loom for algebra',
      language: 'zh',
    }),
  })
}

test('an invitation makes a member of its role, signed in, and seen by all members', async () => {
  const response = await signUp(await invite({ role: 'author' }), 'ada')
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ member: { handle: 'ada', role: 'author' } })
  const seen = [...(await community.feed(owner)).get('members')!.values()]
  expect(seen.map((member) => member.handle).sort()).toEqual(['ada', 'owner'])
  expect(JSON.stringify(seen)).not.toContain('@example.org')
})

test('fifty people at once use an invitation for three up exactly three times', async () => {
  const token = await invite({ uses: 3 })
  const responses = await Promise.all(Array.from({ length: 50 }, (_, i) => signUp(token, `guest-${i}`)))
  expect(responses.filter((response) => response.ok)).toHaveLength(3)
  const refused = responses.find((response) => !response.ok)!
  expect(refused.status).toBe(410)
  expect(await refused.json()).toMatchObject({ field: 'invite', reason: 'accounts.invite_used' })
  expect((await community.feed(owner)).get('members')!.size).toBe(4)
  const [row] = [...(await community.feed(owner)).get('invites')!.values()]
  expect(row).toMatchObject({ uses: 0 })
})

test('expired, revoked and made-up invitations are refused, each with its reason', async () => {
  const expired = await invite({ days: 1 })
  community.clock.advance(86_400_000)
  expect(await (await signUp(expired, 'ada')).json()).toMatchObject({ reason: 'accounts.invite_expired' })

  const revoked = await invite()
  const [id] = [...(await community.feed(owner)).get('invites')!].find(([, row]) => row.token === revoked)!
  expect(await community.send(owner, 'accounts.revoke_invite', { id })).toMatchObject({ ok: true })
  expect(await (await signUp(revoked, 'ada')).json()).toMatchObject({ reason: 'accounts.invite_unknown' })
  expect((await community.feed(owner)).get('invites')!.has(id)).toBe(false)

  expect((await signUp('made-up', 'ada')).status).toBe(404)
})

test('a taken handle or email is refused at its field and leaves the invitation unused', async () => {
  const token = await invite()
  expect(await (await signUp(token, 'owner', 'new@example.org')).json()).toMatchObject({
    code: 'conflict',
    field: 'handle',
    reason: 'accounts.handle_taken',
  })
  expect(await (await signUp(token, 'ada', 'OWNER@example.org')).json()).toMatchObject({
    field: 'email',
    reason: 'accounts.email_taken',
  })
  expect((await signUp(token, 'ada')).status).toBe(200)
})

test('two people who want the same handle at once: one gets it', async () => {
  const token = await invite({ uses: 5 })
  const responses = await Promise.all([1, 2, 3].map((i) => signUp(token, 'ada', `ada-${i}@example.org`)))
  expect(responses.map((response) => response.status).sort()).toEqual([200, 409, 409])
  const [row] = [...(await community.feed(owner)).get('invites')!.values()]
  expect(row.uses).toBe(4)
})

test('whoever has no invitation learns nothing about who has an account', async () => {
  const known = await signUp('made-up', 'owner')
  const unknown = await signUp('made-up', 'nobody')
  expect(await known.json()).toEqual(await unknown.json())
})

test('moderators invite, but neither make owners nor see the links that do; members see none', async () => {
  const moderator = await community.member({ role: 'moderator' })
  const member = await community.member()
  const forOwner = await invite({ role: 'owner' })
  const forMember = await invite({ by: moderator })

  const seen = JSON.stringify([...(await community.feed(moderator)).get('invites')!.values()])
  expect(seen).toContain(forMember)
  expect(seen).not.toContain(forOwner)
  expect((await community.feed(member)).get('invites')).toBeUndefined()

  const input = { id: uuidv7(community.clock.now), role: 'owner' as const, note: '', uses: 1, days: 1 }
  for (const who of [moderator, member]) {
    expect(await community.send(who, 'accounts.invite', input)).toMatchObject({
      ok: false,
      code: 'forbidden',
    })
  }
  const [ownerInvite] = [...(await community.feed(owner)).get('invites')!].find(
    ([, row]) => row.token === forOwner,
  )!
  expect(await community.send(moderator, 'accounts.revoke_invite', { id: ownerInvite })).toMatchObject({
    code: 'forbidden',
  })
})
