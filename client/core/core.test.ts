import Dexie from 'dexie'
import { createEffect, createRoot } from 'solid-js'
import * as v from 'valibot'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { command, defineContract, row } from '#shared/core/contract.ts'
import {
  type CommandEnvelope,
  type CommandResult,
  encodeCursor,
  type FeedRow,
  versionHeader,
} from '#shared/core/wire.ts'
import type { CommandName, TableName } from '#shared/features/index.ts'
import { allowConsole } from '../../test/support/console.ts'
import { type Core, createCore } from './core.ts'
import type { ClientRegistry } from './feature.ts'
import { createTestBrowser, settle, type TestBrowser, type TestTab } from './testing/browser.ts'
import { createRelay, type Relay } from './testing/relay.ts'

interface Topic {
  title: string
  at: number
}

const contract = defineContract({
  name: 'topics',
  commands: {
    open: command(v.strictObject({ id: v.string(), title: v.string() }), (input) => `topic:${input.id}`),
    say: command(v.strictObject({ topic: v.string(), body: v.string() }), (input) => `topic:${input.topic}`),
  },
  rows: { topics: row<Topic>('at') },
  documents: { thread: { writers: 'server' }, notes: { writers: 'members' } },
  queries: {},
  facts: {},
})

const registry: ClientRegistry = {
  contracts: { topics: contract },
  features: {
    topics: {
      routes: [],
      overlays: {
        open: {
          rows: (input: { id: string; title: string }, entry) => [
            { table: 'topics', id: input.id, data: { title: input.title, at: entry.at } },
          ],
        },
        say: { room: (input: { topic: string }) => `thread/${input.topic}` },
      },
      keep: async (rows) => (await rows('topics')).map((topic) => ({ room: `thread/${topic.id}` })),
    },
  },
}
const open = 'topics.open' as CommandName
const say = 'topics.say' as CommandName
const topics = 'topics' as TableName

/** Who the cookie of this browser says we are, and a server that takes every command. */
interface World {
  browser: TestBrowser
  relay: Relay
  member: string | null
  up: boolean
  rows: FeedRow[]
  taken: CommandEnvelope[]
  refuse: Set<string>
  tabs: TestTab[]
  start(): Promise<Core>
}

let world: World
let cores: (Core & { close(): Promise<void> })[]
let members = 0

beforeEach(() => {
  cores = []
  const browser = createTestBrowser()
  const relay = createRelay()
  world = {
    browser,
    relay,
    member: null,
    up: true,
    rows: [],
    taken: [],
    refuse: new Set(),
    tabs: [],
    async start() {
      const tab = browser.tab()
      world.tabs.push(tab)
      const core = await createCore(registry, tab)
      cores.push(core)
      await settle()
      return core
    },
  }
  browser.connect = (url) => {
    if (!world.up) throw new Error('no network')
    return relay.connect(url)
  }
  browser.fetch = async (url, init) => {
    if (!world.up) throw new TypeError('no network')
    const { pathname } = new URL(url)
    if (pathname === '/api/session') {
      if (init?.method === 'DELETE') world.member = null
      if (init?.method === 'POST') world.member = (JSON.parse(String(init.body)) as { email: string }).email
      const member = world.member && {
        id: world.member,
        name: world.member,
        handle: world.member,
        role: 'member',
      }
      return Response.json({ member, community: null, ready: true, now: browser.clock.now })
    }
    if (pathname === '/api/feed') return Response.json(feedPage())
    if (world.member === null)
      return Response.json({ code: 'unauthenticated', message: 'who?' }, { status: 401 })
    const { commands } = JSON.parse(String(init?.body)) as { commands: CommandEnvelope[] }
    return Response.json({ results: commands.map(take) })
  }
  relay.answer = feedPage
})

afterEach(async () => {
  for (const core of cores) await core.close()
  for (const tab of world.tabs) tab.kill()
  await settle()
  for (const { name } of await indexedDB.databases()) await Dexie.delete(name!)
})

function feedPage() {
  const position = { epoch: 'e', at: { everyone: world.rows.length } }
  return { epoch: 'e', cursor: encodeCursor(position), more: false, rows: world.rows }
}

