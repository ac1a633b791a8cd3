/**
 * Sockets. `/sync` carries many rooms and the feed over one connection, `/sync/<room>` one room for any stock Yjs
 * client; shared/core/wire.ts is the grammar. Access is asked when a room is opened and again whenever it may have
 * changed; what has ended is closed with 4401 within a second.
 */
import type { WebSocket } from 'ws'
import { isMember, type Viewer } from '#shared/core/viewer.ts'
import {
  closeCode,
  decodeFrame,
  encodeClose,
  encodeFeed,
  encodeOnChannel,
  type FeedPage,
  limits,
  parseRoom,
} from '#shared/core/wire.ts'
import { createPresence, type Person, quietMessage } from './presence.ts'
import type { Rooms } from './room.ts'
import { createSeat, type Seat } from './seat.ts'
import type { Log, Resource } from './services.ts'

export interface SocketsOptions {
  rooms: Rooms
  log: Log
  access(viewer: Viewer, resource: Resource, action: 'read' | 'write'): Promise<boolean>
  /** The viewer that a session stands for now; `undefined` = the session has ended. */
  viewerNow(sessionId: string | null): Promise<Viewer | undefined>
  feedPage(viewer: Viewer, cursor: string): Promise<FeedPage>
  /** As whom a member is present to others. */
  person(memberId: string): Promise<Person | undefined>
}

export interface Session {
  viewer: Viewer
  sessionId: string | null
}

export interface Sockets {
  /** Takes a socket of which Origin and session were checked. `room`: the stock form, with acks if it asked for them. */
  accept(socket: WebSocket, session: Session, stock?: { room: string; ack: boolean }): void
  /** Audiences have new rows. */
  feedMoved(): void
  /** Somebody's access may have changed: look again at every open connection. */
  recheck(): void
  count(): number
  close(): Promise<void>
}

interface Connection extends Session {
  socket: WebSocket
  seats: Map<number, Seat>
  /** `undefined`: does not follow the feed. */
  cursor: string | undefined
  /** A device that is up to date must be told so once. */
  greeted: boolean
  feeding: boolean
  feedAgain: boolean
  /** Bytes that wait. */
  held: number
  /** Whom the others see, as last looked up. */
  person?: { at: number; found: Promise<Person | undefined> }
}

/** Messages of one connection that may wait for their turn. */
const maxWaiting = 20_000
/** Bytes of one connection that may wait to be stored before we stop reading from it, and below which we go on. */
const heldAtMost = 2 * 1_048_576
const heldAgain = 512 * 1024
/** What a waiting message costs beside its bytes. */
const overhead = 256
const heartbeatEvery = 20_000
/** A member who is called something else now is seen so after this, in milliseconds. */
const personFor = 60_000

