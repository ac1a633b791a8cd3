/** What a member or a guest who speaks the protocols with bad intent may not get, and may not break. */

import { sql } from 'kysely'
import * as encoding from 'lib0/encoding'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { openSqlite } from '#server/core/db.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { decodeCursor, encodeCursor, type FeedPage } from '#shared/core/wire.ts'
import { NoAccess, openCommunity, type TestCommunity, type TestMember } from '../support/community.ts'

let community: TestCommunity
let ada: TestMember
let eve: TestMember
beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ handle: 'ada', role: 'author' })
  eve = await community.member({ handle: 'eve', role: 'author' })
})
afterEach(() => community.close())

const details = { description: '', tags: [], lang: 'en', opening: { to: 'public' } } as const

async function publish(author: TestMember, body: string): Promise<string> {
  const id = uuidv7()
  await community.send(author, 'articles.start_draft', { id, title: 'Mine', articleId: null })
  await community.send(author, 'articles.publish', { draftId: id, title: 'Mine', ...details, tags: [], body })
  return id
}

test("an author cannot take over another's article by giving a draft its id", async () => {
  const id = await publish(ada, 'my words')
  await community.send(ada, 'articles.discard_draft', { id })
  const begun = await community.send(eve, 'articles.start_draft', { id, title: 'Yours', articleId: null })
  expect(begun).toMatchObject({ ok: false, code: 'conflict' })
  await community.send(eve, 'articles.publish', {
    draftId: id,
    title: 'Yours',
    ...details,
    tags: [],
    body: 'x',
  })
  const row = (await community.feed(ada)).get('articles')?.get(id)
  expect(row).toMatchObject({ title: 'Mine', authorId: ada.id })
})

test('a draft that was discarded is not opened again under its id', async () => {
  const id = uuidv7()
  await community.send(ada, 'articles.start_draft', { id, title: 'Secret', articleId: null })
  await community.write(ada, `draft/${id}`, (doc) => doc.getText('body').insert(0, 'secret words'))
  await community.send(ada, 'articles.discard_draft', { id })
  const begun = await community.send(eve, 'articles.start_draft', { id, title: 'x', articleId: null })
  expect(begun).toMatchObject({ ok: false, code: 'conflict' })
  await expect(community.doc(eve, `draft/${id}`)).rejects.toThrow(NoAccess)
})

test('a cursor that the server did not make tells nothing about what others see', async () => {
  await community.send(ada, 'recommendations.set_sharing', { on: true })
  await community.send(ada, 'articles.start_draft', { id: uuidv7(), title: 'x', articleId: null })
  const first = (await (await community.request('/api/feed')).json()) as FeedPage
  const forged = encodeCursor({
    epoch: first.epoch,
    at: { everyone: 1e6, [`member:${ada.id}`]: 1, members: 1 },
  })
  for (const cursor of [forged, forged + first.cursor.slice(first.cursor.indexOf('.'))]) {
    const response = await community.request(`/api/feed?cursor=${encodeURIComponent(cursor)}`)
    const page = (await response.json()) as FeedPage
    expect(page.rows.filter((row) => row.data === null)).toEqual([])
    expect(Object.keys(decodeCursor(page.cursor)?.at ?? {})).toEqual(['everyone'])
  }
})

test('a command of someone whose role ended meanwhile is judged by the role that they have now', async () => {
  const owner = await community.member({ role: 'owner' })
  await community.send(owner, 'accounts.set_role', { memberId: eve.id, role: 'member' })
  const late = await community.send(eve, 'articles.start_draft', {
    id: uuidv7(),
    title: 'x',
    articleId: null,
  })
  expect(late).toMatchObject({ ok: false, code: 'forbidden' })
})

test.each([
  ['quotes in quotes', '>'.repeat(19_000)],
  ['lists in lists', '1. '.repeat(6_000)],
])('a post of ten thousand %s is a post like any other', async (_what, body) => {
  const ids = { threadId: uuidv7(), postId: uuidv7() }
  const opening = { ...ids, title: 'x', kind: 'talk', subject: null, tags: [], body } as const
  expect(await community.send(eve, 'discussions.open_thread', { ...opening, tags: [] })).toMatchObject({
    ok: true,
  })
})

