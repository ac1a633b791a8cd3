import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { backUp } from '#server/core/backup.ts'
import { openSqlite } from '#server/core/db.ts'
import { resetPassword } from '#server/features/accounts/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { contentRoom } from '#shared/features/articles.ts'
import { pageMaps, threadRoom } from '#shared/features/discussions.ts'
import { defaultRules } from '#shared/features/moderation-rules.ts'
import { grace } from '#shared/features/profiles.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { registry } from '../../app.ts'

const password = 'a long password'
const handle = 'zephyrine-q'
const name = 'Zephyrine Quux'
const email = `${handle}@example.org`

let folder: string
let path: string
let community: TestCommunity
let owner: TestMember
let zoe: TestMember
let bob: TestMember

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-own-'))
  path = join(folder, 'lyceum.sqlite')
  community = await openCommunity({ database: openSqlite(path) })
  owner = await community.member({ role: 'owner', name: 'Olga' })
  zoe = await community.member({ role: 'author', handle, name })
  bob = await community.member({ role: 'author', name: 'Bob' })
  await resetPassword(community.services, email, password)
  const { token } = await community.services.sessions.open(zoe.id, 'test')
  zoe.cookie = community.services.sessions.cookie(token).split(';')[0]!
})
afterEach(async () => {
  await community.close()
  rmSync(folder, { recursive: true })
})

async function send(...args: Parameters<TestCommunity['send']>): Promise<void> {
  const result = await community.send(...args)
  if (!result.ok) throw new Error(`${args[1]}: ${result.code} ${result.message}`)
}

async function thread(
  by: TestMember,
  title: string,
  body: string,
): Promise<{ threadId: string; postId: string }> {
  const ids = { threadId: uuidv7(), postId: uuidv7() }
  await send(by, 'discussions.open_thread', { ...ids, title, kind: 'talk', subject: null, tags: [], body })
  return ids
}

async function article(by: TestMember, title: string, body: string): Promise<string> {
  const id = uuidv7()
  await send(by, 'articles.start_draft', { id, title, articleId: null })
  const more = { title, description: '', tags: [], lang: 'en' as const, opening: { to: 'public' as const } }
  await send(by, 'articles.publish', { draftId: id, ...more, body })
  return id
}

