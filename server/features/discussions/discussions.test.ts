import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import * as Y from 'yjs'
import { uuidv7 } from '#shared/core/ids.ts'
import { guest } from '#shared/core/viewer.ts'
import {
  type Post,
  pageOf,
  postsOf,
  postsPerPage,
  type Reaction,
  reactions,
  type ThreadRow,
  threadRoom,
} from '#shared/features/discussions.ts'
import type { TestCommunity, TestMember } from '../../../test/support/community.ts'
import { NoAccess, openCommunity } from '../../../test/support/community.ts'
import type { Tables } from './tables.ts'

let community: TestCommunity
let ada: TestMember
let ben: TestMember
let mod: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ handle: 'ada', name: 'Ada' })
  ben = await community.member({ handle: 'ben', name: 'Ben' })
  mod = await community.member({ handle: 'mod', name: 'Mod', role: 'moderator' })
})
afterEach(() => community.close())

async function open(
  author: TestMember,
  more: Partial<{ title: string; kind: 'talk' | 'question'; tags: string[]; body: string }> = {},
) {
  const ids = { threadId: uuidv7(), postId: uuidv7() }
  const input = {
    title: 'A title',
    kind: 'talk' as const,
    tags: [],
    body: 'First words',
    subject: null,
    ...more,
    ...ids,
  }
  const result = await community.send(author, 'discussions.open_thread', input)
  return { ...ids, input, result }
}

async function reply(author: TestMember, threadId: string, body: string, replyTo: string | null = null) {
  const postId = uuidv7()
  return {
    postId,
    result: await community.send(author, 'discussions.post', { threadId, postId, body, replyTo }),
  }
}

const threadOf = async (viewer: TestMember, id: string): Promise<ThreadRow | undefined> =>
  (await community.feed(viewer)).get('threads')?.get(id)

async function documentPosts(viewer: TestMember, thread: ThreadRow): Promise<Post[]> {
  const pages = Array.from({ length: thread.pages }, (_, index) => threadRoom(thread.id, index + 1))
  const docs = await Promise.all(pages.map((room) => community.doc(viewer, room)))
  return docs.flatMap((doc) => postsOf(doc))
}

async function tablePosts(threadId: string): Promise<Post[]> {
  return community.services.read(async (reader) => {
    const db = reader.tables<Tables>()
    const records = await db
      .selectFrom('discussions_post')
      .selectAll()
      .where('thread_id', '=', threadId)
      .orderBy('number')
      .execute()
    const given = await db
      .selectFrom('discussions_reaction')
      .selectAll()
      .orderBy('at')
      .orderBy('member_id')
      .execute()
    return records.map((record) => ({
      id: record.id,
      number: record.number,
      authorId: record.author_id,
      authorName: record.author_name,
      at: record.at,
      body: record.body,
      replyTo: record.reply_to,
      editedAt: record.edited_at,
      edits: record.edits,
      deletedAt: record.deleted_at,
      hiddenAt: record.hidden_at,
      reactions: Object.fromEntries(
        reactions.flatMap((reaction) => {
          const members = given.filter((row) => row.post_id === record.id && row.reaction === reaction)
          return members.length > 0 ? [[reaction, members.map((row) => row.member_id)]] : []
        }),
      ),
    }))
  })
}

