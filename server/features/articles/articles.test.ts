import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Opening } from '#shared/core/opening.ts'
import { guest } from '#shared/core/viewer.ts'
import type { ArticleRow, ArticleTextRow, DraftRow, Revision } from '#shared/features/articles.ts'
import {
  NoAccess,
  openCommunity,
  type TestCommunity,
  type TestMember,
} from '../../../test/support/community.ts'
import { queries } from './revisions.ts'

let community: TestCommunity
let ada: TestMember
let lin: TestMember
let reader: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada', name: 'Ada' })
  lin = await community.member({ role: 'author', handle: 'lin', name: '林' })
  reader = await community.member({ handle: 'reader' })
})
afterEach(() => community.close())

const details = {
  title: 'On merging',
  description: 'What merges.',
  tags: ['crdt'],
  lang: 'en',
  opening: { to: 'public' },
} as const

async function start(by = ada, articleId: string | null = null): Promise<string> {
  const id = uuidv7()
  const result = await community.send(by, 'articles.start_draft', { id, title: 'On merging', articleId })
  expect(result).toMatchObject({ ok: true })
  return id
}

function publish(
  draftId: string,
  more: Partial<{ title: string; opening: Opening; body: string }> = {},
  by = ada,
) {
  return community.send(by, 'articles.publish', { draftId, ...details, body: 'Text one.\n', ...more })
}

async function rows<R>(viewer: TestMember | undefined, table: string): Promise<R[]> {
  return [...((await community.feed(viewer)).get(table)?.values() ?? [])]
}

describe('drafts', () => {
  test('only authors begin one; its authors and the owner see it, nobody else', async () => {
    expect(
      await community.send(reader, 'articles.start_draft', { id: uuidv7(), title: '', articleId: null }),
    ).toMatchObject({ ok: false, code: 'forbidden', reason: 'articles.authors_only' })
    const id = await start()
    const owner = await community.member({ role: 'owner' })
    expect((await rows<DraftRow>(ada, 'drafts')).map((draft) => draft.id)).toEqual([id])
    expect(await rows(owner, 'drafts')).toHaveLength(1)
    for (const viewer of [lin, reader, undefined]) expect(await rows(viewer, 'drafts')).toEqual([])

    await community.write(ada, `draft/${id}`, (doc) => doc.getText('body').insert(0, 'mine'))
    expect((await community.doc(owner, `draft/${id}`)).getText('body').toString()).toBe('mine')
    for (const viewer of [lin, reader, guest]) {
      await expect(community.doc(viewer, `draft/${id}`)).rejects.toThrow(NoAccess)
    }
    await expect(community.doc(ada, `draft/${uuidv7()}`)).rejects.toThrow(NoAccess)
  })

  test('a co-author writes along, and loses sight of it when removed', async () => {
    const id = await start()
    expect(
      await community.send(ada, 'articles.share_draft', { id, memberId: reader.id, on: true }),
    ).toMatchObject({ ok: false, reason: 'articles.not_an_author' })
    await community.send(ada, 'articles.share_draft', { id, memberId: lin.id, on: true })
    await community.write(lin, `draft/${id}`, (doc) => doc.getText('body').insert(0, '共同'))
    expect(await rows<DraftRow>(lin, 'drafts')).toMatchObject([{ authorIds: [ada.id, lin.id] }])

    expect(
      await community.send(lin, 'articles.share_draft', { id, memberId: ada.id, on: false }),
    ).toMatchObject({
      ok: false,
      reason: 'articles.keeps_draft',
    })
    await community.send(ada, 'articles.share_draft', { id, memberId: lin.id, on: false })
    expect(await rows(lin, 'drafts')).toEqual([])
    await expect(community.doc(lin, `draft/${id}`)).rejects.toThrow(NoAccess)
    expect(await community.send(lin, 'articles.discard_draft', { id })).toMatchObject({
      ok: false,
      code: 'forbidden',
    })
  })

  test('discarding ends it for everybody', async () => {
    const id = await start()
    expect(await community.send(ada, 'articles.discard_draft', { id })).toMatchObject({ ok: true })
    expect(await rows(ada, 'drafts')).toEqual([])
    await expect(community.doc(ada, `draft/${id}`)).rejects.toThrow(NoAccess)
    expect(await publish(id)).toMatchObject({ ok: false, code: 'not_found', reason: 'articles.no_draft' })
  })
})

