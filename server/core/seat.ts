/**
 * A seat: one room on one connection, speaking y-websocket's messages. It counts the sync frames that its client
 * sends, and acknowledges (120) the first n of them once all those are durable. What its clients say of their presence
 * goes to presence.ts.
 */
import * as decoding from 'lib0/decoding'
import * as sync from 'y-protocols/sync'
import { isTransient } from '#shared/core/result.ts'
import { closeCode, encodeAck, encodeNack, encodePosition, encodeSync, message } from '#shared/core/wire.ts'
import type { Attendant, Person, Presence } from './presence.ts'
import type { RoomPeer, Rooms } from './room.ts'

export interface Seat {
  readonly room: string
  canWrite: boolean
  /** Handles one message of the client; whoever calls waits for it before the next. @throws when it is none. */
  receive(body: Uint8Array): Promise<void> | void
  /** Joins the room and greets: asks a writer for what we lack, tells of who is present. */
  join(): Promise<void>
  leave(): void
  close(code: number, reason: string): void
}

export interface SeatOptions {
  rooms: Rooms
  /** Shared by all seats of the process. */
  presence: Presence
  /** Whom the others see; `undefined`: nobody. */
  person(): Promise<Person | undefined>
  room: string
  /** The one that the client has a copy of. */
  epoch?: number
  memberId: string | null
  canWrite: boolean
  /** Until when it is not known whether all this still holds; `undefined`: it does. */
  doubt(): Promise<void> | undefined
  /** Does the client understand 120–122? */
  extras: boolean
  /** @param asked it answers a question of the client's */
  send(body: Uint8Array, asked?: boolean): void
  /** Resolves when the client has read most of what it was sent; `undefined`: it has. */
  drained(): Promise<void> | undefined
  /** So many bytes more (or fewer) wait to be stored. */
  hold(bytes: number): void
  /**
   * Ends the seat (the whole socket, in the stock form).
   * @param taken with 4409: see `staleReason`
   */
  end(code: number, reason: string, taken?: ReadonlyMap<number, number>): void
}

