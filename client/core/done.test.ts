import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type CommandEnvelope,
  type CommandResult,
  encodeCursor,
  type FeedPage,
  type Landing,
} from '#shared/core/wire.ts'
import { Database, keepOwnFor, type OutboxRow } from './database.ts'
import { pruneDone } from './done.ts'
import { applyPage, createIntake } from './intake.ts'
import { enqueue, resend, tryAgain } from './outbox.ts'
import { createSender, type Sender } from './sender.ts'
import { createTestBrowser, settle, type TestBrowser } from './testing/browser.ts'

let browser: TestBrowser
let db: Database
let sender: Sender
let sent: CommandEnvelope[]
let refuse: Set<string>
let told: Promise<void>
let count = 0

beforeEach(() => {
  browser = createTestBrowser()
  db = new Database(`done-${++count}`)
  sent = []
  refuse = new Set()
  told = Promise.resolve()
  browser.fetch = async (_url, init) => {
    const { commands } = JSON.parse(String(init?.body)) as { commands: CommandEnvelope[] }
    sent.push(...commands)
    const lands: Landing = { feed: { everyone: 1 } }
    const results = commands.map(
      ({ id, input }): CommandResult =>
        refuse.has((input as { on: string }).on)
          ? { id, ok: false, code: 'not_found', message: 'gone' }
          : { id, ok: true, state: 'saved', data: null, lands },
    )
    return Response.json({ results })
  }
  sender = createSender({
    db,
    around: browser.tab(),
    memberId: 'ada',
    told: () => told,
    onSettled: () => {},
    onUnauthenticated: () => {},
    onReachable: () => {},
    onReadOnly: () => {},
    onBusy: () => {},
    onError: (error) => {
      throw error
    },
  })
})
afterEach(async () => {
  sender.stop()
  await settle()
  db.close()
})

async function act(id: string, on = id, after: string[] = []): Promise<void> {
  const command = { id, name: 'topics.say', input: { on }, after, lane: `topic:${on}` }
  await enqueue(db, command, browser.clock.now)
}

async function send(): Promise<void> {
  sender.start()
  sender.poke()
  await settle()
  await sender.idle()
}

const page = (epoch: string, at: number): FeedPage => ({
  epoch,
  cursor: encodeCursor({ epoch, at: { everyone: at } }),
  more: false,
  rows: [],
})

function feed(epoch: string, at = 1): Promise<{ restored: boolean }> {
  return applyPage(db, new Map(), page(epoch, at), browser.clock.now)
}

const entries = (): Promise<OutboxRow[]> => db.outbox.orderBy('order').toArray()
const ids = async (): Promise<string[]> => (await entries()).map((entry) => entry.id)
const done = (): Promise<number> => db.meta.where('key').startsWith('done:').count()

test('acts that the server had said yes to are sent again after a restore, in their order and under their ids', async () => {
  await feed('first')
  await act('a')
  await send()
  await act('b', 'b', ['a', 'long ago'])
  await act('c')
  await send()
  expect(await ids()).toEqual([])
  expect(await done()).toBe(3)
  sender.stop()
  await act('d')
  expect((await feed('second', 0)).restored).toBe(true)
  expect(await ids()).toEqual(['a', 'b', 'c', 'd'])
  expect((await entries()).map(({ again }) => again)).toEqual([true, true, true, undefined])
  expect(await done()).toBe(0)
  sent = []
  await send()
  expect(sent.map(({ id, after }) => [id, after])).toEqual([
    ['a', undefined],
    ['b', ['a']],
    ['c', undefined],
    ['d', undefined],
  ])
  await feed('second', 1)
  expect(await ids()).toEqual([])
  expect(await done()).toBe(4)
})

test('after 30 days they are forgotten', async () => {
  await feed('first')
  await act('a')
  await send()
  browser.clock.now += keepOwnFor
  await act('b')
  await send()
  await pruneDone(db, browser.clock.now)
  expect(await done()).toBe(2)
  await pruneDone(db, browser.clock.now + 1)
  expect(await done()).toBe(1)
  await feed('second', 0)
  expect(await ids()).toEqual(['b'])
})

test('what others have lost too is refused quietly, and tried again until it is there', async () => {
  await feed('first')
  await act('reply', 'their thread')
  await act('reaction', 'reply', ['reply'])
  await send()
  refuse.add('their thread')
  await feed('second', 0)
  await send()
  expect((await entries()).map(({ id, state, again }) => [id, state, again])).toEqual([
    ['reply', 'refused', true],
    ['reaction', 'refused', true],
  ])
  let newIds = 0
  await tryAgain(db, () => `new-${++newIds}`)
  await send()
  expect((await entries()).map(({ state, again }) => [state, again])).toEqual([
    ['refused', true],
    ['refused', true],
  ])
  refuse.clear()
  await tryAgain(db, () => `new-${++newIds}`)
  await send()
  await feed('second', 1)
  expect(await ids()).toEqual([])
  expect(sent.at(-1)).toMatchObject({ input: { on: 'reply' }, after: [sent.at(-2)!.id] })
})

test('what its member sends again themselves is an act like any other', async () => {
  await feed('first')
  await act('a', 'nowhere')
  await send()
  refuse.add('nowhere')
  await feed('second', 0)
  await send()
  await resend(db, 'a', { on: 'nowhere' }, () => 'b')
  await send()
  expect(await entries()).toMatchObject([{ id: 'b', state: 'refused' }])
  expect((await entries())[0]).not.toHaveProperty('again')
})

test('nothing is sent before the server has said which history it has', async () => {
  let tell!: () => void
  told = new Promise((resolve) => {
    tell = resolve
  })
  await act('a')
  sender.start()
  sender.poke()
  await settle()
  expect(sent).toEqual([])
  tell()
  await settle()
  expect(sent.map(({ id }) => id)).toEqual(['a'])
})

test('a connection has told its history with the first page, or when it is no more', async () => {
  const tab = browser.tab()
  const intake = createIntake({
    db,
    around: tab,
    keys: new Map(),
    memberId: 'ada',
    askFrom: () => {},
    onBusy: () => {},
    onMoved: () => {},
    onRestored: async () => {},
    onReachable: () => {},
    onReadOnly: () => {},
    onUnauthenticated: () => {},
    onBroken: () => {},
  })
  const state = async (): Promise<string> => {
    let is = 'waits'
    void intake.told().then(() => {
      is = 'told'
    })
    await settle()
    return is
  }
  expect(await state()).toBe('told')
  intake.socketOpened()
  expect(await state()).toBe('waits')
  intake.receive(JSON.stringify(page('first', 1)))
  expect(await state()).toBe('told')
  intake.socketClosed()
  intake.socketOpened()
  const waiting = intake.told()
  await browser.clock.advance(10_000)
  await waiting
  expect(await state()).toBe('waits')
  intake.socketClosed()
  expect(await state()).toBe('told')
})
