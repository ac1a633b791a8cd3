/**
 * Sockets. `/sync` carries many rooms and the feed over one connection, `/sync/<room>` one room for any stock Yjs
 * client; shared/core/wire.ts is the grammar, connection.ts one socket. Access is asked when a room is opened and again
 * whenever it may have changed; what has ended is closed with 4401 within a second. From a change until a device has
 * been looked at again (doubts.ts), what it sends waits, and so does what it would be sent.
 */
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Viewer } from '#shared/core/viewer.ts'
import { closeCode, decodeFrame, encodeClose, encodeOnChannel, staleReason } from '#shared/core/wire.ts'
import { anyRow } from './access.ts'
import type { Bounds } from './bounds.ts'
import { createConnection, type Session } from './connection.ts'
import { createDoubts } from './doubts.ts'
import { createEntering, type Device, type Seating } from './entering.ts'
import { createFollower, type FeedAnswer } from './follow.ts'
import { createPresence, type Person, quietMessage } from './presence.ts'
import type { AskRights } from './rights.ts'
import type { Rooms } from './room.ts'
import type { Log } from './services.ts'
import { createTurns } from './turns.ts'

export type { FeedAnswer, Session }

export interface SocketsOptions {
  rooms: Rooms
  log: Log
  bounds: Bounds
  rights: AskRights
  /** What a session stands for, and when that has to be asked again at the latest; `undefined` = it has ended. */
  sessionNow(sessionId: string): Promise<{ viewer: Viewer; until: number } | undefined>
  /** `undefined`: the session has ended. */
  feedPage(session: Session, cursor: string): Promise<FeedAnswer | undefined>
  /** As whom a member is present to others. */
  person(memberId: string): Promise<Person | undefined>
}

/** Whose access may have ended. */
export interface AccessChange {
  /** Of these members, and in these sessions, everything is looked at again. */
  members?: ReadonlySet<string>
  sessions?: ReadonlySet<string>
  /** Withdrawn rows (`table/id`): rooms that were opened upon one of them are looked at again, whoever sits there. */
  rows?: ReadonlySet<string>
}

export interface Sockets {
  /**
   * Takes a socket of which Origin and session were checked.
   * @param stock the stock form, with acks if it asked for them.
   * @param from the address that it comes from, and what its socket writes to
   */
  accept(
    socket: WebSocket,
    session: Session,
    stock?: { room: string; ack: boolean },
    from?: { address: string; stream: Duplex },
  ): void
  /** These audiences have new rows, or perhaps all. */
  feedMoved(audiences?: Iterable<string>): void
  /** Access may have changed: for these, or for everybody. */
  recheck(change?: AccessChange): void
  /** Looks again at those for whom something has ended by itself by now (epoch milliseconds). */
  expire(now: number): void
  count(): number
  /** Counts somebody who was not let in. */
  refused(reason: string): void
  /** For `/metrics`: what there is, and how often something was refused, by reason. */
  gauges(): Record<string, number>
  close(): Promise<void>
}

const heartbeatEvery = 20_000
/** Pages of the feed that are read in one turn of the event loop. */
const pagesPerTurn = 100