function take(envelope: CommandEnvelope): CommandResult {
  const { id, name } = envelope
  if (world.refuse.has(id)) return { id, ok: false, code: 'invalid', message: 'no' }
  world.taken.push(envelope)
  const input = envelope.input as Record<string, string>
  if (name === open) {
    world.rows.push({ table: 'topics', id: input.id!, data: { title: input.title, at: envelope.at } })
    world.relay.push(feedPage())
    return {
      id,
      ok: true,
      state: 'saved',
      data: { opened: true },
      lands: { feed: { everyone: world.rows.length } },
    }
  }
  const room = `thread/${input.topic}`
  const posts = world.relay.sequence(room) + 1
  world.relay.author(room, (doc) => doc.getMap('posts').set(id, input.body))
  return { id, ok: true, state: 'saved', data: { posts }, lands: { rooms: { [room]: posts } } }
}

async function signIn(core: Core, member = `member-${++members}`): Promise<string> {
  const result = await core.session.post('/api/session', { email: member, password: 'x' })
  expect(result.ok).toBe(true)
  await settle()
  return member
}

const eventually = (check: () => unknown): Promise<void> =>
  vi.waitFor(async () => void (await check()), { timeout: 5_000, interval: 5 })

/** Runs inside a Solid root that lives until the test ends. */
function watch<T>(work: () => T): T {
  return createRoot(work)
}

test('signing in opens the member’s own database, and another start without a network remembers them', async () => {
  const core = await world.start()
  expect(core.session.viewer()).toEqual({ id: null, role: null })
  const member = await signIn(core)
  expect(core.database()).toBe(`lyceum-${member}`)
  expect(core.session.viewer()).toEqual({ id: member, role: 'member' })
  await eventually(() => expect(core.connection()).toMatchObject({ online: true, leader: true }))
  world.up = false
  world.relay.cut()
  await core.close()
  const again = await world.start()
  expect(again.session.viewer().id).toBe(member)
  expect(again.database()).toBe(`lyceum-${member}`)
  expect(again.connection().online).toBe(false)
})

test('a session that the device has forgotten is known before anybody is sent away', async () => {
  // The guests' database, closed while it was opening, says so when it is deleted.
  allowConsole()
  world.member = 'somebody'
  const core = await world.start()
  await core.session.asked
  expect(core.session.viewer()).toEqual({ id: 'somebody', role: 'member' })
  world.up = false
  const offline = await world.start()
  await offline.session.asked
  expect(offline.session.viewer().id).toBe('somebody')
})

test('an act offline is seen at once, survives the tab, and arrives when there is a network again', async () => {
  const core = await world.start()
  await signIn(core)
  world.up = false
  world.relay.cut()
  const rows = watch(() => core.feed.rows(topics, () => ({ by: 'at' as never })))
  await core.commands.send(open, { id: 't', title: 'Offline' } as never)
  await eventually(() =>
    expect(rows()).toMatchObject([{ id: 't', pending: true, data: { title: 'Offline' } }]),
  )
  await eventually(() => expect(core.connection()).toMatchObject({ online: false, waiting: 1 }))
  expect(core.commands.entries()).toMatchObject([{ state: 'device', name: open }])
  await core.close()
  const again = await world.start()
  await eventually(() => expect(again.connection().waiting).toBe(1))
  world.up = true
  await world.browser.clock.advance(40_000)
  await eventually(() => expect(again.commands.entries()).toEqual([]))
  expect(world.taken).toHaveLength(1)
  const after = watch(() => again.feed.row(topics, () => 't'))
  await eventually(() => expect(after()).toMatchObject({ id: 't', pending: false }))
})

test('a list keeps the identity of rows that did not change', async () => {
  world.rows.push(
    { table: 'topics', id: 'a', data: { title: 'A', at: 1 } },
    { table: 'topics', id: 'b', data: { title: 'B', at: 2 } },
  )
  const core = await world.start()
  const rows = watch(() => core.feed.rows(topics))
  await eventually(() => expect(rows()).toHaveLength(2))
  const [a, b] = rows()!
  let draws = 0
  watch(() =>
    createEffect(() => {
      if (rows()![0]!.data) draws++
    }),
  )
  world.rows = [{ table: 'topics', id: 'b', data: { title: 'B, edited', at: 2 } }]
  world.relay.push(feedPage())
  await eventually(() => expect((rows()![1]!.data as unknown as Topic).title).toBe('B, edited'))
  expect(rows()![0]).toBe(a)
  expect(rows()![1]).toBe(b)
  expect(draws).toBe(1)
})

