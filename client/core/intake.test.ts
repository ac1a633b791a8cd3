import { afterEach, beforeEach, expect, test } from 'vitest'
import { decodeCursor, encodeCursor, type FeedPage, type FeedRow } from '#shared/core/wire.ts'
import { Database, type SortKeys } from './database.ts'
import type { ClientRegistry } from './feature.ts'
import { applyPage, createIntake, type Intake, readFeedMeta } from './intake.ts'
import { enqueue } from './outbox.ts'
import { readRow, readRows, readRowsOf, type Shelves } from './rows.ts'
import { createTestBrowser, settle, type TestBrowser } from './testing/browser.ts'

const keys: SortKeys = new Map([['threads', ['lastPostAt', 'kind']]])
const now = Date.UTC(2026, 10, 22)
let db: Database
let browser: TestBrowser
let count = 0

beforeEach(() => {
  db = new Database(`intake-${++count}`)
  browser = createTestBrowser()
})

afterEach(() => db.close())

function page(rows: FeedRow[], at: number, more = false, epoch = 'one'): FeedPage {
  return { epoch, cursor: encodeCursor({ epoch, at: { everyone: at } }), more, rows }
}

function thread(id: string, lastPostAt: number, kind = 'talk'): FeedRow {
  return { table: 'threads', id, data: { title: id, lastPostAt, kind } }
}

async function ids(): Promise<string[]> {
  return (await db.rows.toArray()).map((row) => row.id)
}

test('a page and its cursor are stored together', async () => {
  await applyPage(db, keys, page([thread('a', 1), thread('b', 2)], 2, true), now)
  expect(await ids()).toEqual(['a', 'b'])
  expect(await readFeedMeta(db)).toMatchObject({ ready: false, epoch: 'one', sweep: false })
  expect(decodeCursor((await readFeedMeta(db)).cursor)?.at).toEqual({ everyone: 2 })
  await applyPage(db, keys, page([], 2), now)
  expect((await readFeedMeta(db)).ready).toBe(true)
})

test('a row that is withdrawn is deleted, and the last word about a row counts', async () => {
  await applyPage(db, keys, page([thread('a', 1), thread('b', 2)], 2), now)
  const gone = { table: 'threads', id: 'a', data: null }
  await applyPage(db, keys, page([gone, { ...thread('b', 2), data: null }, thread('b', 3)], 4), now)
  expect(await ids()).toEqual(['b'])
})

test('with a row that is withdrawn go the copies that it carried, in the same moment', async () => {
  const carried = new Map([['threads', ['thread']]])
  for (const room of ['thread/a', 'thread/b']) {
    await db.docs.put({ room, sequence: 1, synced: 1, bytes: 0, openedAt: 0 })
    await db.updates.add({ room, bytes: new Uint8Array([0, 0]), unsent: 0 } as never)
  }
  await applyPage(db, keys, page([thread('a', 1), thread('b', 2)], 1), now)
  const gone = page([{ table: 'threads', id: 'a', data: null }], 2)
  await applyPage(db, keys, gone, now, { carried, isOpen: () => false })
  expect((await db.docs.toArray()).map(({ room }) => room)).toEqual(['thread/b'])
  expect((await db.updates.toArray()).map(({ room }) => room)).toEqual(['thread/b'])
})

test('after a restore old rows stay on screen until the new feed has caught up', async () => {
  await applyPage(db, keys, page([thread('a', 1), thread('b', 2)], 2), now)
  await applyPage(db, keys, page([thread('b', 2)], 1, true, 'two'), now)
  expect(await ids()).toEqual(['a', 'b'])
  await applyPage(db, keys, page([thread('c', 3)], 2, false, 'two'), now)
  expect(await ids()).toEqual(['b', 'c'])
})

test('after a restore acknowledged commands are sent again', async () => {
  await applyPage(db, keys, page([], 2), now)
  await enqueue(db, { id: 'x', name: 'a.b', input: {}, after: [], lane: 'l' }, now)
  await db.outbox.toCollection().modify({ state: 'saved', landing: { feed: { everyone: 9 } } })
  await applyPage(db, keys, page([], 1, false, 'two'), now)
  expect((await db.outbox.toArray()).map((entry) => entry.state)).toEqual(['device'])
})

const registry: ClientRegistry = {
  contracts: {},
  features: {
    discussions: {
      routes: [],
      overlays: {
        post: {
          rows: (input: { threadId: string; at: number }, entry, existing) => {
            const row = existing('threads', input.threadId)
            if (!row) return []
            const posts = ((row.data.posts as number | undefined) ?? 0) + 1
            return [
              { table: 'threads', id: input.threadId, data: { lastPostAt: input.at, posts, by: entry.id } },
            ]
          },
        },
        open: {
          rows: (input: { id: string; at: number }) => [
            { table: 'threads', id: input.id, data: { title: input.id, lastPostAt: input.at, kind: 'talk' } },
          ],
        },
        close: { rows: (input: { id: string }) => [{ table: 'threads', id: input.id, data: null }] },
      },
    },
  },
}

function shelves(): Shelves {
  return { db, registry, keys, memberId: 'ada' }
}

async function act(id: string, name: string, input: unknown): Promise<void> {
  await enqueue(db, { id, name: `discussions.${name}`, input, after: [], lane: id }, now)
}

async function shown(bounds: Parameters<typeof readRows>[2]): Promise<string[]> {
  return (await readRows(shelves(), 'threads', bounds)).map((row) => (row.pending ? `${row.id}*` : row.id))
}

