import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { registry } from '#server/app.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { actWeights } from '#shared/recommend/weights.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { db } from './tables.ts'

let community: TestCommunity
let ada: TestMember
let folder: string

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada' })
  folder = await mkdtemp(join(tmpdir(), 'recommendations-'))
})
afterEach(async () => {
  await community.close()
  await rm(folder, { recursive: true })
})

const interactions = (of?: TestMember) =>
  community.services.read(async (reader) => {
    const rows = await db(reader)
      .selectFrom('recommendations_interaction')
      .selectAll()
      .orderBy('item')
      .orderBy('kind')
      .execute()
    return rows
      .filter((row) => of === undefined || row.member_id === of.id)
      .map(({ item, kind, weight }) => ({ item, kind, weight }))
  })

const shared = () =>
  community.services.read((reader) =>
    db(reader).selectFrom('recommendations_shared').select(['member_id', 'item', 'weight', 'at']).execute(),
  )

async function publishArticle(title: string, access: 'public' | 'members' = 'public'): Promise<string> {
  const id = uuidv7(community.clock.now)
  const details = { description: '', tags: ['databases'], lang: 'en', opening: { to: access } } as const
  await community.send(ada, 'articles.start_draft', { id, title, articleId: null })
  const published = await community.send(ada, 'articles.publish', {
    draftId: id,
    title,
    body: `# ${title}\n\nText.`,
    ...details,
  })
  expect(published.ok).toBe(true)
  return id
}

async function openThread(
  by: TestMember,
  subject: string | null = null,
): Promise<{ threadId: string; postId: string }> {
  const ids = { threadId: uuidv7(community.clock.now), postId: uuidv7(community.clock.now) }
  const [kind, id] = subject?.split(':') ?? []
  const opened = await community.send(by, 'discussions.open_thread', {
    ...ids,
    title: 'Which index?',
    kind: 'question',
    subject: kind === 'article' ? { kind, id: id! } : null,
    tags: ['databases'],
    body: 'Which one?',
  })
  expect(opened.ok).toBe(true)
  return ids
}

async function importSchedule(): Promise<void> {
  const path = join(folder, 'schedule.json')
  const talk = {
    id: 7,
    guid: '0b9c9e6e-6a3f-5a53-9a71-0f7f1bb7a001',
    date: '2026-06-01T10:00:00+02:00',
    start: '10:00',
    duration: '01:00',
    room: 'Hall',
    slug: 'small-7-indexes',
    title: 'Indexes',
    subtitle: '',
    track: 'Data',
    type: 'lecture',
    language: 'en',
    abstract: 'About indexes.',
    description: '',
    persons: [],
  }
  const day = {
    index: 1,
    date: '2026-06-01',
    day_start: '2026-06-01T08:00:00+02:00',
    day_end: '2026-06-01T20:00:00+02:00',
    rooms: { Hall: [talk] },
  }
  const conference = {
    acronym: 'small',
    title: 'A small conference',
    start: '2026-06-01',
    end: '2026-06-01',
    daysCount: 1,
    timeslot_duration: '00:05',
    time_zone_name: 'Europe/Berlin',
    rooms: [{ name: 'Hall' }],
    tracks: [{ name: 'Data' }],
    days: [day],
  }
  await writeFile(path, JSON.stringify({ schedule: { version: '1', conference } }))
  const report = await registry.features.events!.imports!.schedule!(community.services, path)
  expect(report.created).toBe(1)
}

describe('what the server knows anyway', () => {
  test('a post counts for its thread and half for the article above it, once, and is taken back with it', async () => {
    const article = await publishArticle('On indexes')
    const bob = await community.member()
    const { threadId } = await openThread(ada, `article:${article}`)
    const postId = uuidv7(community.clock.now)
    const id = uuidv7(community.clock.now)
    const input = { threadId, postId, body: 'The composite one.', replyTo: null }
    await community.send(bob, 'discussions.post', input, { id })
    await community.send(bob, 'discussions.post', input, { id })
    expect(await interactions(bob)).toEqual([
      { item: `article:${article}`, kind: 'post', weight: actWeights.post / 2 },
      { item: `thread:${threadId}`, kind: 'post', weight: actWeights.post },
    ])
    await community.send(bob, 'discussions.delete_post', { threadId, postId })
    expect(await interactions(bob)).toEqual([])
  })

  test('of two posts in one thread, deleting one leaves the other', async () => {
    const { threadId } = await openThread(ada)
    const bob = await community.member()
    const posts = [uuidv7(community.clock.now), uuidv7(community.clock.now)]
    for (const postId of posts) {
      await community.send(bob, 'discussions.post', { threadId, postId, body: 'Hm.', replyTo: null })
    }
    expect(await interactions(bob)).toHaveLength(2)
    await community.send(bob, 'discussions.delete_post', { threadId, postId: posts[0]! })
    expect(await interactions(bob)).toHaveLength(1)
  })

  test('a thread of which everything is deleted leaves nothing behind', async () => {
    const { threadId, postId } = await openThread(ada, `article:${await publishArticle('On indexes')}`)
    const bob = await community.member()
    await community.send(bob, 'discussions.react', { threadId, postId, reaction: '👍', on: true })
    await community.send(ada, 'discussions.delete_post', { threadId, postId })
    expect((await interactions()).map(({ kind }) => kind)).toEqual(['written'])
  })

  test('a reaction counts while it stands', async () => {
    const { threadId, postId } = await openThread(ada)
    const bob = await community.member()
    const react = (on: boolean) =>
      community.send(bob, 'discussions.react', { threadId, postId, reaction: '💡', on })
    await react(true)
    await react(true)
    expect(await interactions(bob)).toEqual([
      { item: `thread:${threadId}`, kind: 'reaction', weight: actWeights.reaction },
    ])
    await react(false)
    expect(await interactions(bob)).toEqual([])
  })

  test('an accepted answer counts for its author, until another one is accepted', async () => {
    const { threadId } = await openThread(ada)
    const [bob, cleo] = [await community.member(), await community.member()]
    for (const member of [bob, cleo]) {
      const postId = uuidv7(community.clock.now)
      await community.send(member, 'discussions.post', { threadId, postId, body: 'This.', replyTo: null })
      await community.send(ada, 'discussions.accept', { threadId, postId })
    }
    const accepted = async (member: TestMember) =>
      (await interactions(member)).filter(({ kind }) => kind === 'accepted').length
    expect([await accepted(bob), await accepted(cleo)]).toEqual([0, 1])
    await community.send(ada, 'discussions.accept', { threadId, postId: null })
    expect(await accepted(cleo)).toBe(0)
  })

  test('a saved session counts for itself and a little for its event; plans that end are taken back', async () => {
    await importSchedule()
    const [[eventId], [sessionId]] = await Promise.all(
      ['events', 'sessions'].map((table) =>
        community.services.read(async (reader) => (await reader.rows(table)).map(({ id }) => id)),
      ),
    )
    await community.send(ada, 'events.save_session', { sessionId: sessionId!, on: true })
    await community.send(ada, 'events.rsvp', { eventId: eventId!, on: true })
    expect(await interactions(ada)).toHaveLength(3)
    await community.send(ada, 'events.save_session', { sessionId: sessionId!, on: false })
    expect(await interactions(ada)).toEqual([
      { item: `event:${eventId}`, kind: 'rsvp', weight: actWeights.rsvp },
    ])
    await community.send(ada, 'events.rsvp', { eventId: eventId!, on: false })
    expect(await interactions(ada)).toEqual([])
  })
})

