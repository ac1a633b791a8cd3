import { afterEach, beforeEach, expect, test } from 'vitest'
import type { RecoveryRow } from '#shared/features/recovery.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

let community: TestCommunity
let ada: TestMember
let bob: TestMember
let mona: TestMember
let olga: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ name: 'Ada' })
  bob = await community.member({ name: 'Bob' })
  mona = await community.member({ role: 'moderator' })
  olga = await community.member({ role: 'owner' })
})
afterEach(() => community.close())

const offer = (member: TestMember, room: string, text: string, cut = false) =>
  community.send(member, 'recovery.offer', { room, text, cut })

async function copies(viewer: TestMember): Promise<RecoveryRow[]> {
  return [...((await community.feed(viewer)).get('recoveries')?.values() ?? [])]
}

async function textOf(viewer: TestMember, id: string): Promise<unknown> {
  const input = encodeURIComponent(JSON.stringify({ id }))
  const response = await community.request(`/api/queries/recovery.copy?input=${input}`, { as: viewer })
  return response.status === 200 ? ((await response.json()) as { output: unknown }).output : response.status
}

test('what devices offer is kept once, and shown to whoever looks after the community', async () => {
  expect(await offer(ada, 'notes/talk', 'As it was.')).toMatchObject({ ok: true, data: { kept: true } })
  community.clock.advance(1_000)
  await offer(bob, 'notes/talk', 'As it was.')
  await offer(bob, 'notes/talk', 'As it was.')
  await offer(bob, 'notes/talk', 'As it was, and more.', true)
  const [first, second] = await copies(mona)
  expect(first).toMatchObject({
    room: 'notes/talk',
    memberName: 'Ada',
    offers: 2,
    characters: 10,
    cut: false,
  })
  expect(second).toMatchObject({ memberName: 'Bob', offers: 1, excerpt: 'As it was, and more.', cut: true })
  expect(await textOf(mona, first!.id)).toEqual({ text: 'As it was.' })
  for (const member of [ada, bob]) {
    expect(await copies(member)).toEqual([])
    expect(await textOf(member, first!.id)).toBe(403)
  }
})

test('drafts are for the owner alone, and what a member keeps for themselves is for nobody', async () => {
  await offer(ada, 'draft/one', 'Not published.')
  const [draft] = await copies(olga)
  expect(await copies(mona)).toEqual([])
  expect(await textOf(mona, draft!.id)).toBeNull()
  expect(await textOf(olga, draft!.id)).toEqual({ text: 'Not published.' })
  expect(await community.send(mona, 'recovery.discard', { id: draft!.id })).toMatchObject({
    ok: false,
    code: 'forbidden',
  })
  for (const room of [`me/${ada.id}/notes`, 'nonsense', 'notes/../x y']) {
    expect(await offer(ada, room, 'x')).toMatchObject({ ok: false, code: 'invalid' })
  }
})

test('a copy that is deleted is gone, and so are old ones', async () => {
  await offer(ada, 'thread/1', 'One.')
  const [copy] = await copies(mona)
  expect(await community.send(ada, 'recovery.discard', { id: copy!.id })).toMatchObject({ ok: false })
  expect(await community.send(mona, 'recovery.discard', { id: copy!.id })).toMatchObject({ ok: true })
  expect(await community.send(mona, 'recovery.discard', { id: copy!.id })).toMatchObject({ ok: true })
  expect(await copies(mona)).toEqual([])
  expect(await textOf(mona, copy!.id)).toBeNull()
  await offer(ada, 'thread/1', 'Two.')
  community.clock.advance(181 * 86_400_000)
  await offer(ada, 'thread/2', 'Three.')
  const later = await community.member({ role: 'moderator' })
  expect((await copies(later)).map((each) => each.excerpt)).toEqual(['Three.'])
})

test('nobody can fill the community with copies', async () => {
  for (let i = 0; i < 12; i++) await offer(ada, 'thread/1', `Version ${i}`)
  expect(await copies(mona)).toHaveLength(10)
  expect(await offer(bob, 'thread/1', 'One more')).toMatchObject({ ok: true, data: { kept: false } })
  expect(await offer(bob, 'thread/1', 'Version 3')).toMatchObject({ ok: true, data: { kept: true } })
  const large = 'x'.repeat(400_000)
  for (let i = 0; i < 13; i++) await offer(bob, `notes/${i}`, `${i % 10}${large}`.slice(0, 400_000))
  const kept = (await copies(mona)).filter((copy) => copy.room.startsWith('notes/'))
  expect(kept.map((copy) => copy.characters)).toEqual(Array(9).fill(400_000))
})
