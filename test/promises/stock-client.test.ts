/**
 * Any Yjs client may join: the y-websocket provider as it comes from the registry, on `/sync/<room>`, beside a device of
 * ours on the one socket `/sync`. All of them are the same unmodified provider; only the class that they take for
 * `WebSocket` differs.
 */
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { createSocket } from '#client/core/socket.ts'
import type { Surroundings, Wire } from '#client/core/surroundings.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { message } from '#shared/core/wire.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { openCommunity, type TestCommunity, type TestMember, testOrigin } from '../support/community.ts'
import { type Served, serve } from '../support/sockets.ts'

let community: TestCommunity
let served: Served
let ada: TestMember
let bob: TestMember
let lin: TestMember
const opened: { close(): void }[] = []
const room = 'notes/talk'

beforeEach(async () => {
  community = await openCommunity()
  served = await serve(community)
  ada = await community.member({ handle: 'ada', name: 'Ada', role: 'author' })
  bob = await community.member({ handle: 'bob', name: 'Bob' })
  lin = await community.member({ handle: 'lin', name: '林' })
  await community.services.transact(async (tx) => {
    const event: Partial<EventRow> = { id: 'summit', slug: 'summit', title: 'Summit', access: 'public' }
    const session: Partial<SessionRow> = { id: 'talk', eventId: 'summit', title: 'A talk', access: 'public' }
    await tx.publish('events', 'summit', event)
    await tx.publish('sessions', 'talk', session)
  })
})
afterEach(async () => {
  for (const one of opened.splice(0)) one.close()
  await served.close()
  await community.close()
})

interface Client {
  doc: Y.Doc
  text: Y.Text
  provider: WebsocketProvider
  synced: Promise<void>
  /** The code with which it was told not to come back. */
  closed: Promise<number>
}

function clientOf(provider: WebsocketProvider): Client {
  opened.push({ close: () => provider.destroy() })
  return {
    doc: provider.doc,
    text: provider.doc.getText('body'),
    provider,
    synced: new Promise((resolve) => provider.once('sync', () => resolve())),
    closed: new Promise((resolve) => provider.once('closed', ({ code }: { code: number }) => resolve(code))),
  }
}

function socketOf(member: TestMember): typeof WebSocket {
  return class extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { origin: testOrigin, cookie: member.cookie } })
    }
  } as typeof WebSocket
}

/** The provider with its own socket. */
function stock(member: TestMember, name = room): Client {
  return clientOf(
    new WebsocketProvider(`${served.base}/sync`, name, new Y.Doc(), {
      WebSocketPolyfill: socketOf(member) as never,
      disableBc: true,
    }),
  )
}

/** The provider on a device of ours. */
function ours(member: TestMember, name = room): Client {
  const Socket = socketOf(member)
  const around = {
    origin: served.base.replace('ws', 'http'),
    now: () => Date.now(),
    random: () => Math.random(),
    after(milliseconds: number, work: () => void) {
      const timer = setTimeout(work, milliseconds)
      return () => clearTimeout(timer)
    },
    connect: (url: string) => new Socket(url) as unknown as Wire,
  } as Surroundings
  const nothing = (): void => {}
  const socket = createSocket({
    around,
    memberId: member.id,
    onOpen: nothing,
    onClosed: nothing,
    onEnded: nothing,
    onFeed: nothing,
    onSilence: nothing,
  })
  socket.start()
  opened.push({ close: () => socket.stop() })
  const hooks = { readOnly: false, onOpen: nothing, onFrame: nothing }
  const provider = new WebsocketProvider('room:', name, new Y.Doc(), {
    WebSocketPolyfill: socket.polyfill(() => name, hooks),
    disableBc: true,
    connect: false,
  })
  for (const type of [message.ack, message.nack, message.position]) provider.messageHandlers[type] = nothing
  provider.connect()
  return clientOf(provider)
}

const namesSeenBy = (client: Client): string[] =>
  [...client.provider.awareness.getStates()]
    .filter(([id]) => id !== client.doc.clientID)
    .map(([, state]) => (state as { user?: { name?: string } }).user?.name ?? '?')
    .sort()

