/**
 * Close codes say whether to come back: 44xx no (access ended, refused, gone, another epoch, too old), 1011 and 1013
 * later, 1008 not with that. Each is told where it belongs, for a room of a socket and for a socket alike.
 */
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type WebSocket from 'ws'
import { uuidv7 } from '#shared/core/ids.ts'
import { closeCode, encodeOnChannel, encodeOpen, limits } from '#shared/core/wire.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../support/community.ts'
import { closedWith, framesOf, opened, type Served, serve } from '../support/sockets.ts'

let community: TestCommunity
let served: Served
let ada: TestMember
let bob: TestMember

beforeEach(async () => {
  community = await openCommunity({ oldestServed: 3, bounds: { socketsPerMember: 2 } })
  served = await serve(community)
  ada = await community.member({ handle: 'ada', role: 'author' })
  bob = await community.member({ handle: 'bob' })
  await community.services.transact(async (tx) => {
    const event: Partial<EventRow> = { id: 'e', slug: 'e', title: 'An event', access: 'public' }
    const talk: Partial<SessionRow> = { id: 'talk', eventId: 'e', title: 'A talk', access: 'public' }
    await tx.publish('events', 'e', event)
    await tx.publish('sessions', 'talk', talk)
    await tx.publish('sessions', 'cancelled', { ...talk, id: 'cancelled' })
  })
})
afterEach(async () => {
  await served.close()
  await community.close()
})

/** The code with which a room is closed: on a socket of many rooms, or as a socket of its own. */
async function codeOf(form: 'channel' | 'socket', as: TestMember | undefined, room: string): Promise<number> {
  if (form === 'socket') return closedWith(served.open(`/sync/${room}`, as))
  const socket = served.open('/sync', as)
  const incoming = framesOf(socket)
  await opened(socket)
  socket.send(encodeOpen(1, room))
  const { code } = await incoming.find('close', 1)
  expect(socket.readyState).toBe(socket.OPEN)
  return code
}

const rooms: [string, number, () => Promise<{ as?: TestMember; room: string }>][] = [
  ['a member’s room, asked for by a guest', 4401, async () => ({ room: 'notes/talk' })],
  ['a room of somebody else', 4403, async () => ({ as: bob, room: `me/${ada.id}/reading` })],
  ['a room of which nobody was ever told', 4403, async () => ({ as: bob, room: `draft/${uuidv7()}` })],
  [
    'a draft of another author',
    4403,
    async () => {
      const id = uuidv7()
      await community.send(ada, 'articles.start_draft', { id, title: 'x', articleId: null })
      return { as: bob, room: `draft/${id}` }
    },
  ],
  ['a name that is none', 4404, async () => ({ as: bob, room: 'notes' })],
  ['a kind that is none', 4404, async () => ({ as: bob, room: 'nothing/1' })],
  [
    'a room of which the subject was withdrawn from those who ask',
    4404,
    async () => {
      await community.services.transact((tx) => tx.publish('sessions', 'cancelled', null))
      return { as: bob, room: 'notes/cancelled' }
    },
  ],
  [
    'an epoch that is over',
    4409,
    async () => {
      await community.write(ada, 'notes/talk', (doc) => doc.getText('body').insert(0, 'x'))
      await community.services.transact((tx) => tx.rebase('notes/talk'))
      return { as: bob, room: 'notes/talk~1' }
    },
  ],
  [
    'a room of which the log cannot be read',
    1011,
    async () => {
      await community.write(ada, 'notes/talk', (doc) => doc.getText('body').insert(0, 'x'))
      // Put away, so that it has to be read again.
      await community.community.quiesce()
      await sql`delete from doc_log`.execute(community.services.database.kysely)
      return { as: bob, room: 'notes/talk' }
    },
  ],
]

for (const form of ['channel', 'socket'] as const) {
  test.each(rooms)(`%s is closed with %i: ${form}`, async (_what, code, prepare) => {
    const { as, room } = await prepare()
    expect(await codeOf(form, as, room)).toBe(code)
  })
}

const sockets: [string, number, () => Promise<WebSocket>][] = [
  [
    'of a session that ends',
    4401,
    async () => {
      const socket = served.open('/sync', bob)
      await opened(socket)
      await community.send(bob, 'accounts.sign_out_everywhere', {})
      return socket
    },
  ],
  ['of somebody else than it says', 4401, async () => served.open(`/sync?member=${ada.id}`, bob)],
  ['of a client that is too old', 4426, async () => served.open('/sync?v=2', bob)],
  [
    'that says what nobody understands',
    1008,
    async () => {
      const socket = served.open('/sync', bob)
      await opened(socket)
      socket.send(Buffer.from([0, 77, 1, 2]))
      return socket
    },
  ],
  [
    'that speaks in text',
    1008,
    async () => {
      const socket = served.open('/sync', bob)
      await opened(socket)
      socket.send('hello')
      return socket
    },
  ],
  [
    'that sends half a message to a room',
    1008,
    async () => {
      const socket = served.open('/sync', bob)
      const incoming = framesOf(socket)
      await opened(socket)
      socket.send(encodeOpen(1, 'notes/talk'))
      await incoming.find('room', 1)
      socket.send(encodeOnChannel(1, new Uint8Array([0, 2, 200])))
      return socket
    },
  ],
  [
    'of a member who has enough of them',
    1013,
    async () => {
      for (let i = 0; i < 2; i++) await opened(served.open('/sync', bob))
      return served.open('/sync', bob)
    },
  ],
  [
    'with a message of more than a megabyte',
    1009,
    async () => {
      const socket = served.open('/sync', bob)
      await opened(socket)
      socket.send(new Uint8Array(limits.frame + 1))
      return socket
    },
  ],
]

test.each(sockets)('a socket %s is closed with %i', async (_what, code, make) => {
  expect(await closedWith(await make())).toBe(code)
})

test('of the codes that end a connection, those from 4400 on mean never, and the others later', () => {
  const never = Object.values(closeCode).filter((code) => code >= 4400 && code < 4500)
  expect(never).toEqual([4401, 4403, 4404, 4409, 4426])
})