export function createSockets(options: SocketsOptions): Sockets {
  const { bounds, rooms, log } = options
  const devices = new Set<Device>()
  const byOwner = new Map<string, number>()
  const refusals = new Map<string, number>()
  const turn = createTurns(pagesPerTurn)
  const presence = createPresence({
    now: Date.now,
    after(milliseconds, work) {
      const timer = setTimeout(work, milliseconds).unref()
      return () => clearTimeout(timer)
    },
    // '' = no member's.
    ownerOf: (room, client) => rooms.ownerOf(room, client) || undefined,
  })
  let changes = 0
  const sweeping = setInterval(sweep, Math.min(1_000, bounds.pingEvery / 4))
  sweeping.unref()

  function sweep(): void {
    const now = performance.now()
    for (const device of devices) {
      if (now - device.pingedAt < bounds.pingEvery) continue
      device.pingedAt = now
      device.connection.ping()
      const isIdle = device.viewer.id === null && device.seats.size === 0 && !device.feed.isFollowing
      if (isIdle && now - device.openedAt > bounds.guestPatience) {
        refused('idle')
        device.connection.socket.close(closeCode.broken, 'nothing was asked for')
      }
    }
  }

  function refused(reason: string): void {
    refusals.set(reason, (refusals.get(reason) ?? 0) + 1)
  }

  /** What a message of `/sync` asks for, and the lane in which it waits its turn. */
  function receive(device: Device, bytes: Uint8Array): { lane: number; work(): Promise<void> | void } {
    const frame = decodeFrame(bytes)
    switch (frame.kind) {
      case 'open': {
        const { channel, room } = frame
        if (channel < 1) throw new Error('channel 0 is not a room')
        const seating: Seating = {
          room,
          extras: true,
          send: (body, asked) => send(device, seating, onChannel(channel, body), asked),
          end(code, reason, taken) {
            const whole = taken ? staleReason(Number(reason), taken) : reason
            device.connection.send(encodeClose(channel, code, whole))
          },
        }
        return { lane: channel, work: () => entering.enter(device, channel, seating) }
      }
      case 'close':
        return { lane: frame.channel, work: () => entering.leave(device, frame.channel) }
      case 'feed':
        return { lane: 0, work: () => device.feed.from(frame.text) }
      case 'room':
        return {
          lane: frame.channel,
          work: () => device.seats.get(frame.channel)?.seat.receive(frame.body),
        }
    }
  }

  /** Looks again at what is in doubt about a device. */
  async function look(device: Device): Promise<void> {
    const { connection, sessionId, inDoubt } = device
    device.inDoubt = new Set()
    const seats = [...device.seats.values()].filter(
      ({ grounds }) => inDoubt === 'everything' || grounds.has(anyRow) || meet(grounds, inDoubt),
    )
    if (sessionId !== null) {
      const now = await options.sessionNow(sessionId)
      if (!now || now.viewer.id !== device.viewer.id) {
        // What it sent and nobody took yet is not taken any more.
        for (const { seat } of device.seats.values()) seat.canWrite = false
        return connection.socket.close(closeCode.ended, 'the session ended')
      }
      device.viewer = now.viewer
      device.until = now.until
      delete device.person
    }
    for (const taken of seats) {
      const rights = await entering.rights(device, taken.seat.room)
      taken.grounds = rights.grounds
      taken.seat.canWrite = rights.write
      if (!rights.read) taken.seat.close(closeCode.ended, 'access ended')
    }
    device.feed.look()
  }

  const doubts = createDoubts<Device>({
    look,
    fail(device, error) {
      // Nobody keeps what could not be looked at.
      log.error('access check failed', { error: String(error) })
      device.connection.socket.close(closeCode.failed, 'access could not be checked')
    },
  })

  function doubt(device: Device, rows: Set<string> | 'everything'): void {
    if (rows === 'everything' || device.inDoubt === 'everything') device.inDoubt = 'everything'
    else for (const row of rows) device.inDoubt.add(row)
    doubts.about([device])
  }

  const entering = createEntering({
    ...options,
    presence,
    isHere: (device) => devices.has(device),
    changes: () => changes,
    inDoubt: doubts.settled,
    onRefused: refused,
  })

  function isConcerned(device: Device, rows: ReadonlySet<string>): boolean {
    if (rows.size === 0) return false
    // Of what it is about to enter, nobody knows the grounds yet.
    if (device.entering > 0) return true
    for (const { grounds } of device.seats.values())
      if (grounds.has(anyRow) || meet(grounds, rows)) return true
    return false
  }

  /** To a seat, if it is still there when nothing is in doubt about the device. */
  function send(device: Device, seating: Seating, bytes: Uint8Array, asked = false): void {
    const settled = doubts.settled(device)
    if (!settled && device.later.length === 0) {
      device.connection.send(bytes, asked)
      return
    }
    device.later.push({ seating, bytes, asked })
    if (device.later.length === 1) void sendLater(device)
  }

  async function sendLater(device: Device): Promise<void> {
    for (let settled = doubts.settled(device); settled; settled = doubts.settled(device)) await settled
    const seatings = new Set([...device.seats.values()].map((taken) => taken.seating))
    for (const { seating, bytes, asked } of device.later.splice(0))
      if (seatings.has(seating)) device.connection.send(bytes, asked)
  }

  return {
    accept(socket, session, stock, from) {
      const owner = session.viewer.id ?? `guest ${from?.address ?? ''}`
      const most = session.viewer.id === null ? bounds.guestSocketsPerAddress : bounds.socketsPerMember
      const open = byOwner.get(owner) ?? 0
      if (open >= most) {
        refused('sockets')
        socket.on('error', () => {})
        return socket.close(closeCode.overloaded, 'too many sockets')
      }
      byOwner.set(owner, open + 1)
      const connection = createConnection({
        socket,
        stream: from?.stream,
        bounds,
        now: () => performance.now(),
        receive: (bytes) =>
          stock ? { lane: 1, work: () => device.seats.get(1)?.seat.receive(bytes) } : receive(device, bytes),
        onBroken(error) {
          log.debug('socket broke the protocol', { error: String(error) })
          refused('broken')
          socket.close(closeCode.broken, 'not understood')
        },
        onRefused: refused,
      })
      const now = performance.now()
      const device: Device = {
        ...session,
        connection,
        feed: createFollower({
          connection,
          feedPage: async (cursor) => {
            await turn()
            return options.feedPage(device, cursor)
          },
          onEnded: () => socket.close(closeCode.ended, 'the session ended'),
          onError: (error) => log.error('feed failed', { error: String(error) }),
        }),
        seats: new Map(),
        entering: 0,
        until: Number.POSITIVE_INFINITY,
        inDoubt: new Set(),
        later: [],
        openedAt: now,
        // Not all at once, though all may have come at once.
        pingedAt: now - (Math.random() * bounds.pingEvery) / 2,
      }
      devices.add(device)
      // The session may have ended since it was looked up (a ticket's by half a minute), when nobody knew of this socket.
      if (session.sessionId !== null) doubt(device, 'everything')
      let heartbeat: NodeJS.Timeout | undefined
      if (stock) {
        const seating: Seating = {
          room: stock.room,
          extras: stock.ack,
          send: (body, asked) => send(device, seating, body, asked),
          end: (code, reason) => socket.close(code, reason),
        }
        connection.inTurn(1, () => entering.enter(device, 1, seating))
        heartbeat = setInterval(() => connection.send(quietMessage), heartbeatEvery)
        heartbeat.unref()
      }
      socket.on('close', () => {
        clearInterval(heartbeat)
        devices.delete(device)
        const others = byOwner.get(owner)! - 1
        if (others > 0) byOwner.set(owner, others)
        else byOwner.delete(owner)
        for (const channel of [...device.seats.keys()]) entering.leave(device, channel)
      })
    },
    feedMoved(audiences) {
      const moved = audiences && new Set(audiences)
      for (const { feed } of devices) feed.look(moved)
    },
    recheck(change) {
      changes++
      const rows = new Set(change?.rows)
      for (const device of devices) {
        const isNamed =
          !change ||
          change.members?.has(device.viewer.id ?? '') ||
          change.sessions?.has(device.sessionId ?? '')
        if (isNamed) doubt(device, 'everything')
        else if (isConcerned(device, rows)) doubt(device, rows)
      }
    },
    expire(now) {
      for (const device of devices) {
        if (device.until > now) continue
        changes++
        doubt(device, 'everything')
      }
    },
    count: () => devices.size,
    refused,
    gauges() {
      let seats = 0
      let waiting = 0
      let unread = 0
      for (const device of devices) {
        seats += device.seats.size
        waiting += device.connection.waiting
        unread += device.connection.socket.bufferedAmount
      }
      return {
        sockets: devices.size,
        seats,
        rooms: presence.rooms,
        messages_waiting: waiting,
        bytes_unread: unread,
        presences: presence.count,
        ...Object.fromEntries([...refusals].map(([reason, count]) => [`refused{reason="${reason}"}`, count])),
      }
    },
    async close() {
      clearInterval(sweeping)
      for (const { connection } of devices) connection.socket.close(1001, 'the server is stopping')
      const patience = new Promise((resolve) => setTimeout(resolve, 200))
      const allClosed = (async () => {
        while (devices.size > 0) await new Promise((resolve) => setImmediate(resolve))
      })()
      await Promise.race([patience, allClosed])
      for (const { connection } of devices) connection.socket.terminate()
    },
  }
}

let last: { channel: number; body: Uint8Array; made: Uint8Array } | undefined

/** Many in a room have it on the same channel. */
function onChannel(channel: number, body: Uint8Array): Uint8Array {
  if (last?.body === body && last.channel === channel) return last.made
  const made = encodeOnChannel(channel, body)
  last = { channel, body, made }
  return made
}

function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const one of others) if (some.has(one)) return true
  return false
}