describe('publishing', () => {
  test('makes an article of what its author saw, with the names of all authors', async () => {
    const id = await start()
    await community.send(ada, 'articles.share_draft', { id, memberId: lin.id, on: true })
    const result = await publish(id, { body: '# 合并\n\nTwo words.\n\n```js\nnot(counted)\n```\n' })
    expect(result).toMatchObject({ ok: true, data: { id, slug: 'on-merging' } })
    expect(await rows<ArticleRow>(undefined, 'articles')).toEqual([
      {
        id,
        slug: 'on-merging',
        ...details,
        authorId: ada.id,
        authorName: 'Ada, 林',
        words: 4,
        preview: '',
        image: null,
        publishedAt: community.clock.now,
        updatedAt: community.clock.now,
      },
    ])
    expect((await community.doc(guest, `content/${id}`)).getText('body').toString()).toContain('# 合并')
    expect(await rows<DraftRow>(ada, 'drafts')).toMatchObject([{ articleId: id }])
  })

  test('two articles of one title get two addresses', async () => {
    await publish(await start())
    await publish(await start())
    expect((await rows<ArticleRow>(undefined, 'articles')).map((row) => row.slug).sort()).toEqual([
      'on-merging',
      'on-merging-2',
    ])
  })

  test('a revision keeps address and date, and readers receive only what changed', async () => {
    const id = await start()
    const long = Array.from({ length: 500 }, (_, i) => `Line ${i} of a long text.\n`).join('')
    await publish(id, { body: long })
    const before = await community.doc(guest, `content/${id}`)
    const items = before.store.clients.size
    const published = community.clock.now
    community.clock.advance(60_000)
    await publish(id, { title: 'On merging text', body: long.replace('Line 250 of', 'Line 250 in') })
    expect(await rows<ArticleRow>(undefined, 'articles')).toMatchObject([
      {
        slug: 'on-merging',
        title: 'On merging text',
        publishedAt: published,
        updatedAt: community.clock.now,
      },
    ])
    expect(await rows<ArticleTextRow>(undefined, 'article_texts')).toEqual([
      { sequence: 2, opening: { to: 'public' }, authorId: ada.id },
    ])
    const after = await community.doc(guest, `content/${id}`)
    expect(after.getText('body').toString()).toContain('Line 250 in a long')
    expect(after.store.clients.size).toBeLessThanOrEqual(items + 1)
    const log = await community.services.database.kysely
      .selectFrom('doc_log')
      .select('bytes')
      .where('room', '=', `content/${id}`)
      .where('seq', '=', 2)
      .executeTakeFirstOrThrow()
    expect(log.bytes.byteLength).toBeLessThan(100)
  })

  test('revising starts from the published text, one draft at a time', async () => {
    const id = await start()
    await publish(id)
    await community.send(ada, 'articles.discard_draft', { id })
    const revision = await start(ada, id)
    expect((await community.doc(ada, `draft/${revision}`)).getText('body').toString()).toBe('Text one.\n')
    const owner = await community.member({ role: 'owner' })
    expect(
      await community.send(owner, 'articles.start_draft', { id: uuidv7(), title: '', articleId: id }),
    ).toMatchObject({ ok: false, code: 'conflict', reason: 'articles.already_revised' })
    expect(
      await community.send(lin, 'articles.start_draft', { id: uuidv7(), title: '', articleId: id }),
    ).toMatchObject({ ok: false, reason: 'articles.not_yours' })
    await publish(revision, { body: 'Text two.\n' })
    expect(await rows<ArticleRow>(undefined, 'articles')).toMatchObject([{ id }])
    expect((await community.doc(guest, `content/${id}`)).getText('body').toString()).toBe('Text two.\n')
  })

  test('withdrawn is withdrawn from every reader; what a moderator withdrew only moderators bring back', async () => {
    const id = await start()
    await publish(id)
    expect(await community.send(lin, 'articles.withdraw', { id })).toMatchObject({
      ok: false,
      code: 'forbidden',
    })
    const moderator = await community.member({ role: 'moderator' })
    expect(await community.send(moderator, 'articles.withdraw', { id })).toMatchObject({ ok: true })
    expect(await rows(reader, 'articles')).toEqual([])
    await expect(community.doc(reader, `content/${id}`)).rejects.toThrow(NoAccess)
    expect(await (await community.request('/read/on-merging')).text()).not.toContain('Text one')
    expect(await publish(id)).toMatchObject({ ok: false, reason: 'articles.withdrawn_by_others' })
    expect(await community.send(moderator, 'articles.withdraw', { id })).toMatchObject({
      ok: false,
      code: 'not_found',
    })
  })

  test('an author’s own withdrawal can be taken back by publishing again', async () => {
    const id = await start()
    await publish(id)
    await community.send(ada, 'articles.withdraw', { id })
    expect(await publish(id)).toMatchObject({ ok: true })
    expect(await rows(undefined, 'articles')).toHaveLength(1)
  })
})

