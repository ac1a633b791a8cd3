/**
 * A small server for tests that speaks the wire: rooms that relay and remember, a feed that the test feeds. It
 * acknowledges, refuses and falls silent when the test says so.
 */
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import * as sync from 'y-protocols/sync'
import * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import {
  closeCode,
  decodeFrame,
  encodeAck,
  encodeClose,
  encodeFeed,
  encodeNack,
  encodeOnChannel,
  encodePosition,
  type FeedPage,
  message,
  parseRoom,
  staleReason,
} from '#shared/core/wire.ts'
import type { Wire } from '../surroundings.ts'

interface Seat {
  room: string
  frames: number
  /** Frames that were not acknowledged yet. */
  owed: number
  refused: boolean
}

interface Connection {
  send(bytes: Uint8Array): void
  seats: Map<number, Seat>
  cursor: string | undefined
  drop(code: number): void
}

interface RoomState {
  doc: Y.Doc
  sequence: number
  epoch: number
  /** Clients of earlier epochs, and how far those had come with them. */
  retired: Map<number, number>
}

export interface Relay {
  connect(url: string): Wire
  doc(room: string): Y.Doc
  sequence(room: string): number
  epoch(room: string): number
  /** Begins a new epoch with what `write` puts into an empty document; whoever sits in the room is told to come back. */
  rebase(room: string, write: (doc: Y.Doc) => void): void
  /** The server authors a change. */
  author(room: string, change: (doc: Y.Doc) => void): void
  /** false: whoever may not write a `thread/` is never asked what they have. */
  asksReaders: boolean
  /** While true, nothing is acknowledged. */
  holdAcks: boolean
  releaseAcks(): void
  /** Refuses the next update of a room. */
  refuseNext(room: string, refusal: Refusal): void
  /** Rooms that are closed to everybody, with the code. */
  closed: Map<string, number>
  opened: string[]
  /** Sync frames of kinds 1 and 2 that came in for a room. */
  written(room: string): number
  /** Cursors that were asked from. */
  asked: string[]
  push(page: FeedPage): void
  /** How questions for the feed are answered. */
  answer: ((cursor: string) => FeedPage) | undefined
  connections: number
  cut(code?: number): void
}

