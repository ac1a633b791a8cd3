/**
 * A room from outside: who sits in it, what it needs of a transaction, and what the hub of all rooms (docs.ts) does.
 */
import type { Kysely } from 'kysely'
import type * as Y from 'yjs'
import type { Changed } from './feature.ts'
import type { CoreTables } from './tables.ts'

export interface Incoming {
  update: Uint8Array
  from: RoomPeer
  /** Number of the sync frame on its connection. */
  frame: number
}

/** A connection's presence in a room. */
export interface RoomPeer {
  readonly memberId: string | null
  /** An update that became durable: send it on (unless it came from this peer alone), then where the log stands. */
  deliver(update: Uint8Array, sequence: number): void
  /** Frames up to this number are durable. */
  acknowledge(frame: number): void
  refuse(frame: number, code: 'invalid' | 'too_large', message: string): void
  /** Something is missing between what this frame builds on and what the room has: ask for the peer's state. */
  resync(frame: number): void
  close(code: number, reason: string): void
}

/** What the hub needs from a transaction. */
export interface RoomTransaction {
  readonly trx: Kysely<CoreTables>
  readonly now: number
  /** Resolves as soon as it has committed or rolled back. */
  readonly ended: Promise<void>
  /** Runs right after commit (`true`) or rollback (`false`), before another transaction can see the effects. */
  onEnd(then: (committed: boolean) => void): void
  /** Runs once the commit is on the disk. */
  onDurable(then: () => void): void
}

export interface RoomsOptions {
  db: Kysely<CoreTables>
  now(): number
  transact<T>(work: (tx: RoomTransaction) => Promise<T>): Promise<T>
  /** Writes rows derived from a document that members changed. */
  project(tx: RoomTransaction, room: string, changed: Changed): Promise<void>
  onError(room: string, error: unknown): void
  /** Milliseconds between a change and the rows derived from it. */
  projectAfter?: number
  idleAfter?: number
}

export interface Rooms {
  join(name: string, peer: RoomPeer): Promise<void>
  leave(name: string, peer: RoomPeer): void
  /** The committed and durable state, as an update for someone who has `stateVector`. */
  read(
    name: string,
    stateVector?: Uint8Array,
  ): Promise<{ update: Uint8Array; stateVector: Uint8Array; sequence: number }>
  /** The document, everything in it durable. For reading: it changes under whoever keeps it. */
  docOf(name: string): Promise<Y.Doc>
  /** A member's edit made on the server (imports, the demo), the way a device makes it; resolves when durable. */
  edit(name: string, memberId: string, change: (doc: Y.Doc) => void): Promise<void>
  receive(name: string, incoming: Incoming): void
  /** Changes a document inside a transaction; @returns the sequence that the room will have. */
  author(tx: RoomTransaction, name: string, change: (doc: Y.Doc) => void): Promise<number>
  /** Opens the rooms whose derived rows are behind, as they are after a crash. To be called once, at the start. */
  recover(): Promise<void>
  /** Takes over what another process wrote into the logs of rooms that are open here. */
  catchUp(): Promise<void>
  /** Waits for ticks under way, writes derived rows, compacts and unloads. */
  close(): Promise<void>
  /** Writes derived rows of changed rooms and unloads idle ones: called now and then. */
  tidy(options?: { all?: boolean }): Promise<void>
}
