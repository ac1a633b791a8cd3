/**
 * Devices, and how they enter rooms. Asking for access takes a moment, in which the answer may grow old. So each change
 * of access counts up, and an answer that was asked for before the last change is asked for anew: between an answer
 * and the seat that is taken upon it, nothing is awaited.
 */
import { isMember } from '#shared/core/viewer.ts'
import { closeCode, limits, parseRoom } from '#shared/core/wire.ts'
import type { Connection, Session } from './connection.ts'
import type { Follower } from './follow.ts'
import type { Person, Presence } from './presence.ts'
import type { AskRights, Memory, Rights } from './rights.ts'
import type { Rooms } from './room.ts'
import { createSeat, type Seat } from './seat.ts'
import type { Log } from './services.ts'

/** A device: a connection, the rooms that it has open, and where it stands in the feed. */
export interface Device extends Session {
  connection: Connection
  feed: Follower
  seats: Map<number, Taken>
  /** Rooms that it is about to enter. */
  entering: number
  /** When something ends for it by itself. */
  until: number
  /** What there is to look at again: everything, or seats that were taken upon one of these rows. */
  inDoubt: 'everything' | Set<string>
  /** What it is sent once it is no longer in doubt. */
  later: { seating: Seating; bytes: Uint8Array; asked: boolean }[]
  openedAt: number
  pingedAt: number
  /** Whom the others see, as last looked up. */
  person?: { at: number; found: Promise<Person | undefined> }
  /** What its last questions for access found. */
  memory?: { at: number; changes: number; found: Memory }
}

export interface Taken {
  seat: Seat
  seating: Seating
  /** Of the answer upon which it was taken. */
  grounds: ReadonlySet<string>
}

/** What a seat is to its device: the channel of a room, or a socket of its own. */
export interface Seating {
  room: string
  extras: boolean
  send(body: Uint8Array, asked?: boolean): void
  end(code: number, reason: string, taken?: ReadonlyMap<number, number>): void
}

export interface EnteringOptions {
  rooms: Rooms
  presence: Presence
  log: Log
  rights: AskRights
  person(memberId: string): Promise<Person | undefined>
  isHere(device: Device): boolean
  /** Changes of access so far. */
  changes(): number
  /** Until when it is in doubt what the device may; `undefined`: it is not. */
  inDoubt(device: Device): Promise<void> | undefined
  onRefused(reason: string): void
}

export interface Entering {
  /** Opens a room when there is a place for it beside those that are being opened. */
  enter(device: Device, channel: number, seating: Seating): Promise<void>
  leave(device: Device, channel: number): void
  rights(device: Device, room: string): Promise<Rights>
}

/** A member who is called something else now is seen so after this, in milliseconds. */
const personFor = 60_000
/** Rooms that are opened in one go ask from one memory. */
const memoryFor = 50

export function createEntering(options: EnteringOptions): Entering {
  const { rooms, presence, log } = options

  function personOf(device: Device): Promise<Person | undefined> {
    const memberId = device.viewer.id
    if (memberId === null) return Promise.resolve(undefined)
    if (!device.person || performance.now() - device.person.at > personFor)
      device.person = { at: performance.now(), found: options.person(memberId) }
    return device.person.found
  }

  function memoryOf(device: Device): Memory {
    const now = performance.now()
    const changes = options.changes()
    const known = device.memory
    if (known && known.changes === changes && now - known.at < memoryFor) return known.found
    device.memory = { at: now, changes, found: new Map() }
    return device.memory.found
  }

  function rightsOf(device: Device, room: string): Promise<Rights> {
    return options.rights(device.viewer, room, memoryOf(device))
  }

  async function openSeat(device: Device, channel: number, seating: Seating): Promise<void> {
    const { connection } = device
    const { end } = seating
    const name = parseRoom(seating.room)
    if (!name) return end(closeCode.gone, 'no room has this name')
    const { room, epoch } = name
    let asked: number
    let rights: Rights
    do {
      asked = options.changes()
      await options.inDoubt(device)
      rights = await rightsOf(device, room)
      if (!options.isHere(device)) return
    } while (asked !== options.changes())
    if (!rights.read) {
      options.onRefused('access')
      if (rights.gone) return end(closeCode.gone, 'there is no such room')
      return end(isMember(device.viewer) ? closeCode.refused : closeCode.ended, 'no access')
    }
    const seat = createSeat({
      ...seating,
      room,
      epoch,
      rooms,
      presence,
      person: () => personOf(device),
      memberId: device.viewer.id,
      canWrite: rights.write,
      doubt: () => options.inDoubt(device),
      hold: connection.hold,
      drained: connection.drained,
      end: (code, reason, taken) => {
        leave(device, channel)
        end(code, reason, taken)
      },
    })
    leave(device, channel)
    device.seats.set(channel, { seat, seating, grounds: rights.grounds })
    try {
      await seat.join()
    } catch (error) {
      log.error('room cannot be loaded', { room, error: String(error) })
      seat.close(closeCode.failed, 'room cannot be loaded')
    }
  }

  async function enter(device: Device, channel: number, seating: Seating): Promise<void> {
    if (device.seats.size + device.entering >= limits.roomsPerSocket) {
      options.onRefused('rooms')
      return seating.end(closeCode.overloaded, 'too many rooms')
    }
    if (!device.connection.mayJoin()) {
      options.onRefused('joins')
      return seating.end(closeCode.overloaded, 'too many rooms at once')
    }
    device.entering++
    const free = await device.connection.joining()
    try {
      if (options.isHere(device)) await openSeat(device, channel, seating)
    } finally {
      free()
      device.entering--
    }
  }

  function leave(device: Device, channel: number): void {
    const taken = device.seats.get(channel)
    device.seats.delete(channel)
    taken?.seat.leave()
  }

  return { enter, leave, rights: rightsOf }
}
