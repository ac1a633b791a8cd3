/** No one peer may have so much of the server that the others go without. */
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import type { Bounds } from '#server/core/bounds.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { encodeFeed, encodeOnChannel, encodeOpen, limits } from '#shared/core/wire.ts'
import { openCommunity, type TestCommunity, type TestMember, testOrigin } from '../support/community.ts'
import { closedWith, framesOf, opened, type Served, serve, syncMessage } from '../support/sockets.ts'

let community: TestCommunity
let served: Served
let ada: TestMember

async function start(bounds: Partial<Bounds> = {}): Promise<void> {
  community = await openCommunity({ bounds })
  served = await serve(community, { connectionsCheckingInterval: 50 })
  ada = await community.member({ handle: 'ada', role: 'author' })
}
afterEach(async () => {
  await served.close()
  await community.close()
})

async function draftOf(author: TestMember): Promise<string> {
  const id = uuidv7()
  await community.send(author, 'articles.start_draft', { id, title: 'A draft', articleId: null })
  return `draft/${id}`
}

const metrics = async (): Promise<string> => (await community.request('/metrics')).text()

test('a member has so many sockets and no more, and when one closes another may come', async () => {
  await start({ socketsPerMember: 3 })
  const bob = await community.member()
  const sockets = [1, 2, 3].map(() => served.open('/sync', ada))
  await Promise.all(sockets.map(opened))
  expect(await closedWith(served.open('/sync', ada))).toBe(1013)
  await opened(served.open('/sync', bob))
  sockets[0]!.close()
  await closedWith(sockets[0]!)
  await opened(served.open('/sync', ada))
  expect(await metrics()).toContain('lyceum_refused{reason="sockets"} 1\n')
})

test('guests at one address have so many sockets together', async () => {
  await start({ guestSocketsPerAddress: 2 })
  const guests = [1, 2].map(() => served.open('/sync'))
  await Promise.all(guests.map(opened))
  expect(await closedWith(served.open('/sync'))).toBe(1013)
  await opened(served.open('/sync', ada))
})

test('who connects without end is told when to come again', async () => {
  await start({ upgradesPerMember: 5 })
  for (let i = 0; i < 5; i++) {
    const socket = served.open('/sync', ada)
    await opened(socket)
    socket.close()
  }
  const refused = served.open('/sync', ada)
  const retryAfter = new Promise((resolve) =>
    refused.on('unexpected-response', (_request, response) => resolve(response.headers['retry-after'])),
  )
  expect(await closedWith(refused)).toBe(429)
  expect(Number(await retryAfter)).toBeGreaterThan(0)
})

test('who sends commands without end is told when to come again, and nothing of the request is applied', async () => {
  await start({ commandsPerMinute: 20 })
  const commands = (count: number): string =>
    JSON.stringify({
      commands: Array.from({ length: count }, () => ({
        id: uuidv7(),
        name: 'articles.start_draft',
        input: { id: uuidv7(), title: 'x', articleId: null },
        at: 0,
      })),
    })
  const send = (count: number): Promise<Response> =>
    community.request('/api/commands', { method: 'POST', as: ada, body: commands(count) })
  const first = (await (await send(30)).json()) as {
    results: { ok: boolean; params?: { seconds: number } }[]
  }
  expect(first.results.filter((result) => result.ok)).toHaveLength(20)
  expect(first.results.at(-1)?.params?.seconds).toBeGreaterThan(0)
  const drafts = async (): Promise<number> => (await community.feed(ada)).get('drafts')?.size ?? 0
  const before = await drafts()
  const second = await send(5)
  expect(second.status).toBe(429)
  expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
  const refusal = (await second.json()) as { code: string; params: { seconds: number } }
  expect(refusal).toMatchObject({ code: 'too_many', params: { seconds: expect.any(Number) } })
  expect(await drafts()).toBe(before)
  const bob = await community.member({ role: 'author' })
  const body = commands(1)
  expect((await community.request('/api/commands', { method: 'POST', as: bob, body })).status).toBe(200)
})

