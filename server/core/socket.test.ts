import { EventEmitter } from 'node:events'
import * as decoding from 'lib0/decoding'
import { afterEach, expect, test, vi } from 'vitest'
import * as Y from 'yjs'
import { closeCode, decodeFrame, encodeOpen, message } from '#shared/core/wire.ts'
import { bounds } from './bounds.ts'
import type { Rights } from './rights.ts'
import type { RoomPeer, Rooms } from './room.ts'
import { createSockets, type Sockets, type SocketsOptions } from './socket.ts'

interface House {
  sockets: Sockets
  /** Who sits in the only room. */
  peers: Set<RoomPeer>
  /** Answers the oldest open question for access. */
  answer(read: boolean): Promise<void>
  questions: number
  /** Lets a session be looked at. */
  look(): Promise<void>
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const opened: Sockets[] = []
afterEach(async () => {
  vi.useRealTimers()
  for (const sockets of opened.splice(0)) await sockets.close()
})

function house(more: Partial<SocketsOptions> = {}): House {
  const asked: ((rights: Rights) => void)[] = []
  const looks: (() => void)[] = []
  const peers = new Set<RoomPeer>()
  const empty = new Y.Doc()
  const rooms = {
    join: async (_name: string, peer: RoomPeer) => {
      peers.add(peer)
      return { ok: true, epoch: 1 }
    },
    leave: (_name: string, peer: RoomPeer) => void peers.delete(peer),
    vector: async () => Y.encodeStateVector(empty),
    ownerOf: () => undefined,
  } as unknown as Rooms
  const sockets = createSockets({
    rooms,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    bounds,
    rights: () => new Promise((resolve) => asked.push(resolve)),
    sessionNow: () =>
      new Promise((resolve) =>
        looks.push(() => resolve({ viewer: { id: 'ada', role: 'member' }, until: Number.POSITIVE_INFINITY })),
      ),
    feedPage: async () => undefined,
    person: async () => undefined,
    ...more,
  })
  opened.push(sockets)
  const made: House = {
    sockets,
    peers,
    get questions() {
      return asked.length
    },
    async answer(read) {
      asked.shift()!({ read, write: false, gone: false, grounds: new Set(['sessions/1']) })
      await turn()
    },
    async look() {
      for (const go of looks.splice(0)) go()
      await turn()
    },
  }
  return made
}

interface Wire extends EventEmitter {
  heard: Buffer[]
  closed: number | undefined
}

function wire(): Wire {
  const socket = Object.assign(new EventEmitter(), {
    readyState: 1,
    OPEN: 1,
    bufferedAmount: 0,
    heard: [] as Buffer[],
    closed: undefined as number | undefined,
    pause: () => {},
    resume: () => {},
    ping: () => {},
    terminate: () => void socket.emit('close'),
    send: (bytes: Uint8Array) => void socket.heard.push(Buffer.from(bytes)),
    close: (code: number) => {
      socket.closed ??= code
      socket.readyState = 3
      socket.emit('close')
    },
  })
  return socket
}

async function enter(here: House): Promise<Wire> {
  const socket = wire()
  here.sockets.accept(socket as never, { viewer: { id: 'ada', role: 'member' }, sessionId: 's' })
  await here.look()
  socket.emit('message', Buffer.from(encodeOpen(1, 'notes/1')), true)
  await turn()
  return socket
}

const closings = (socket: Wire): number[] =>
  socket.heard.flatMap((bytes) => {
    const frame = decodeFrame(bytes)
    return frame.kind === 'close' ? [frame.code] : []
  })

test('access that ends while it is being asked for is asked for again, before anybody takes a seat', async () => {
  const here = house()
  const socket = await enter(here)
  expect(here.questions).toBe(1)
  here.sockets.recheck({ rows: new Set(['sessions/1']) })
  await here.look()
  await here.answer(true)
  expect(here.peers.size).toBe(0)
  expect(here.questions).toBe(1)
  await here.answer(false)
  expect(here.peers.size).toBe(0)
  expect(closings(socket)).toEqual([closeCode.refused])
})

test('what a device in doubt would be sent waits, and nobody gets it whose seat has ended', async () => {
  const here = house()
  const socket = await enter(here)
  await here.answer(true)
  const [peer] = here.peers
  const before = socket.heard.length
  here.sockets.recheck({ members: new Set(['ada']) })
  peer!.deliver(new Uint8Array([1, 2, 3]))
  await turn()
  expect(socket.heard.length).toBe(before)
  await here.look()
  await here.answer(false)
  expect(socket.heard.length).toBe(before + 1)
  expect(closings(socket)).toEqual([closeCode.ended])
})

test('what a device in doubt would be sent is sent when the doubt was groundless', async () => {
  const here = house()
  const socket = await enter(here)
  await here.answer(true)
  const [peer] = here.peers
  here.sockets.recheck({ rows: new Set(['sessions/1']) })
  peer!.deliver(new Uint8Array([1, 2, 3]))
  await here.look()
  await here.answer(true)
  expect([...socket.heard.at(-1)!]).toEqual([1, 0, 2, 3, 1, 2, 3])
  expect(closings(socket)).toEqual([])
})

test('a change that does not concern a device casts no doubt on it', async () => {
  const here = house()
  const socket = await enter(here)
  await here.answer(true)
  const [peer] = here.peers
  here.sockets.recheck({ members: new Set(['bob']), rows: new Set(['sessions/2']) })
  peer!.deliver(new Uint8Array([1, 2, 3]))
  expect([...socket.heard.at(-1)!]).toEqual([1, 0, 2, 3, 1, 2, 3])
  await here.look()
  expect(here.questions).toBe(0)
})

test('a stock socket hears something every twenty seconds, so that its provider does not reconnect', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const here = house()
  const socket = wire()
  here.sockets.accept(
    socket as never,
    { viewer: { id: null, role: null }, sessionId: null },
    { room: 'notes/1', ack: false },
  )
  await turn()
  await here.answer(true)
  const before = socket.heard.length
  vi.advanceTimersByTime(60_000)
  expect(socket.heard.length).toBe(before + 3)
  const from = decoding.createDecoder(socket.heard.at(-1)!)
  expect([decoding.readVarUint(from), decoding.readVarUint8Array(from).length]).toEqual([
    message.awareness,
    1,
  ])
  socket.emit('close')
  vi.advanceTimersByTime(60_000)
  expect(socket.heard.length).toBe(before + 3)
})

test('a server that stops says so to every socket', async () => {
  const here = house()
  const sockets = Array.from({ length: 3 }, () => wire())
  for (const socket of sockets)
    here.sockets.accept(socket as never, { viewer: { id: null, role: null }, sessionId: null })
  await here.sockets.close()
  expect(sockets.map(({ closed }) => closed)).toEqual([1001, 1001, 1001])
})