/** A life: in everything that keeps something of a member's. */
async function live(): Promise<{
  own: { threadId: string; postId: string }
  bobs: { threadId: string; postId: string }
  articleId: string
  draftId: string
}> {
  const own = await thread(zoe, 'A thread of mine', 'zoe-said-this')
  const bobs = await thread(bob, 'A thread of Bob', `bob-secret-words, ask @${handle} about it`)
  const replied = { threadId: bobs.threadId, postId: uuidv7(), body: `zoe-replied-here @${bob.handle}` }
  await send(zoe, 'discussions.post', { ...replied, replyTo: bobs.postId })
  const quoting = `> [${name} in #2](/discuss/${bobs.threadId}#p2)\n>\n> zoe-replied-here\n\nbob-answers`
  await send(bob, 'discussions.post', {
    threadId: bobs.threadId,
    postId: uuidv7(),
    body: quoting,
    replyTo: replied.postId,
  })
  await send(bob, 'discussions.react', { ...own, reaction: '👍', on: true })
  await send(zoe, 'discussions.react', { ...bobs, reaction: '👍', on: true })
  const articleId = await article(zoe, 'An article of mine', 'zoe-article-text')
  await article(bob, 'An article of Bob', 'bob-article-secret')
  const draftId = uuidv7()
  await send(zoe, 'articles.start_draft', { id: draftId, title: 'A draft', articleId: null })
  await community.write(zoe, `draft/${draftId}`, (doc) => doc.getText('body').insert(0, 'zoe-draft-text'))
  await community.write(zoe, `me/${zoe.id}/highlights`, (doc) =>
    doc.getMap('marks').set('a', 'zoe-highlight'),
  )
  await community.services.transact(async (tx) => {
    await tx.publish('events', 'summit', {
      id: 'summit',
      slug: 'summit',
      title: 'Summit',
      description: '',
      tracks: [],
    })
    const words = { title: 'A talk', subtitle: '', abstract: '', description: '', track: '', persons: [] }
    await tx.publish('sessions', 'talk', { id: 'talk', eventId: 'summit', ...words })
  })
  await community.write(zoe, 'notes/talk', (doc) => doc.getText('body').insert(0, 'zoe-notes-text '))
  await community.community.quiesce()
  await send(zoe, 'notes.keep_version', {
    sessionId: 'talk',
    id: uuidv7(),
    name: 'first',
    body: 'zoe-notes-text',
  })
  const blame = { reason: 'other', note: `zoe-report of ${name}` } as const
  await send(zoe, 'moderation.report', { target: `post:${bobs.postId}`, ...blame })
  await send(bob, 'moderation.report', { target: `thread:${own.threadId}`, reason: 'other', note: '' })
  const rule = { id: uuidv7(), name: 'Rule', on: true, act: 'hold', who: 'all', kind: 'words' } as const
  await send(owner, 'moderation.set_rules', {
    rules: { ...defaultRules, rules: [{ ...rule, words: ['hold this'] }] },
  })
  const held = { threadId: bobs.threadId, body: `hold this, says ${name}`, replyTo: null }
  await send(zoe, 'discussions.post', { ...held, postId: uuidv7() })
  const groupId = uuidv7()
  await send(owner, 'groups.create', { id: groupId, name: 'Readers', description: '', joining: 'open' })
  await send(zoe, 'groups.join', { groupId })
  await send(zoe, 'recommendations.set_sharing', { on: true })
  const challengeId = uuidv7()
  const day = new Date(community.clock.now).toISOString().slice(0, 10)
  await send(owner, 'growth.open_challenge', { challengeId, title: 'Read', text: '', from: day, to: day })
  await send(zoe, 'growth.take_part', { challengeId, day, note: 'zoe-note' })
  await send(zoe, 'recovery.offer', {
    room: `thread/${own.threadId}`,
    text: `## 1 · ${name} · 2026\n\nx`,
    cut: false,
  })
  const proposal = {
    proposalId: uuidv7(),
    title: 'A topic',
    text: 'zoe-topic',
    template: 'hackathon' as const,
  }
  await send(zoe, 'planning.propose', proposal)
  await send(zoe, 'moderation.report', {
    target: `post:${bobs.postId}`,
    reason: 'spam',
    note: 'zoe-report',
  })
  await send(owner, 'moderation.penalise', {
    id: uuidv7(),
    memberId: zoe.id,
    kind: 'silence',
    hours: 1,
    reason: 'spam',
    note: '',
  })
  await community.community.quiesce()
  return { own, bobs, articleId, draftId }
}

async function unpacked(response: Response): Promise<Map<string, string>> {
  const file = join(folder, 'own.zip')
  writeFileSync(file, Buffer.from(await response.arrayBuffer()))
  const script =
    'import zipfile,sys,json; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; ' +
    'print(json.dumps({i.filename: z.read(i).decode() for i in z.infolist()}))'
  const said = execFileSync('python3', ['-c', script, file], { encoding: 'utf8' })
  rmSync(file)
  return new Map(Object.entries(JSON.parse(said) as Record<string, string>))
}

test('the bundle holds what a member wrote and has, to be read by people and programs', async () => {
  await live()
  const response = await community.request('/api/own?lang=en', { as: zoe })
  expect(response.headers.get('content-type')).toBe('application/zip')
  const files = await unpacked(response)
  const all = [...files.values()].join('\n')
  for (const mine of [
    'said-this',
    'replied-here',
    'article-text',
    'draft-text',
    'highlight',
    'notes-text',
    'note',
  ])
    expect(all).toContain(`zoe-${mine}`)
  const page = files.get('index.html')!
  expect(page).toContain('A thread of Bob')
  expect(page).toContain('zoe-said-this')
  expect(JSON.parse(files.get('data/accounts.json')!)[0].email).toBe(email)
  expect(JSON.parse(files.get('data/challenge_days.json')!)[0].note).toBe('zoe-note')
})

test('and nothing that others wrote or have, whatever the member may see of it', async () => {
  await live()
  await send(owner, 'accounts.set_role', { memberId: zoe.id, role: 'owner' })
  zoe.cookie = community.services.sessions
    .cookie((await community.services.sessions.open(zoe.id, 'test')).token)
    .split(';')[0]!
  const all = [...(await unpacked(await community.request('/api/own', { as: zoe }))).values()].join('\n')
  for (const theirs of ['bob-secret', 'bob-article', 'bob-answers', `${bob.handle}@`, `${owner.handle}@`])
    expect(all).not.toContain(theirs)
})

