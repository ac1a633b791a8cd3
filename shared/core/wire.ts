/**
 * What crosses the network.
 *
 * HTTP: `POST /api/commands` (CommandsRequest → CommandsResponse), `GET /api/feed?cursor=` (FeedPage).
 *
 * Socket `/sync`: binary frames, each `channel` (var uint) then one message. Channel 0 is control:
 *   100 open(channel, room)          client → server; the client picks a number > 0 that it does not use
 *   101 close(channel, code, reason) either way; codes below say whether to retry
 *   123 feed                         client → server: var string cursor ("" = from the start), "tell me from here";
 *                                    server → client: var string, JSON of a FeedPage
 * Any other channel carries stock y-websocket messages of its room (sync 0, awareness 1, query awareness 3) and
 *   120 ack(n)       the first n sync frames that this client sent on this channel are durable, no-ops included
 *   121 nack(n, r)   frame n was refused, with a JSON Refusal; nothing of it was applied
 *   122 position(e, s)  this is epoch e of the room, and every update up to log sequence s was sent before this message
 *
 * A room's name may end in an epoch (`notes/42~3`): the history that the client holds a copy of. When the room has been
 * re-based since, that channel is closed with 4409, and its reason (`staleReason`) is the number of the present epoch and
 * what the former had taken of the member's own clients: an acknowledgement may have been lost on its way. The client
 * takes up the present one and makes anew, as edits on top of it, what was not taken. Without an epoch it is the present.
 *
 * Of presence (awareness), `user` is who the server knows the sender to be, and clocks towards others are the server's
 * own: what a client says of its identity, or of somebody else's client, is not passed on.
 *
 * Socket `/sync/<room>` speaks the same room messages without the channel; 120–122 only with `?ack=1`.
 *
 * A client says its version (`versions`) with every request (header `lyceum-client`, on sockets `?v=`); one that
 * is too old is answered 426, its sockets are closed with 4426, and it updates itself before it sends anything more.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { Refusal } from './result.ts'

export const message = {
  sync: 0,
  awareness: 1,
  queryAwareness: 3,
  open: 100,
  close: 101,
  ack: 120,
  nack: 121,
  position: 122,
  feed: 123,
} as const

/** Close codes. 44xx: do not retry (y-websocket 3.1 stops at 4400–4499). */
export const closeCode = {
  ended: 4401, // access ended: the session or a grant
  refused: 4403,
  gone: 4404,
  stale: 4409, // the room has a new epoch (the reason begins with its number): join that one
  outdated: 4426, // this client is too old: update, then come back
  broken: 1008, // the peer broke the protocol or a bound
  failed: 1011, // the room failed and is being rebuilt: retry
  overloaded: 1013, // retry later, with jitter; not before so many seconds as the reason says, if it is a number
} as const

/** Of the wire and the stored documents, counted up by one with each release that changes either. */
export const versions = {
  /** This code's. */
  current: 1,
  /** The oldest client that is still served: three releases back. */
  oldestServed: 1,
} as const

/** Carries a client's version; without one it is a stock client or a script, and is served. */
export const versionHeader = 'lyceum-client'

export const limits = {
  /** Bytes of one socket frame. */
  frame: 1_100_000,
  /** Bytes of one Yjs update. */
  update: 1_048_576,
  /** Bytes of one room's document. */
  document: 8 * 1_048_576,
  roomsPerSocket: 600,
  /** A socket that does not read is closed when this many bytes wait for it. */
  backlog: 4 * 1_048_576,
  commandsPerRequest: 100,
  /** Bytes of one `POST /api/commands` body. */
  commandsBody: 2 * 1_048_576,
  /** Bytes of what one client tells of its presence, its name among it. */
  awareness: 1_024,
  /** Yjs clients that one connection may show in a room: the tabs of one device. */
  clientsPerSeat: 8,
} as const

export interface CommandEnvelope {
  id: string
  name: string
  input: unknown
  /** Commands that must have succeeded before this one. */
  after?: string[]
  /** The device's clock when the member acted; for display only. */
  at: number
}

