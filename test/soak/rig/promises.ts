/**
 * What a server has promised to devices: the acknowledged edits of each room, the results of commands, how far feed and
 * logs stood. After a crash the restarted server is held against it. An act whose answer never came may stand or not;
 * one that was acknowledged must stand.
 */
import type { CommandEnvelope, CommandResult } from '#shared/core/wire.ts'

/** Of a piece of text: sent and unanswered, acknowledged, its deletion sent, its deletion acknowledged. */
export type TokenState = 'sent' | 'saved' | 'deleting' | 'deleted'

export interface RoomPromises {
  /** Unique pieces of text. */
  tokens: Map<string, TokenState>
  /** Yjs client → clock up to which somebody has received its structs from the server. */
  seen: Map<number, number>
  /** Log sequence that somebody was told. */
  position: number
}

/** The last acknowledged value of something that one device sets, and what it has sent since. */
export interface Register {
  saved: string | undefined
  maybe: string[]
}

export interface Taken {
  memberId: string
  cookie: string
  envelope: CommandEnvelope
  result: CommandResult
}

export interface Promises {
  room(name: string): RoomPromises
  readonly rooms: ReadonlyMap<string, RoomPromises>
  /** `post:<thread>:<id>` → body, `react:<thread>:<post>:<member>` and `plan:<id>` → on or off. */
  readonly registers: Map<string, Register>
  readonly taken: Taken[]
  /** audience → sequence that some cursor has reached. */
  readonly feed: Map<string, number>
  /** Acknowledged writes, counted. */
  readonly count: { edits: number; commands: number }
  issue(register: string, value: string): void
  keep(register: string, value: string): void
}

export function createPromises(): Promises {
  const rooms = new Map<string, RoomPromises>()
  const registers = new Map<string, Register>()
  return {
    rooms,
    registers,
    taken: [],
    feed: new Map(),
    count: { edits: 0, commands: 0 },
    room(name) {
      const known = rooms.get(name)
      if (known) return known
      const room: RoomPromises = { tokens: new Map(), seen: new Map(), position: 0 }
      rooms.set(name, room)
      return room
    },
    issue(register, value) {
      const known = registers.get(register) ?? { saved: undefined, maybe: [] }
      known.maybe.push(value)
      registers.set(register, known)
    },
    keep(register, value) {
      const known = registers.get(register)!
      known.saved = value
      known.maybe.splice(0, known.maybe.indexOf(value) + 1)
    },
  }
}

/** @returns whether a register may have this value. */
export function mayBe(register: Register, value: string | undefined): boolean {
  return value === register.saved || (value !== undefined && register.maybe.includes(value))
}