export function createSockets(options: SocketsOptions): Sockets {
  const connections = new Set<Connection>()
  const presence = createPresence({
    now: Date.now,
    after(milliseconds, work) {
      const timer = setTimeout(work, milliseconds).unref()
      return () => clearTimeout(timer)
    },
    ownerOf: () => undefined,
  })
  let checking = false
  let checkAgain = false

  function send({ socket }: Connection, bytes: Uint8Array): void {
    if (socket.readyState !== socket.OPEN) return
    if (socket.bufferedAmount > limits.backlog) socket.close(closeCode.overloaded, 'too slow')
    else socket.send(bytes)
  }

  /** Whoever sends faster than the database takes waits at the other end, not in our memory. */
  function hold(connection: Connection, bytes: number): void {
    const before = connection.held
    connection.held += bytes
    if (before <= heldAtMost && connection.held > heldAtMost) connection.socket.pause()
    else if (before >= heldAgain && connection.held < heldAgain) connection.socket.resume()
  }

  function personOf(connection: Connection): Promise<Person | undefined> {
    const memberId = connection.viewer.id
    if (memberId === null) return Promise.resolve(undefined)
    if (!connection.person || Date.now() - connection.person.at > personFor)
      connection.person = { at: Date.now(), found: options.person(memberId) }
    return connection.person.found
  }

  async function openSeat(
    connection: Connection,
    channel: number,
    seating: {
      room: string
      extras: boolean
      send(body: Uint8Array): void
      hold(bytes: number): void
      end(code: number, reason: string): void
    },
  ): Promise<void> {
    const { viewer } = connection
    const { end } = seating
    const name = parseRoom(seating.room)
    if (!name) return end(closeCode.refused, 'no room has this name')
    const { room, epoch } = name
    if (!(await options.access(viewer, { kind: 'room', room }, 'read'))) {
      return end(isMember(viewer) ? closeCode.refused : closeCode.ended, 'no access')
    }
    const canWrite = await options.access(viewer, { kind: 'room', room }, 'write')
    if (!connections.has(connection)) return
    const seat = createSeat({
      ...seating,
      room,
      epoch,
      rooms: options.rooms,
      presence,
      person: () => personOf(connection),
      memberId: viewer.id,
      canWrite,
      end: (code, reason) => {
        leave(connection, channel)
        end(code, reason)
      },
    })
    leave(connection, channel)
    connection.seats.set(channel, seat)
    try {
      await seat.join()
    } catch (error) {
      options.log.error('room cannot be loaded', { room, error: String(error) })
      seat.close(closeCode.failed, 'room cannot be loaded')
    }
  }

  function leave(connection: Connection, channel: number): void {
    const seat = connection.seats.get(channel)
    connection.seats.delete(channel)
    seat?.leave()
  }

  async function feed(connection: Connection): Promise<void> {
    connection.feedAgain = true
    if (connection.feeding) return
    connection.feeding = true
    try {
      while (connection.feedAgain && connections.has(connection)) {
        connection.feedAgain = false
        const before = connection.cursor
        if (before === undefined) return
        const page = await options.feedPage(connection.viewer, before)
        // A subscription that came in meanwhile starts over from its own cursor.
        if (connection.cursor !== before) {
          connection.feedAgain = true
          continue
        }
        connection.cursor = page.cursor
        connection.feedAgain ||= page.more
        if (page.rows.length > 0 || page.cursor !== before || !connection.greeted) {
          connection.greeted = true
          send(connection, encodeFeed(JSON.stringify(page)))
        }
      }
    } finally {
      connection.feeding = false
    }
  }

  async function receive(connection: Connection, bytes: Uint8Array): Promise<void> {
    const frame = decodeFrame(bytes)
    switch (frame.kind) {
      case 'open': {
        const { channel, room } = frame
        const end = (code: number, reason: string) => send(connection, encodeClose(channel, code, reason))
        if (channel < 1) throw new Error('channel 0 is not a room')
        if (connection.seats.size >= limits.roomsPerSocket) return end(closeCode.overloaded, 'too many rooms')
        return openSeat(connection, channel, {
          room,
          extras: true,
          send: (body) => send(connection, encodeOnChannel(channel, body)),
          hold: (bytes) => hold(connection, bytes),
          end,
        })
      }
      case 'close':
        return leave(connection, frame.channel)
      case 'feed':
        connection.cursor = frame.text
        connection.greeted = false
        return feed(connection)
      case 'room':
        return connection.seats.get(frame.channel)?.receive(frame.body)
    }
  }

  async function recheck(connection: Connection): Promise<void> {
    const viewer = await options.viewerNow(connection.sessionId)
    if (!viewer || viewer.id !== connection.viewer.id) {
      return connection.socket.close(closeCode.ended, 'the session ended')
    }
    connection.viewer = viewer
    for (const seat of [...connection.seats.values()]) {
      const resource: Resource = { kind: 'room', room: seat.room }
      if (await options.access(viewer, resource, 'read')) {
        seat.canWrite = await options.access(viewer, resource, 'write')
      } else seat.close(closeCode.ended, 'access ended')
    }
    if (connection.cursor !== undefined) await feed(connection)
  }

  function recheckAll(): void {
    checkAgain = true
    if (checking) return
    checking = true
    const work = async (): Promise<void> => {
      while (checkAgain) {
        checkAgain = false
        for (const connection of [...connections]) await recheck(connection)
      }
    }
    work()
      .catch((error) => options.log.error('access check failed', { error: String(error) }))
      .finally(() => {
        checking = false
      })
  }

  return {
    accept(socket, session, stock) {
      const connection: Connection = {
        ...session,
        socket,
        seats: new Map(),
        cursor: undefined,
        greeted: false,
        feeding: false,
        feedAgain: false,
        held: 0,
      }
      connections.add(connection)
      let last: Promise<unknown> = Promise.resolve()
      let waiting = 0
      const broken = (error: unknown): void => {
        options.log.debug('socket broke the protocol', { error: String(error) })
        socket.close(closeCode.broken, 'not understood')
      }
      /** In the order in which they came, also where one has to wait for the database. */
      const inTurn = (work: () => Promise<unknown>): void => {
        if (++waiting > maxWaiting) {
          socket.close(closeCode.overloaded, 'too many messages at once')
          return
        }
        last = last
          .then(() => (connections.has(connection) ? work() : undefined))
          .catch(broken)
          .finally(() => waiting--)
      }
      // The session may have ended since it was looked up (a ticket's by half a minute), when nobody knew of this socket.
      if (session.sessionId !== null) inTurn(() => recheck(connection))
      if (stock) {
        inTurn(() =>
          openSeat(connection, 1, {
            room: stock.room,
            extras: stock.ack,
            send: (body) => send(connection, body),
            hold: (bytes) => hold(connection, bytes),
            end: (code, reason) => socket.close(code, reason),
          }),
        )
        const heartbeat = setInterval(() => send(connection, quietMessage), heartbeatEvery)
        heartbeat.unref()
        socket.on('close', () => clearInterval(heartbeat))
      }
      socket.on('message', (data: Buffer, binary: boolean) => {
        if (!binary) return broken('a text message')
        const cost = data.byteLength + overhead
        hold(connection, cost)
        inTurn(async () => {
          try {
            await (stock ? connection.seats.get(1)?.receive(data) : receive(connection, data))
          } finally {
            hold(connection, -cost)
          }
        })
      })
      socket.on('error', () => {})
      socket.on('close', () => {
        connections.delete(connection)
        for (const channel of [...connection.seats.keys()]) leave(connection, channel)
      })
    },
    feedMoved() {
      for (const connection of connections) {
        if (connection.cursor === undefined) continue
        feed(connection).catch((error) => options.log.error('feed failed', { error: String(error) }))
      }
    },
    recheck: recheckAll,
    count: () => connections.size,
    async close() {
      for (const { socket } of connections) socket.close(1001, 'the server is stopping')
      const patience = new Promise((resolve) => setTimeout(resolve, 200))
      const allClosed = (async () => {
        while (connections.size > 0) await new Promise((resolve) => setImmediate(resolve))
      })()
      await Promise.race([patience, allClosed])
      for (const { socket } of connections) socket.terminate()
    },
  }
}
