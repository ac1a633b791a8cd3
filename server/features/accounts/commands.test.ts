import { afterEach, beforeEach, expect, test } from 'vitest'
import { openCommunity, type TestCommunity } from '../../../test/support/community.ts'
import { createMember } from './index.ts'

let community: TestCommunity

beforeEach(async () => {
  community = await openCommunity()
})
afterEach(() => community.close())

test('a changed role shows on the feed and holds from the next request', async () => {
  const owner = await community.member({ role: 'owner' })
  const ada = await community.member({ handle: 'ada' })
  expect(
    await community.send(owner, 'accounts.set_role', { memberId: ada.id, role: 'author' }),
  ).toMatchObject({
    ok: true,
  })
  expect((await community.feed(owner)).get('members')!.get(ada.id)).toMatchObject({
    handle: 'ada',
    role: 'author',
  })
  const info = await (await community.request('/api/session', { as: ada })).json()
  expect(info).toMatchObject({ member: { role: 'author' } })
})

test('losing the role of moderator withdraws the invitations from the device', async () => {
  const owner = await community.member({ role: 'owner' })
  const ada = await community.member({ role: 'moderator' })
  const id = '01890000-0000-7000-8000-000000000001'
  await community.send(owner, 'accounts.invite', { id, role: 'member', note: '', uses: 1, days: 1 })
  expect((await community.feed(ada)).get('invites')?.has(id)).toBe(true)
  await community.send(owner, 'accounts.set_role', { memberId: ada.id, role: 'member' })
  expect((await community.feed(ada)).get('invites')?.has(id) ?? false).toBe(false)
})

test('nobody changes their own role, and only owners change others’', async () => {
  const owner = await community.member({ role: 'owner' })
  const moderator = await community.member({ role: 'moderator' })
  const own = await community.send(owner, 'accounts.set_role', { memberId: owner.id, role: 'member' })
  expect(own).toMatchObject({ ok: false, code: 'forbidden', reason: 'accounts.own_role' })
  const up = await community.send(moderator, 'accounts.set_role', { memberId: moderator.id, role: 'owner' })
  expect(up).toMatchObject({ ok: false, code: 'forbidden' })
  const down = await community.send(moderator, 'accounts.set_role', { memberId: owner.id, role: 'member' })
  expect(down).toMatchObject({ ok: false, code: 'forbidden', reason: 'accounts.not_your_role' })
})

test('two owners who demote each other at once leave one owner', async () => {
  const [one, two] = [await community.member({ role: 'owner' }), await community.member({ role: 'owner' })]
  const results = await Promise.all([
    community.send(one, 'accounts.set_role', { memberId: two.id, role: 'member' }),
    community.send(two, 'accounts.set_role', { memberId: one.id, role: 'member' }),
  ])
  expect(results.filter((result) => result.ok)).toHaveLength(1)
  const owners = [...(await community.feed(one)).get('members')!.values()].filter(
    (row) => row.role === 'owner',
  )
  expect(owners).toHaveLength(1)
})

test('an edited profile shows on the feed; a taken handle names its field', async () => {
  const ada = await community.member({ handle: 'ada' })
  await community.member({ handle: 'bob' })
  const edited = { name: '艾达', handle: 'Countess', bio: 'Notes on the engine' }
  expect(await community.send(ada, 'accounts.edit_profile', edited)).toMatchObject({ ok: true })
  expect((await community.feed(ada)).get('members')!.get(ada.id)).toMatchObject({
    name: '艾达',
    handle: 'countess',
  })
  expect(await community.send(ada, 'accounts.edit_profile', { ...edited, handle: 'bob' })).toMatchObject({
    ok: false,
    code: 'conflict',
    field: 'handle',
    reason: 'accounts.handle_taken',
  })
})

test('preferences and email are seen by their member alone', async () => {
  const ada = await community.member({ handle: 'ada' })
  const owner = await community.member({ role: 'owner' })
  await community.send(ada, 'accounts.set_preferences', { theme: 'dark', timeZone: 'Asia/Shanghai' })
  expect((await community.feed(ada)).get('accounts')!.get(ada.id)).toMatchObject({
    email: 'ada@example.org',
    theme: 'dark',
    language: 'en',
    timeZone: 'Asia/Shanghai',
  })
  expect((await community.feed(owner)).get('accounts')?.has(ada.id)).toBe(false)
})

test('guests see the community and none of its members', async () => {
  const owner = await community.member({ role: 'owner' })
  const about = { name: 'Analytical Engines', about: 'Patterns', language: 'zh' as const }
  expect(await community.send(owner, 'accounts.describe_community', about)).toMatchObject({ ok: true })
  const seen = await community.feed()
  expect([...seen.get('community')!.values()]).toMatchObject([about])
  expect(seen.get('members')).toBeUndefined()
  const member = await community.member()
  expect(await community.send(member, 'accounts.describe_community', about)).toMatchObject({
    code: 'forbidden',
  })
})

test('what is private to a member’s devices opens for that member only', async () => {
  const [ada, owner] = [await community.member(), await community.member({ role: 'owner' })]
  await community.write(ada, `me/${ada.id}/reading`, (doc) => doc.getMap('articles').set('a', 1))
  expect((await community.doc(ada, `me/${ada.id}/reading`)).getMap('articles').get('a')).toBe(1)
  for (const room of [
    `me/${ada.id}/reading`,
    `me/${owner.id}`,
    `me/${owner.id}/a/b`,
    `me/${owner.id}/../x`,
  ]) {
    await expect(community.doc(owner, room)).rejects.toThrow()
  }
})

test('bad input is refused, names its field, and changes nothing', async () => {
  const owner = await community.member({ role: 'owner', handle: 'owner' })
  const refused = await community.send(owner, 'accounts.edit_profile', { name: '', handle: 'x', bio: '' })
  expect(refused).toMatchObject({ ok: false, code: 'invalid', field: 'name' })
  const unknown = { memberId: '01890000-0000-7000-8000-000000000009', role: 'author' as const }
  expect(await community.send(owner, 'accounts.set_role', unknown)).toMatchObject({
    code: 'not_found',
    field: 'memberId',
  })
  const taken = await createMember(community.services, {
    handle: 'OWNER',
    name: 'x',
    email: 'x@example.org',
  })
  expect(taken).toMatchObject({ ok: false, error: { field: 'handle' } })
  expect((await community.feed(owner)).get('members')!.size).toBe(1)
})
