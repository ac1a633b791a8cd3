/**
 * The device's copy of everything, one IndexedDB database per member (`lyceum-<memberId>`, `lyceum-guest`), so that a
 * shared device never mixes members. The schema is generic: feed rows of all tables lie in one store, found by
 * `[table+id]` and by up to four slots that hold the values of their contract's sort keys, so that a new feature
 * needs no upgrade here, and tabs with older shells keep working. Documents are an append-only log of Yjs updates.
 */
import Dexie, { type EntityTable, type Table } from 'dexie'
import type { Contract } from '#shared/core/contract.ts'
import type { Refusal } from '#shared/core/result.ts'
import type { Landing } from '#shared/core/wire.ts'

export type Slot = string | number

/** A row as the feed gave it. */
export interface StoredRow<D = Record<string, unknown>> {
  table: string
  id: string
  data: D
  /** Of the feed page that brought it: a sweep after a restore removes rows of older epochs. */
  epoch: string
  s0?: Slot
  s1?: Slot
  s2?: Slot
  s3?: Slot
}

export type OutboxState = 'device' | 'sent' | 'saved' | 'held' | 'refused' | 'parked'

/** A member's act on its way to the server. */
export interface OutboxEntry {
  id: string
  name: string
  // biome-ignore lint/suspicious/noExplicitAny: the command's contract types it where it is read
  input: any
  /** Ids of commands that must have succeeded before. */
  after: string[]
  /** The device's clock when the member acted, epoch ms. */
  at: number
  lane: string
  state: OutboxState
  refusal?: Refusal
  /** Done once, and lost when the server was restored from an older backup. */
  again?: true
  /** Where the effect will arrive; present once saved. */
  landing?: Landing
  /** Answers that said neither yes nor no. */
  attempts: number
}

export interface OutboxRow extends OutboxEntry {
  /** Order in which members acted on this device. */
  order: number
  /** Not before, epoch ms. */
  retryAt: number
  /** Answers `internal`: at eight the entry is parked. */
  failures: number
  /** When the server's yes arrived, epoch ms. */
  savedAt?: number
  /** What the server's yes said. */
  data?: unknown
}

/** A command that the server said yes to, kept in case it is restored from an older backup. Under `done:` in meta. */
export type DoneCommand = Pick<OutboxRow, 'order' | 'id' | 'name' | 'input' | 'after' | 'at' | 'lane'>

/** How long members' own acknowledged work is kept on their devices, milliseconds. */
export const keepOwnFor = 30 * 86_400_000

/** What the device knows about a room. */
export interface StoredDoc {
  room: string
  /** Every server update up to this log sequence is in the local log. */
  sequence: number
  /** Of the server's room that this is a copy of. Absent: 1, as all rooms were before there were any. */
  epoch?: number
  /** Counts the copies that were begun here; rows of another one do not belong to it. Absent: 0. */
  copy?: number
  /** 1: the server's state has been received at least once. */
  synced: 0 | 1
  /** Of the local log, roughly. */
  bytes: number
  /** When somebody looked at it last, epoch ms; 0 = only the library did. */
  openedAt: number
  /**
   * The server was restored from a backup since it was synced: the copy may hold what the server has lost. 2: what it
   * holds of others was offered to the community already.
   */
  lost?: 1 | 2
}

export interface StoredUpdate {
  key: number
  room: string
  bytes: Uint8Array
  /** 1: made on this device, and not yet acknowledged as durable. */
  unsent: 0 | 1
  /** See `StoredDoc`. */
  copy?: number
  /** Epoch ms; of rows that were made on this device. */
  madeAt?: number
}

/**
 * This device's acknowledged edits of a room that are not rows of their own any more, the oldest first. Under `own:` in
 * meta.
 */
export interface OwnPart {
  /** When the last of them was made, epoch ms. */
  at: number
  bytes: Uint8Array
}

