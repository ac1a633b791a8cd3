import * as encoding from 'lib0/encoding'
import { expect, test } from 'vitest'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'
import { message } from '#shared/core/wire.ts'
import { createPresence, type Presence } from './presence.ts'
import type { Incoming, RoomPeer, Rooms } from './room.ts'
import { createSeat, type Seat, type SeatOptions } from './seat.ts'

/** Rooms that only remember what they were given, so that a test can say what becomes of it. */
function rooms(): Rooms & { taken: Incoming[]; peers: Set<RoomPeer>; loaded(): void } {
  let loaded = (): void => {}
  const loading = new Promise<void>((resolve) => {
    loaded = resolve
  })
  const taken: Incoming[] = []
  const peers = new Set<RoomPeer>()
  const doc = new Y.Doc()
  return {
    taken,
    peers,
    loaded: () => loaded(),
    join: async (_name: string, peer: RoomPeer) => {
      await loading
      peers.add(peer)
      return { ok: true, epoch: 1 }
    },
    leave: (_name: string, peer: RoomPeer) => void peers.delete(peer),
    read: async () => ({
      update: Y.encodeStateAsUpdate(doc),
      sequence: 0,
      epoch: 1,
    }),
    vector: async () => Y.encodeStateVector(doc),
    receive: (_name: string, incoming: Incoming) => void taken.push(incoming),
  } as unknown as Rooms & { taken: Incoming[]; peers: Set<RoomPeer>; loaded(): void }
}

/** Tells at once. */
function presenceOf(): Presence {
  return createPresence({
    now: () => 0,
    after(_milliseconds, work) {
      queueMicrotask(work)
      return () => {}
    },
    ownerOf: () => undefined,
  })
}

function seatIn(hub: Rooms, more: Partial<SeatOptions> = {}): { seat: Seat; sent: Uint8Array[] } {
  const sent: Uint8Array[] = []
  const seat = createSeat({
    rooms: hub,
    presence: presenceOf(),
    person: async () => ({ id: 'ada', name: 'Ada' }),
    room: 'notes/1',
    memberId: 'ada',
    canWrite: true,
    doubt: () => undefined,
    extras: true,
    send: (body) => sent.push(body),
    hold: () => {},
    drained: () => undefined,
    end: () => {},
    ...more,
  })
  return { seat, sent }
}

function syncMessage(type: number, bytes = new Uint8Array([0, 0, 0])): Uint8Array {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, message.sync)
  encoding.writeVarUint(to, type)
  encoding.writeVarUint8Array(to, bytes)
  return encoding.toUint8Array(to)
}

function awareness(state: string): Uint8Array {
  const inner = encoding.createEncoder()
  encoding.writeVarUint(inner, 1)
  encoding.writeVarUint(inner, 7)
  encoding.writeVarUint(inner, 1)
  encoding.writeVarString(inner, state)
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, message.awareness)
  encoding.writeVarUint8Array(to, encoding.toUint8Array(inner))
  return encoding.toUint8Array(to)
}

const acks = (sent: Uint8Array[]): number[] =>
  sent.filter((body) => body[0] === message.ack).map((body) => body[1]!)

test('what was dropped is not acknowledged because the answer that held it was refused', async () => {
  const hub = rooms()
  const { seat, sent } = seatIn(hub)
  await seat.receive(syncMessage(sync.messageYjsUpdate))
  hub.taken[0]!.from.resync(1)
  await seat.receive(syncMessage(sync.messageYjsSyncStep2))
  hub.taken[1]!.from.refuse(2, 'too_large', 'the update is too large')
  expect(acks(sent)).toEqual([])
})

test('a client that goes while its room is loading leaves nothing behind', async () => {
  const hub = rooms()
  const presence = presenceOf()
  const { seat } = seatIn(hub, { presence })
  const joining = seat.join()
  seat.leave()
  hub.loaded()
  await joining
  expect(hub.peers.size).toBe(0)
  await seat.receive(awareness('{}'))
  expect(presence.count).toBe(0)
})

test('what is waiting to be stored is held against its connection until it is', async () => {
  const hub = rooms()
  let held = 0
  const { seat } = seatIn(hub, {
    hold: (bytes) => {
      held += bytes
    },
  })
  for (let i = 0; i < 3; i++) await seat.receive(syncMessage(sync.messageYjsUpdate))
  expect(held).toBeGreaterThan(0)
  hub.taken[0]!.from.acknowledge(1)
  hub.taken[1]!.from.refuse(2, 'invalid', 'no')
  hub.taken[2]!.from.resync(3)
  expect(held).toBe(0)
  await seat.receive(syncMessage(sync.messageYjsUpdate))
  seat.leave()
  expect(held).toBe(0)
})

test('presence that is not JSON is turned away: it would throw on every other device', async () => {
  const hub = rooms()
  const { seat } = seatIn(hub)
  hub.loaded()
  await seat.join()
  await expect(async () => seat.receive(awareness('{"user":'))).rejects.toThrow()
})

test('whoever may only read, or no longer write, shows the others no presence', async () => {
  const hub = rooms()
  hub.loaded()
  const presence = presenceOf()
  const reader = seatIn(hub, { presence, canWrite: false })
  const writer = seatIn(hub, { presence })
  await reader.seat.join()
  await writer.seat.join()
  const before = writer.sent.length
  await reader.seat.receive(awareness('{"cursor":1}'))
  await Promise.resolve()
  expect(writer.sent.length).toBe(before)
  await writer.seat.receive(awareness('{"cursor":1}'))
  await Promise.resolve()
  expect(reader.sent.at(-1)?.[0]).toBe(message.awareness)
  expect(presence.count).toBe(1)
  writer.seat.canWrite = false
  expect(presence.count).toBe(0)
})

test('who has nothing new is acknowledged without a word to the room', async () => {
  const hub = rooms()
  hub.loaded()
  const { seat, sent } = seatIn(hub)
  await seat.join()
  await seat.receive(syncMessage(sync.messageYjsSyncStep2, new Uint8Array([0, 0])))
  await Promise.resolve()
  expect(hub.taken).toEqual([])
  expect(sent.some((body) => body[0] === message.ack && body[1] === 1)).toBe(true)
})