export function createRelay(): Relay {
  const connections = new Set<Connection>()
  const docs = new Map<string, RoomState>()
  const refusals = new Map<string, Refusal>()
  const writes = new Map<string, number>()

  function roomOf(name: string): RoomState {
    const known = docs.get(name) ?? { doc: new Y.Doc(), sequence: 0, epoch: 1, retired: new Map() }
    docs.set(name, known)
    return known
  }

  function take(room: string, update: Uint8Array, from: Connection | undefined): void {
    const state = roomOf(room)
    const before = Y.encodeStateVector(state.doc)
    let changed = false
    const notice = (): void => {
      changed = true
    }
    state.doc.on('update', notice)
    Y.applyUpdate(state.doc, update)
    state.doc.off('update', notice)
    if (!changed) return
    state.sequence++
    const news = Y.encodeStateAsUpdate(state.doc, before)
    for (const connection of connections) {
      for (const [channel, seat] of connection.seats) {
        if (seat.room !== room) continue
        if (connection !== from) connection.send(encodeOnChannel(channel, syncMessage(2, news)))
        connection.send(encodeOnChannel(channel, encodePosition(state.epoch, state.sequence)))
      }
    }
  }

  function settleSeat(connection: Connection, channel: number, seat: Seat): void {
    if (relay.holdAcks || seat.refused || seat.owed === 0) return
    seat.owed = 0
    connection.send(encodeOnChannel(channel, encodeAck(seat.frames)))
  }

  function receiveRoom(connection: Connection, channel: number, body: Uint8Array): void {
    const seat = connection.seats.get(channel)
    if (!seat) return
    const from = decoding.createDecoder(body)
    const type = decoding.readVarUint(from)
    if (type === message.awareness) {
      for (const other of connections) {
        for (const [there, otherSeat] of other.seats) {
          if (otherSeat.room === seat.room && otherSeat !== seat) other.send(encodeOnChannel(there, body))
        }
      }
    }
    if (type !== message.sync) return
    const kind = decoding.readVarUint(from)
    const bytes = decoding.readVarUint8Array(from)
    seat.frames++
    seat.owed++
    const state = roomOf(seat.room)
    if (kind === 0) {
      connection.send(encodeOnChannel(channel, syncMessage(1, Y.encodeStateAsUpdate(state.doc, bytes))))
      connection.send(encodeOnChannel(channel, encodePosition(state.epoch, state.sequence)))
    } else {
      writes.set(seat.room, (writes.get(seat.room) ?? 0) + 1)
      const isRetired = [...Y.parseUpdateMeta(bytes).to.keys()].some((client) => state.retired.has(client))
      if (isRetired) {
        connection.seats.delete(channel)
        const reason = staleReason(state.epoch, state.retired)
        connection.send(encodeClose(channel, closeCode.stale, reason))
        return
      }
      const refusal = refusals.get(seat.room)
      if (refusal && kind === 2) {
        refusals.delete(seat.room)
        seat.refused = true
        connection.send(encodeOnChannel(channel, encodeNack(seat.frames, refusal)))
        return
      }
      take(seat.room, bytes, connection)
    }
    settleSeat(connection, channel, seat)
  }

  function receive(connection: Connection, bytes: Uint8Array): void {
    const frame = decodeFrame(bytes)
    if (frame.kind === 'feed') {
      relay.asked.push(frame.text)
      connection.cursor = frame.text
      if (relay.answer) connection.send(encodeFeed(JSON.stringify(relay.answer(frame.text))))
    } else if (frame.kind === 'open') {
      relay.opened.push(frame.room)
      const { room, epoch } = parseRoom(frame.room)!
      const code = relay.closed.get(room)
      if (code !== undefined) {
        connection.send(encodeClose(frame.channel, code, 'closed to you'))
        return
      }
      const state = roomOf(room)
      if (epoch !== undefined && epoch !== state.epoch) {
        connection.send(encodeClose(frame.channel, closeCode.stale, staleReason(state.epoch, state.retired)))
        return
      }
      connection.seats.set(frame.channel, { room, frames: 0, owed: 0, refused: false })
      if (relay.asksReaders || !room.startsWith('thread/')) {
        connection.send(encodeOnChannel(frame.channel, syncMessage(0, Y.encodeStateVector(state.doc))))
      }
    } else if (frame.kind === 'close') connection.seats.delete(frame.channel)
    else receiveRoom(connection, frame.channel, frame.body)
  }

  const relay: Relay = {
    connect() {
      const wire: Wire = {
        binaryType: 'arraybuffer',
        readyState: 0,
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        send(data) {
          const copy = data.slice()
          queueMicrotask(() => connections.has(connection) && receive(connection, copy))
        },
        close() {
          connections.delete(connection)
        },
      }
      const connection: Connection = {
        seats: new Map(),
        cursor: undefined,
        send(bytes) {
          const copy = bytes.slice()
          queueMicrotask(
            () => connections.has(connection) && wire.onmessage?.({ data: copy.buffer } as MessageEvent),
          )
        },
        drop(code) {
          connections.delete(connection)
          wire.onclose?.({ code, reason: '' } as CloseEvent)
        },
      }
      queueMicrotask(() => {
        connections.add(connection)
        wire.onopen?.({} as Event)
      })
      return wire
    },
    doc: (room) => roomOf(room).doc,
    sequence: (room) => roomOf(room).sequence,
    epoch: (room) => roomOf(room).epoch,
    rebase(room, write) {
      const former = roomOf(room)
      const doc = new Y.Doc()
      doc.transact(() => write(doc))
      const epoch = former.epoch + 1
      const retired = new Map([...former.retired, ...Y.decodeStateVector(Y.encodeStateVector(former.doc))])
      docs.set(room, { doc, sequence: former.sequence + 1, epoch, retired })
      for (const connection of connections) {
        for (const [channel, seat] of connection.seats) {
          if (seat.room !== room) continue
          connection.seats.delete(channel)
          connection.send(encodeClose(channel, closeCode.stale, staleReason(epoch, retired)))
        }
      }
    },
    author(room, change) {
      const { doc } = roomOf(room)
      const copy = new Y.Doc()
      Y.applyUpdate(copy, Y.encodeStateAsUpdate(doc))
      change(copy)
      take(room, Y.encodeStateAsUpdate(copy), undefined)
    },
    asksReaders: true,
    holdAcks: false,
    releaseAcks() {
      relay.holdAcks = false
      for (const connection of connections) {
        for (const [channel, seat] of connection.seats) settleSeat(connection, channel, seat)
      }
    },
    refuseNext: (room, refusal) => void refusals.set(room, refusal),
    closed: new Map(),
    opened: [],
    written: (room) => writes.get(room) ?? 0,
    asked: [],
    push(page) {
      for (const connection of connections) connection.send(encodeFeed(JSON.stringify(page)))
    },
    answer: undefined,
    get connections() {
      return connections.size
    },
    cut(code = 1006) {
      for (const connection of [...connections]) connection.drop(code)
    },
  }
  return relay
}

function syncMessage(kind: number, bytes: Uint8Array): Uint8Array {
  const to = encoding.createEncoder()
  encoding.writeVarUint(to, message.sync)
  if (kind === 0) {
    encoding.writeVarUint(to, sync.messageYjsSyncStep1)
  } else {
    encoding.writeVarUint(to, kind === 1 ? sync.messageYjsSyncStep2 : sync.messageYjsUpdate)
  }
  encoding.writeVarUint8Array(to, bytes)
  return encoding.toUint8Array(to)
}