/** Where a command's effect becomes visible to its author. */
export interface Landing {
  /** audience → sequence that the feed cursor must have reached. */
  feed?: Record<string, number>
  /** room → log sequence that the local document must have reached. */
  rooms?: Record<string, number>
}

export type CommandResult =
  | { id: string; ok: true; state: 'saved' | 'held'; data: unknown; lands: Landing }
  | ({ id: string; ok: false } & Refusal)

export interface CommandsRequest {
  commands: CommandEnvelope[]
}

export interface CommandsResponse {
  results: CommandResult[]
}

export interface FeedRow {
  table: string
  id: string
  /** `null`: gone, or no longer for this viewer. */
  data: unknown
}

export interface FeedPage {
  /** Of the server's history; a new one (after a restore) makes the device sweep what was not sent again. */
  epoch: string
  cursor: string
  more: boolean
  rows: FeedRow[]
  /** The server takes no changes now, for want of room: what is sent would come back, and is kept on the device. */
  readOnly?: true
}

/** The position a cursor stands for. Opaque to other clients; ours reads it to tell when an effect has landed. */
export interface FeedPosition {
  epoch: string
  /** audience → last sequence received; `-audience` → sequence up to which rows of a lost one have been withdrawn. */
  at: Record<string, number>
}

export function encodeCursor(position: FeedPosition): string {
  return btoa(encodeURIComponent(JSON.stringify([position.epoch, position.at])))
}

/** What follows a dot is the server's seal. @returns undefined for '' and for anything that is not a cursor. */
export function decodeCursor(cursor: string): FeedPosition | undefined {
  try {
    const [epoch, at] = JSON.parse(decodeURIComponent(atob(cursor.split('.', 1)[0]!))) as [
      string,
      Record<string, number>,
    ]
    if (typeof epoch !== 'string' || typeof at !== 'object' || at === null) return undefined
    if (!Object.values(at).every(Number.isSafeInteger)) return undefined
    return { epoch, at }
  } catch {
    return undefined
  }
}

/** Has a feed that stands at `position` delivered all that a landing waits for? */
export function hasLanded(position: FeedPosition | undefined, landing: Landing): boolean {
  return Object.entries(landing.feed ?? {}).every(([audience, sequence]) => {
    const at = position?.at[audience]
    return at !== undefined && at >= sequence
  })
}

export function encodeOpen(channel: number, room: string): Uint8Array {
  return encode((to) => {
    encoding.writeVarUint(to, 0)
    encoding.writeVarUint(to, message.open)
    encoding.writeVarUint(to, channel)
    encoding.writeVarString(to, room)
  })
}

export function encodeClose(channel: number, code: number, reason: string): Uint8Array {
  return encode((to) => {
    encoding.writeVarUint(to, 0)
    encoding.writeVarUint(to, message.close)
    encoding.writeVarUint(to, channel)
    encoding.writeVarUint(to, code)
    encoding.writeVarString(to, reason)
  })
}

/** @param text the cursor (towards the server) or the JSON of a FeedPage (towards the client). */
export function encodeFeed(text: string): Uint8Array {
  return encode((to) => {
    encoding.writeVarUint(to, 0)
    encoding.writeVarUint(to, message.feed)
    encoding.writeVarString(to, text)
  })
}

/** Puts a room message on a channel of the shared socket. */
export function encodeOnChannel(channel: number, body: Uint8Array): Uint8Array {
  return encodeNumbers([channel], body)
}

/** A stock sync message. @param type 0 step 1 (`bytes`: a state vector), 1 step 2, 2 update (`bytes`: an update) */
export function encodeSync(type: 0 | 1 | 2, bytes: Uint8Array): Uint8Array {
  return encodeNumbers([message.sync, type, bytes.byteLength], bytes)
}

export function encodeAck(count: number): Uint8Array {
  return encodeNumbers([message.ack, count])
}