test('guests have no bundle, and a member not as many as they like', async () => {
  expect((await community.request('/api/own')).status).toBe(401)
  for (let i = 0; i < 6; i++) expect((await community.request('/api/own', { as: bob })).status).toBe(200)
  expect((await community.request('/api/own', { as: bob })).status).toBe(429)
})

function ask(as: TestMember, more: object = {}): Promise<Response> {
  return community.request('/api/own/leave', {
    method: 'POST',
    as,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password, articles: 'keep', ...more }),
  })
}

async function pass(ms: number): Promise<void> {
  community.clock.advance(ms)
  // Jobs look at the real clock until something new is to be done.
  await community.services.transact((tx) => tx.later('profiles.leave', { memberId: 'nobody' }))
  await community.community.quiesce()
}

test('leaving takes the password, and a week; until then one press takes it back', async () => {
  const wrong = await ask(zoe, { password: 'not it' })
  expect(await wrong.json()).toMatchObject({ reason: 'profiles.refused_password', field: 'password' })
  expect((await community.feed(zoe)).get('leavings')?.size ?? 0).toBe(0)
  expect((await ask(zoe)).status).toBe(200)
  expect((await community.feed(zoe)).get('leavings')!.get(zoe.id).dueAt).toBe(community.clock.now + grace)
  expect((await community.feed(owner)).get('leavings')?.size ?? 0).toBe(0)
  await send(zoe, 'profiles.stay', {})
  await pass(grace + 1)
  expect((await community.feed(owner)).get('members')!.get(zoe.id).name).toBe(name)
})

test('asked for again, the week begins again', async () => {
  await ask(zoe)
  await send(zoe, 'profiles.stay', {})
  await pass(grace - 1_000)
  await ask(zoe)
  await pass(2_000)
  expect((await community.feed(owner)).get('members')!.has(zoe.id)).toBe(true)
  await pass(grace)
  expect((await community.feed(owner)).get('members')!.has(zoe.id)).toBe(false)
})

test('the last owner cannot leave, nor the last but those who are leaving', async () => {
  await resetPassword(community.services, `${owner.handle}@example.org`, password)
  const signIn = async (member: TestMember): Promise<void> => {
    const { token } = await community.services.sessions.open(member.id, 'test')
    member.cookie = community.services.sessions.cookie(token).split(';')[0]!
  }
  await signIn(owner)
  expect(await (await ask(owner)).json()).toMatchObject({ reason: 'profiles.refused_last_owner' })
  await send(owner, 'accounts.set_role', { memberId: zoe.id, role: 'owner' })
  expect((await ask(owner)).status).toBe(200)
  await signIn(zoe)
  expect(await (await ask(zoe)).json()).toMatchObject({ reason: 'profiles.refused_last_owner' })
  // Whoever was to stay is made a member meanwhile.
  await send(owner, 'accounts.set_role', { memberId: zoe.id, role: 'member' })
  await pass(grace)
  expect((await community.feed(zoe)).get('members')!.has(owner.id)).toBe(true)
})