/** One item with JSON nested so deep that writing it out again overflows the stack. */
function nested(depth: number): Uint8Array {
  const to = encoding.createEncoder()
  for (const number of [1, 1, 77, 0]) encoding.writeVarUint(to, number)
  encoding.writeUint8(to, 8)
  encoding.writeVarUint(to, 1)
  encoding.writeVarString(to, 'body')
  encoding.writeVarUint(to, 1)
  for (let i = 0; i < depth; i++) for (const byte of [117, 1]) encoding.writeUint8(to, byte)
  encoding.writeUint8(to, 126)
  encoding.writeVarUint(to, 0)
  return encoding.toUint8Array(to)
}

function manyRoots(count: number): Uint8Array {
  const doc = new Y.Doc()
  for (let i = 0; i < count; i++) doc.getText(`root ${i}`).insert(0, 'x')
  return Y.encodeStateAsUpdate(doc)
}

/** Each client's only item waits for one that never comes. */
function manyClients(count: number): Uint8Array {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, count)
  for (let i = 0; i < count; i++)
    for (const number of [1, 1000 + i, 5, 0, 1]) encoding.writeVarUint(to, number)
  encoding.writeVarUint(to, 0)
  return encoding.toUint8Array(to)
}

test.each([
  ['JSON nested without end', () => nested(100_000)],
  ['thousands of root types', () => manyRoots(5_000)],
  ['thousands of clients', () => manyClients(20_000)],
])('an update with %s is refused at once and leaves the room as it was', async (_what, make) => {
  const id = uuidv7()
  await community.send(ada, 'articles.start_draft', { id, title: 'x', articleId: null })
  await community.write(ada, `draft/${id}`, (doc) => doc.getText('body').insert(0, 'words'))
  const update = make()
  const began = performance.now()
  const refused = community.sendUpdate(ada, `draft/${id}`, update)
  await expect(refused).rejects.toThrow(NoAccess)
  expect(performance.now() - began).toBeLessThan(1_000)
  expect((await community.doc(ada, `draft/${id}`)).getText('body').toString()).toBe('words')
})

test('while nothing can be written, members still read', async () => {
  const database = openSqlite(':memory:')
  const full = await openCommunity({ database })
  const bob = await full.member({ handle: 'bob' })
  full.clock.advance(2 * 60 * 60 * 1000)
  await sql`pragma query_only = on`.execute(database.kysely)
  const response = await full.request('/api/feed', { as: bob })
  expect(response.status).toBe(200)
  expect(JSON.stringify(await response.json())).toContain('"handle":"bob"')
  const refused = await full.send(bob, 'recommendations.set_sharing', { on: true })
  expect(refused).toMatchObject({ ok: false, code: 'unavailable' })
  await sql`pragma query_only = off`.execute(database.kysely)
  expect(await full.send(bob, 'recommendations.set_sharing', { on: true })).toMatchObject({ ok: true })
  await full.close()
})

test.each([
  '/api/ics/session/%E0%A4%A.ics',
  '/api/ics/schedule/%ff.ics',
  '/api/files/%',
  '/api/queries/%00',
  '/read/%E0%A4%A',
  '/events/%',
  '/%c0%ae%c0%ae/',
])('an address that is not well formed (%s) is answered as one that is not there', async (path) => {
  const response = await community.request(path)
  expect([200, 400, 404]).toContain(response.status)
  expect(community.logged.filter((line) => line.startsWith('error'))).toEqual([])
})

test('one who asks for tickets without end is told to wait', async () => {
  const statuses = new Set<number>()
  for (let i = 0; i < 150; i++) {
    const response = await community.request('/api/tickets', { method: 'POST', as: eve })
    statuses.add(response.status)
  }
  expect([...statuses]).toEqual([200, 429])
})

test('commands of a lane do not overtake one that was told to come back later', async () => {
  const paced = await openCommunity({ bounds: { commandsPerMinute: 1 } })
  const author = await paced.member({ role: 'author' })
  const [one, two] = [uuidv7(), uuidv7()]
  const envelope = (name: string, input: object) => ({ id: uuidv7(), name, input, at: 0 })
  const commands = [
    envelope('articles.start_draft', { id: one, title: 'x', articleId: null }),
    envelope('articles.start_draft', { id: two, title: 'x', articleId: null }),
    envelope('articles.discard_draft', { id: two }),
  ]
  const body = JSON.stringify({ commands })
  const response = await paced.request('/api/commands', { method: 'POST', as: author, body })
  const { results } = (await response.json()) as { results: { code: string }[] }
  expect(results.map((result) => result.code)).toEqual([undefined, 'too_many', 'waiting'])
  await paced.close()
})
