import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { openTo } from '#shared/core/opening.ts'
import { closeCode } from '#shared/core/wire.ts'
import { groupMemberId, type JoinRule, namesIn } from '#shared/features/groups.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { closedWith, opened, serve } from '../../../test/support/sockets.ts'

let community: TestCommunity
let moderator: TestMember
let author: TestMember
let ada: TestMember
let bob: TestMember

beforeEach(async () => {
  community = await openCommunity()
  moderator = await community.member({ role: 'moderator', handle: 'mod' })
  author = await community.member({ role: 'author', handle: 'author' })
  ada = await community.member({ handle: 'ada' })
  bob = await community.member({ handle: 'bob' })
})
afterEach(() => community.close())

async function group(joining: JoinRule = 'closed', ...who: string[]): Promise<string> {
  const id = uuidv7()
  await community.send(moderator, 'groups.create', { id, name: 'Weavers', description: '', joining })
  if (who.length > 0) expect(await add(id, who)).toMatchObject({ ok: true })
  return id
}
const add = (groupId: string, who: string[], by = moderator) =>
  community.send(by, 'groups.add', { groupId, who })
const seen = async (who: TestMember, table: string): Promise<string[]> => [
  ...((await community.feed(who)).get(table)?.keys() ?? []),
]
/** Whether an article that is open to the group would be to them. */
const mayOpen = async (who: TestMember, groupId: string): Promise<boolean> => {
  const held = await community.services.read((reader) =>
    reader
      .tables<{ membership: { member_id: string; audience: string } }>()
      .selectFrom('membership')
      .select('audience')
      .where('member_id', '=', who.id)
      .execute(),
  )
  return held.some(({ audience }) =>
    openTo({ to: 'groups', groups: [groupId] }, 'x').includes(audience as never),
  )
}

test('whoever runs the community makes a group and puts members into it, by handle and by email', async () => {
  const id = await group('closed', '@ada', 'bob@example.org')
  expect((await community.feed(moderator)).get('groups')!.get(id)).toMatchObject({
    name: 'Weavers',
    members: 2,
  })
  expect(await mayOpen(ada, id)).toBe(true)
  expect(await mayOpen(author, id)).toBe(false)
  const names = [groupMemberId(id, ada.id), groupMemberId(id, bob.id)].sort()
  for (const who of [moderator, ada, bob]) expect((await seen(who, 'group_members')).sort()).toEqual(names)
})

test('a closed group is seen by its own, and by those who choose whom content is for', async () => {
  const id = await group('closed', 'ada')
  for (const who of [moderator, author, ada]) expect(await seen(who, 'groups')).toEqual([id])
  expect(await seen(bob, 'groups')).toEqual([])
  expect(await seen(author, 'group_members')).toEqual([])
  expect(await community.send(bob, 'groups.join', { groupId: id })).toMatchObject({
    reason: 'groups.unknown',
  })
})

test('an open one is seen and joined by any member, who can leave it again', async () => {
  const id = await group('open')
  expect(await seen(bob, 'groups')).toEqual([id])
  expect(await community.send(bob, 'groups.join', { groupId: id })).toMatchObject({ ok: true })
  expect(await community.send(bob, 'groups.join', { groupId: id })).toMatchObject({ ok: true })
  expect((await community.feed(ada)).get('groups')!.get(id)).toMatchObject({ members: 1 })
  expect(await community.send(bob, 'groups.leave', { groupId: id })).toMatchObject({ ok: true })
  expect(await mayOpen(bob, id)).toBe(false)
  expect(await seen(bob, 'group_members')).toEqual([])
})

test('removed, a member loses what was open to the group, and sees it no more', async () => {
  const id = await group('closed', 'ada', 'bob')
  expect(await community.send(moderator, 'groups.remove', { groupId: id, memberId: ada.id })).toMatchObject({
    ok: true,
  })
  expect(await mayOpen(ada, id)).toBe(false)
  expect(await seen(ada, 'groups')).toEqual([])
  expect(await seen(ada, 'group_members')).toEqual([])
  expect(await seen(bob, 'group_members')).toEqual([groupMemberId(id, bob.id)])
})

