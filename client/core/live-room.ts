/** One document in one tab, as the others see it: room.ts makes it. */
import type { Awareness } from 'y-protocols/awareness'
import type * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import type { Database } from './database.ts'
import type { DocState } from './docs.ts'
import type { Stale } from './link.ts'
import type { PartingEdit } from './parting.ts'
import type { Present } from './present.ts'
import type { SharedSocket } from './socket.ts'
import type { Surroundings } from './surroundings.ts'
import type { TabMessage } from './tabs.ts'

export interface RoomStatus {
  state: DocState
  synced: boolean
  loaded: boolean
  present: boolean
  refusal: Refusal | undefined
  /** Why the room cannot be had; its refusal, too, then. */
  closed: Refusal | undefined
  sequence: number
}

export interface RoomOptions {
  db: Database
  around: Surroundings
  room: string
  tab: string
  /** Only the server writes it. */
  readOnly: boolean
  /** What earlier pages could not store any more has been stored. */
  inherited: Promise<void>
  /** An edit was made that is not stored yet. @returns call it once it is, or need not be */
  holdEdit(edit: PartingEdit): () => void
  post(message: TabMessage): void
  onChange(): void
  /** The server refused edits. */
  onRefused(refusal: Refusal): void
  /** The server's room has another history than the copy here. */
  onStale(stale: Stale): void
  /** The log holds another copy by now, and nobody has told us. */
  onReplaced(): void
  /** The server closed the room for good. */
  onClosed(code: number): void
  /** Is a saved command waiting for this room's next position? */
  isAwaited(): boolean
}

export interface LiveRoom {
  readonly room: string
  readonly doc: Y.Doc
  readonly awareness: Awareness
  readonly loaded: Promise<void>
  readonly everSynced: boolean
  /** Number of the copy of the room that this is; undefined while loading. */
  readonly copy: number | undefined
  /** The server was restored since: nothing is sent before what it has was compared with what is here. */
  readonly lost: boolean
  lose(): void
  found(): void
  /** Does the server have all that this copy holds, but for what it was not sent? */
  isWithin(present: Present): boolean
  /** Edits that the server has not acknowledged, here or in the log. */
  readonly unsent: boolean
  readonly linked: boolean
  status(): RoomStatus
  hear(message: TabMessage, from: string): void
  /** Takes over unsent rows of the log of which nobody has spoken: whoever stored them was gone first. */
  recount(): Promise<void>
  /** Connects, in the leading tab. */
  link(socket: SharedSocket): void
  unlink(): void
  /** The server will not have us in this room. */
  shut(code: number, reason: string): void
  /** Is somebody here looking at it? Only then others see this tab's presence. */
  attend(present: boolean): void
  forgiven(): void
  flush(): Promise<void>
  /** Some edits are not stored on this device yet. */
  readonly storing: boolean
  /** See `Journal`. */
  readonly added: number[]
  unsaid(gone: readonly number[]): Uint8Array[]
  /** Another copy takes its place: nothing of it is written or sent any more. */
  abandon(): void
  close(): Promise<void>
}