describe('publishing later', () => {
  const at = () => community.clock.now + 3_600_000
  const schedule = (draftId: string, more: object = {}) =>
    community.send(ada, 'articles.schedule', { draftId, ...details, body: 'As it was.', at: at(), ...more })
  const due = async (): Promise<void> => {
    community.clock.advance(3_600_001)
    await community.community.quiesce()
  }

  test('it comes out at its time, once, with the text of then, and its authors and owners see the plan', async () => {
    const id = await start()
    const owner = await community.member({ role: 'owner' })
    const when = at()
    expect(await schedule(id)).toMatchObject({ ok: true })
    for (const viewer of [ada, owner]) {
      expect(await rows<DraftRow>(viewer, 'drafts')).toMatchObject([
        { scheduled: { at: when, byId: ada.id, failed: null } },
      ])
    }
    expect(await rows(undefined, 'articles')).toEqual([])
    await community.write(ada, `draft/${id}`, (doc) => doc.getText('body').insert(0, 'later'))
    await due()
    expect(await rows<ArticleRow>(undefined, 'articles')).toMatchObject([{ id, words: 3 }])
    expect(await rows<DraftRow>(ada, 'drafts')).toMatchObject([{ articleId: id, scheduled: null }])
    const { updatedAt } = (await rows<ArticleRow>(undefined, 'articles'))[0]!
    await due()
    expect((await rows<ArticleRow>(undefined, 'articles'))[0]!.updatedAt).toBe(updatedAt)
  })

  test('called off or published before, nothing comes out then; another time counts alone', async () => {
    const off = await start()
    await schedule(off)
    await community.send(ada, 'articles.unschedule', { draftId: off })
    const early = await start()
    await schedule(early, { body: 'Planned.' })
    await publish(early, { body: 'At once.' })
    const moved = await start()
    await schedule(moved, { at: community.clock.now + 60_000, body: 'First.' })
    await schedule(moved, { body: 'Second.' })
    community.clock.advance(120_000)
    await community.community.quiesce()
    expect((await rows<ArticleRow>(undefined, 'articles')).map((row) => row.id)).toEqual([early])
    await due()
    expect((await rows<ArticleRow>(undefined, 'articles')).map((row) => row.id).sort()).toEqual(
      [early, moved].sort(),
    )
    expect((await community.doc(guest, `content/${early}`)).getText('body').toString()).toBe('At once.')
    expect((await community.doc(guest, `content/${moved}`)).getText('body').toString()).toBe('Second.')
  })

  test('the past and the far future are refused, and others’ drafts; what may not come out then says why', async () => {
    const id = await start()
    for (const wrong of [community.clock.now, community.clock.now + 400 * 86_400_000]) {
      expect(await schedule(id, { at: wrong })).toMatchObject({ ok: false, reason: 'articles.schedule_when' })
    }
    expect(
      await community.send(lin, 'articles.schedule', { draftId: id, ...details, body: 'x', at: at() }),
    ).toMatchObject({ ok: false, code: 'forbidden' })
    await schedule(id)
    await community.services.transact((tx) => tx.bar(ada.id, community.clock.now + 86_400_000, 'a while'))
    await due()
    expect(await rows(undefined, 'articles')).toEqual([])
    const owner = await community.member({ role: 'owner' })
    expect(await rows<DraftRow>(owner, 'drafts')).toMatchObject([
      { scheduled: { failed: { code: 'forbidden' } } },
    ])
  })
})