/** A member's text that the server refused, kept so that nothing typed is lost. */
export interface RefusedText {
  room: string
  text: string
  refusal: Refusal
  at: number
}

export interface StoredFile {
  /** Of a part of a download: with where it begins (downloads.ts). */
  hash: string
  blob: Blob
  size: number
  /** Epoch ms; the least recently used go first. Absent: stays. */
  usedAt?: number
}

/** What this member looked at on this device: never sent from here. */
export interface Seen {
  item: string
  /** Sum of the weights given. */
  weight: number
  times: number
  /** Last time, epoch ms. */
  at: number
}

/** Where the feed stands. Under `feed` in meta. */
export interface FeedMeta {
  cursor: string
  epoch: string
  /** A catch-up has completed once. */
  ready: boolean
  /** Rows of older epochs are still to be removed. */
  sweep: boolean
}

export interface MetaRow {
  key: string
  value: unknown
}

export class Database extends Dexie {
  declare readonly rows: Table<StoredRow, [string, string]>
  declare readonly docs: EntityTable<StoredDoc, 'room'>
  declare readonly updates: EntityTable<StoredUpdate, 'key'>
  declare readonly outbox: EntityTable<OutboxRow, 'order'>
  declare readonly files: EntityTable<StoredFile, 'hash'>
  declare readonly meta: EntityTable<MetaRow, 'key'>
  declare readonly seen: EntityTable<Seen, 'item'>

  constructor(name: string) {
    // Strict: "on this device" must survive a power cut, not only a crash of the browser.
    super(name, { chromeTransactionDurability: 'strict', cache: 'disabled' })
    this.version(1).stores({
      rows: '[table+id], [table+s0], [table+s1], [table+s2], [table+s3]',
      docs: 'room, openedAt',
      updates: '++key, room, [unsent+room]',
      outbox: '++order, &id',
      files: 'hash, usedAt',
      meta: 'key',
      seen: 'item, at',
    })
  }
}

/** @param memberId `null` for guests. */
export function databaseName(memberId: string | null): string {
  return `lyceum-${memberId ?? 'guest'}`
}

/** Said of a database that was closed under whoever asked: it belongs to somebody who has left. */
export function isClosed(error: unknown): boolean {
  return (error as Error | undefined)?.name === 'DatabaseClosedError'
}

/** What a page asks of the database, or tells it; `otherwise` when its member left meanwhile, and the page is about to go. */
export async function whileOpen<T, O>(asked: PromiseLike<T>, otherwise: O): Promise<T | O> {
  try {
    return await asked
  } catch (error) {
    if (isClosed(error)) return otherwise
    throw error
  }
}

export function openDatabase(memberId: string | null): Database {
  return new Database(databaseName(memberId))
}

/** Sort keys of every table, from all contracts. */
export type SortKeys = ReadonlyMap<string, readonly string[]>

export function sortKeysOf(contracts: Readonly<Record<string, Contract>>): SortKeys {
  return new Map(
    Object.values(contracts).flatMap((contract) =>
      Object.entries(contract.rows).map(([table, row]) => [table, row.sort] as const),
    ),
  )
}

/** A field's value as IndexedDB can sort it; `undefined` leaves the row out of that order. */
export function slotValue(value: unknown): Slot | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' || (typeof value === 'number' && !Number.isNaN(value)) ? value : undefined
}

export function toStoredRow(
  keys: SortKeys,
  table: string,
  id: string,
  data: Record<string, unknown>,
  epoch: string,
): StoredRow {
  const row: StoredRow = { table, id, data, epoch }
  for (const [i, key] of (keys.get(table) ?? []).slice(0, 4).entries()) {
    const value = slotValue(data[key])
    if (value !== undefined) row[`s${i as 0 | 1 | 2 | 3}`] = value
  }
  return row
}

export async function readMeta<T>(db: Database, key: string): Promise<T | undefined> {
  return (await db.meta.get(key))?.value as T | undefined
}
