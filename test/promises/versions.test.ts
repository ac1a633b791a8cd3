/**
 * Clients that were released stay in use: as service workers on devices that have been away, and as open tabs. The
 * server serves those of the three releases before its own, and sends older ones away before it applies anything.
 *
 * The bytes below are what version 1 sends and is able to read, written down when it was current. They are never edited;
 * a change of the wire that breaks them needs a new version, new bytes beside these, and these to go on passing for
 * three releases.
 */
import { afterEach, expect, test } from 'vitest'
import type WebSocket from 'ws'
import { uuidv7 } from '#shared/core/ids.ts'
import { versions } from '#shared/core/wire.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import {
  openCommunity,
  type TestCommunity,
  type TestMember,
  type TestOptions,
  testOrigin,
} from '../support/community.ts'
import { closedWith, opened, type Served, serve } from '../support/sockets.ts'

let community: TestCommunity
let served: Served
let ada: TestMember

async function start(options: TestOptions = {}): Promise<void> {
  community = await openCommunity(options)
  served = await serve(community)
  ada = await community.member({ handle: 'ada', name: 'Ada' })
  await community.services.transact(async (tx) => {
    const event: Partial<EventRow> = { id: 'e', slug: 'e', title: 'An event', access: 'public' }
    const talk: Partial<SessionRow> = { id: 'talk', eventId: 'e', title: 'A talk', access: 'public' }
    await tx.publish('events', 'e', event)
    await tx.publish('sessions', 'talk', talk)
  })
}
afterEach(async () => {
  await served.close()
  await community.close()
})

const command = (): object => ({
  id: uuidv7(),
  name: 'accounts.set_preferences',
  input: { theme: 'dark' },
  at: 1,
})

test.each([
  ['POST', '/api/commands'],
  ['GET', '/api/feed'],
  ['GET', '/api/queries/accounts.devices'],
  ['GET', '/api/session'],
  ['DELETE', '/api/session'],
  ['POST', '/api/tickets'],
  ['GET', '/api/model'],
  ['GET', '/api/nothing'],
])(
  'a client that is too old is answered 426 by %s %s, and nothing of it is applied',
  async (method, path) => {
    await start({ oldestServed: 3 })
    for (const version of ['1', '2', '0', '-1', 'three', '']) {
      const response = await community.request(path, {
        method,
        as: ada,
        headers: { 'lyceum-client': version },
        ...(method === 'POST' ? { body: JSON.stringify({ commands: [command()] }) } : {}),
      })
      expect(response.status).toBe(426)
      expect(await response.json()).toMatchObject({ code: 'upgrade', params: { oldest: 3 } })
    }
    expect((await community.feed(ada)).get('accounts')?.get(ada.id)).toMatchObject({ theme: 'system' })
    const still = await community.request('/api/session', { as: ada, headers: { 'lyceum-client': '3' } })
    expect(await still.json()).toMatchObject({ member: { id: ada.id } })
  },
)

test('whoever does not say a version is a script or a stock client, and is served', async () => {
  await start({ oldestServed: 3 })
  const body = JSON.stringify({ commands: [command()] })
  const response = await community.request('/api/commands', { method: 'POST', as: ada, body })
  expect(await response.json()).toMatchObject({ results: [{ ok: true }] })
  await opened(served.open('/sync', ada))
})

test('a client that is too old still finds the new shell, and the switch that retires the old one', async () => {
  await start({ oldestServed: 3 })
  const headers = { 'lyceum-client': '1' }
  expect((await community.request('/api/shell', { headers })).status).toBe(200)
  expect((await community.request('/', { headers })).status).toBe(200)
})

test.each([
  ['/sync?v=2', 4426],
  ['/sync/notes/talk?v=2', 4426],
  ['/sync?v=two', 4426],
])('the socket %s of a client that is too old is closed with %i', async (path, code) => {
  await start({ oldestServed: 3 })
  expect(await closedWith(served.open(path, ada))).toBe(code)
  await opened(served.open('/sync?v=3', ada))
})

test('the oldest client that is served is at most three releases behind', () => {
  expect(versions.oldestServed).toBeLessThanOrEqual(Math.max(1, versions.current - 3))
})

/** Frames of version 1 in hexadecimal: channel, message, and what belongs to it. */
const v1 = {
  openTalk: '00 64 01 0a 6e6f7465732f74616c6b',
  openNothing: '00 64 02 09 6e6f7468696e672f31',
  closeTalk: '00 65 01 e807 00',
  feedFromTheStart: '00 7b 00',
  stepOne: '01 00 00 01 00',
  /** A client 1001 inserts "Hello" into `body`. */
  hello: '01 00 02 13 0101e90700040104626f64790548656c6c6f00',
  /** The same client says that it is there: clock 1, `{"cursor":5}`. */
  present: '01 01 11 01 e907 01 0c 7b22637572736f72223a357d',
  askWhoIsThere: '01 03',

  asksUs: '01 00 00 01 00',
  asksForMoreThanHello: '01 00 00 04 01e90705',
  nothingYet: '01 00 01 02 0000',
  acknowledges1: '01 78 01',
  acknowledges2: '01 78 02',
  epoch1Position0: '01 7a 01 00',
  epoch1Position1: '01 7a 01 01',
  /** As the server sends it on, and to whoever comes later. */
  helloForOthers: '01 00 02 13 0101e90700040104626f64790548656c6c6f00',
  helloForLateComers: '01 00 01 13 0101e90700040104626f64790548656c6c6f00',
  /** Channel 2 is closed with 4404; a reason follows. */
  closesNothing: '00 65 02 b422',
  feedPage: '00 7b',
  somebodysPresence: '01 01',
}

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