describe('versions', () => {
  const ask = <T>(by: TestMember, name: string, input: object): Promise<T> =>
    community.services.read((reader) =>
      queries[name as 'revisions'].run(
        { reader, viewer: by, services: community.services, sessionId: null },
        input as { draftId: string },
      ),
    ) as Promise<T>

  test('each publication is one, for its authors alone, with its words', async () => {
    const id = await start()
    await publish(id, { body: 'One.' })
    community.clock.advance(1_000)
    await publish(id, { body: 'One.' })
    await publish(id, { body: 'One, two.' })
    expect(await ask<Revision[]>(ada, 'revisions', { draftId: id })).toMatchObject([
      { number: 2, byName: 'Ada', words: 2 },
      { number: 1, byName: 'Ada', words: 1 },
    ])
    expect(await ask(ada, 'revision', { draftId: id, number: 1 })).toBe('One.')
    for (const other of [lin, reader]) {
      expect(await ask(other, 'revisions', { draftId: id })).toEqual([])
      expect(await ask(other, 'revision', { draftId: id, number: 1 })).toBe(null)
    }
  })

  test('what a moderator took out of sight has no versions for anybody', async () => {
    const id = await start()
    await publish(id, { body: 'One.' })
    const moderator = await community.member({ role: 'moderator' })
    await community.send(moderator, 'articles.withdraw', { id })
    expect(await ask(ada, 'revisions', { draftId: id })).toEqual([])
    expect(await ask(ada, 'revision', { draftId: id, number: 1 })).toBe(null)
  })
})

describe('readers without the app', () => {
  test('a public article is a page, in the list and in the feed', async () => {
    const id = await start()
    await publish(id, { title: '合并 & <b>', body: '## Part\n\n<script>alert(1)</script>Hello ]]> there' })
    const [article] = await rows<ArticleRow>(undefined, 'articles')
    const page = await (await community.request(`/read/${encodeURIComponent(article!.slug)}`)).text()
    expect(page).toContain('<h1>合并 &amp; &lt;b&gt;</h1>')
    expect(page).toContain('<h2 id="part">Part</h2>')
    expect(page).toContain('"@type":"Article"')
    expect(page).not.toContain('alert(1)')
    expect(await (await community.request(`/read/${id}`)).text()).toContain('<h2 id="part">')
    expect(await (await community.request('/read')).text()).toContain(encodeURIComponent(article!.slug))
    const feed = await community.request('/feed.xml')
    expect(feed.headers.get('content-type')).toContain('application/rss+xml')
    const xml = await feed.text()
    expect(xml).toContain('<title>合并 &amp; &lt;b&gt;</title>')
    expect(xml).toMatch(/<!\[CDATA\[[\s\S]*Hello \]\]&gt; there[\s\S]*\]\]>/)
  })

  test('a members-only body never reaches a guest: not by feed, document, page, list or RSS', async () => {
    const id = await start()
    await publish(id, {
      opening: { to: 'members' },
      body: 'The secret recipe.\n\n![x](https://example.org/secret.png)',
    })
    expect(await rows(undefined, 'articles')).toEqual([])
    await expect(community.doc(guest, `content/${id}`)).rejects.toThrow(NoAccess)
    const page = await (await community.request('/read/on-merging')).text()
    expect(page).toContain('What merges.')
    for (const path of ['/read/on-merging', `/read/${id}`, '/read', '/feed.xml']) {
      const text = await (await community.request(path)).text()
      expect(text).not.toContain('secret')
      if (path === '/read' || path === '/feed.xml') expect(text).not.toContain('On merging')
    }
    expect(await rows(reader, 'articles')).toHaveLength(1)
    expect((await community.doc(reader, `content/${id}`)).getText('body').toString()).toContain(
      'secret recipe',
    )

    await publish(id, { opening: { to: 'public' }, body: 'Open now.' })
    expect(await rows(undefined, 'articles')).toHaveLength(1)
    await publish(id, { opening: { to: 'members' }, body: 'Closed again.' })
    expect(await rows(undefined, 'articles')).toEqual([])
    await expect(community.doc(guest, `content/${id}`)).rejects.toThrow(NoAccess)
  })
})