test('a grant that somebody has for another reason stays when they leave the group', async () => {
  const id = await group('open')
  await community.send(bob, 'groups.join', { groupId: id })
  await community.services.transact((tx) => tx.grant(bob.id, `group:${id}`, 'code:x'))
  await community.send(bob, 'groups.leave', { groupId: id })
  expect(await mayOpen(bob, id)).toBe(true)
})

test('a lead adds by handle and removes, but learns nothing from emails and decides nothing else', async () => {
  const id = await group('closed', 'ada')
  expect(await add(id, ['bob'], ada)).toMatchObject({ code: 'forbidden' })
  const one = { groupId: id, memberId: ada.id }
  expect(await community.send(ada, 'groups.set_lead', { ...one, lead: true })).toMatchObject({ ok: false })
  await community.send(moderator, 'groups.set_lead', { ...one, lead: true })
  expect((await community.feed(ada)).get('group_members')!.get(groupMemberId(id, ada.id)).lead).toBe(true)
  const known = await add(id, ['bob@example.org'], ada)
  const unknown = await add(id, ['nobody@example.org'], ada)
  for (const refused of [known, unknown]) expect(refused).toMatchObject({ reason: 'groups.not_found' })
  expect(await add(id, ['bob'], ada)).toMatchObject({ ok: true })
  const described = { id, name: 'Spinners', description: 'x' }
  expect(await community.send(ada, 'groups.describe', { ...described, joining: 'open' })).toMatchObject({
    code: 'forbidden',
  })
  expect(await community.send(ada, 'groups.describe', { ...described, joining: 'closed' })).toMatchObject({
    ok: true,
  })
  expect(await community.send(ada, 'groups.delete', { id })).toMatchObject({ code: 'forbidden' })
  expect(await community.send(ada, 'groups.remove', { groupId: id, memberId: bob.id })).toMatchObject({
    ok: true,
  })
})

test('a pasted list is added whole or not at all, and names whom nobody knows', async () => {
  const id = await group()
  const who = namesIn('@Ada, Bob <BOB@example.org>;\n nobody\tada')
  expect(who).toEqual(['ada', 'bob', 'bob@example.org', 'nobody'])
  expect(await add(id, who)).toMatchObject({
    ok: false,
    field: 'who',
    reason: 'groups.not_found',
    params: { names: 'nobody' },
  })
  expect(await seen(moderator, 'group_members')).toEqual([])
  expect(await add(id, who.slice(0, 3))).toMatchObject({ ok: true, data: { added: 2 } })
})

test('deleted, a group closes for all and leaves nothing', async () => {
  const id = await group('open', 'ada', 'bob')
  await community.send(moderator, 'groups.delete', { id })
  for (const who of [moderator, ada, bob]) {
    expect(await seen(who, 'groups')).toEqual([])
    expect(await seen(who, 'group_members')).toEqual([])
    expect(await mayOpen(who, id)).toBe(false)
  }
})

test('an article that is open to the group closes within a second for whoever is removed', async () => {
  const id = await group('closed', 'ada', 'bob')
  const draftId = uuidv7()
  await community.send(author, 'articles.start_draft', { id: draftId, title: 'Looms', articleId: null })
  const published = await community.send(author, 'articles.publish', {
    draftId,
    title: 'Looms',
    description: '',
    tags: [],
    lang: 'en',
    opening: { to: 'groups', groups: [id] },
    body: 'For weavers.\n',
  })
  expect(published).toMatchObject({ ok: true })
  const [article] = await seen(ada, 'articles')
  const served = await serve(community)
  const [hers, his] = [ada, bob].map((who) => served.open(`/sync/content/${article}`, who))
  await Promise.all([opened(hers!), opened(his!)])
  const closed = closedWith(hers!)
  const began = performance.now()
  await community.send(moderator, 'groups.remove', { groupId: id, memberId: ada.id })
  expect([closeCode.ended, closeCode.gone]).toContain(await closed)
  expect(performance.now() - began).toBeLessThan(1_000)
  expect(his!.readyState).toBe(his!.OPEN)
  expect(await seen(ada, 'article_texts')).toEqual([])
  await served.close()
})