/** A client that knows bytes and nothing else. */
async function byBytes(): Promise<{
  send(frame: string): void
  /** Waits for a message that begins with these bytes. */
  hears(frame: string): Promise<Buffer>
  socket: WebSocket
}> {
  const socket = served.open('/sync?v=1', ada)
  const heard: Buffer[] = []
  let wake = (): void => {}
  socket.on('message', (data: Buffer) => {
    heard.push(data)
    wake()
  })
  await opened(socket)
  return {
    socket,
    send: (frame) => socket.send(bytes(frame)),
    async hears(frame) {
      const start = bytes(frame)
      for (;;) {
        const found = heard.findIndex((message) => message.subarray(0, start.length).equals(start))
        if (found >= 0) return heard.splice(found, 1)[0]!
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

test('what version 1 says on a socket is understood, and answered in what it understands', async () => {
  await start()
  const one = await byBytes()
  const two = await byBytes()
  for (const device of [one, two]) {
    device.send(v1.openTalk)
    device.send(v1.stepOne)
    await device.hears(v1.asksUs)
    await device.hears(v1.nothingYet)
    await device.hears(v1.epoch1Position0)
    await device.hears(v1.acknowledges1)
  }
  one.send(v1.hello)
  await one.hears(v1.acknowledges2)
  await two.hears(v1.helloForOthers)
  await one.hears(v1.epoch1Position1)
  await two.hears(v1.epoch1Position1)

  one.send(v1.present)
  expect((await two.hears(v1.somebodysPresence)).toString()).toContain('{"cursor":5,"user":{"id":')
  const late = await byBytes()
  late.send(v1.openTalk)
  late.send(v1.stepOne)
  await late.hears(v1.helloForLateComers)
  await late.hears(v1.somebodysPresence)
  late.send(v1.askWhoIsThere)
  await late.hears(v1.somebodysPresence)

  one.send(v1.openNothing)
  await one.hears(v1.closesNothing)
  one.send(v1.feedFromTheStart)
  const page = (await one.hears(v1.feedPage)).toString()
  const { epoch, cursor, more, rows } = JSON.parse(page.slice(page.indexOf('{"')))
  expect({ epoch, cursor, more }).toEqual({
    epoch: expect.any(String),
    cursor: expect.any(String),
    more: false,
  })
  expect(rows).toContainEqual({ table: 'sessions', id: 'talk', data: expect.any(Object) })
  one.send(v1.closeTalk)
  // Nothing that a version 1 says closes its socket.
  one.send(v1.openTalk)
  await one.hears(v1.asksForMoreThanHello)
})

/** What version 1 posts, word for word, but for the ids. */
const v1Commands = (ids: readonly [string, string, string]): string => `{"commands":[
  {"id":"${ids[0]}","name":"discussions.open_thread","input":{"threadId":"${ids[1]}","postId":"${ids[2]}",
   "title":"News","kind":"talk","subject":null,"tags":[],"body":"Hello"},"at":1777881600000},
  {"id":"${uuidv7()}","name":"discussions.post","input":{"threadId":"${ids[1]}","postId":"${uuidv7()}",
   "replyTo":null,"body":"And more"},"after":["${ids[0]}"],"at":1777881601000}]}`

test('commands as version 1 posts them are taken, and answered in what it understands', async () => {
  await start()
  const ids = [uuidv7(), uuidv7(), uuidv7()] as const
  const response = await fetch(`http://127.0.0.1:${served.port}/api/commands`, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      origin: testOrigin,
      cookie: ada.cookie,
      'x-member': ada.id,
      'lyceum-client': '1',
    },
    body: v1Commands(ids),
  })
  expect(response.status).toBe(200)
  const { results } = (await response.json()) as { results: unknown[] }
  const saved = {
    ok: true,
    state: 'saved',
    data: expect.anything(),
    lands: { feed: expect.any(Object), rooms: { [`thread/${ids[1]}`]: expect.any(Number) } },
  }
  expect(results).toEqual([
    { id: ids[0], ...saved },
    { id: expect.any(String), ...saved },
  ])
})

test('a refusal reads as version 1 reads it', async () => {
  await start()
  const body = '{"commands":[{"id":"not an id","name":"discussions.post","input":{},"at":0}]}'
  const response = await community.request('/api/commands', { method: 'POST', as: ada, body })
  const { results } = (await response.json()) as { results: object[] }
  expect(results).toEqual([
    expect.objectContaining({ id: 'not an id', ok: false, code: 'invalid', message: expect.any(String) }),
  ])
})
