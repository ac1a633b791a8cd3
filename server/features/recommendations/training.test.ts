import { expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { ModelRow } from '#shared/features/recommendations.ts'
import { decodeModel } from '#shared/recommend/artefact.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { settled, trainNow } from './index.ts'
import { db } from './tables.ts'
import { keptTrainings } from './versions.ts'

async function publish(
  community: TestCommunity,
  by: TestMember,
  title: string,
  access: 'public' | 'members',
): Promise<string> {
  const id = uuidv7(community.clock.now)
  const tags = [title.split(' ')[0]!.toLowerCase()]
  await community.send(by, 'articles.start_draft', { id, title, articleId: null })
  const published = await community.send(by, 'articles.publish', {
    draftId: id,
    title,
    body: `# ${title}\n\nAll about ${title}, at length.`,
    description: '',
    tags,
    lang: 'en',
    opening: { to: access },
  })
  expect(published.ok).toBe(true)
  return id
}

/** Twelve articles on two subjects, two of them for members only, and fifty members who share what they read. */
async function smallCommunity(): Promise<{
  community: TestCommunity
  ada: TestMember
  own: string[]
  open: string[]
}> {
  const community = await openCommunity()
  const ada = await community.member({ role: 'author', handle: 'ada' })
  const open: string[] = []
  const own: string[] = []
  for (let i = 0; i < 12; i++) {
    const title = `${i % 2 ? 'Databases' : 'Gardens'} part ${i}`
    const access = i < 10 ? 'public' : 'members'
    const list = i < 10 ? open : own
    list.push(await publish(community, ada, title, access))
  }
  const articles = [...open, ...own]
  for (let m = 0; m < 50; m++) {
    const member = await community.member()
    await community.send(member, 'recommendations.set_sharing', { on: true })
    const items = articles.flatMap((id, i) =>
      i % 2 === m % 2 && i !== m % 12 ? [{ item: `article:${id}`, weight: 1 }] : [],
    )
    await community.send(member, 'recommendations.share_reads', { items })
  }
  return { community, ada, own, open }
}

const modelOf = async (community: TestCommunity, as?: TestMember) => {
  const response = await community.request('/api/model', as ? { as } : {})
  expect(response.status).toBe(200)
  const decoded = await decodeModel(new Uint8Array(await response.arrayBuffer()))
  if (!decoded.ok) throw new Error(decoded.error)
  return { etag: response.headers.get('etag'), model: decoded.value }
}

test('one training makes a file for members and one for guests, and rows, tags and bytes agree', async () => {
  const { community, ada, own, open } = await smallCommunity()
  const thread = uuidv7(community.clock.now)
  await community.send(ada, 'discussions.open_thread', {
    threadId: thread,
    postId: uuidv7(community.clock.now),
    title: 'Gardens',
    kind: 'talk',
    subject: null,
    tags: [],
    body: 'Hello.',
  })
  const stages = new Set<string>()
  const training = await trainNow(community.services, { onProgress: ({ stage }) => stages.add(stage) })
  expect(training).toMatchObject({ published: true })
  expect(stages).toContain('training')

  for (const [as, audience, ids] of [
    [ada, 'members', [...open, ...own]],
    [undefined, 'everyone', open],
  ] as const) {
    const { etag, model } = await modelOf(community, as)
    const row: ModelRow = (await community.feed(as)).get('models')!.get(audience)
    expect(etag).toBe(`"${row.version}"`)
    expect(model.version).toBe(row.version)
    const articles = model.items.filter(({ kind }) => kind === 'article').map(({ id }) => id)
    expect(new Set(articles)).toEqual(new Set(ids.map((id) => `article:${id}`)))
    expect(row).toMatchObject({ items: model.items.length, members: 51, source: 'members' })
    // Threads are for members: not even their ids reach guests.
    expect(model.rowById.has(`thread:${thread}`)).toBe(as !== undefined)
  }
  expect((await community.feed()).get('models')!.has('members')).toBe(false)
  await community.close()
})

test('a device that holds the newest model is told so without its bytes', async () => {
  const { community, ada } = await smallCommunity()
  const missing = await community.request('/api/model', { as: ada })
  expect(missing.status).toBe(404)
  expect(await missing.json()).toMatchObject({ code: 'not_found' })
  await trainNow(community.services)
  const { etag } = await modelOf(community, ada)
  for (const held of [etag!, `W/${etag}`, `"old", ${etag}`]) {
    const again = await community.request('/api/model', { as: ada, headers: { 'if-none-match': held } })
    expect(again.status).toBe(304)
    expect((await again.arrayBuffer()).byteLength).toBe(0)
  }
  const guests = await community.request('/api/model', { headers: { 'if-none-match': etag! } })
  expect(guests.status).toBe(200)
  await community.close()
})

test('an owner may ask for a new model, others may not; it is trained once the asking is durable', async () => {
  const { community, ada } = await smallCommunity()
  const owner = await community.member({ role: 'owner' })
  expect(await community.send(ada, 'recommendations.retrain', {})).toMatchObject({
    ok: false,
    code: 'forbidden',
  })
  expect(await community.send(owner, 'recommendations.retrain', {})).toMatchObject({ ok: true })
  await community.community.quiesce()
  await settled(community.services)
  expect((await community.feed(ada)).get('models')?.size).toBe(2)
  await community.close()
})

test('the files of the last eight trainings are kept, of each kind', async () => {
  const community = await openCommunity()
  const ada = await community.member({ role: 'author' })
  await publish(community, ada, 'Gardens part 1', 'public')
  for (let i = 0; i < keptTrainings + 2; i++) {
    community.clock.advance(60_000)
    await trainNow(community.services)
  }
  const kept = await community.services.read((reader) =>
    db(reader).selectFrom('recommendations_model').select(['audience', 'trained_at']).execute(),
  )
  expect(kept.filter(({ audience }) => audience === 'members')).toHaveLength(keptTrainings)
  expect(kept.filter(({ audience }) => audience === 'everyone')).toHaveLength(keptTrainings)
  expect(Math.max(...kept.map((row) => row.trained_at))).toBe(community.clock.now)
  await community.close()
})

test('with nothing to recommend nothing is published', async () => {
  const community = await openCommunity()
  expect(await trainNow(community.services)).toEqual({ published: false, why: 'empty_catalogue' })
  await community.close()
})

test('without any behaviour a model of texts and tags is published', async () => {
  const community = await openCommunity()
  const ada = await community.member({ role: 'author' })
  for (let i = 0; i < 4; i++)
    await publish(community, ada, `${i % 2 ? 'Databases' : 'Gardens'} part ${i}`, 'public')
  expect(await trainNow(community.services)).toMatchObject({ published: true, report: { source: 'content' } })
  await community.close()
})

test('groups of those who share are made with the model: for devices without sizes, for moderators without names', async () => {
  const community = await openCommunity()
  const ada = await community.member({ role: 'author', handle: 'ada' })
  const mod = await community.member({ role: 'moderator' })
  const topics = ['Databases', 'Gardens', 'Music']
  const articles: string[] = []
  for (let i = 0; i < 18; i++)
    articles.push(await publish(community, ada, `${topics[i % 3]} part ${i}`, 'public'))
  const read = async (member: TestMember, topic: number, m: number): Promise<void> => {
    const items = articles.flatMap((id, i) =>
      i % 3 === topic && i !== m % 18 ? [{ item: `article:${id}`, weight: 1 }] : [],
    )
    await community.send(member, 'recommendations.share_reads', { items })
  }
  for (let m = 0; m < 39; m++) {
    const member = await community.member()
    await community.send(member, 'recommendations.set_sharing', { on: true })
    await read(member, m % 3, m)
  }
  // Known to the server by what they do, and in no group: they do not share.
  for (const id of articles.slice(0, 6)) {
    await community.send(mod, 'discussions.open_thread', {
      threadId: uuidv7(),
      postId: uuidv7(),
      title: 'x',
      kind: 'talk',
      subject: { kind: 'article', id },
      tags: [],
      body: 'x',
    })
  }
  const training = await trainNow(community.services)
  expect(training.published).toBe(true)
  const seen = await community.feed(ada)
  expect(seen.has('portrait_reports')).toBe(false)
  const portraits = seen.get('portraits')!.get('newest')
  expect(portraits.version).toBe(training.published && training.version)
  const tags = portraits.groups.map((group: { tags: string[] }) => group.tags[0])
  expect(new Set(tags)).toEqual(new Set(topics.map((topic) => topic.toLowerCase())))
  const report = (await community.feed(mod)).get('portrait_reports')!.get('newest')
  expect(report.sizes).toEqual([13, 13, 13])
  expect(report.members).toBe(39)
  expect(report.stability).toBeGreaterThan(0.8)
  expect(JSON.stringify([report, portraits])).not.toMatch(/member-|memberId/)

  // Too few who share are left: there are no groups any more.
  const sharing = await community.services.read((reader) =>
    db(reader).selectFrom('recommendations_sharing').select('member_id').execute(),
  )
  for (const { member_id: id } of sharing.slice(0, 25))
    await community.send({ id, role: 'member' }, 'recommendations.set_sharing', { on: false })
  await trainNow(community.services)
  expect((await community.feed(mod)).get('portraits')?.size ?? 0).toBe(0)
  expect((await community.feed(mod)).get('portrait_reports')?.size ?? 0).toBe(0)
  await community.close()
})