/** Tables, by name, with a row in which one of the texts can be read. */
async function tablesWith(texts: readonly string[]): Promise<string[]> {
  const { database } = community.services
  const found: string[] = []
  for (const table of await database.tableNames()) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`.execute(
      database.kysely,
    )
    const said = rows.map((row) =>
      Object.values(row)
        .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
        .join('\n'),
    )
    if (said.some((text) => texts.some((one) => text.includes(one)))) found.push(table)
  }
  return found
}

function filesWith(texts: readonly string[]): string[] {
  return readdirSync(folder).filter((file) =>
    texts.some((text) => readFileSync(join(folder, file)).includes(text)),
  )
}

const traces = [email, handle, name]

test('whoever has left is named in no table, no document, no file, and not in the next backup', async () => {
  const { own, bobs, articleId, draftId } = await live()
  expect((await tablesWith(traces)).length).toBeGreaterThan(5)
  await ask(zoe)
  await pass(grace)
  expect(community.logged.filter((line) => line.startsWith('error'))).toEqual([])
  expect(await tablesWith(traces)).toEqual([])
  await community.community.quiesce()
  expect(filesWith(traces)).toEqual([])
  await backUp(path, join(folder, 'backup'), registry)
  expect(filesWith(traces)).toEqual([])

  // What others have of it stays.
  const posts = pageMaps(await community.doc(bob, threadRoom(bobs.threadId))).posts
  const bodies = [...posts.values()].map((post) => post.body)
  expect(bodies.some((body) => body.startsWith('zoe-replied-here'))).toBe(true)
  expect(bodies.find((body) => body.startsWith('bob-secret'))).toBe('bob-secret-words, ask @[…] about it')
  const feed = await community.feed(bob)
  expect(feed.get('threads')!.get(own.threadId)).toMatchObject({ authorName: '', lastPostBy: '', posts: 1 })
  expect(feed.get('articles')!.get(articleId)).toMatchObject({ authorName: '', authorId: null })
  expect((await community.doc(bob, contentRoom(articleId))).getText('body').toString()).toBe(
    'zoe-article-text',
  )
  expect(feed.get('notes')!.get('talk').contributors).toEqual([])
  // What was theirs alone does not.
  expect(await tablesWith(['zoe-draft-text', 'zoe-highlight', 'zoe-note\n'])).toEqual([])
  expect(filesWith(['zoe-draft-text', 'zoe-highlight'])).toEqual([])
  expect(feed.get('drafts')?.has(draftId) ?? false).toBe(false)
  expect((await community.request('/api/own', { as: zoe })).status).toBe(401)
})

test('articles go with their author who wants it so', async () => {
  const { articleId } = await live()
  await ask(zoe, { articles: 'withdraw' })
  await pass(grace)
  await community.community.quiesce()
  expect((await community.feed(bob)).get('articles')!.has(articleId)).toBe(false)
  expect(await tablesWith(['zoe-article-text'])).toEqual([])
  expect(filesWith(['zoe-article-text'])).toEqual([])
})

test('whatever somebody calls themselves before they leave, what is others’ stays as it is', async () => {
  const articleId = await article(bob, 'An article of Bob', 'Text')
  const bobs = await thread(bob, 'A thread of Bob', 'Words')
  const pointing = `[a guide of many e](/discuss/${bobs.threadId})`
  await send(owner, 'discussions.post', {
    threadId: bobs.threadId,
    postId: uuidv7(),
    body: pointing,
    replyTo: null,
  })
  const body = JSON.stringify({ type: 'invoice.paid', data: { object: { customer_email: 'x@example.org' } } })
  await community.services.database.kysely
    .withTables<{ memberships_event: Record<string, unknown> }>()
    .insertInto('memberships_event')
    .values({ id: 'stripe:1', provider: 'stripe', received_at: 1, state: 'done', body })
    .execute()
  for (const called of ['Bob', '%', 'e', 'type']) {
    const leaver = await community.member({ name: called })
    const { email } = (await community.feed(leaver)).get('accounts')!.get(leaver.id)
    await resetPassword(community.services, email, password)
    const { token } = await community.services.sessions.open(leaver.id, 'test')
    leaver.cookie = community.services.sessions.cookie(token).split(';')[0]!
    expect((await ask(leaver)).status).toBe(200)
  }
  await pass(grace)
  const feed = await community.feed(bob)
  expect(feed.get('members')!.size).toBe(3)
  expect(feed.get('articles')!.get(articleId).authorName).toBe('Bob')
  expect([...feed.get('notices')!.values()].map(({ params }) => params.name)).toContain('Olga')
  const posts = pageMaps(await community.doc(bob, threadRoom(bobs.threadId))).posts
  expect([...posts.values()].map((post) => post.body)).toContain(pointing)
  const kept = await sql<{ body: string }>`select body from memberships_event`.execute(
    community.services.database.kysely,
  )
  expect(kept.rows).toEqual([{ body }])
})

test('features that the community does not use lose what they hold of a member, too', async () => {
  await live()
  await community.services.transact((tx) =>
    tx.setUnused(['discussions', 'articles', 'growth', 'notes', 'groups']),
  )
  await ask(zoe)
  await pass(grace)
  expect(await tablesWith(traces)).toEqual([])
})
