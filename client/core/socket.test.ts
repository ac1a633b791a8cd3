import { expect, test } from 'vitest'
import { Awareness, encodeAwarenessUpdate } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import { encodeClose, encodeFeed, encodeOnChannel, message } from '#shared/core/wire.ts'
import { createSocket, type SharedSocket } from './socket.ts'
import type { Surroundings, Wire } from './surroundings.ts'

interface World {
  now: number
  /** When a connection was asked for. */
  asked: number[]
  wires: Wire[]
  sent: Uint8Array[]
  advance(milliseconds: number): void
  device(random?: () => number, onSilence?: () => void): SharedSocket
}

function world(): World {
  const timers = new Set<{ at: number; work(): void }>()
  const made: World = {
    now: 0,
    asked: [],
    wires: [],
    sent: [],
    advance(milliseconds) {
      const end = made.now + milliseconds
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
        if (!due) break
        timers.delete(due)
        made.now = Math.max(made.now, due.at)
        due.work()
      }
      made.now = end
    },
    device(random = Math.random, onSilence = () => {}) {
      const around = {
        origin: 'http://test.example',
        now: () => made.now,
        random,
        after(milliseconds: number, work: () => void) {
          const timer = { at: made.now + milliseconds, work }
          timers.add(timer)
          return () => timers.delete(timer)
        },
        connect() {
          const wire: Wire = {
            binaryType: '',
            readyState: 0,
            onopen: null,
            onmessage: null,
            onclose: null,
            onerror: null,
            send: (bytes) => void made.sent.push(bytes.slice()),
            close() {},
          }
          made.asked.push(made.now)
          made.wires.push(wire)
          return wire
        },
      } as Pick<Surroundings, 'origin' | 'now' | 'random' | 'after' | 'connect'> as Surroundings
      return createSocket({
        around,
        memberId: 'ada',
        onOpen: () => {},
        onClosed: () => {},
        onEnded: () => {},
        onFeed: () => {},
        onSilence,
      })
    },
  }
  return made
}

const opens = (wire: Wire): void => wire.onopen?.({} as Event)
const closes = (wire: Wire, code = 1006, reason = ''): void => wire.onclose?.({ code, reason } as CloseEvent)

test('a thousand devices that lose their server at once come back one after the other', () => {
  const here = world()
  for (let i = 0; i < 1_000; i++) here.device().start()
  for (const wire of here.wires) opens(wire)
  here.asked = []
  for (const wire of here.wires.splice(0)) closes(wire)
  here.advance(2_000)
  expect(here.asked).toHaveLength(1_000)
  const busiest = Math.max(
    ...Array.from({ length: 20 }, (_, i) => countIn(here.asked, i * 100, i * 100 + 100)),
  )
  expect(busiest).toBeLessThan(100)
  // And those who find it still gone, over longer and longer.
  here.asked = []
  for (const wire of here.wires.splice(0)) closes(wire)
  here.advance(4_000)
  expect(here.asked).toHaveLength(1_000)
  expect(Math.max(...here.asked) - Math.min(...here.asked)).toBeGreaterThan(3_000)
})

function countIn(times: number[], from: number, to: number): number {
  return times.filter((time) => time >= from && time < to).length
}

test('a device that is told when to come again does not come before, nor to the second', () => {
  const here = world()
  for (let i = 0; i < 100; i++) here.device().start()
  here.asked = []
  for (const wire of here.wires.splice(0)) closes(wire, 1013, '10')
  const toldAt = here.now
  here.advance(60_000)
  expect(Math.min(...here.asked) - toldAt).toBeGreaterThanOrEqual(10_000)
  expect(Math.max(...here.asked) - toldAt).toBeGreaterThan(15_000)
})

test('a device that may not come back does not', () => {
  const here = world()
  here.device().start()
  closes(here.wires[0]!, 4401)
  here.advance(600_000)
  expect(here.asked).toHaveLength(1)
})

test.each([
  ['is overloaded', 1013],
  ['failed', 1011],
])('rooms that were turned away because the server %s come back at different times', async (_what, code) => {
  const here = world()
  const socket = here.device()
  socket.start()
  const wire = here.wires[0]!
  opens(wire)
  const openedAt: number[] = []
  const rooms = Array.from({ length: 100 }, (_, i) => {
    const Channel = socket.polyfill(() => `notes/${i}`, {
      readOnly: false,
      onOpen: () => openedAt.push(here.now),
      onFrame: () => {},
    })
    return { Channel, socket: new Channel('') }
  })
  await Promise.resolve()
  expect(openedAt).toHaveLength(100)
  openedAt.length = 0
  for (let channel = 1; channel <= 100; channel++) {
    wire.onmessage?.({ data: encodeClose(channel, code, '').slice().buffer } as MessageEvent)
  }
  // As the provider does, 200 ms later.
  here.advance(200)
  for (const { Channel } of rooms) new Channel('')
  await Promise.resolve()
  expect(openedAt).toEqual([])
  here.advance(60_000)
  expect(openedAt).toHaveLength(100)
  expect(new Set(openedAt).size).toBeGreaterThan(50)
})

test('what is heard of the others’ presence is not sent back', async () => {
  const here = world()
  const socket = here.device()
  socket.start()
  opens(here.wires[0]!)
  const doc = new Y.Doc()
  const Channel = socket.polyfill(() => 'notes/1', { readOnly: false, onOpen: () => {}, onFrame: () => {} })
  const provider = new WebsocketProvider('room:', 'notes/1', doc, {
    WebSocketPolyfill: Channel,
    disableBc: true,
  })
  await Promise.resolve()
  const other = new Awareness(new Y.Doc())
  other.setLocalState({ user: { name: 'Bob' } })
  const update = encodeAwarenessUpdate(other, [other.clientID])
  const body = new Uint8Array([message.awareness, update.byteLength, ...update])
  here.sent = []
  here.wires[0]!.onmessage?.({ data: encodeOnChannel(1, body).slice().buffer } as MessageEvent)
  expect(provider.awareness.getStates().get(other.clientID)).toEqual({ user: { name: 'Bob' } })
  expect(here.sent).toEqual([])
  provider.awareness.setLocalState({ cursor: 1 })
  expect(here.sent).toHaveLength(1)
  provider.destroy()
  other.destroy()
})

test('a quiet room hears something every ten seconds while the shared socket lives, so that nobody reconnects', async () => {
  const here = world()
  const wireOf = (): Wire => here.wires.at(-1)!
  // The server answers whatever is asked when it was silent.
  const socket = here.device(Math.random, () => {
    wireOf().onmessage?.({ data: encodeFeed('{}').slice().buffer } as MessageEvent)
  })
  socket.start()
  opens(wireOf())
  const Channel = socket.polyfill(() => 'notes/1', { readOnly: false, onOpen: () => {}, onFrame: () => {} })
  const room = new Channel('')
  const heardAt: number[] = []
  let closed = 0
  room.onmessage = () => heardAt.push(here.now)
  room.onclose = () => closed++
  await Promise.resolve()
  for (let minute = 0; minute < 10; minute++) here.advance(60_000)
  expect(heardAt.length).toBeGreaterThanOrEqual(59)
  expect(closed).toBe(0)
  expect(here.asked).toHaveLength(1)
})
