import { afterEach, beforeEach, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Opening } from '#shared/core/opening.ts'
import { guest } from '#shared/core/viewer.ts'
import type { ArticleRow, ArticleTextRow } from '#shared/features/articles.ts'
import {
  NoAccess,
  openCommunity,
  type TestCommunity,
  type TestMember,
} from '../../../test/support/community.ts'
import { trainNow } from '../recommendations/index.ts'
import { republish } from './republish.ts'
import { db } from './tables.ts'

let community: TestCommunity
let ada: TestMember
let free: TestMember
let payer: TestMember
let mod: TestMember
/** Of each part of the text. */
let pictures: { shown: string; locked: string }

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'author', handle: 'ada', name: 'Ada' })
  mod = await community.member({ role: 'moderator' })
  free = await community.member()
  payer = await community.member()
  await community.services.transact((tx) => tx.grant(payer.id, 'tier:gold', 'order:1'))
  const picture = (name: string) => community.services.storeFile(Buffer.from(name), 'image/png')
  pictures = { shown: await picture('shown'), locked: await picture('locked') }
})
afterEach(() => community.close())

const gold: Opening = { to: 'tiers', tiers: ['gold'] }

async function publish(opening: Opening, draftId = uuidv7()): Promise<string> {
  await community.send(ada, 'articles.start_draft', { id: draftId, title: '', articleId: null })
  const body = [
    'Teaser words.',
    `![shown](/api/files/${pictures.shown})`,
    '<!-- more -->',
    'Canary in the vault.',
    `![locked](/api/files/${pictures.locked})`,
  ].join('\n\n')
  const details = { title: 'Sold', description: 'About vaults.', tags: [], lang: 'en' } as const
  expect(await community.send(ada, 'articles.publish', { draftId, ...details, opening, body })).toMatchObject(
    { ok: true },
  )
  return draftId
}

const rowOf = async <R>(viewer: TestMember | undefined, table: string, id: string): Promise<R | undefined> =>
  (await community.feed(viewer)).get(table)?.get(id)
const file = async (viewer: TestMember | undefined, hash: string): Promise<number> =>
  (await community.request(`/api/files/${hash}`, viewer ? { as: viewer } : {})).status

test('of an article that is sold everybody gets the preview, and only whoever may open it a word of the rest', async () => {
  const id = await publish(gold)
  for (const viewer of [undefined, free]) {
    expect(await rowOf<ArticleRow>(viewer, 'articles', id)).toMatchObject({
      opening: gold,
      preview: `Teaser words.\n\n![shown](/api/files/${pictures.shown})`,
      image: `/api/files/${pictures.shown}`,
    })
    expect(await rowOf(viewer, 'article_texts', id)).toBeUndefined()
    await expect(community.doc(viewer ?? guest, `content/${id}`)).rejects.toThrow(NoAccess)
    expect(await file(viewer, pictures.shown)).toBe(200)
    expect(await file(viewer, pictures.locked)).toBe(404)
    expect(JSON.stringify([...(await community.feed(viewer))].map(([, rows]) => [...rows]))).not.toContain(
      'Canary',
    )
  }
  for (const viewer of [payer, ada, mod]) {
    expect(await rowOf<ArticleTextRow>(viewer, 'article_texts', id)).toMatchObject({ sequence: 1 })
    expect((await community.doc(viewer, `content/${id}`)).getText('body').toString()).toContain('Canary')
    expect(await file(viewer, pictures.locked)).toBe(200)
  }
})

test('its pages and feeds show the preview and keep the rest', async () => {
  const id = await publish(gold)
  for (const path of ['/read/sold', `/read/${id}`, '/feed.xml']) {
    const text = await (await community.request(path)).text()
    expect(text).toContain('Teaser words.')
    expect(text).not.toMatch(new RegExp(`Canary|${pictures.locked}`))
  }
  expect(await (await community.request('/read')).text()).toContain('About vaults.')
  await publish({ to: 'groups', groups: ['weavers'] }, id)
  for (const path of ['/read/sold', `/read/${id}`, '/read', '/feed.xml']) {
    expect(await (await community.request(path)).text()).not.toMatch(/Teaser|About vaults/)
  }
  expect(await rowOf(free, 'articles', id)).toBeUndefined()
})

