/** Access that ends, ends everywhere within a second, and nothing that comes after is taken. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { afterEach, beforeEach, expect, test } from 'vitest'
import WebSocket from 'ws'
import { createMember } from '#server/features/accounts/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { closeCode, decodeFrame, encodeFeed, encodeOpen, type FeedPage } from '#shared/core/wire.ts'
import { openPatient } from '../soak/access/patient.ts'
import { race } from '../soak/access/races.ts'
import { createDice } from '../soak/rig/random.ts'
import { type TestCommunity, type TestMember, testOrigin } from '../support/community.ts'

let community: TestCommunity
let server: Server
let base: string
let mod: TestMember
let ada: TestMember
const sockets: WebSocket[] = []
const hour = 3_600_000

beforeEach(async () => {
  community = await openPatient()
  mod = await community.member({ role: 'moderator' })
  ada = await community.member({ role: 'author' })
  server = createServer(getRequestListener(community.app.fetch))
  community.community.attach(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await community.close()
  server.close()
})

async function act(by: TestMember, name: string, input: object): Promise<void> {
  const { services, clock } = community
  const result = await services.execute(by, { id: uuidv7(clock.now), name, input, at: clock.now })
  if (!result.ok) throw new Error(result.message)
}

async function found(access: 'circle' | 'public' = 'circle'): Promise<string> {
  const id = uuidv7(community.clock.now)
  await act(mod, 'circles.found', { id, access, text: 'words', file: null })
  return id
}

const admit = (id: string, member: TestMember, until: number | null): Promise<void> =>
  act(mod, 'circles.admit', { id, memberId: member.id, until })

interface Watching {
  socket: WebSocket
  rows: Map<string, unknown>
  /** room → close code; of the socket under ''. */
  closed: Map<string, number>
  until(done: () => boolean): Promise<void>
}

