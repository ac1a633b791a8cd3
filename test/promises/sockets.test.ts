import { createServer, type Server } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { uuidv7 } from '#shared/core/ids.ts'
import { decodeFrame, encodeFeed, encodeOpen, type FeedPage } from '#shared/core/wire.ts'
import {
  NoAccess,
  openCommunity,
  type TestCommunity,
  type TestMember,
  testOrigin,
} from '../support/community.ts'

let community: TestCommunity
let ada: TestMember
let server: Server
let base: string
const opened: { close(): void }[] = []

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ handle: 'ada', role: 'author' })
  server = createServer(getRequestListener(community.app.fetch))
  community.community.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `ws://127.0.0.1:${(server.address() as { port: number }).port}`
})
afterEach(async () => {
  for (const one of opened.splice(0)) one.close()
  await community.close()
  server.close()
})

async function draftOf(author: TestMember): Promise<string> {
  const id = uuidv7()
  await community.send(author, 'articles.start_draft', { id, title: 'A draft', articleId: null })
  return `draft/${id}`
}

/** The stock provider, with a cookie and an Origin as a browser would send them. */
function stock(room: string, headers: Record<string, string>): { doc: Y.Doc; provider: WebsocketProvider } {
  class Socket extends WebSocket {
    constructor(url: string) {
      super(url, { headers: { origin: testOrigin, ...headers } })
    }
  }
  const doc = new Y.Doc()
  const provider = new WebsocketProvider(`${base}/sync`, room, doc, {
    WebSocketPolyfill: Socket as never,
    disableBc: true,
  })
  opened.push({ close: () => provider.destroy() })
  return { doc, provider }
}

const synced = (provider: WebsocketProvider): Promise<void> =>
  new Promise((resolve) => provider.once('sync', () => resolve()))

const closedWith = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    socket.on('close', (code) => resolve(code))
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => {})
  })

function raw(path: string, headers: Record<string, string>): WebSocket {
  const socket = new WebSocket(`${base}${path}`, { headers })
  opened.push({ close: () => socket.terminate() })
  return socket
}