export function createSeat(options: SeatOptions): Seat {
  const { rooms, room, presence, extras } = options
  let frames = 0
  let acknowledged = 0
  /** The acknowledgement that was sent last. */
  let told = 0
  /** Frames not yet durable, in order; those that were dropped because something before them was missing; answers to our question. */
  const open = new Set<number>()
  const dropped = new Set<number>()
  const answers = new Set<number>()
  /** Bytes of the updates that the room has not answered yet, by frame. */
  const waiting = new Map<number, number>()
  const here: Attendant = { send: (body) => send(body) }
  let canWrite = options.canWrite
  let left = false
  let epoch = 0
  /** The client has been told what it lacked. */
  let complete = false
  /** Where the log stood when the newest update was delivered before that. */
  let reached = 0

  function send(body: Uint8Array, asked?: boolean): void {
    if (!left) options.send(body, asked)
  }

  function answered(frame: number): void {
    options.hold(-(waiting.get(frame) ?? 0))
    waiting.delete(frame)
  }

  function settle(frame: number): void {
    answered(frame)
    open.delete(frame)
    if (answers.delete(frame)) {
      // An answer holds all that the client has, so also what was dropped before it.
      for (const lost of dropped) {
        if (lost > frame) continue
        dropped.delete(lost)
        open.delete(lost)
      }
    }
    const first = open.values().next()
    const durable = first.done ? frames : first.value - 1
    if (durable <= acknowledged) return
    // What is settled together is acknowledged together.
    if (extras && acknowledged === told) soon(tellAcknowledged)
    acknowledged = durable
  }

  function tellAcknowledged(): void {
    if (told === acknowledged || left) return
    told = acknowledged
    send(encodeAck(acknowledged))
  }

  function end(code: number, reason: string): void {
    if (extras) tellAcknowledged()
    // What its client has heard the acknowledgement of, it knows; what it has not may be in the new epoch as well.
    if (code === closeCode.stale)
      options.end(code, reason, rooms.takenOf(room, options.memberId, epoch || (options.epoch ?? 0)))
    else options.end(code, reason)
  }

  const peer: RoomPeer = {
    memberId: options.memberId,
    rights: () => (canWrite ? (options.doubt() ?? 'write') : 'none'),
    deliver: (update) => send(updateMessage(update)),
    tell(sequence) {
      // What it is delivered meanwhile is not all up to there.
      if (!complete) reached = Math.max(reached, sequence)
      else if (extras) send(encodePosition(epoch, sequence))
    },
    acknowledge: settle,
    refuse(frame, refusal) {
      const isTemporary = isTransient(refusal.code)
      if (!extras) return end(isTemporary ? closeCode.overloaded : closeCode.broken, refusal.message)
      send(encodeNack(frame, refusal))
      // An acknowledgement must not pass what is to be sent again.
      if (isTemporary) return answered(frame)
      // What it would have brought again is still missing.
      answers.delete(frame)
      settle(frame)
    },
    resync(frame) {
      answered(frame)
      dropped.add(frame)
      void ask().catch(() => end(closeCode.failed, 'room failed'))
    },
    close: end,
  }

  /** Asks for what we do not have. */
  async function ask(): Promise<void> {
    send(encodeSync(sync.messageYjsSyncStep1, await rooms.vector(room)))
  }

  function receiveSync(from: decoding.Decoder): Promise<void> | undefined {
    const frame = ++frames
    const type = decoding.readVarUint(from)
    const bytes = decoding.readVarUint8Array(from)
    open.add(frame)
    if (type === sync.messageYjsSyncStep1) return answer(frame, bytes)
    if (isNothing(bytes)) {
      // Whoever has nothing that we lack says so when asked, and that is most who open a room.
      if (type === sync.messageYjsSyncStep2) answers.add(frame)
      settle(frame)
      return undefined
    }
    if (!canWrite) {
      // A stock client would come back with the same, again and again.
      if (extras) peer.refuse(frame, { code: 'invalid', message: 'this room is read-only here' })
      else end(closeCode.refused, 'this room is read-only here')
      return undefined
    }
    if (type === sync.messageYjsSyncStep2) answers.add(frame)
    waiting.set(frame, bytes.byteLength)
    options.hold(bytes.byteLength)
    rooms.receive(room, { update: bytes, from: peer, frame, epoch })
    return undefined
  }

  /** Tells the client what it lacks. A few bytes ask for a whole document: not again before the last was read. */
  async function answer(frame: number, vector: Uint8Array): Promise<void> {
    await options.doubt()
    await options.drained()
    const state = await rooms.read(room, vector)
    send(encodeSync(sync.messageYjsSyncStep2, state.update), true)
    complete = true
    if (extras) send(encodePosition(state.epoch, Math.max(state.sequence, reached)))
    settle(frame)
  }

  async function receiveAwareness(update: Uint8Array): Promise<void> {
    const person = await options.person()
    if (person && canWrite) presence.hear(room, here, person, update)
  }

  const seat: Seat = {
    room,
    get canWrite() {
      return canWrite
    },
    set canWrite(may) {
      const gained = may && !canWrite
      if (canWrite && !may) presence.hide(room, here)
      canWrite = may
      // Whoever could only read was never asked what they have.
      if (gained) void ask().catch(() => end(closeCode.failed, 'room failed'))
    },
    close: end,
    async join() {
      const joined = await rooms.join(room, peer, options.epoch)
      if (!joined.ok) return end(closeCode.stale, String(joined.epoch))
      epoch = joined.epoch
      // Gone while the room was loading: nobody would ever take this seat away again.
      if (left) return rooms.leave(room, peer)
      if (canWrite) await ask()
      if (!left) presence.enter(room, here)
    },
    receive(body) {
      const from = decoding.createDecoder(body)
      const type = decoding.readVarUint(from)
      if (type === message.sync) return receiveSync(from)
      if (type === message.awareness && canWrite) return receiveAwareness(decoding.readVarUint8Array(from))
      if (type === message.queryAwareness) presence.tell(room, here)
      return undefined
    },
    leave() {
      left = true
      for (const frame of [...waiting.keys()]) answered(frame)
      rooms.leave(room, peer)
      presence.leave(room, here)
    },
  }
  return seat
}

/** An update of no structs and no deletions. */
function isNothing(update: Uint8Array): boolean {
  return update.byteLength === 2 && update[0] === 0 && update[1] === 0
}

let waitingTurn: (() => void)[] = []

/** Runs it after all that is told in this turn; one microtask for all seats. */
function soon(then: () => void): void {
  waitingTurn.push(then)
  if (waitingTurn.length > 1) return
  void Promise.resolve().then(() => {
    const all = waitingTurn
    waitingTurn = []
    for (const one of all) one()
  })
}

let last: { update: Uint8Array; made: Uint8Array } | undefined

/** One for all who sit in the room, who are told one after the other. */
function updateMessage(update: Uint8Array): Uint8Array {
  if (last?.update === update) return last.made
  const made = encodeSync(sync.messageYjsUpdate, update)
  last = { update, made }
  return made
}