test('a socket opens so many rooms at once and so many in all; each beyond is told to come later', async () => {
  await start({ joinsAtOnce: limits.roomsPerSocket + 30, joinsPerSecond: 1 })
  const room = await draftOf(ada)
  const socket = served.open('/sync', ada)
  const incoming = framesOf(socket)
  await opened(socket)
  for (let channel = 1; channel <= limits.roomsPerSocket; channel++) socket.send(encodeOpen(channel, room))
  await incoming.find('room', limits.roomsPerSocket)
  socket.send(encodeOpen(9_999, room))
  expect(await incoming.find('close')).toMatchObject({ channel: 9_999, code: 1013 })
  const another = served.open('/sync', ada)
  const answers = framesOf(another)
  await opened(another)
  for (let i = 0; i < limits.roomsPerSocket + 60; i++) another.send(encodeOpen(1, room))
  expect(await answers.find('close')).toMatchObject({
    channel: 1,
    code: 1013,
    reason: 'too many rooms at once',
  })
  another.send(encodeFeed(''))
  await answers.find('feed')
})

test('there are only so many private documents that a member can make', async () => {
  await start()
  const open = (kind: string): Promise<Y.Doc> => community.doc(ada, `me/${ada.id}/${kind}`)
  await open('reading')
  for (const kind of ['a', 'readings', 'x'.repeat(20)]) await expect(open(kind)).rejects.toThrow('4403')
})

test('who has not signed in and asks for nothing does not stay', async () => {
  await start({ pingEvery: 100, guestPatience: 200 })
  const idle = served.open('/sync')
  const reader = served.open('/sync')
  await opened(reader)
  reader.send(encodeFeed(''))
  expect(await closedWith(idle)).toBe(1008)
  expect(reader.readyState).toBe(reader.OPEN)
})

/** A WebSocket that is opened by hand, and does nothing that it is not told to. */
async function byHand(member: TestMember): Promise<Socket> {
  const socket = connect(served.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(
    [
      'GET /sync HTTP/1.1',
      'host: 127.0.0.1',
      `origin: ${testOrigin}`,
      `cookie: ${member.cookie}`,
      'connection: upgrade',
      'upgrade: websocket',
      'sec-websocket-version: 13',
      'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      'sec-websocket-extensions: permessage-deflate; client_max_window_bits',
      '\r\n',
    ].join('\r\n'),
  )
  return socket
}

const answerOf = (socket: Socket): Promise<string> =>
  new Promise((resolve) => socket.once('data', (bytes) => resolve(bytes.toString('latin1'))))

/** A masked binary message, as a client must send it. */
function frame(body: Uint8Array): Buffer {
  const head =
    body.byteLength < 126
      ? Buffer.from([0x82, 0x80 | body.byteLength])
      : Buffer.from([0x82, 0xfe, body.byteLength >> 8, body.byteLength & 255])
  return Buffer.concat([head, Buffer.alloc(4), body])
}

test('an offer to compress is not accepted', async () => {
  await start()
  const socket = await byHand(ada)
  const answer = await answerOf(socket)
  expect(answer).toContain('101')
  expect(answer.toLowerCase()).not.toContain('sec-websocket-extensions')
  socket.destroy()
})

test('a connection of which the other end is dead is found and forgotten', async () => {
  await start({ pingEvery: 100 })
  const socket = await byHand(ada)
  await answerOf(socket)
  await expect.poll(() => community.community.sockets.count()).toBe(1)
  const gone = new Promise<void>((resolve) => socket.on('close', () => resolve()))
  // Its pings come in, and nobody answers them.
  await gone
  await expect.poll(() => community.community.sockets.count()).toBe(0)
})

test('who asks for whole documents and reads none costs the server one, not a hundred', async () => {
  await start()
  const room = await draftOf(ada)
  await community.write(ada, room, (doc) => doc.getText('body').insert(0, 'x'.repeat(900_000)))
  await community.doc(ada, room)
  const socket = await byHand(ada)
  await answerOf(socket)
  socket.pause()
  global.gc?.()
  const before = process.memoryUsage().rss
  socket.write(frame(encodeOpen(1, room)))
  const question = encodeOnChannel(1, syncMessage(0, Y.encodeStateVector(new Y.Doc())))
  for (let i = 0; i < 150; i++) socket.write(frame(question))
  await expect.poll(() => waitingBytes()).toBeGreaterThan(0)
  // Long enough to answer them all, as the other socket shows that is answered meanwhile.
  const other = served.open('/sync', ada)
  const incoming = framesOf(other)
  await opened(other)
  other.send(encodeOpen(1, room))
  for (let i = 0; i < 20; i++) {
    other.send(encodeOnChannel(1, syncMessage(0, Y.encodeStateVector(new Y.Doc()))))
    await incoming.find('room', 1)
  }
  const grown = process.memoryUsage().rss - before
  console.info(`150 questions that nobody reads the answers of: +${(grown / 1_048_576).toFixed(1)} MB`)
  expect(waitingBytes()).toBeLessThan(limits.backlog + 1_048_576)
  expect(grown).toBeLessThan(64 * 1_048_576)
  socket.destroy()
})

function waitingBytes(): number {
  return community.community.sockets.gauges().bytes_unread ?? 0
}

test('who does not read what others write is closed at the backlog, and the others go on', async () => {
  await start()
  const room = await draftOf(ada)
  const socket = await byHand(ada)
  await answerOf(socket)
  socket.pause()
  socket.write(frame(encodeOpen(1, room)))
  await expect.poll(() => community.community.sockets.gauges().seats).toBe(1)
  const before = process.memoryUsage().rss
  let most = 0
  for (let i = 0; i < 40 && community.community.sockets.count() > 0; i++) {
    await community.write(ada, room, (doc) => {
      const body = doc.getText('body')
      body.delete(0, body.length)
      body.insert(0, String(i % 10).repeat(400_000))
    })
    most = Math.max(most, waitingBytes())
  }
  const grown = process.memoryUsage().rss - before
  console.info(
    `a reader that stands still: ${(most / 1_048_576).toFixed(1)} MB waited, +${(grown / 1_048_576).toFixed(1)} MB in all`,
  )
  expect(await metrics()).toContain('lyceum_refused{reason="too slow"} 1\n')
  expect(most).toBeLessThan(limits.backlog + 1_000_000)
  await expect.poll(() => community.community.sockets.count(), { timeout: 10_000 }).toBe(0)
  socket.destroy()
})

test('who sends a request byte by byte is not waited for', async () => {
  await start({ headersWithin: 200, requestWithin: 400 })
  const slowHead = connect(served.port, '127.0.0.1')
  slowHead.write('GET /healthz HTTP/1.1\r\nhost: x\r\nx-slow: ')
  const slowBody = connect(served.port, '127.0.0.1')
  slowBody.write(
    `POST /api/commands HTTP/1.1\r\nhost: x\r\ncookie: ${ada.cookie}\r\norigin: ${testOrigin}\r\ncontent-length: 1000000\r\n\r\n{`,
  )
  const silent = connect(served.port, '127.0.0.1')
  const ends = [slowHead, slowBody, silent].map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.on('error', () => {})
        socket.on('close', () => resolve())
        socket.resume()
      }),
  )
  await Promise.all(ends)
  expect((await community.request('/healthz')).status).toBe(200)
})