const frames = (socket: WebSocket): { next(): Promise<ReturnType<typeof decodeFrame>> } => {
  const waiting: Buffer[] = []
  let wake = (): void => {}
  socket.on('message', (data: Buffer) => {
    waiting.push(data)
    wake()
  })
  return {
    async next() {
      while (waiting.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
      return decodeFrame(waiting.shift()!)
    },
  }
}

test('two stock Yjs clients write a draft together', async () => {
  const room = await draftOf(ada)
  const one = stock(room, { cookie: ada.cookie })
  const two = stock(room, { cookie: ada.cookie })
  await Promise.all([synced(one.provider), synced(two.provider)])
  const arrived = new Promise<void>((resolve) => two.doc.once('update', () => resolve()))
  one.doc.getText('body').insert(0, 'hello')
  await arrived
  expect(two.doc.getText('body').toString()).toBe('hello')
})

test('a stock client is told to stop, not to try again, where it may not enter', async () => {
  const room = await draftOf(ada)
  const eve = await community.member({ handle: 'eve' })
  const { provider } = stock(room, { cookie: eve.cookie })
  const code = await new Promise<number>((resolve) =>
    provider.on('connection-close', (event) => resolve((event as { code: number } | null)?.code ?? 0)),
  )
  expect(code).toBe(4403)
})

test.each([
  ['a foreign Origin', { origin: 'https://evil.example' }],
  ['no Origin', {}],
])('a socket with %s is not opened', async (_what, headers) => {
  const socket = raw('/sync', { cookie: ada.cookie, ...headers } as Record<string, string>)
  expect(await closedWith(socket)).toBe(403)
})

test('a ticket opens one socket, once', async () => {
  const response = await community.request('/api/tickets', { method: 'POST', as: ada })
  const { ticket } = (await response.json()) as { ticket: string }
  const first = raw(`/sync?ticket=${ticket}`, {})
  await new Promise((resolve) => first.once('open', resolve))
  expect(await closedWith(raw(`/sync?ticket=${ticket}`, {}))).toBe(401)
})

test('a device that listens hears of a new thread without asking', async () => {
  const bob = await community.member({ handle: 'bob' })
  const socket = raw('/sync', { cookie: bob.cookie, origin: testOrigin })
  const incoming = frames(socket)
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(encodeFeed(''))
  const first = await incoming.next()
  expect(first.kind).toBe('feed')
  const threadId = uuidv7()
  await community.send(ada, 'discussions.open_thread', {
    threadId,
    postId: uuidv7(),
    title: 'News',
    kind: 'talk',
    subject: null,
    tags: [],
    body: 'Hello',
  })
  const second = await incoming.next()
  if (second.kind !== 'feed') throw new Error(second.kind)
  const page = JSON.parse(second.text) as FeedPage
  expect(page.rows.map((row) => [row.table, row.id])).toContainEqual(['threads', threadId])
})

test('signing out everywhere closes open sockets within a second', async () => {
  const room = await draftOf(ada)
  const socket = raw('/sync', { cookie: ada.cookie, origin: testOrigin })
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(encodeOpen(1, room))
  const before = performance.now()
  await community.send(ada, 'accounts.sign_out_everywhere', {})
  expect(await closedWith(socket)).toBe(4401)
  expect(performance.now() - before).toBeLessThan(1_000)
})

test('what a member may no longer see is closed on their open socket', async () => {
  const room = await draftOf(ada)
  const bob = await community.member({ handle: 'bob', role: 'author' })
  await community.send(ada, 'articles.share_draft', { id: room.slice(6), memberId: bob.id, on: true })
  const { provider } = stock(room, { cookie: bob.cookie })
  await synced(provider)
  const code = new Promise<number>((resolve) =>
    provider.on('connection-close', (event) => resolve((event as { code: number } | null)?.code ?? 0)),
  )
  await community.send(ada, 'articles.share_draft', { id: room.slice(6), memberId: bob.id, on: false })
  expect(await code).toBe(4401)
})

test('members cannot write where only the server writes', async () => {
  const threadId = uuidv7()
  await community.send(ada, 'discussions.open_thread', {
    threadId,
    postId: uuidv7(),
    title: 'News',
    kind: 'talk',
    subject: null,
    tags: [],
    body: 'Hello',
  })
  const forged = community.write(ada, `thread/${threadId}`, (doc) => doc.getMap('posts').set('forged', 'x'))
  await expect(forged).rejects.toThrow(NoAccess)
  expect((await community.doc(ada, `thread/${threadId}`)).getMap('posts').has('forged')).toBe(false)
})

test.each(['nothing/1', 'notes/', 'notes', '../etc', 'notes/does-not-exist', 'me/someone-else/reading'])(
  'the room %s is refused',
  async (room) => {
    await expect(community.doc(ada, room)).rejects.toThrow(NoAccess)
  },
)

test('bytes that are no message close the socket and nothing else', async () => {
  const socket = raw('/sync', { cookie: ada.cookie, origin: testOrigin })
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(Buffer.from([0, 77, 1, 2]))
  expect(await closedWith(socket)).toBe(1008)
  expect((await community.request('/healthz')).status).toBe(200)
})

test('a device does not act as whoever signed in on it meanwhile', async () => {
  const socket = raw('/sync?member=somebody-else', { cookie: ada.cookie, origin: testOrigin })
  expect(await closedWith(socket)).toBe(4401)
  const headers = { 'x-member': 'somebody-else' }
  const response = await community.request('/api/commands', { method: 'POST', as: ada, headers, body: '{}' })
  expect(response.status).toBe(401)
})

test('whoever comes late sees everybody who is there, also two tabs of one device', async () => {
  const room = await draftOf(ada)
  const first = stock(room, { cookie: ada.cookie })
  await synced(first.provider)
  const [one, two] = [new Y.Doc(), new Y.Doc()].map((doc) => new Awareness(doc)) as [Awareness, Awareness]
  for (const tab of [one, two]) opened.push({ close: () => tab.destroy() })
  for (const tab of [one, two]) {
    tab.setLocalState({ user: { name: 'tab' } })
    applyAwarenessUpdate(first.provider.awareness, encodeAwarenessUpdate(tab, [tab.clientID]), 'tab')
  }
  const late = stock(room, { cookie: ada.cookie })
  await synced(late.provider)
  await expect
    .poll(() => [one, two].map((tab) => late.provider.awareness.getStates().has(tab.clientID)))
    .toEqual([true, true])
})

test('a ticket of a session that ended meanwhile opens nothing that stays open', async () => {
  const response = await community.request('/api/tickets', { method: 'POST', as: ada })
  const { ticket } = (await response.json()) as { ticket: string }
  await community.send(ada, 'accounts.sign_out_everywhere', {})
  expect(await closedWith(raw(`/sync?ticket=${ticket}`, {}))).toBe(4401)
})

test('a client that sends faster than the server stores is slowed down, and everything arrives', async () => {
  const room = await draftOf(ada)
  const { doc, provider } = stock(room, { cookie: ada.cookie })
  await synced(provider)
  for (let i = 0; i < 40; i++) doc.getText('body').insert(0, String(i % 10).repeat(150_000))
  const reader = stock(room, { cookie: ada.cookie })
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (reader.doc.getText('body').length === 6_000_000) resolve()
    }
    reader.doc.on('update', look)
    look()
  })
  expect(reader.doc.getText('body').toString()).toBe(doc.getText('body').toString())
})
