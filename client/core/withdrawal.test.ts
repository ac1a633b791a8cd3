import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Contract } from '#shared/core/contract.ts'
import { Database } from './database.ts'
import { carriedBy, dropCarried, dropOrphans } from './withdrawal.ts'

const articles: Contract = {
  name: 'articles',
  commands: {},
  rows: { articles: { sort: [] }, drafts: { sort: [] } },
  documents: {
    content: { writers: 'server', row: 'articles' },
    draft: { writers: 'members', row: 'drafts' },
    me: { writers: 'members' },
  },
  queries: {},
  facts: {},
}
const carried = carriedBy({ articles })
const picture = 'a'.repeat(64)
let db: Database
let count = 0

beforeEach(() => {
  db = new Database(`withdrawal-${++count}`)
})
afterEach(() => db.close())

async function keep(room: string, text = ''): Promise<void> {
  const doc = new Y.Doc()
  doc.getText('body').insert(0, text)
  const bytes = Y.encodeStateAsUpdate(doc)
  await db.docs.put({ room, sequence: 1, synced: 1, bytes: bytes.byteLength, openedAt: 0 })
  await db.updates.add({ room, bytes, unsent: 0 } as never)
}

const withdraw = (rows: { table: string; id: string }[], open: string[] = []): Promise<void> =>
  db.transaction('rw', db.rows, db.docs, db.updates, db.files, () =>
    dropCarried(db, { carried, isOpen: (room) => open.includes(room) }, rows),
  )

const kept = async (): Promise<string[]> => {
  const rooms = new Set((await db.updates.toArray()).map((row) => row.room))
  expect([...rooms].sort()).toEqual((await db.docs.toArray()).map((doc) => doc.room).sort())
  return [...rooms].sort()
}

test('with a row go the rooms that it carried, all pages of them, and no other', async () => {
  for (const room of ['content/1', 'content/1/2', 'content/12', 'content/2']) await keep(room)
  await withdraw([{ table: 'articles', id: '1' }])
  expect(await kept()).toEqual(['content/12', 'content/2'])
})

test('what members write stays on their device, also when its row is gone', async () => {
  for (const room of ['draft/1', 'me/ada/reading']) await keep(room, 'my own words')
  await withdraw([
    { table: 'drafts', id: '1' },
    { table: 'articles', id: '1' },
    { table: 'nothing', id: 'ada' },
  ])
  expect(await kept()).toEqual(['draft/1', 'me/ada/reading'])
})

test('a room that is open is left to the server to close', async () => {
  await keep('content/1')
  await withdraw([{ table: 'articles', id: '1' }], ['content/1'])
  expect(await kept()).toEqual(['content/1'])
})

test('the pictures that it showed go with it', async () => {
  await keep('content/1', `![](/api/files/${picture})`)
  for (const hash of [picture, 'b'.repeat(64)])
    await db.files.put({ hash, blob: new Blob([]), size: 0, usedAt: 0 })
  await withdraw([{ table: 'articles', id: '1' }])
  expect((await db.files.toArray()).map((file) => file.hash)).toEqual(['b'.repeat(64)])
})

test('the files that it names go with it, and those that others name stay', async () => {
  const [captions, text, other] = ['a', 'b', 'c'].map((letter) => letter.repeat(64)) as [
    string,
    string,
    string,
  ]
  const list = { media: null, captions: [{ hash: captions, lang: 'en', size: 1 }], files: [{ hash: text }] }
  await db.rows.put({ table: 'attachments', id: 'lesson:1', data: list, epoch: 'e' })
  for (const hash of [captions, text, other])
    await db.files.put({ hash, blob: new Blob([]), size: 0, usedAt: 0 })
  await withdraw([{ table: 'attachments', id: 'lesson:1' }])
  expect((await db.files.toArray()).map((file) => file.hash)).toEqual([other])
})

test('a copy that cannot be read is dropped as well', async () => {
  await keep('content/1')
  await db.updates.add({ room: 'content/1', bytes: new Uint8Array([1, 2, 3]), unsent: 0 } as never)
  await withdraw([{ table: 'articles', id: '1' }])
  expect(await kept()).toEqual([])
})

test('a copy that was left behind by a page goes when the library is looked after', async () => {
  for (const room of ['content/1', 'content/2', 'content/3', 'content/4', 'draft/1', 'me/ada/reading'])
    await keep(room)
  await db.docs.update('content/3', { lost: 1 })
  await db.rows.put({ table: 'articles', id: '1', data: {}, epoch: 'e' })
  await dropOrphans(db, { carried, isOpen: (room) => room === 'content/4' })
  expect(await kept()).toEqual(['content/1', 'content/3', 'content/4', 'draft/1', 'me/ada/reading'])
})