/** mulberry32: the same acts at every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

it('takes a text with a character that not every database takes', async () => {
  const { result, threadId } = await open(ada, { body: 'before\u0000after \ud800' })
  expect(result).toMatchObject({ ok: true })
  expect((await tablePosts(threadId))[0]!.body).toMatch(/^before\0?after/)
})

describe('a thread', () => {
  it('is one row for every member and a document that says what the tables say', async () => {
    const { threadId, result } = await open(ada, { kind: 'question', tags: ['sql', 'sql', 'yjs'] })
    expect(result).toMatchObject({ ok: true, data: { number: 1 } })
    community.clock.advance(60_000)
    await reply(ben, threadId, 'An answer')
    const row = await threadOf(ben, threadId)
    expect(row).toMatchObject({
      title: 'A title',
      kind: 'question',
      subject: '',
      tags: ['sql', 'yjs'],
      authorId: ada.id,
      authorName: 'Ada',
      posts: 2,
      lastNumber: 2,
      lastPostBy: 'Ben',
      lastPostAt: community.clock.now,
      pages: 1,
    })
    const doc = await community.doc(ben, threadRoom(threadId))
    expect(doc.getMap('meta').toJSON()).toEqual({ title: 'A title', kind: 'question', acceptedPostId: null })
    expect(postsOf(doc).map((post) => [post.number, post.authorName, post.body])).toEqual([
      [1, 'Ada', 'First words'],
      [2, 'Ben', 'An answer'],
    ])
  })

  it.each([1, 2, 3])(
    'stays the same in document, row and tables through any acts (seed %i)',
    async (seed) => {
      const next = random(seed)
      const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)]!
      const people = [ada, ben, mod]
      const { threadId, postId } = await open(ada, { kind: 'question' })
      const ids = [postId]
      for (let act = 0; act < 120; act++) {
        community.clock.advance(1_000)
        const who = pick(people)
        const about = { threadId, postId: pick(ids) }
        const kind = next()
        if (kind < 0.35) {
          const made = await reply(
            who,
            threadId,
            `words ${act} for @${pick(people).handle}`,
            next() < 0.5 ? about.postId : null,
          )
          if (made.result.ok) ids.push(made.postId)
        } else if (kind < 0.5)
          await community.send(who, 'discussions.edit_post', { ...about, body: `changed ${act}` })
        else if (kind < 0.6) {
          if (about.postId !== postId) await community.send(who, 'discussions.delete_post', about)
        } else if (kind < 0.9) {
          await community.send(who, 'discussions.react', {
            ...about,
            reaction: pick(reactions) as Reaction,
            on: next() < 0.6,
          })
        } else
          await community.send(who, 'discussions.accept', {
            threadId,
            postId: next() < 0.3 ? null : about.postId,
          })
      }
      const row = (await threadOf(ada, threadId))!
      const inTables = await tablePosts(threadId)
      expect(inTables.length).toBeGreaterThan(20)
      expect(await documentPosts(ben, row)).toEqual(inTables)
      const living = inTables.filter((post) => post.deletedAt === null)
      expect(row.posts).toBe(living.length)
      expect(row.lastNumber).toBe(living.at(-1)!.number)
      expect(row.lastPostAt).toBe(living.at(-1)!.at)
      const meta = (await community.doc(ada, threadRoom(threadId))).getMap('meta').toJSON()
      expect(meta.acceptedPostId).toBe(row.acceptedPostId)
      const accepted = living.find((post) => post.id === row.acceptedPostId)
      expect(accepted?.number ?? null).toBe(row.acceptedNumber)
      expect(row.acceptedPostId === null || accepted !== undefined).toBe(true)
    },
  )

  it('of 450 posts has three pages, and only the last one grows', async () => {
    const { threadId } = await open(ada)
    const posts = 2 * postsPerPage + 5
    for (let n = 2; n <= posts; n++) await reply(n % 2 ? ada : ben, threadId, `post ${n}`)
    const row = (await threadOf(ada, threadId))!
    expect(row).toMatchObject({ posts, lastNumber: posts, pages: 3 })
    expect(row.sequences).toHaveLength(3)
    expect(row.sequence).toBe(row.sequences[2])
    const sizes: number[] = []
    for (const page of [1, 2, 3]) {
      const found = postsOf(await community.doc(ben, threadRoom(threadId, page)))
      expect(found.every((post) => pageOf(post.number) === page)).toBe(true)
      sizes.push(found.length)
    }
    expect(sizes).toEqual([postsPerPage, postsPerPage, 5])
    await expect(community.doc(ben, threadRoom(threadId, 4))).rejects.toThrow(NoAccess)
    await expect(community.doc(ben, `thread/${threadId}/1`)).rejects.toThrow(NoAccess)
    await expect(community.doc(ben, `thread/${threadId}/2/x`)).rejects.toThrow(NoAccess)
    const first = postsOf(await community.doc(ben, threadRoom(threadId)))[4]!
    await community.send(ben, 'discussions.react', { threadId, postId: first.id, reaction: '👍', on: true })
    const after = (await threadOf(ada, threadId))!
    expect(after.sequences[0]).toBeGreaterThan(row.sequences[0]!)
    expect(after.sequences.slice(1)).toEqual(row.sequences.slice(1))
  })

  it('says in its row how far each page’s room is', async () => {
    const { threadId, postId } = await open(ada)
    const before = (await threadOf(ada, threadId))!.sequences[0]!
    const result = await community.send(ben, 'discussions.react', {
      threadId,
      postId,
      reaction: '🎉',
      on: true,
    })
    const after = (await threadOf(ada, threadId))!.sequences[0]!
    expect(after).toBeGreaterThan(before)
    expect(result).toMatchObject({ ok: true, lands: { rooms: { [threadRoom(threadId)]: after } } })
  })
})

describe('who may read', () => {
  it('a guest gets no thread, no mention and no document', async () => {
    const { threadId } = await open(ada, { body: 'secret for @ben' })
    const rows = await community.feed()
    expect(rows.get('threads')?.size ?? 0).toBe(0)
    expect(rows.get('mentions')?.size ?? 0).toBe(0)
    await expect(community.doc(guest, threadRoom(threadId))).rejects.toThrow(NoAccess)
    const query = await community.request(
      `/api/queries/discussions.history?input=${encodeURIComponent('{}')}`,
    )
    expect(query.status).toBeGreaterThanOrEqual(400)
  })

  it('no member writes the document, its author included', async () => {
    const { threadId, postId } = await open(ada)
    await expect(
      community.write(ada, threadRoom(threadId), (doc) => doc.getMap('posts').delete(postId)),
    ).rejects.toThrow(NoAccess)
    expect(postsOf(await community.doc(ben, threadRoom(threadId)))).toHaveLength(1)
  })

  it('a thread that does not exist has no document', async () => {
    await expect(community.doc(ada, threadRoom(uuidv7()))).rejects.toThrow(NoAccess)
  })

  it('a thread is shown to those who may see what it is about, and moves with it', async () => {
    const author = await community.member({ role: 'author' })
    const draftId = uuidv7()
    const publish = (to: 'public' | 'groups') =>
      community.send(author, 'articles.publish', {
        draftId,
        title: 'T',
        description: '',
        tags: [],
        lang: 'en',
        opening: to === 'groups' ? { to, groups: ['weavers'] } : { to },
        body: 'B',
      })
    await community.send(author, 'articles.start_draft', { id: draftId, title: 'T', articleId: null })
    expect(await publish('groups')).toMatchObject({ ok: true })
    const ids = { threadId: uuidv7(), postId: uuidv7() }
    const subject = { kind: 'article' as const, id: draftId }
    const input = { ...ids, title: 'Among us', kind: 'talk' as const, subject, tags: [], body: 'Words' }
    expect(await community.send(author, 'discussions.open_thread', input)).toMatchObject({ ok: true })
    expect(await threadOf(author, ids.threadId)).toBeDefined()
    expect(await threadOf(ada, ids.threadId)).toBeUndefined()
    await community.services.transact((tx) => tx.grant(ada.id, 'group:weavers', 'test'))
    expect(await threadOf(ada, ids.threadId)).toMatchObject({ title: 'Among us' })
    expect(await threadOf(ben, ids.threadId)).toBeUndefined()
    expect(await publish('public')).toMatchObject({ ok: true })
    expect(await threadOf(ben, ids.threadId)).toMatchObject({ title: 'Among us' })
    expect(await publish('groups')).toMatchObject({ ok: true })
    expect(await threadOf(ben, ids.threadId)).toBeUndefined()
  })

  it('a thread about what does not exist cannot be opened', async () => {
    const input = {
      threadId: uuidv7(),
      postId: uuidv7(),
      title: 'T',
      kind: 'talk' as const,
      tags: [],
      body: 'B',
    }
    const subject = { kind: 'article' as const, id: uuidv7() }
    expect(await community.send(ada, 'discussions.open_thread', { ...input, subject })).toMatchObject({
      ok: false,
      code: 'not_found',
      reason: 'discussions.refused_no_subject',
    })
  })
})

describe('ids', () => {
  it('a retried command takes effect once and answers the same', async () => {
    const { threadId } = await open(ada)
    const input = { threadId, postId: uuidv7(), body: 'once', replyTo: null }
    const id = uuidv7()
    const first = await community.send(ben, 'discussions.post', input, { id })
    const second = await community.send(ben, 'discussions.post', input, { id })
    expect(second).toEqual(first)
    expect((await threadOf(ada, threadId))!.posts).toBe(2)
  })

  it('the same post under a new command, after a lost answer, is the same post', async () => {
    const { threadId, input, postId } = await open(ada)
    expect(await community.send(ada, 'discussions.open_thread', input)).toMatchObject({
      ok: true,
      data: { threadId, postId },
    })
    const reply = { threadId, postId: uuidv7(), body: 'again', replyTo: null }
    await community.send(ben, 'discussions.post', reply)
    expect(await community.send(ben, 'discussions.post', reply)).toMatchObject({
      ok: true,
      data: { number: 2 },
    })
    expect((await threadOf(ada, threadId))!.posts).toBe(2)
  })

  it('of others, or used for something else, are refused', async () => {
    const { threadId, postId, input } = await open(ada)
    const other = await open(ben)
    const conflict = { ok: false, code: 'conflict' }
    expect(
      await community.send(ben, 'discussions.open_thread', { ...input, postId: uuidv7() }),
    ).toMatchObject(conflict)
    expect(
      await community.send(ben, 'discussions.open_thread', { ...input, threadId: uuidv7() }),
    ).toMatchObject(conflict)
    const forged = { threadId: other.threadId, postId, body: 'First words', replyTo: null }
    expect(await community.send(ben, 'discussions.post', forged)).toMatchObject(conflict)
    expect(await community.send(ada, 'discussions.post', forged)).toMatchObject(conflict)
    expect(
      await community.send(ada, 'discussions.post', { ...forged, threadId, body: 'other words' }),
    ).toMatchObject(conflict)
    expect(postsOf(await community.doc(ada, threadRoom(other.threadId)))).toHaveLength(1)
  })

  it('a reply answers a post of its own thread', async () => {
    const { threadId } = await open(ada)
    const other = await open(ben)
    const { result } = await reply(ben, threadId, 'across', other.postId)
    expect(result).toMatchObject({ ok: false, code: 'invalid', field: 'replyTo' })
  })

  it('a post of one thread cannot be changed through another', async () => {
    const { threadId } = await open(ada)
    const other = await open(ada)
    const about = { threadId, postId: other.postId }
    const missing = { ok: false, code: 'not_found' }
    expect(await community.send(ada, 'discussions.edit_post', { ...about, body: 'x' })).toMatchObject(missing)
    expect(await community.send(ada, 'discussions.delete_post', about)).toMatchObject(missing)
    expect(
      await community.send(ada, 'discussions.react', { ...about, reaction: '👍', on: true }),
    ).toMatchObject(missing)
  })
})

describe('editing', () => {
  const history = async (viewer: TestMember, postId: string) => {
    const input = encodeURIComponent(JSON.stringify({ postId }))
    const response = await community.request(`/api/queries/discussions.history?input=${input}`, {
      as: viewer,
    })
    return (await response.json()) as unknown
  }

  it('keeps earlier versions, counts them, and lets members read them', async () => {
    const { threadId, postId } = await open(ada, { body: 'one' })
    const first = community.clock.now
    community.clock.advance(5_000)
    await community.send(ada, 'discussions.edit_post', { threadId, postId, body: 'two' })
    const second = community.clock.now
    community.clock.advance(5_000)
    await community.send(ada, 'discussions.edit_post', { threadId, postId, body: 'three' })
    await community.send(ada, 'discussions.edit_post', { threadId, postId, body: 'three' })
    const [post] = postsOf(await community.doc(ben, threadRoom(threadId)))
    expect(post).toMatchObject({ body: 'three', edits: 2, editedAt: community.clock.now })
    const versions = await history(ben, postId)
    expect(JSON.stringify(versions)).toContain(
      JSON.stringify([
        { body: 'one', at: first },
        { body: 'two', at: second },
      ]),
    )
  })

  it('is for authors alone', async () => {
    const { threadId, postId } = await open(ada)
    for (const other of [ben, mod]) {
      const result = await community.send(other, 'discussions.edit_post', {
        threadId,
        postId,
        body: 'mine now',
      })
      expect(result).toMatchObject({ ok: false, code: 'forbidden' })
    }
  })

  it('a deleted post leaves document, row, tables, history and mentions', async () => {
    const { threadId } = await open(ada)
    const { postId } = await reply(ben, threadId, 'the secret, @ada')
    await community.send(ben, 'discussions.edit_post', { threadId, postId, body: 'the other secret, @ada' })
    await community.send(ada, 'discussions.react', { threadId, postId, reaction: '👍', on: true })
    expect((await community.feed(ada)).get('mentions')?.size).toBe(1)
    expect(await community.send(ben, 'discussions.delete_post', { threadId, postId })).toMatchObject({
      ok: true,
    })

    const row = (await threadOf(ada, threadId))!
    expect(row).toMatchObject({ posts: 1, lastNumber: 1, lastPostBy: 'Ada' })
    const doc = await community.doc(ada, threadRoom(threadId))
    const bytes = Buffer.from(Y.encodeStateAsUpdate(doc)).toString()
    expect(bytes).not.toContain('secret')
    expect(bytes).not.toContain('👍')
    expect(postsOf(doc)[1]).toMatchObject({ body: '', reactions: {}, edits: 0 })
    expect(postsOf(doc)[1]!.deletedAt).not.toBeNull()
    expect((await community.feed(ada)).get('mentions')?.size ?? 0).toBe(0)
    expect(JSON.stringify(await history(ada, postId))).not.toContain('secret')
    const left = await community.services.read(async (reader) => {
      const db = reader.tables<Tables>()
      return JSON.stringify([
        await db.selectFrom('discussions_post').selectAll().execute(),
        await db.selectFrom('discussions_edit').selectAll().execute(),
        await db.selectFrom('discussions_reaction').selectAll().execute(),
      ])
    })
    expect(left).not.toContain('secret')
    expect(
      await community.send(ben, 'discussions.edit_post', { threadId, postId, body: 'back' }),
    ).toMatchObject({
      ok: false,
      code: 'gone',
    })
  })

  it('moderators delete others’ posts, members do not', async () => {
    const { threadId, postId } = await open(ada)
    await reply(ada, threadId, 'stays')
    const about = { threadId, postId }
    expect(await community.send(ben, 'discussions.delete_post', about)).toMatchObject({
      ok: false,
      code: 'forbidden',
    })
    expect(await community.send(mod, 'discussions.delete_post', about)).toMatchObject({ ok: true })
  })

  it('a thread without a post left is gone for everyone', async () => {
    const { threadId, postId } = await open(ada, { title: 'A secret title' })
    await community.send(ada, 'discussions.delete_post', { threadId, postId })
    expect(await threadOf(ben, threadId)).toBeUndefined()
    await expect(community.doc(ben, threadRoom(threadId))).rejects.toThrow(NoAccess)
    expect((await reply(ben, threadId, 'late')).result).toMatchObject({ ok: false, code: 'gone' })
  })
})

describe('reactions', () => {
  it('are one a member and kind, however often they are given or taken back', async () => {
    const { threadId, postId } = await open(ada)
    const react = (who: TestMember, on: boolean) =>
      community.send(who, 'discussions.react', { threadId, postId, reaction: '💡', on })
    await react(ben, true)
    await react(ben, true)
    await react(mod, true)
    const given = async () => postsOf(await community.doc(ada, threadRoom(threadId)))[0]!.reactions
    expect(Object.values(await given())).toEqual([expect.arrayContaining([ben.id, mod.id])])
    expect((await given())['💡']).toHaveLength(2)
    await react(ben, false)
    await react(ben, false)
    expect(await given()).toEqual({ '💡': [mod.id] })
    await react(mod, false)
    expect(await given()).toEqual({})
  })

  it('do not repeat the post that they are given to', async () => {
    const { threadId, postId } = await open(ada, { body: 'long '.repeat(3_000) })
    const before = Y.encodeStateVector(await community.doc(ada, threadRoom(threadId)))
    await community.send(ben, 'discussions.react', { threadId, postId, reaction: '💡', on: true })
    const after = await community.doc(ada, threadRoom(threadId))
    expect(Y.encodeStateAsUpdate(after, before).byteLength).toBeLessThan(200)
  })
})

describe('the accepted answer', () => {
  it('is chosen by the asker or a moderator, can be changed and withdrawn', async () => {
    const { threadId } = await open(ada, { kind: 'question' })
    const { postId } = await reply(ben, threadId, 'an answer')
    const other = await reply(mod, threadId, 'a better one')
    expect(await community.send(ben, 'discussions.accept', { threadId, postId })).toMatchObject({
      ok: false,
      code: 'forbidden',
    })
    expect(await community.send(ada, 'discussions.accept', { threadId, postId })).toMatchObject({ ok: true })
    expect(await threadOf(ben, threadId)).toMatchObject({ acceptedPostId: postId, acceptedNumber: 2 })
    expect(await community.send(mod, 'discussions.accept', { threadId, postId: other.postId })).toMatchObject(
      { ok: true },
    )
    expect(await threadOf(ben, threadId)).toMatchObject({ acceptedPostId: other.postId, acceptedNumber: 3 })
    expect(await community.send(ada, 'discussions.accept', { threadId, postId: null })).toMatchObject({
      ok: true,
    })
    expect(await threadOf(ben, threadId)).toMatchObject({ acceptedPostId: null, acceptedNumber: null })
  })

  it('is neither the question itself, nor a deleted post, nor in a talk', async () => {
    const { threadId, postId } = await open(ada, { kind: 'question' })
    expect(await community.send(ada, 'discussions.accept', { threadId, postId })).toMatchObject({
      ok: false,
      reason: 'discussions.refused_question_itself',
    })
    const answer = await reply(ben, threadId, 'an answer')
    await community.send(ada, 'discussions.accept', { threadId, postId: answer.postId })
    await community.send(ben, 'discussions.delete_post', { threadId, postId: answer.postId })
    expect(await threadOf(ada, threadId)).toMatchObject({ acceptedPostId: null })
    expect(
      await community.send(ada, 'discussions.accept', { threadId, postId: answer.postId }),
    ).toMatchObject({ ok: false, code: 'gone' })
    const talk = await open(ada)
    const said = await reply(ben, talk.threadId, 'words')
    expect(
      await community.send(ada, 'discussions.accept', { threadId: talk.threadId, postId: said.postId }),
    ).toMatchObject({
      ok: false,
      code: 'invalid',
    })
  })
})

describe('mentions', () => {
  it('reach the member who was called, and no one else', async () => {
    const { threadId, postId } = await open(ada, {
      title: 'Plans',
      body: 'What do you think, @Ben? And `@mod`?',
    })
    const mine = (await community.feed(ben)).get('mentions')!
    expect([...mine.values()]).toMatchObject([
      {
        threadId,
        postId,
        number: 1,
        title: 'Plans',
        byName: 'Ada',
        excerpt: 'What do you think, @Ben? And @mod?',
      },
    ])
    expect((await community.feed(mod)).get('mentions')?.size ?? 0).toBe(0)
    expect((await community.feed(ada)).get('mentions')?.size ?? 0).toBe(0)
  })

  it('follow an edit', async () => {
    const { threadId, postId } = await open(ada, { body: 'hello @ben' })
    await community.send(ada, 'discussions.edit_post', { threadId, postId, body: 'hello @mod' })
    expect((await community.feed(ben)).get('mentions')?.size ?? 0).toBe(0)
    expect((await community.feed(mod)).get('mentions')?.size).toBe(1)
  })
})