test('two stock clients and one of ours write the same notes, also at once', async () => {
  const all = [stock(ada), stock(bob), ours(lin)]
  await Promise.all(all.map((client) => client.synced))
  for (const [i, client] of all.entries()) {
    for (let n = 0; n < 10; n++) client.text.insert(client.text.length, `${i}${n} `)
  }
  await expect.poll(() => all.map((client) => client.text.length)).toEqual([90, 90, 90])
  const texts = all.map((client) => client.text.toString())
  expect(new Set(texts).size).toBe(1)
  const late = stock(ada)
  await late.synced
  expect(late.text.toString()).toBe(texts[0])
})

test('each sees the others under the names that the server knows, whatever they call themselves', async () => {
  const [one, two, three] = [stock(ada), stock(bob), ours(lin)]
  const all = [one, two, three]
  await Promise.all(all.map((client) => client.synced))
  for (const { provider } of all) {
    provider.awareness.setLocalStateField('user', { name: 'The owner', color: 'javascript:alert(1)' })
    provider.awareness.setLocalStateField('cursor', { anchor: 1, head: 1 })
  }
  await expect
    .poll(() => all.map(namesSeenBy))
    .toEqual([
      ['Bob', '林'],
      ['Ada', '林'],
      ['Ada', 'Bob'],
    ])
  const seen = two.provider.awareness.getStates().get(one.doc.clientID)
  expect(seen).toEqual({
    user: { id: ada.id, name: 'Ada', color: expect.stringMatching(/^#[0-9a-f]{6}$/) },
    cursor: { anchor: 1, head: 1 },
  })
  one.provider.destroy()
  await expect.poll(() => namesSeenBy(two)).toEqual(['林'])
})

test('a name that was changed is the one that is seen when its member next appears', async () => {
  const watcher = ours(lin)
  await watcher.synced
  await community.send(ada, 'accounts.edit_profile', { name: 'Ada L.', handle: 'ada', bio: '' })
  const one = stock(ada)
  await one.synced
  await expect.poll(() => namesSeenBy(watcher)).toEqual(['Ada L.'])
})

async function openThread(): Promise<string> {
  const threadId = uuidv7()
  const thread = { threadId, title: 'News', kind: 'talk', subject: null, tags: [], body: 'Hello' } as const
  await community.send(ada, 'discussions.open_thread', { ...thread, tags: [], postId: uuidv7() })
  return `thread/${threadId}`
}

test('a room that only the server writes is read by a stock client, which is told to stop when it writes', async () => {
  const name = await openThread()
  const reader = stock(bob, name)
  await reader.synced
  const before = Y.encodeStateAsUpdate(reader.doc)
  expect(before.byteLength).toBeGreaterThan(50)
  reader.doc.getMap('posts').set('forged', 'x')
  expect(await reader.closed).toBe(4403)
  expect(reader.provider.shouldConnect).toBe(false)
  const another = stock(lin, name)
  await another.synced
  expect(another.doc.getMap('posts').has('forged')).toBe(false)
})

/** What ends a room for someone, so that coming back is of no use. */
const endings: [string, number, (make: typeof stock) => Promise<Client>][] = [
  [
    'whose session ended',
    4401,
    async (make) => {
      const client = make(bob)
      await client.synced
      await community.send(bob, 'accounts.sign_out_everywhere', {})
      return client
    },
  ],
  ['who may not enter', 4403, async (make) => make(bob, `me/${ada.id}/reading`)],
  ['who asks for a room that cannot be', 4404, async (make) => make(bob, 'nothing/1')],
  [
    'whose room has begun a new epoch',
    4409,
    async (make) => {
      const client = make(bob)
      await client.synced
      await community.services.transact((tx) => tx.rebase(room))
      return client
    },
  ],
  [
    'who comes with an epoch that is over',
    4409,
    async (make) => {
      await community.write(ada, room, (doc) => doc.getText('body').insert(0, 'x'))
      await community.services.transact((tx) => tx.rebase(room))
      return make(bob, `${room}~1`)
    },
  ],
]

test.each(endings)('a stock client %s is told so (%i) and does not come back', async (_who, code, end) => {
  const client = await end(stock)
  expect(await client.closed).toBe(code)
  expect(client.provider.shouldConnect).toBe(false)
})

test.each(endings.slice(1))(
  'a room of ours %s is told so (%i) and does not come back',
  async (_who, code, end) => {
    const client = await end(ours)
    expect(await client.closed).toBe(code)
    expect(client.provider.shouldConnect).toBe(false)
  },
)
