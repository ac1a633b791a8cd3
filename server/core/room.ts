/**
 * A room from outside: who sits in it, what it needs of a transaction, and what the hub of all rooms (docs.ts) does.
 */
import type { Kysely } from 'kysely'
import type * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import type { Direct } from './db.ts'
import type { Changed } from './feature.ts'
import type { CoreTables } from './tables.ts'
import type { Shape } from './updates.ts'

export interface Incoming {
  update: Uint8Array
  from: RoomPeer
  /** Number of the sync frame on its connection. */
  frame: number
  /** Of the room, as its peer joined it: what was made on another history is not applied. */
  epoch: number
}

/** A connection's presence in a room. */
export interface RoomPeer {
  readonly memberId: string | null
  /** May what it sent be taken now? A promise: its access is in doubt until then. */
  rights(): 'write' | 'none' | Promise<void>
  /** An update of somebody else that became durable. */
  deliver(update: Uint8Array): void
  /** Every update up to this log sequence has been delivered. */
  tell(sequence: number): void
  /** Frames up to this number are durable. */
  acknowledge(frame: number): void
  /** Nothing of this frame was taken. A transient refusal leaves it unacknowledged, since it is to be sent again. */
  refuse(frame: number, refusal: Refusal): void
  /** Something is missing between what this frame builds on and what the room has: ask for the peer's state. */
  resync(frame: number): void
  /** For good: the room has forgotten this peer. */
  close(code: number, reason: string): void
}

/** What a peer is told when it has joined; the room's epoch when that is not the one it asked for. */
export type Joined = { ok: true; epoch: number } | { ok: false; epoch: number }

/** What rooms need of whatever changes them. */
export interface RoomWork {
  readonly now: number
  /** Resolves as soon as it has committed or rolled back. */
  readonly ended: Promise<void>
  /** Runs right after commit (`true`) or rollback (`false`), before another transaction can see the effects. */
  onEnd(then: (committed: boolean) => void): void
  /** Runs once the commit is on the disk. */
  onDurable(then: () => void): void
}

/** What the hub needs from a transaction. */
export interface RoomTransaction extends RoomWork {
  readonly trx: Kysely<CoreTables>
}

/** A transaction of nothing but statements, which is over before anything else happens. */
export interface BriefTransaction extends RoomWork {
  readonly direct: Direct
}

export interface RoomsOptions {
  db: Kysely<CoreTables>
  /** Of the same database. */
  direct?: Direct | undefined
  now(): number
  transact<T>(work: (tx: RoomTransaction) => Promise<T>): Promise<T>
  /** @returns what resolves when it is durable; `undefined` when it cannot be done now, and `transact` has to be asked. */
  atOnce?(work: (tx: BriefTransaction) => void): Promise<void> | undefined
  /** Writes rows derived from a document that members changed. */
  project(tx: RoomTransaction, room: string, changed: Changed): Promise<void>
  /** What the roots of a document that members write are, where its contract says so. */
  rootsOf(room: string): Readonly<Record<string, Shape>> | undefined
  /** Does it say that the disk has no room? */
  isFull(error: unknown): boolean
  onError(room: string, error: unknown): void
  /** Bytes were erased inside this transaction. */
  onErased(tx: RoomTransaction): void
  /** Milliseconds between a change and the rows derived from it. */
  projectAfter?: number
  idleAfter?: number
}

export interface Rooms {
  /** @param epoch that the peer has a copy of; without one it takes the present. */
  join(name: string, peer: RoomPeer, epoch?: number): Promise<Joined>
  leave(name: string, peer: RoomPeer): void
  /** The committed and durable state, as an update for someone who has `stateVector`. */
  read(
    name: string,
    stateVector?: Uint8Array,
  ): Promise<{ update: Uint8Array; sequence: number; epoch: number }>
  /** What the room has, as a state vector: to ask a peer for the rest. */
  vector(name: string): Promise<Uint8Array>
  /** The document, everything in it durable. For reading: it changes under whoever keeps it. */
  docOf(name: string): Promise<Y.Doc>
  /** See live-room.ts: of an open room. */
  takenOf(name: string, memberId: string | null, epoch: number): ReadonlyMap<number, number>
  /** Whose a Yjs client of an open room is. */
  ownerOf(name: string, client: number): string | undefined
  /** A member's edit made on the server (imports, the demo), the way a device makes it; resolves when durable. */
  edit(name: string, memberId: string, change: (doc: Y.Doc) => void): Promise<void>
  receive(name: string, incoming: Incoming): void
  /** Changes a document inside a transaction; @returns the sequence that the room will have. */
  author(tx: RoomTransaction, name: string, change: (doc: Y.Doc) => void): Promise<number>
  /**
   * Begins a new epoch of a room inside a transaction: with what `write` puts into an empty document, or with all that
   * is visible now. What the room held besides is gone from log and snapshot. Peers are closed with 4409 when it is
   * durable. @returns the log sequence that the room will have.
   */
  rebase(tx: RoomTransaction, name: string, write?: (from: Y.Doc, to: Y.Doc) => void): Promise<number>
  /** Opens the rooms whose derived rows are behind, as they are after a crash. To be called once, at the start. */
  recover(): Promise<void>
  /** Takes over what another process wrote into the logs of rooms that are open here. */
  catchUp(): Promise<void>
  /** Waits for ticks under way, writes derived rows, compacts and unloads. */
  close(): Promise<void>
  /** Writes derived rows of changed rooms and unloads idle ones: called now and then. */
  tidy(options?: { all?: boolean }): Promise<void>
}