describe('sharing what one reads', () => {
  test('nothing is stored of a member who did not opt in', async () => {
    const item = `article:${await publishArticle('On indexes')}`
    const bob = await community.member()
    const refused = await community.send(bob, 'recommendations.share_reads', { items: [{ item, weight: 1 }] })
    expect(refused).toMatchObject({
      ok: false,
      code: 'forbidden',
      reason: 'recommendations.refused_not_sharing',
    })
    expect(await shared()).toEqual([])
    expect(await interactions(bob)).toEqual([])
  })

  test('opted in, a batch sent twice counts once, by the day, and only for what is there', async () => {
    const item = `article:${await publishArticle('On indexes')}`
    const bob = await community.member()
    await community.send(bob, 'recommendations.set_sharing', { on: true })
    const items = [
      { item, weight: 3 },
      { item: 'article:my-diary', weight: 1 },
    ]
    await community.send(bob, 'recommendations.share_reads', { items })
    await community.send(bob, 'recommendations.share_reads', { items })
    expect(await shared()).toEqual([{ member_id: bob.id, item, weight: 3, at: Date.UTC(2026, 4, 4) }])
    expect((await community.feed(bob)).get('sharing')?.get(bob.id)).toMatchObject({ on: true, items: 1 })
  })

  test('opting out deletes what was shared, and nobody else sees either', async () => {
    const item = `article:${await publishArticle('On indexes')}`
    const bob = await community.member()
    await community.send(bob, 'recommendations.set_sharing', { on: true })
    await community.send(bob, 'recommendations.share_reads', { items: [{ item, weight: 1 }] })
    expect((await community.feed(ada)).get('sharing')?.size ?? 0).toBe(0)
    await community.send(bob, 'recommendations.set_sharing', { on: false })
    expect(await shared()).toEqual([])
    expect((await community.feed(bob)).get('sharing')?.get(bob.id)).toMatchObject({ on: false, items: 0 })
    const refused = await community.send(bob, 'recommendations.share_reads', { items: [{ item, weight: 1 }] })
    expect(refused.ok).toBe(false)
  })
})

describe('import interactions', () => {
  const run = async (lines: string[]) => {
    const path = join(folder, 'met.csv')
    await writeFile(path, lines.join('\n'))
    return registry.features.recommendations!.imports!.interactions!(community.services, path)
  }

  test('members by handle or not known here, items by name, id or slug; every line that fails is named', async () => {
    const id = await publishArticle('On indexes')
    const report = await run([
      'member,item,weight,time',
      `Ada,article:${id},2,2026-01-02T03:04:05Z`,
      `stranger,${id}`,
      'stranger,on-indexes,0.5',
      'stranger,C_1',
      'ada,C_1',
      'ada,on-indexes,minus one',
      'ada',
    ])
    expect(report).toMatchObject({ created: 2, updated: 0, unchanged: 0 })
    expect(report.skipped.map(({ what }) => what)).toEqual(['line 7', 'line 8', 'line 5 and 1 more: C_1'])
    expect(report.remarks).toHaveLength(1)
    expect(await interactions()).toContainEqual({ item: `article:${id}`, kind: 'imported', weight: 2 })
    expect(await interactions()).toContainEqual({ item: `article:${id}`, kind: 'imported', weight: 1.5 })
  })

  test('running it again changes only what differs', async () => {
    await publishArticle('On indexes')
    await run(['ada,on-indexes,1', 'bob,on-indexes,1'])
    expect(await run(['ada,on-indexes,1', 'bob,on-indexes,2', 'cleo,on-indexes'])).toMatchObject({
      created: 1,
      updated: 1,
      unchanged: 1,
    })
  })

  test('a file that is not there imports nothing and says so', async () => {
    const report = await registry.features.recommendations!.imports!.interactions!(
      community.services,
      join(folder, 'absent.csv'),
    )
    expect(report.skipped).toHaveLength(1)
  })
})