test('rows come in the order that was asked for', async () => {
  await applyPage(db, keys, page([thread('a', 3), thread('b', 1), thread('c', 2, 'question')], 3), now)
  expect(await shown({})).toEqual(['a', 'b', 'c'])
  expect(await shown({ by: 'lastPostAt' })).toEqual(['b', 'c', 'a'])
  expect(await shown({ by: 'lastPostAt', reverse: true, limit: 2 })).toEqual(['a', 'c'])
  expect(await shown({ by: 'lastPostAt', from: 2 })).toEqual(['c', 'a'])
  expect(await shown({ by: 'lastPostAt', to: 2 })).toEqual(['b', 'c'])
  expect(await shown({ by: 'kind', equals: 'question' })).toEqual(['c'])
  await expect(shown({ by: 'title' })).rejects.toThrow('not sorted by title')
})

test('what waits in the outbox lies over the rows, in its right place', async () => {
  await applyPage(db, keys, page([thread('a', 3), thread('b', 1), thread('c', 2)], 3), now)
  await act('1', 'post', { threadId: 'b', at: 9 })
  await act('2', 'open', { id: 'new', at: 8 })
  await act('3', 'close', { id: 'c' })
  await act('4', 'post', { threadId: 'b', at: 10 })
  expect(await shown({ by: 'lastPostAt', reverse: true })).toEqual(['b*', 'new*', 'a'])
  expect(await shown({ by: 'lastPostAt', reverse: true, limit: 1 })).toEqual(['b*'])
  expect(await shown({ by: 'lastPostAt', to: 5 })).toEqual(['a'])
  expect(await readRow(shelves(), 'threads', 'b')).toMatchObject({
    pending: true,
    data: { posts: 2, title: 'b', by: '4' },
  })
  expect(await readRow(shelves(), 'threads', 'c')).toBeNull()
  expect(await readRowsOf(shelves(), 'threads', ['new', 'none', 'c', 'b', 'a'])).toMatchObject([
    { id: 'new', pending: true },
    { id: 'b', pending: true, data: { posts: 2, by: '4' } },
    { id: 'a', pending: false, data: { title: 'a' } },
  ])
})

test('an overlay can build on a thread that is itself only in the outbox', async () => {
  await act('1', 'open', { id: 'new', at: 8 })
  await act('2', 'post', { threadId: 'new', at: 9 })
  expect(await readRow(shelves(), 'threads', 'new')).toMatchObject({
    data: { title: 'new', posts: 1, lastPostAt: 9 },
  })
})

test('a refused command draws nothing', async () => {
  await act('1', 'open', { id: 'new', at: 8 })
  await db.outbox.toCollection().modify({ state: 'refused' })
  expect(await shown({})).toEqual([])
})

test('overlay and row swap in one moment: at no time is neither there', async () => {
  await act('1', 'open', { id: 'new', at: 8 })
  await db.outbox.toCollection().modify({ state: 'saved', savedAt: now, landing: { feed: { everyone: 5 } } })
  const seen: string[][] = []
  const landing = applyPage(db, keys, page([thread('new', 8)], 5), now)
  for (let i = 0; i < 20; i++) seen.push(await shown({}))
  await landing
  seen.push(await shown({}))
  expect(seen.every((rows) => rows.length === 1)).toBe(true)
  expect(seen.at(-1)).toEqual(['new'])
  expect(await db.outbox.count()).toBe(0)
})

function intakeOf(asked: string[], said: string[]): Intake {
  return createIntake({
    onReadOnly: () => {},
    db,
    around: browser.tab(),
    keys,
    withdrawal: { carried: new Map(), isOpen: () => false },
    memberId: 'ada',
    askFrom: (cursor) => asked.push(cursor),
    onBusy: () => {},
    onMoved: () => said.push('moved'),
    onRestored: async () => void said.push('restored'),
    onReachable: (reachable) => said.push(reachable ? 'reached' : 'unreachable'),
    onUnauthenticated: () => said.push('unauthenticated'),
    onBroken: (error) => said.push(String(error)),
  })
}

test('over the socket the feed goes on from the stored cursor, and pages of an earlier socket do not count', async () => {
  const asked: string[] = []
  const said: string[] = []
  const intake = intakeOf(asked, said)
  intake.socketOpened()
  await intake.idle()
  expect(asked).toEqual([''])
  intake.receive(JSON.stringify(page([thread('a', 1)], 1, true)))
  intake.receive(JSON.stringify(page([thread('b', 2)], 2)))
  await intake.idle()
  expect(await ids()).toEqual(['a', 'b'])
  intake.receive(JSON.stringify(page([thread('late', 3)], 3)))
  intake.socketClosed()
  intake.socketOpened()
  await intake.idle()
  expect(await ids()).toEqual(['a', 'b'])
  expect(decodeCursor(asked.at(-1)!)?.at).toEqual({ everyone: 2 })
  expect(said).toEqual(['moved'])
})

test('without a socket the feed is read over HTTP until it has caught up', async () => {
  const said: string[] = []
  const cursors: string[] = []
  browser.fetch = async (url) => {
    cursors.push(new URL(url).searchParams.get('cursor')!)
    return Response.json(cursors.length === 1 ? page([thread('a', 1)], 1, true) : page([thread('b', 2)], 2))
  }
  const intake = intakeOf([], said)
  await Promise.all([intake.poll(), intake.poll()])
  expect(await ids()).toEqual(['a', 'b'])
  expect(cursors.map((cursor) => decodeCursor(cursor)?.at)).toEqual([undefined, { everyone: 1 }])
  browser.fetch = async () => Response.json({ code: 'unauthenticated', message: 'who?' }, { status: 401 })
  await intake.poll()
  browser.fetch = undefined
  await intake.poll()
  await settle()
  expect(said).toEqual(['reached', 'reached', 'moved', 'unauthenticated', 'unreachable'])
})
