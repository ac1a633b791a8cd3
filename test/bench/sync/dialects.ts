/**
 * The protocols of the servers that are compared, for clients that keep no document: how a room is opened, how an update
 * is wrapped, and what a message of the server means.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { RawAddress, RawSocket } from './raw-socket.ts'

export type ServerName = 'lyceum' | 'hocuspocus' | 'y-websocket'

export type Heard =
  /** All that the room has, as an update: the answer to what we asked when it was opened. */
  | { kind: 'state'; update: Uint8Array }
  | { kind: 'update'; update: Uint8Array }
  /** The server asks what we have. */
  | { kind: 'asked' }
  /** `count`: so many of our sync messages are taken, the opening's included; absent: one more is. */
  | { kind: 'ack'; count?: number }
  | { kind: 'refused'; why: string }
  | { kind: 'other' }

export interface Dialect {
  address(port: number, room: string, cookie: string | undefined): RawAddress
  /** What a client that has nothing yet says first. @param channel where one socket carries several rooms */
  greet(socket: RawSocket, room: string, channel?: number): void
  /** Answers `asked`: a client without anything of its own. */
  answer(socket: RawSocket, room: string): void
  /** What every update of this room is preceded by, its length excepted. */
  prefix(room: string): Uint8Array
  read(message: Uint8Array): Heard
  /** Does it say when an update is taken? Otherwise the update's own echo is the only sign. */
  acks: boolean
  /** Can one socket carry several rooms, by channels? */
  channels: boolean
}

const nothing = Uint8Array.of(0)
const noUpdate = Uint8Array.of(0, 0)

/**
 * `/sync` as a device of ours has it, the room on channel 1 (channels stay below 128 here); an ack means that the update
 * is on the disk.
 */
const lyceum: Dialect = {
  address: (port, _room, cookie) => ({ port, path: '/sync', ...(cookie === undefined ? {} : { cookie }) }),
  greet(socket, room, channel = 1) {
    socket.send(
      encode((to) => {
        encoding.writeVarUint(to, 0)
        encoding.writeVarUint(to, 100)
        encoding.writeVarUint(to, channel)
        encoding.writeVarString(to, room)
      }),
    )
    socket.send(syncMessage([channel, 0, 0], nothing))
  },
  answer: (socket) => socket.send(syncMessage([1, 0, 1], noUpdate)),
  prefix: () => Uint8Array.of(1, 0, 2),
  read(message) {
    if (message[0] === 0) {
      const from = decoding.createDecoder(message)
      decoding.readVarUint(from)
      if (decoding.readVarUint(from) !== 101) return { kind: 'other' }
      decoding.readVarUint(from)
      return { kind: 'refused', why: `${decoding.readVarUint(from)} ${decoding.readVarString(from)}` }
    }
    if (message[1] === 0) return readSync(message, 2)
    if (message[1] === 120) return { kind: 'ack', count: varUintAt(message, 2) }
    if (message[1] === 121) return { kind: 'refused', why: Buffer.from(message).toString('utf8', 2) }
    return { kind: 'other' }
  },
  acks: true,
  channels: true,
}

/** An ack (`SyncStatus`) means that the update is in the server's memory. */
const hocuspocus: Dialect = {
  address: (port) => ({ port, path: '/' }),
  greet(socket, room) {
    socket.send(
      encode((to) => {
        encoding.writeVarString(to, room)
        encoding.writeVarUint(to, 2)
        encoding.writeVarUint(to, 0)
        encoding.writeVarString(to, '')
      }),
    )
    socket.send(syncMessage([...named(room), 0, 0], nothing))
  },
  answer: (socket, room) => socket.send(syncMessage([...named(room), 0, 1], noUpdate)),
  prefix: (room) => Uint8Array.from([...named(room), 0, 2]),
  read(message) {
    const at = 1 + message[0]!
    // 0 sync, 4 the same as an answer
    if (message[at] === 0 || message[at] === 4) return readSync(message, at + 1)
    if (message[at] === 8) {
      return message[at + 1] === 1 ? { kind: 'ack' } : { kind: 'refused', why: 'SyncStatus 0' }
    }
    if (message[at] === 7) return { kind: 'refused', why: 'closed' }
    return { kind: 'other' }
  },
  acks: true,
  channels: false,
}

const yWebsocket: Dialect = {
  address: (port, room) => ({ port, path: `/${room}` }),
  greet: (socket) => socket.send(syncMessage([0, 0], nothing)),
  answer: (socket) => socket.send(syncMessage([0, 1], noUpdate)),
  prefix: () => Uint8Array.of(0, 2),
  read: (message) => (message[0] === 0 ? readSync(message, 1) : { kind: 'other' }),
  acks: false,
  channels: false,
}

export const dialects: Record<ServerName, Dialect> = { lyceum, hocuspocus, 'y-websocket': yWebsocket }

/** The room's name as a var string; it has fewer than 128 bytes. */
function named(room: string): number[] {
  return [room.length, ...Buffer.from(room)]
}

function readSync(message: Uint8Array, at: number): Heard {
  const type = message[at]
  if (type === 0) return { kind: 'asked' }
  const from = decoding.createDecoder(message)
  from.pos = at + 1
  const update = decoding.readVarUint8Array(from)
  return { kind: type === 1 ? 'state' : 'update', update }
}

function varUintAt(message: Uint8Array, at: number): number {
  const from = decoding.createDecoder(message)
  from.pos = at
  return decoding.readVarUint(from)
}

export function syncMessage(prefix: ArrayLike<number>, body: Uint8Array): Uint8Array {
  return encode((to) => {
    encoding.writeUint8Array(to, Uint8Array.from(prefix))
    encoding.writeVarUint8Array(to, body)
  })
}

function encode(write: (to: encoding.Encoder) => void): Uint8Array {
  const to = encoding.createEncoder()
  write(to)
  return encoding.toUint8Array(to)
}