/** A device that follows the feed and sits in rooms; resolves when it is up to date. */
async function watch(cookie: string | undefined, rooms: string[]): Promise<Watching> {
  const socket = new WebSocket(`${base}/sync`, {
    headers: { origin: testOrigin, ...(cookie ? { cookie } : {}) },
  })
  sockets.push(socket)
  const rows = new Map<string, unknown>()
  const closed = new Map<string, number>()
  const opened = new Set<number>()
  let caughtUp = false
  let wake = (): void => {}
  socket.on('error', () => {})
  socket.on('close', (code) => {
    closed.set('', code)
    wake()
  })
  socket.on('message', (data: Buffer) => {
    const frame = decodeFrame(data)
    if (frame.kind === 'room') opened.add(frame.channel)
    if (frame.kind === 'close') closed.set(rooms[frame.channel - 1]!, frame.code)
    if (frame.kind === 'feed') {
      const page = JSON.parse(frame.text) as FeedPage
      for (const { table, id, data } of page.rows)
        if (data === null) rows.delete(`${table}/${id}`)
        else rows.set(`${table}/${id}`, data)
      caughtUp = !page.more
    }
    wake()
  })
  await new Promise((resolve) => socket.once('open', resolve))
  socket.send(encodeFeed(''))
  rooms.forEach((room, i) => {
    socket.send(encodeOpen(i + 1, room))
    // Asks who is there: answered, if at all, once the room is open.
    socket.send(new Uint8Array([i + 1, 0, 0, 1, 0]))
  })
  const until: Watching['until'] = async (done) => {
    while (!done()) {
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  await until(() => caughtUp && opened.size + closed.size >= rooms.length)
  return { socket, rows, closed, until }
}

/** Milliseconds until it is so. */
async function within(work: Promise<void>): Promise<number> {
  const began = performance.now()
  await work
  return performance.now() - began
}

test('a grant that ends by the hour closes its rooms and takes its rows, and nothing else, within a second', async () => {
  const [mine, theirs] = [await found(), await found()]
  await admit(mine, ada, community.clock.now + hour)
  await admit(theirs, ada, null)
  const { rows, closed, until } = await watch(ada.cookie, [`hall/${mine}`, `board/${mine}`, `hall/${theirs}`])
  expect(rows.has(`circles/${mine}`)).toBe(true)
  community.clock.advance(hour)
  const took = await within(until(() => closed.size === 2 && !rows.has(`circles/${mine}`)))
  expect(took).toBeLessThan(1_000)
  expect(Object.fromEntries(closed)).toEqual({
    [`hall/${mine}`]: closeCode.ended,
    [`board/${mine}`]: closeCode.ended,
  })
  expect(rows.has(`circles/${theirs}`)).toBe(true)
})

test('a session that ends by the hour closes its socket within a second', async () => {
  await community.services.database.kysely
    .updateTable('session')
    .set({ expires_at: community.clock.now + hour })
    .where('member_id', '=', ada.id)
    .execute()
  const { closed, until } = await watch(ada.cookie, [])
  community.clock.advance(hour)
  expect(await within(until(() => closed.has('')))).toBeLessThan(1_000)
  expect(closed.get('')).toBe(closeCode.ended)
})

test('a session that is used does not end by the hour at which it would have ended unused', async () => {
  const { closed } = await watch(ada.cookie, [])
  community.clock.advance(59 * 24 * hour)
  await community.request('/api/session', { as: ada })
  community.clock.advance(2 * 24 * hour)
  community.community.sockets.expire(community.clock.now)
  await community.community.quiesce()
  expect(closed.size).toBe(0)
  expect((await community.request('/api/tickets', { as: ada, method: 'POST' })).status).toBe(200)
})

test('a row that is withdrawn closes its rooms for whoever sat there, and leaves theirs to all others', async () => {
  const [open, other] = [await found('public'), await found('public')]
  const guest = await watch(undefined, [`hall/${open}`, `hall/${other}`])
  await act(mod, 'circles.close', { id: open })
  await guest.until(() => guest.closed.size > 0 && !guest.rows.has(`circles/${open}`))
  expect([...guest.closed.keys()]).toEqual([`hall/${open}`])
  expect(guest.rows.has(`circles/${other}`)).toBe(true)
})

test('commands that came in one request stop where its session ended', async () => {
  const command = (name: string, input: object): object => ({ id: uuidv7(), name, input, at: 0 })
  const ids = { threadId: uuidv7(), postId: uuidv7() }
  const opening = { ...ids, title: 'x', kind: 'talk', subject: null, tags: [], body: 'x' }
  const response = await community.request('/api/commands', {
    method: 'POST',
    as: ada,
    body: JSON.stringify({
      commands: [command('accounts.sign_out_everywhere', {}), command('discussions.open_thread', opening)],
    }),
  })
  const { results } = (await response.json()) as { results: { ok: boolean; code?: string }[] }
  expect(results.map(({ ok, code }) => [ok, code])).toEqual([
    [true, undefined],
    [false, 'unauthenticated'],
  ])
  expect((await community.feed(mod)).get('threads')?.has(ids.threadId) ?? false).toBe(false)
})

test('a role that ended where nobody told us of it counts from the next page of the feed', async () => {
  const eve = await community.member({ role: 'moderator' })
  const { rows, until } = await watch(eve.cookie, [])
  await community.services.database.kysely
    .updateTable('role')
    .set({ role: 'member' })
    .where('member_id', '=', eve.id)
    .execute()
  const invite = uuidv7(community.clock.now)
  await act(mod, 'accounts.invite', { id: invite, role: 'member', note: '', uses: 1, days: 1 })
  const open = await found('public')
  await until(() => rows.has(`circles/${open}`))
  expect(rows.has(`invites/${invite}`)).toBe(false)
})

test('whoever was removed does not sign in any more', async () => {
  const owner = await community.member({ role: 'owner' })
  const { services } = community
  const eve = { handle: 'eve', name: 'Eve', email: 'eve@example.org', password: 'a loom for algebra' }
  const made = await createMember(services, eve)
  if (!made.ok) throw new Error(made.error.message)
  const signIn = (): Promise<Response> =>
    community.request('/api/session', {
      method: 'POST',
      body: JSON.stringify({ email: eve.email, password: eve.password }),
    })
  expect((await signIn()).status).toBe(200)
  await act(owner, 'circles.remove', { memberId: made.value.id })
  expect((await signIn()).status).toBe(401)
})

test('in the midst of streaming updates, nothing arrives a second after the end and nothing is taken after it', {
  timeout: 120_000,
}, async () => {
  const { races, words, breaches, evictions } = await race(30, createDice(7))
  expect(breaches).toEqual([])
  expect(races).toBe(30)
  expect(words).toBeGreaterThan(300)
  expect(evictions.length).toBeGreaterThanOrEqual(27)
})
