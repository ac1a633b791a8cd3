import Dexie from 'dexie'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Refusal } from '#shared/core/result.ts'
import { type CommandsRequest, encodeCursor } from '#shared/core/wire.ts'
import type { ClientRegistry } from './feature.ts'
import { createHome, type Home } from './home.ts'
import { createTestBrowser, settle, type TestBrowser, type TestTab } from './testing/browser.ts'

const registry: ClientRegistry = { contracts: {}, features: {} }
const full: Refusal = {
  code: 'unavailable',
  message: 'full',
  reason: 'core.read_only',
  params: { seconds: 5 },
}
const busy: Refusal = { code: 'unavailable', message: 'too many are at the same thing' }

let browser: TestBrowser
let home: Home
/** How the server answers commands, and what it says of itself with each page of the feed. */
let answer: Refusal | undefined
let pagesSay: boolean
let taken: string[]

beforeEach(() => {
  browser = createTestBrowser()
  answer = undefined
  pagesSay = false
  taken = []
  browser.fetch = async (url, init) => {
    if (!url.includes('/api/commands')) {
      const cursor = encodeCursor({ epoch: 'e', at: {} })
      return Response.json({
        epoch: 'e',
        cursor,
        more: false,
        rows: [],
        ...(pagesSay ? { readOnly: true } : {}),
      })
    }
    const { commands } = JSON.parse(String(init?.body)) as CommandsRequest
    const results = commands.map(({ id }) => {
      if (answer) return { id, ok: false, ...answer }
      taken.push(id)
      return { id, ok: true, state: 'saved', data: null, lands: {} }
    })
    return Response.json({ results })
  }
  const tab: TestTab = browser.tab()
  let ids = 0
  const newId = (): string => `id-${++ids}`
  home = createHome({ around: tab, registry, memberId: 'ada', newId, onUnauthenticated: () => {} })
  home.permit(true)
})
afterEach(async () => {
  await home.close()
  await Dexie.delete(home.db.name)
})

const act = (id: string): Promise<void> =>
  home.send({ id, name: 'discussions.post', input: {}, after: [], lane: id })

test('a server that is busy is not called read-only', async () => {
  answer = busy
  await act('a')
  await settle()
  expect([taken, home.network.readOnly]).toEqual([[], false])
})

test('a command that came back for want of room says so, and is sent again until there is some', async () => {
  answer = full
  await act('a')
  await settle()
  expect([taken, home.network.readOnly]).toEqual([[], true])
  answer = undefined
  await browser.clock.advance(10_000)
  expect([taken, home.network.readOnly]).toEqual([['a'], false])
})

test('whoever sends nothing is told by the feed, and by the feed that it is over', async () => {
  pagesSay = true
  await browser.clock.advance(60_000)
  expect(home.network.readOnly).toBe(true)
  pagesSay = false
  await browser.clock.advance(60_000)
  expect(home.network.readOnly).toBe(false)
})