test('a post is drawn as waiting until the document has it, and then it is forgotten', async () => {
  const core = await world.start()
  await signIn(core)
  const waiting = watch(() => core.commands.waitingFor(() => 'thread/t'))
  const handle = watch(() => core.docs.use(() => 'thread/t'))
  // Without a server it can be seen waiting; with one it may be over sooner than anybody looks.
  world.up = false
  const id = await core.commands.send(say, { topic: 't', body: 'hello' } as never)
  await eventually(() => expect(waiting()).toMatchObject([{ id, input: { body: 'hello' } }]))
  world.up = true
  await world.browser.clock.advance(40_000)
  expect(await core.commands.settled(id)).toEqual({ ok: true, value: { posts: 1 } })
  await eventually(() => expect(waiting()).toEqual([]))
  expect(handle()!.doc.getMap('posts').get(id)).toBe('hello')
  expect(handle()!.state()).toBe('saved')
  expect(await core.commands.settled(id)).toEqual({ ok: true, value: { posts: 1 } })
})

test('a post in a thread that nobody has open still lands', async () => {
  const core = await world.start()
  await signIn(core)
  await core.commands.send(say, { topic: 'closed', body: 'hello' } as never)
  await eventually(() => expect(world.taken).toHaveLength(1))
  await eventually(() => expect(core.commands.entries()).toEqual([]))
})

test('a refused act is kept, says why, and goes again when it was edited', async () => {
  const core = await world.start()
  await signIn(core)
  const id = core.newId()
  world.refuse.add(id)
  await core.commands.send(open, { id: 't', title: '' } as never, { id })
  expect(await core.commands.settled(id)).toMatchObject({ ok: false, error: { code: 'invalid' } })
  await eventually(() => expect(core.connection()).toMatchObject({ refused: 1, waiting: 0 }))
  expect(await (await core.exportUnsent()).text()).toContain('topics.open (refused')
  const next = await core.commands.resend(id, { id: 't', title: 'Better' })
  expect(next).not.toBe(id)
  expect(await core.commands.settled(next)).toEqual({ ok: true, value: { opened: true } })
  await eventually(() => expect(core.commands.entries()).toEqual([]))
})

test('one tab does the sending for all, and another takes over when it closes', async () => {
  const first = await world.start()
  await signIn(first)
  const second = await world.start()
  await eventually(() => expect(second.connection()).toMatchObject({ leader: false, online: true }))
  expect(world.relay.connections).toBe(1)
  const id = await second.commands.send(open, { id: 't', title: 'From the second tab' } as never)
  expect(await second.commands.settled(id)).toEqual({ ok: true, value: { opened: true } })
  world.tabs[0]!.kill()
  await eventually(() => expect(second.connection()).toMatchObject({ leader: true, online: true }))
  const next = await second.commands.send(open, { id: 'u', title: 'On its own' } as never)
  expect(await second.commands.settled(next)).toEqual({ ok: true, value: { opened: true } })
})

test('a hidden leader makes room for a tab that is looked at', async () => {
  const first = await world.start()
  await signIn(first)
  const second = await world.start()
  await eventually(() => expect(first.connection().leader).toBe(true))
  world.tabs[0]!.isVisible = false
  world.tabs[1]!.emit('show')
  await eventually(() => expect(second.connection().leader).toBe(true))
  expect(first.connection().leader).toBe(false)
  await eventually(() => expect(world.relay.connections).toBe(1))
})

test('a session that the server ended takes nothing away, and what waits goes out after signing in again', async () => {
  const core = await world.start()
  const member = await signIn(core)
  world.member = null
  await core.commands.send(open, { id: 't', title: 'Kept' } as never)
  await eventually(() => expect(core.session.ended() || world.browser.clock.advance(6_000)).toBe(true))
  expect(core.session.viewer().id).toBe(member)
  expect(core.database()).toBe(`lyceum-${member}`)
  await eventually(() => expect(core.connection()).toMatchObject({ online: false, waiting: 1 }))
  expect(world.taken).toEqual([])
  await signIn(core, member)
  expect(core.session.ended()).toBe(false)
  await eventually(() => expect(core.commands.entries()).toEqual([]))
  expect(world.taken).toHaveLength(1)
})