export function encodeNack(frame: number, refusal: Refusal): Uint8Array {
  return encode((to) => {
    encoding.writeVarUint(to, message.nack)
    encoding.writeVarUint(to, frame)
    encoding.writeVarString(to, JSON.stringify(refusal))
  })
}

export function encodePosition(epoch: number, sequence: number): Uint8Array {
  return encodeNumbers([message.position, epoch, sequence])
}

/**
 * Says with 4409 where the room stands now, and how far the epoch that is over had come with the member's own clients.
 * On a socket of its own, where a close has room for 123 bytes, it is the number alone.
 */
export function staleReason(epoch: number, taken: ReadonlyMap<number, number>): string {
  return [epoch, ...[...taken].map(([client, clock]) => `${client}:${clock}`)].join(' ')
}

/** @returns client → clock */
export function takenIn(reason: string): Map<number, number> {
  return new Map(
    [...reason.matchAll(/ (\d{1,16}):(\d{1,16})(?= |$)/g)].map(([, client, clock]) => [
      Number(client),
      Number(clock),
    ]),
  )
}

export type SocketFrame =
  | { kind: 'open'; channel: number; room: string }
  | { kind: 'close'; channel: number; code: number; reason: string }
  | { kind: 'feed'; text: string }
  | { kind: 'room'; channel: number; body: Uint8Array }

/** @throws on bytes that are not a frame; the caller closes the socket. */
export function decodeFrame(bytes: Uint8Array): SocketFrame {
  const from = decoding.createDecoder(bytes)
  const channel = decoding.readVarUint(from)
  if (channel > 0) return { kind: 'room', channel, body: decoding.readTailAsUint8Array(from) }
  const type = decoding.readVarUint(from)
  if (type === message.open) {
    return { kind: 'open', channel: decoding.readVarUint(from), room: decoding.readVarString(from) }
  }
  if (type === message.close) {
    const closed = decoding.readVarUint(from)
    return {
      kind: 'close',
      channel: closed,
      code: decoding.readVarUint(from),
      reason: decoding.readVarString(from),
    }
  }
  if (type === message.feed) return { kind: 'feed', text: decoding.readVarString(from) }
  throw new Error(`unknown control message ${type}`)
}

/**
 * Var uints, then bytes: what leaves for every peer with every update, so it is sized first and written once (lib0's
 * encoder takes 100 bytes to begin with, and copies).
 */
function encodeNumbers(numbers: readonly number[], tail?: Uint8Array): Uint8Array {
  let size = tail?.byteLength ?? 0
  for (const number of numbers) size += sizeOfVarUint(number)
  const bytes = new Uint8Array(size)
  let at = 0
  for (let number of numbers) {
    for (; number > 0x7f; number = Math.floor(number / 0x80)) bytes[at++] = 0x80 | (number % 0x80)
    bytes[at++] = number
  }
  if (tail) bytes.set(tail, at)
  return bytes
}

function sizeOfVarUint(number: number): number {
  let size = 1
  for (let rest = number; rest > 0x7f; rest = Math.floor(rest / 0x80)) size++
  return size
}

function encode(write: (to: encoding.Encoder) => void): Uint8Array {
  const to = encoding.createEncoder()
  write(to)
  return encoding.toUint8Array(to)
}

export interface RoomName {
  kind: string
  id: string
  /** The name without its epoch. */
  room: string
  /** Of the history that is meant; absent: the present one. */
  epoch?: number
}

/** `kind/id[~epoch]`, the id of up to 200 characters (`me/<memberId>/<kind>` has a slash in it). */
export function parseRoom(name: string): RoomName | undefined {
  const match = /^(([a-z]{1,20})\/([\w./-]{1,200}))(?:~([1-9]\d{0,8}))?$/.exec(name)
  if (!match) return undefined
  const [, room, kind, id, epoch] = match as unknown as [string, string, string, string, string | undefined]
  return { kind, id, room, ...(epoch === undefined ? {} : { epoch: Number(epoch) }) }
}

export function nameOfEpoch(room: string, epoch: number): string {
  return `${room}~${epoch}`
}