test('one socket that floods does not keep another waiting', async () => {
  await start()
  const room = await draftOf(ada)
  const bob = await community.member({ handle: 'bob', role: 'author' })
  const quiet = await draftOf(bob)
  const flood = served.open('/sync', ada)
  const calm = served.open('/sync', bob)
  const incoming = framesOf(calm)
  await Promise.all([opened(flood), opened(calm)])
  flood.send(encodeOpen(1, room))
  calm.send(encodeOpen(1, quiet))
  await incoming.find('room', 1)
  const junk = encodeOnChannel(1, syncMessage(0, Y.encodeStateVector(new Y.Doc())))
  for (let i = 0; i < 6_000; i++) flood.send(junk)
  const times: number[] = []
  for (let i = 0; i < 20; i++) {
    const start = performance.now()
    calm.send(encodeOnChannel(1, syncMessage(0, Y.encodeStateVector(new Y.Doc()))))
    await incoming.find('room', 1)
    times.push(performance.now() - start)
  }
  times.sort((a, b) => a - b)
  expect(times[10]).toBeLessThan(500)
})

test('a body larger than allowed is refused before it has come in', async () => {
  await start()
  const answer = await new Promise<number>((resolve, reject) => {
    const asking = request(
      {
        port: served.port,
        path: '/api/commands',
        method: 'POST',
        headers: { origin: testOrigin, cookie: ada.cookie, 'content-length': limits.commandsBody + 1 },
      },
      (response) => resolve(response.statusCode ?? 0),
    )
    asking.on('error', reject)
    asking.write('{')
  })
  expect(answer).toBe(413)
})

test('a message larger than allowed closes its socket', async () => {
  await start()
  const socket = served.open('/sync', ada)
  await opened(socket)
  socket.send(new Uint8Array(limits.frame + 1))
  expect(await closedWith(socket)).toBe(1009)
})
