import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { limits } from '#shared/core/wire.ts'
import { bounds } from './bounds.ts'
import { type Connection, createConnection } from './connection.ts'

interface Wire extends EventEmitter {
  readyState: number
  readonly OPEN: 1
  bufferedAmount: number
  paused: boolean
  sent: number
  pings: number
  closed: number | undefined
  terminated: boolean
}

function wire(): Wire {
  const socket = Object.assign(new EventEmitter(), {
    readyState: 1,
    OPEN: 1 as const,
    bufferedAmount: 0,
    paused: false,
    sent: 0,
    pings: 0,
    closed: undefined as number | undefined,
    terminated: false,
    pause: () => {
      socket.paused = true
    },
    resume: () => {
      socket.paused = false
    },
    send: (bytes: Uint8Array) => {
      socket.sent++
      socket.bufferedAmount += bytes.byteLength
    },
    ping: () => {
      socket.pings++
    },
    close: (code: number) => {
      socket.closed = code
      socket.readyState = 2
    },
    terminate: () => {
      socket.terminated = true
      socket.readyState = 3
    },
  })
  return socket
}

function connect(
  more: Partial<typeof bounds> = {},
  work: (bytes: Uint8Array) => { lane: number; work(): Promise<void> | void } = () => ({
    lane: 1,
    work: () => {},
  }),
): { socket: Wire; connection: Connection; clock: { now: number }; refusals: string[] } {
  const socket = wire()
  const clock = { now: 0 }
  const refusals: string[] = []
  const connection = createConnection({
    socket: socket as never,
    stream: undefined,
    bounds: { ...bounds, ...more },
    now: () => clock.now,
    receive: work,
    onBroken: (error) => refusals.push(String(error)),
    onRefused: (reason) => refusals.push(reason),
  })
  return { socket, connection, clock, refusals }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const say = (socket: Wire, ...bytes: number[]): void => void socket.emit('message', Buffer.from(bytes), true)

test('messages of a room are taken in their order, rooms beside each other', async () => {
  const taken: string[] = []
  let release = (): void => {}
  const slow = new Promise<void>((resolve) => {
    release = resolve
  })
  const { socket } = connect({}, (bytes) => ({
    lane: bytes[0]!,
    work: async () => {
      if (bytes[0] === 1 && bytes[1] === 1) await slow
      taken.push(bytes.join('.'))
    },
  }))
  say(socket, 1, 1)
  say(socket, 1, 2)
  say(socket, 2, 1)
  say(socket, 2, 2)
  await turn()
  expect(taken).toEqual(['2.1', '2.2'])
  release()
  await turn()
  expect(taken).toEqual(['2.1', '2.2', '1.1', '1.2'])
})

test('who sends ten thousand messages at once is taken a few at a time, and the others have their turn', async () => {
  let taken = 0
  const { socket } = connect({ messagesPerTurn: 100, messagesAtOnce: 20_000 }, () => ({
    lane: 1,
    work: () => void taken++,
  }))
  for (let i = 0; i < 10_000; i++) say(socket, 1)
  expect(taken).toBe(100)
  expect(socket.paused).toBe(true)
  let turns = 0
  while (taken < 10_000) {
    await turn()
    turns++
  }
  expect(turns).toBeGreaterThanOrEqual(98)
  expect(socket.paused).toBe(false)
})

test('beyond its pace a socket is read no faster, and nothing of it is lost', async () => {
  let taken = 0
  const { socket, clock } = connect(
    { messagesPerSecond: 1_000, messagesAtOnce: 50, messagesWaiting: 20 },
    () => ({
      lane: 1,
      work: () => void taken++,
    }),
  )
  for (let i = 0; i < 200; i++) say(socket, 1)
  await turn()
  expect(taken).toBe(50)
  expect(socket.paused).toBe(true)
  for (const next of [100, 150, 200]) {
    clock.now += 50
    await expect.poll(() => taken).toBe(next)
  }
  expect(socket.paused).toBe(false)
})

test('who sends on and on though nothing is taken is told to come later', () => {
  const { socket, refusals } = connect({ messagesPerTurn: 1, messagesWaitingMost: 100 })
  for (let i = 0; i < 200; i++) say(socket, 1)
  expect(socket.closed).toBe(1013)
  expect(refusals).toEqual(['too many messages at once'])
})

test('what waits to be stored is not added to without end: the socket is read no more until it is', () => {
  const { socket, connection } = connect()
  connection.hold(bounds.bytesWaiting + 1)
  expect(socket.paused).toBe(true)
  connection.hold(-bounds.bytesWaiting)
  expect(socket.paused).toBe(false)
})

test('who does not read is closed when the backlog is full', () => {
  const { socket, connection } = connect()
  const megabyte = new Uint8Array(1_048_576)
  let sent = 0
  while (socket.closed === undefined && sent++ < 20) connection.send(megabyte)
  expect(socket.closed).toBe(1013)
  expect(socket.bufferedAmount).toBeLessThanOrEqual(limits.backlog + megabyte.byteLength)
})

test('a document larger than the backlog reaches a slow reader who asked for it, and what follows it too', () => {
  const { socket, connection } = connect()
  connection.send(new Uint8Array(8 * 1_048_576), true)
  for (let i = 0; i < 30; i++) connection.send(new Uint8Array(100_000))
  expect(socket.closed).toBeUndefined()
  expect(connection.drained()).toBeInstanceOf(Promise)
  socket.bufferedAmount = 0
  expect(connection.drained()).toBeUndefined()
})

test('who does not answer a ping is gone with the next; who speaks, or is not read at the moment, is there', () => {
  const { socket, connection } = connect()
  connection.ping()
  socket.emit('pong')
  connection.ping()
  say(socket, 1)
  connection.ping()
  expect(socket.terminated).toBe(false)
  connection.hold(bounds.bytesWaiting + 1)
  connection.ping()
  expect(socket.terminated).toBe(false)
  connection.hold(-bounds.bytesWaiting - 1)
  connection.ping()
  expect(socket.terminated).toBe(true)
})

test('who answers pings and reads nothing is gone too', () => {
  const { socket, connection } = connect()
  connection.send(new Uint8Array(1_000_000))
  for (let i = 0; i < 3 && !socket.terminated; i++) {
    connection.ping()
    socket.emit('pong')
  }
  expect(socket.terminated).toBe(true)
})

test('who reads slowly, and reads, stays', () => {
  const { socket, connection } = connect()
  connection.send(new Uint8Array(1_000_000))
  for (let i = 0; i < 5; i++) {
    connection.ping()
    socket.emit('pong')
    socket.bufferedAmount -= 100_000
  }
  expect(socket.terminated).toBe(false)
})

test('work that throws breaks its socket and not the server', async () => {
  const { socket, refusals } = connect({}, (bytes) => {
    if (bytes[0] === 9) throw new Error('no message')
    return {
      lane: 1,
      work: async () => {
        throw new Error('broken')
      },
    }
  })
  say(socket, 9)
  say(socket, 1)
  await turn()
  expect(refusals).toEqual(['Error: no message', 'Error: broken'])
})
