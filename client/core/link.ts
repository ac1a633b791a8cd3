/**
 * A document's link to the server: the unmodified y-websocket provider on a channel of the shared socket, and an
 * account of what the server has acknowledged. The server says "the first n sync frames of this connection are
 * durable" (`ack`), so frames are counted as they leave.
 *
 * A room that only the server writes must not hold what the server does not have. When its history was replaced (a
 * restore, an erasure), the server's state vector lacks some of ours, or its log is shorter than what we have
 * received: then the local copy is of no use any more.
 */
import * as decoding from 'lib0/decoding'
import type { Awareness } from 'y-protocols/awareness'
import { WebsocketProvider } from 'y-websocket'
import * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import { message } from '#shared/core/wire.ts'
import type { SharedSocket } from './socket.ts'

export interface LinkOptions {
  socket: SharedSocket
  room: string
  doc: Y.Doc
  awareness: Awareness
  readOnly: boolean
  /** Log sequence that the local copy has reached. */
  sequence: number
  /** A connection begins: what earlier ones carried no longer counts. */
  onOpen(): void
  /** The provider has answered the server's step 1 with frame number `count`, which holds all that the server lacked. */
  onReplied(count: number): void
  /** Frames up to this number are durable. */
  onAcknowledged(count: number): void
  onRefused(refusal: Refusal): void
  onPosition(sequence: number): void
  onSynced(synced: boolean): void
  onDisconnected(): void
  /** For good. */
  onClosed(code: number, reason: string): void
  /** The local copy is not of this history. */
  onDiverged(): void
}

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
  let vector: Uint8Array | undefined
  let over = false

  const polyfill = options.socket.polyfill(room, {
    readOnly,
    onOpen() {
      count = 0
      acknowledged = 0
      replied = false
      vector = Y.encodeStateVector(doc)
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
    if (readOnly && vector) {
      const start = decoder.pos
      const asks = decoding.readVarUint(decoder) === 0
      const diverged = asks && isAhead(vector, decoding.readVarUint8Array(decoder))
      decoder.pos = start
      if (diverged) return later(options.onDiverged)
    }
    readSync(encoder, decoder, ...rest)
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
    decoding.readVarUint(decoder)
    const sequence = decoding.readVarUint(decoder)
    if (readOnly && sequence < options.sequence) later(options.onDiverged)
    else options.onPosition(sequence)
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
  provider.on('closed', ({ code, reason }: { code: number; reason: string }) =>
    options.onClosed(code, reason),
  )

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

/** Does the first state vector know something that the second does not? */
function isAhead(own: Uint8Array, other: Uint8Array): boolean {
  const others = Y.decodeStateVector(other)
  return [...Y.decodeStateVector(own)].some(([client, clock]) => clock > (others.get(client) ?? 0))
}
