import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { Database, type StoredDoc, type StoredUpdate } from '#client/core/database.ts'
import { createSearcher } from './searcher.ts'
import type { FoundHere } from './types.ts'

let count = 0
let db: Database
const searchers: Searcher[] = []
afterEach(async () => {
  for (const searcher of searchers.splice(0)) await searcher.open('')
  await db.delete()
})

const fresh = (): Database => {
  db = new Database(`search-${++count}`)
  return db
}

async function putRow(table: string, id: string, data: object): Promise<void> {
  await db.rows.put({ table, id, data: data as Record<string, unknown>, epoch: 'e' })
}

async function putDoc(room: string, change: (doc: Y.Doc) => void, sequence = 1): Promise<void> {
  const doc = new Y.Doc()
  doc.transact(() => change(doc))
  const bytes = Y.encodeStateAsUpdate(doc)
  await db.transaction('rw', db.updates, db.docs, async () => {
    await db.updates.where('room').equals(room).delete()
    await db.updates.add({ room, bytes, unsent: 0 } as StoredUpdate)
    const stored: StoredDoc = { room, sequence, synced: 1, bytes: bytes.byteLength, openedAt: 0 }
    await db.docs.put(stored)
  })
}

async function putArticle(id: string, title: string, body: string): Promise<void> {
  await putRow('articles', id, {
    id,
    slug: `s-${id}`,
    title,
    tags: [],
    description: '',
    opening: { to: 'public' },
  })
  await putRow('article_texts', id, { sequence: 1, opening: { to: 'public' } })
  await putDoc(`content/${id}`, (doc) => doc.getText('body').insert(0, body))
}

async function posts(room: string, bodies: string[], sequence: number): Promise<void> {
  await putDoc(
    room,
    (doc) => {
      for (const [i, body] of bodies.entries())
        doc.getMap('posts').set(`p${i}`, { number: i + 1, authorId: 'ada', authorName: 'Ada', at: 1, body })
    },
    sequence,
  )
}

type Searcher = ReturnType<typeof createSearcher>

async function opened(): Promise<Searcher> {
  const searcher = createSearcher()
  searchers.push(searcher)
  await searcher.open(db.name)
  await expect.poll(() => searcher.state().waiting).toBe(0)
  return searcher
}

const find = async (searcher: Searcher, text: string): Promise<FoundHere[]> =>
  (await searcher.search({ text, limit: 20 }, 1)).found

test('what a device holds is found in both languages, by rows and by texts, with where it opens', async () => {
  fresh()
  await putArticle('a', 'Rendering', '组件的**状态管理**很重要。')
  await putRow('courses', 'c', { id: 'c', slug: 'basics', title: 'Basics', chapters: [], tags: [] })
  await putRow('lessons', 'l', { id: 'l', courseId: 'c', slug: 'first', title: 'First steps', tags: [] })
  const searcher = await opened()
  expect(await find(searcher, '状态管理')).toMatchObject([{ kind: 'article', id: 'a', path: '/read/s-a' }])
  expect(await find(searcher, 'rendering')).toHaveLength(1)
  expect(await find(searcher, 'first')).toMatchObject([{ kind: 'lesson', path: '/learn/basics/first' }])
})

test('what comes while it is open is found, without opening it again', async () => {
  fresh()
  const searcher = await opened()
  expect(await find(searcher, 'later')).toEqual([])
  await putArticle('a', 'Later', 'And its text.')
  await expect.poll(async () => (await find(searcher, 'later text')).length).toBe(1)
})

test('a row that is withdrawn is in no answer from that moment on, with its text', async () => {
  fresh()
  await putArticle('a', 'Secret plans', 'Of the heist.')
  const searcher = await opened()
  expect(await find(searcher, 'heist')).toHaveLength(1)
  await db.rows.bulkDelete([
    ['articles', 'a'],
    ['article_texts', 'a'],
  ])
  expect(await find(searcher, 'heist')).toEqual([])
  expect(await find(searcher, 'secret')).toEqual([])
})

test('a text that may not be opened any more is found by its title alone', async () => {
  fresh()
  await putArticle('a', 'Secret plans', 'Of the heist.')
  const searcher = await opened()
  await db.rows.delete(['article_texts', 'a'])
  expect(await find(searcher, 'heist')).toEqual([])
  expect(await find(searcher, 'secret')).toHaveLength(1)
})

test('a removed post is in no answer from that moment on', async () => {
  fresh()
  await putRow('threads', 't', { id: 't', title: 'Talk', tags: [], pages: 1 })
  await posts('thread/t', ['fine', 'an insult'], 1)
  const searcher = await opened()
  expect(await find(searcher, 'insult')).toMatchObject([{ path: '/discuss/t#p2' }])
  await posts('thread/t', ['fine'], 2)
  expect(await find(searcher, 'insult')).toEqual([])
  expect(await find(searcher, 'fine')).toHaveLength(1)
})

test('another member’s database takes the place of the former', async () => {
  fresh()
  await putArticle('a', 'Mine', 'Text')
  const searcher = await opened()
  const former = db
  fresh()
  await searcher.open(db.name)
  expect(await find(searcher, 'mine')).toEqual([])
  await former.delete()
})
