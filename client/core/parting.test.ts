import Dexie from 'dexie'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { defineContract } from '#shared/core/contract.ts'
import { databaseName } from './database.ts'
import type { ClientRegistry } from './feature.ts'
import { createHome, type Home } from './home.ts'
import { createParting, dropWords, takeWords, type Words } from './parting.ts'
import { createTestBrowser, settle, type TestBrowser, type TestTab } from './testing/browser.ts'

const registry: ClientRegistry = {
  contracts: {
    topics: defineContract({
      name: 'topics',
      commands: {},
      rows: {},
      documents: { notes: { writers: 'members' } },
      queries: {},
      facts: {},
    }),
  },
  features: {},
}
const notes = 'notes/1'
const reply = { id: 'c1', name: 'topics.say', input: { body: 'hello' }, after: [], lane: 'topics/1' }

let browser: TestBrowser
let homes: { home: Home; tab: TestTab }[]
let count = 0

beforeEach(() => {
  browser = createTestBrowser()
  homes = []
})
afterEach(async () => {
  for (const { home, tab } of homes) {
    await home.close()
    tab.kill()
  }
  for (const { name } of await indexedDB.databases()) await Dexie.delete(name!)
})

function open(memberId = 'ada'): { home: Home; tab: TestTab } {
  const tab = browser.tab()
  const home = createHome({
    around: tab,
    registry,
    memberId,
    newId: () => `id-${++count}`,
    onUnauthenticated() {},
  })
  homes.push({ home, tab })
  return { home, tab }
}

/** As a page leaves them that went at once. */
function leave(memberId: string, text: string): void {
  const doc = new Y.Doc()
  doc.getText('body').insert(0, text)
  const parting = createParting(browser.shelf, databaseName(memberId), 'gone')
  parting.edit({ room: notes, copy: 0, update: Y.encodeStateAsUpdate(doc) })
  parting.command({ ...reply, at: 5 })
  parting.write()
}

const textOf = (home: Home): string => home.rooms.open(notes).live().doc.getText('body').toString()

function left(): string[] {
  return Array.from({ length: browser.shelf.length }, (_, i) => browser.shelf.key(i)!).filter((key) =>
    key.includes(':parting:'),
  )
}

test('what is typed is written down when the tab is hidden, and let go of once it is stored', async () => {
  const { home, tab } = open()
  const handle = home.rooms.open(notes)
  await handle.live().loaded
  const { doc } = handle.live()
  doc.getText('body').insert(0, 'last ')
  expect(handle.live().status().state).toBe('storing')
  tab.emit('hide')
  doc.getText('body').insert(5, 'words')
  tab.emit('hide')
  tab.emit('hide')
  expect(left()).toHaveLength(1)
  const found: Words[] = []
  await takeWords(browser.shelf, home.db.name, 'other', async (words) => void found.push(words))
  const copy = new Y.Doc()
  Y.applyUpdate(copy, found[0]!.edits[0]!.update)
  expect(copy.getText('body').toString()).toBe('last words')
  await home.rooms.flush()
  expect(handle.live().status().state).toBe('device')
  expect(left()).toEqual([])
  tab.emit('hide')
  expect(left()).toEqual([])
})

test('an act that is not stored yet is written down as well', async () => {
  const { home, tab } = open()
  const sending = home.send(reply)
  tab.emit('hide')
  expect(left()).toHaveLength(1)
  await sending
  expect(left()).toEqual([])
})

test('the next tab stores last words as unsent work before it shows anything', async () => {
  leave('ada', 'from the train')
  const { home } = open()
  const handle = home.rooms.open(notes)
  await handle.live().loaded
  expect(textOf(home)).toBe('from the train')
  expect(handle.live().status().state).toBe('device')
  expect(await home.db.outbox.toArray()).toMatchObject([{ id: 'c1', at: 5, state: 'device' }])
  expect(left()).toEqual([])
})

test('taking the same words twice changes nothing', async () => {
  const { home } = open()
  leave('ada', 'once')
  const key = left()[0]!
  const value = browser.shelf.getItem(key)!
  const next = open()
  await next.home.rooms.open(notes).live().loaded
  browser.shelf.setItem(key, value)
  const last = open()
  await last.home.rooms.open(notes).live().loaded
  await settle()
  for (const each of [next, last, { home }]) expect(textOf(each.home)).toBe('once')
  expect(await home.db.outbox.count()).toBe(1)
})

test('words of a tab that has gone reach the tabs that are open', async () => {
  const [leader, follower] = [open(), open()]
  await settle()
  leader.home.rooms.open(notes)
  const handle = follower.home.rooms.open(notes)
  await handle.live().loaded
  leave('ada', 'overheard')
  leader.tab.kill()
  await browser.clock.advance(1_500)
  expect(follower.home.network.leader).toBe(true)
  expect(textOf(follower.home)).toBe('overheard')
  expect(handle.live().unsent).toBe(true)
})

test('a tab does not take its own words, and never those of another member', async () => {
  leave('ada', 'private')
  const { home } = open('bob')
  await home.rooms.open(notes).live().loaded
  expect(textOf(home)).toBe('')
  expect(await home.db.outbox.count()).toBe(0)
  expect(left()).toHaveLength(2)
  expect(takeWords(browser.shelf, databaseName('ada'), 'gone', async () => {})).toBeUndefined()
  dropWords(browser.shelf, databaseName('bob'))
  expect(left()).toHaveLength(2)
  dropWords(browser.shelf, databaseName('ada'))
  expect(left()).toEqual([])
})

test('what could not be stored is kept for the next time, and nonsense is thrown away', async () => {
  leave('ada', 'kept')
  browser.shelf.setItem(`${databaseName('ada')}:parting:x:1`, 'not ours')
  await expect(
    takeWords(browser.shelf, databaseName('ada'), 'me', () => Promise.reject(new Error('disk full'))),
  ).rejects.toThrow('disk full')
  expect(left()).toHaveLength(3)
  const { home } = open()
  await home.rooms.open(notes).live().loaded
  expect(textOf(home)).toBe('kept')
  expect(left()).toEqual([])
})

test('a full shelf is no reason to fail', async () => {
  const full = {
    ...browser.shelf,
    setItem: () => {
      throw new DOMException('full', 'QuotaExceededError')
    },
  }
  const parting = createParting(full, 'lyceum-ada', 'tab')
  const stored = parting.command({ ...reply, at: 1 })
  parting.write()
  stored()
  expect(left()).toEqual([])
})
