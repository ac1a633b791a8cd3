/**
 * A document's link to the server: the unmodified y-websocket provider on a channel of the shared socket, and an
 * account of what the server has acknowledged. The server says "the first n sync frames of this connection are
 * durable" (`ack`), so frames are counted as they leave.
 *
 * A room is joined under the epoch of the local copy. When it has another one by now, the server closes the channel and
 * names it (4409), and says what the former had taken of ours. When the epoch is the same and the server lacks something that it once acknowledged or sent, or its
 * log is shorter than what we have received, it was restored from a backup: nothing of the local copy is sent, since
 * it would bring back, in our name, what others wrote.
 */
import * as decoding from 'lib0/decoding'
import type { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import { closeCode, message, nameOfEpoch, takenIn } from '#shared/core/wire.ts'
import type { SharedSocket } from './socket.ts'

export interface LinkOptions {
  socket: SharedSocket
  room: string
  /** Of the local copy; absent: there is none, the present one is taken. */
  epoch(): number | undefined
  doc: Y.Doc
  awareness: Awareness
  /** Nothing of the document is ever sent. */
  readOnly: boolean
  /** Log sequence that the local copy has reached. */
  sequence: number
  /** What the server has acknowledged or sent: client → clock. */
  known(): ReadonlyMap<number, number>
  /** A connection begins: what earlier ones carried no longer counts. */
  onOpen(): void
  /** The provider has answered the server's step 1 with frame number `count`, which holds all that the server lacked. */
  onReplied(count: number): void
  /** Frames up to this number are durable. */
  onAcknowledged(count: number): void
  onRefused(refusal: Refusal): void
  onPosition(epoch: number, sequence: number): void
  onSynced(synced: boolean): void
  onDisconnected(): void
  /** For good. */
  onClosed(code: number, reason: string): void
  /** The room has another history than the local copy. */
  onStale(stale: Stale): void
}

/** How the server's history is another. */
export interface Stale {
  /** It lacks what it once had. */
  isLost: boolean
  /** How far the epoch that the local copy is of had come, when it ended, with clients of this member: client → clock. */
  taken: ReadonlyMap<number, number>
}

const lost: Stale = { isLost: true, taken: new Map() }

export interface Link {
  /** Origin of the changes that it brings. */
  readonly provider: WebsocketProvider
  /** Sync frames sent on this connection. */
  readonly count: number
  readonly acknowledged: number
  /** The provider has answered the server's step 1 on this connection. */
  readonly replied: boolean
  readonly synced: boolean
  close(): void
}

export function createLink(options: LinkOptions): Link {
  const { room, doc, awareness, readOnly } = options
  let count = 0
  let acknowledged = 0
  let replied = false
  let synced = false
  /** As it was when the connection began. */
  let known: ReadonlyMap<number, number> = new Map()
  let over = false

  const name = (): string => {
    const epoch = options.epoch()
    return epoch === undefined ? room : nameOfEpoch(room, epoch)
  }
  const polyfill = options.socket.polyfill(name, {
    readOnly,
    onOpen() {
      count = 0
      acknowledged = 0
      replied = false
      known = new Map(options.known())
      options.onOpen()
    },
    onFrame(sent, kind) {
      count = sent
      if (kind !== 1) return
      replied = true
      options.onReplied(sent)
    },
  })
  const provider = new WebsocketProvider('room:', room, doc, {
    WebSocketPolyfill: polyfill,
    disableBc: true,
    connect: false,
    awareness,
  })

  /** Later, because the provider is in the middle of reading. */
  function later(work: () => void): void {
    queueMicrotask(() => {
      if (!over) work()
    })
  }

  const readSync = provider.messageHandlers[message.sync]!
  provider.messageHandlers[message.sync] = (encoder, decoder, ...rest) => {
    const start = decoder.pos
    const asks = decoding.readVarUint(decoder) === 0
    const isLacking = asks && lacks(decoding.readVarUint8Array(decoder), known)
    decoder.pos = start
    if (isLacking) later(() => options.onStale(lost))
    else readSync(encoder, decoder, ...rest)
  }
  provider.messageHandlers[message.ack] = (_, decoder) => {
    acknowledged = Math.max(acknowledged, decoding.readVarUint(decoder))
    options.onAcknowledged(acknowledged)
  }
  provider.messageHandlers[message.nack] = (_, decoder) => {
    decoding.readVarUint(decoder)
    const refusal = JSON.parse(decoding.readVarString(decoder)) as Refusal
    later(() => options.onRefused(refusal))
  }
  provider.messageHandlers[message.position] = (_, decoder) => {
    const epoch = decoding.readVarUint(decoder)
    const sequence = decoding.readVarUint(decoder)
    if (sequence < options.sequence) later(() => options.onStale(lost))
    else options.onPosition(epoch, sequence)
  }
  provider.on('sync', (is: boolean) => {
    synced = is
    options.onSynced(is)
  })
  provider.on('status', ({ status }: { status: string }) => {
    if (status !== 'disconnected') return
    replied = false
    options.onDisconnected()
  })
  provider.on('closed', ({ code, reason }: { code: number; reason: string }) => {
    if (code === closeCode.stale) later(() => options.onStale({ isLost: false, taken: takenIn(reason) }))
    else options.onClosed(code, reason)
  })

  return {
    provider,
    get count() {
      return count
    },
    get acknowledged() {
      return acknowledged
    },
    get replied() {
      return replied
    },
    get synced() {
      return synced
    },
    close() {
      over = true
      provider.destroy()
    },
  }
}

/** Does the server lack some of what it is known to have had? */
export function lacks(vector: Uint8Array, known: ReadonlyMap<number, number>): boolean {
  const had = Y.decodeStateVector(vector)
  return [...known].some(([client, clock]) => clock > (had.get(client) ?? 0))
}