test('signing out follows in every tab, and unsent work is kept for the same member', async () => {
  const first = await world.start()
  const member = await signIn(first)
  const second = await world.start()
  world.up = false
  world.relay.cut()
  await first.commands.send(open, { id: 't', title: 'Later' } as never)
  await first.session.signOut({ unsent: 'keep' })
  await eventually(() =>
    expect([first.database(), second.database()]).toEqual(['lyceum-guest', 'lyceum-guest']),
  )
  expect(first.commands.entries()).toEqual([])
  // The server has not heard of it yet: nothing may be asked with the old cookie.
  expect(first.connection().online).toBe(false)
  world.up = true
  await world.browser.clock.advance(40_000)
  expect(world.member).toBeNull()
  await signIn(first, member)
  await eventually(() => expect(world.taken.map((each) => each.name)).toEqual([open]))
})

test('signing out follows in a tab that waits for an answer which does not come', async () => {
  const first = await world.start()
  const member = await signIn(first)
  const answers: (() => void)[] = []
  const answer = world.browser.fetch!
  const session = await answer('https://lyceum.test/api/session')
  world.browser.fetch = (url, init) =>
    url.endsWith('/api/session') && init?.method === undefined
      ? new Promise((resolve) => answers.push(() => resolve(session.clone())))
      : answer(url, init)
  const second = await world.start()
  expect(second.session.info().member?.id).toBe(member)
  expect(answers).toHaveLength(1)
  world.browser.fetch = answer
  await first.session.signOut({ unsent: 'keep' })
  await eventually(() => expect(second.session.info().member).toBeNull())
  await eventually(() => expect(second.database()).toBe('lyceum-guest'))
  // It was asked before the member signed out.
  for (const come of answers) come()
  await settle()
  expect([second.session.info().member, second.database()]).toEqual([null, 'lyceum-guest'])
  expect(second.session.ended()).toBe(false)
})

test('access to one room that ends stops nothing else', async () => {
  const core = await world.start()
  const member = await signIn(core)
  await eventually(() => expect(core.connection().online).toBe(true))
  const { connections } = world.relay
  const connected: string[] = []
  const { connect } = world.browser
  world.browser.connect = (url) => {
    connected.push(url)
    return connect!(url)
  }
  world.relay.closed.set('notes/1', 4401)
  const notes = core.docs.open('notes/1')
  await eventually(() => expect(notes.state()).toBe('refused'))
  await core.commands.send(open, { id: 't', title: 'Still here' } as never)
  await eventually(() => expect(world.taken.map((each) => each.name)).toEqual([open]))
  expect([core.session.info().member?.id, core.session.ended()]).toEqual([member, false])
  expect([connected, world.relay.connections]).toEqual([[], connections])
})

test('signing out with “discard” leaves nothing of the member on the device', async () => {
  const core = await world.start()
  const member = await signIn(core)
  await core.local.set('draft', 'private')
  await core.session.signOut({ unsent: 'discard' })
  expect((await indexedDB.databases()).map((each) => each.name)).not.toContain(`lyceum-${member}`)
})

test('rows of one member are never shown to the next', async () => {
  world.rows.push({ table: 'topics', id: 'secret', data: { title: 'For one', at: 1 } })
  const core = await world.start()
  await signIn(core)
  const seen: string[][] = []
  const rows = watch(() => core.feed.rows(topics))
  await eventually(() => expect(rows()).toHaveLength(1))
  world.rows = []
  watch(() => createEffect(() => void seen.push(rows()?.map((each) => each.id) ?? ['–'])))
  await signIn(core, `member-${++members}`)
  await eventually(() => expect(rows()).toEqual([]))
  expect(seen).toEqual([['secret'], ['–'], []])
})