test('what is not sold has no preview on its row, whatever its author marked', async () => {
  const id = await publish({ to: 'members' })
  expect(await rowOf<ArticleRow>(free, 'articles', id)).toMatchObject({ preview: '' })
  expect(await (await community.request('/read/sold')).text()).not.toContain('Teaser')
})

test('a changed opening closes it for those who lose it and opens it for those who gain it', async () => {
  const id = await publish({ to: 'public' })
  expect((await community.doc(guest, `content/${id}`)).getText('body').toString()).toContain('Canary')
  await publish(gold, id)
  await expect(community.doc(free, `content/${id}`)).rejects.toThrow(NoAccess)
  await publish({ to: 'purchase' }, id)
  await expect(community.doc(payer, `content/${id}`)).rejects.toThrow(NoAccess)
  await community.services.transact((tx) => tx.grant(free.id, `item:article:${id}`, 'order:2'))
  expect(await rowOf(free, 'article_texts', id)).toBeDefined()
  await community.services.transact((tx) => tx.revoke(free.id, `item:article:${id}`, 'order:2'))
  await expect(community.doc(free, `content/${id}`)).rejects.toThrow(NoAccess)
})

test('a draft that revises what is sold stays as closed as the text, and keeps its opening', async () => {
  const id = await publish(gold)
  await community.send(ada, 'articles.discard_draft', { id })
  const revision = uuidv7()
  await community.send(ada, 'articles.start_draft', { id: revision, title: '', articleId: id })
  expect(await rowOf(ada, 'drafts', revision)).toMatchObject({ opening: gold })
  for (const viewer of [free, payer]) {
    expect(await rowOf(viewer, 'drafts', revision)).toBeUndefined()
    await expect(community.doc(viewer, `draft/${revision}`)).rejects.toThrow(NoAccess)
  }
})

test('the model’s vector of a sold article is made of what all may read', async () => {
  const id = await publish(gold)
  const vaults = await publish({ to: 'public' })
  expect((await trainNow(community.services)).published).toBe(true)
  const model = await community.request('/api/model')
  expect(model.status).toBe(200)
  const texts = await readTexts()
  expect(texts.get(`article:${id}`)).toContain('Teaser')
  expect(texts.get(`article:${id}`)).not.toContain('Canary')
  expect(texts.get(`article:${vaults}`)).toContain('Canary')
})

async function readTexts(): Promise<Map<string, string>> {
  const { readCatalogue } = await import('../recommendations/catalogue.ts')
  const { items } = await readCatalogue(community.services)
  return new Map(items.map((item) => [item.id, item.text]))
}

test('a device that was away since before articles were sold still says `access`', async () => {
  const id = uuidv7()
  await community.send(ada, 'articles.start_draft', { id, title: '', articleId: null })
  const old = {
    draftId: id,
    title: 'Old',
    description: '',
    tags: [],
    lang: 'en',
    access: 'public',
    body: 'x',
  }
  expect(await community.send(ada, 'articles.publish', old as never)).toMatchObject({ ok: true })
  expect(await rowOf<ArticleRow>(undefined, 'articles', id)).toMatchObject({ opening: { to: 'public' } })
})

test('articles of a server that knew no texts apart get theirs when it starts', async () => {
  const id = await publish(gold)
  const before = await rowOf(payer, 'article_texts', id)
  await community.services.transact(async (tx) => {
    await tx.publish('article_texts', id, null)
    const draft = await tx.row<object>('drafts', id)
    await tx.publish('drafts', id, { ...draft, opening: undefined })
  })
  await republish(community.services)
  expect(await rowOf(payer, 'article_texts', id)).toEqual(before)
  expect(await rowOf(ada, 'drafts', id)).toMatchObject({ opening: gold })
  await community.send(ada, 'articles.withdraw', { id })
  await republish(community.services)
  expect(await rowOf(payer, 'article_texts', id)).toBeUndefined()
  expect(await file(payer, pictures.locked)).toBe(404)
  expect(
    await community.services.read((reader) =>
      db(reader).selectFrom('articles_article').select('opening').execute(),
    ),
  ).toEqual([{ opening: JSON.stringify(gold) }])
})