test('the library fetches what features want, without anybody opening it', async () => {
  world.rows.push({ table: 'topics', id: 'a', data: { title: 'A', at: 1 } })
  world.relay.author('thread/a', (doc) => doc.getMap('posts').set('p', 'kept'))
  const core = await world.start()
  await world.browser.clock.advance(3_000)
  await eventually(() => expect([...core.library.kept()]).toEqual(['thread/a']))
  await core.close()
  world.up = false
  const again = await world.start()
  const handle = again.docs.open('thread/a')
  await eventually(() => expect(handle.present()).toBe(true))
  expect(handle.doc.getMap('posts').get('p')).toBe('kept')
  expect(handle.state()).toBe('device')
})

test('without sockets the app still reads and writes over HTTP', async () => {
  world.browser.connect = undefined
  world.rows.push({ table: 'topics', id: 'a', data: { title: 'A', at: 1 } })
  const core = await world.start()
  await signIn(core)
  await world.browser.clock.advance(5_000)
  await eventually(() => expect(core.connection().online).toBe(true))
  expect(await core.feed.get(topics, 'a')).toMatchObject({ title: 'A' })
  const id = await core.commands.send(open, { id: 'b', title: 'B' } as never)
  expect(await core.commands.settled(id)).toMatchObject({ ok: true })
})

test('a socket that went silent is given up and opened again', async () => {
  const core = await world.start()
  await eventually(() => expect(core.connection().online).toBe(true))
  world.relay.answer = undefined
  const before = world.relay.asked.length
  await world.browser.clock.advance(31_000)
  expect(world.relay.asked.length).toBe(before + 1)
  world.relay.answer = feedPage
  await world.browser.clock.advance(10_000)
  await eventually(() => expect(world.relay.asked.length).toBe(before + 2))
  expect(world.relay.connections).toBe(1)
})

test('a server that serves this version no longer is sent nothing, and when it does again, everything goes on', async () => {
  const core = await world.start()
  const follower = await world.start()
  await signIn(core)
  const answer = world.browser.fetch!
  const versions = new Set<string>()
  let asked = 0
  world.browser.fetch = async (_url, init) => {
    asked++
    versions.add(new Headers(init?.headers).get(versionHeader) ?? 'none')
    return Response.json({ code: 'upgrade', message: 'too old' }, { status: 426 })
  }
  const connected: string[] = []
  world.browser.connect = (url) => {
    connected.push(url)
    return world.relay.connect(url)
  }
  const id = await core.commands.send(open, { id: 't', title: 'Kept' } as never)
  await eventually(() => expect(core.outdated()).toBe(true))
  await eventually(() => expect(follower.outdated()).toBe(true))
  await eventually(() => expect(core.connection()).toMatchObject({ waiting: 1 }))
  expect([...versions]).toEqual(['1'])
  asked = 0
  await world.browser.clock.advance(3 * 60_000)
  // Only whether it is served again is asked now and then.
  expect(asked).toBeGreaterThan(0)
  expect(asked).toBeLessThan(60)
  expect(connected).toEqual([])
  expect(core.commands.entries()).toMatchObject([{ id, state: 'device' }])

  world.browser.fetch = answer
  await world.browser.clock.advance(60_000)
  await eventually(() => expect(core.outdated()).toBe(false))
  await eventually(() => expect(core.commands.entries()).toEqual([]))
  expect(world.taken.map((envelope) => envelope.id)).toEqual([id])
  expect(connected[0]).toContain('v=1')
  expect(follower.outdated()).toBe(false)
})

test('what a page asks of a device that turns out to be somebody else’s comes to nothing, without an error', async () => {
  // A database that is closed while it opens is closed again when it is deleted, and Dexie says so.
  allowConsole()
  world.member = 'somebody who was here before'
  const tab = world.browser.tab()
  world.tabs.push(tab)
  const core = await createCore(registry, tab)
  cores.push(core)
  const { local, feed, behaviour } = core
  // The guest's database is still being opened when it is closed.
  const asked = [local.get('seen'), local.set('seen', 1), feed.all(topics), feed.get(topics, 'one')]
  asked.push(behaviour.seen('article:one', 1), behaviour.all())
  const outcomes = await Promise.allSettled(asked)
  await eventually(() => expect(core.database()).toBe('lyceum-somebody who was here before'))
  await settle()
  expect(outcomes).not.toContainEqual(expect.objectContaining({ status: 'rejected' }))
})
