/**
 * Documents on the device: an append-only log of Yjs updates for each room. Rows made here carry `unsent: 1` until the
 * server has said that they are durable, whatever happens in between. Long logs are compacted in one transaction, under
 * a Web Lock so that two tabs do not do the same work: what is acknowledged becomes one row, what is not another, so
 * that neither can be taken for the other. The rows are loaded in one Yjs transaction and written with
 * `encodeStateAsUpdate`, which is about forty times faster than `mergeUpdates` on a long log.
 * Rows belong to a copy of the room, which may be replaced by another: see copies.ts.
 */
import Dexie, { RangeSet } from 'dexie'
import * as Y from 'yjs'
import type { Database, RefusedText, StoredDoc, StoredUpdate } from './database.ts'
import { forgetLanded } from './outbox.ts'
import { keepOwn } from './own.ts'
import type { Locks } from './surroundings.ts'

/** Origin of changes that come from the log. */
export const fromLog = Symbol('log')

const compactAbove = 60

export interface Loaded {
  stored: StoredDoc | undefined
  copy: number
  /** Of the server's room; undefined: nothing of it is here. */
  epoch: number | undefined
  /** See `StoredDoc`. */
  lost: boolean
  /** Rows that the server has not acknowledged. */
  unsent: Pick<StoredUpdate, 'key' | 'bytes'>[]
  rows: number
  refused: RefusedText | undefined
}

/** Reads everything the device holds of a room into the document. */
export async function loadLog(db: Database, room: string, doc: Y.Doc): Promise<Loaded> {
  const [stored, all, refused] = await db.transaction('r', db.docs, db.updates, db.meta, () =>
    Promise.all([
      db.docs.get(room),
      db.updates.where('room').equals(room).toArray(),
      db.meta.get(refusedKey(room)),
    ]),
  )
  const copy = stored?.copy ?? 0
  const rows = rowsOf(copy, all)
  applyRows(doc, rows)
  return {
    stored,
    copy,
    epoch: stored?.epoch ?? (stored && (stored.synced === 1 || stored.sequence > 0) ? 1 : undefined),
    lost: stored?.lost !== undefined,
    unsent: rows.filter((row) => row.unsent === 1),
    rows: rows.length,
    refused: refused?.value as RefusedText | undefined,
  }
}

/** Those of this copy. */
export function rowsOf(copy: number, rows: readonly StoredUpdate[]): StoredUpdate[] {
  return rows.filter((row) => (row.copy ?? 0) === copy)
}

export function applyRows(doc: Y.Doc, rows: readonly Pick<StoredUpdate, 'bytes'>[]): void {
  doc.transact(() => {
    for (const { bytes } of rows) Y.applyUpdate(doc, bytes, fromLog)
  }, fromLog)
}

/**
 * Adds this tab's edits to the log as one unsent row. All of it is asked of IndexedDB before this returns, and
 * committed without waiting for an answer, so that edits made just before the page goes are kept: a transaction that
 * still has something to ask is dropped with its page.
 * @returns the row's key, once it is stored.
 */
export function addEdits(
  db: Database,
  room: string,
  copy: number,
  edits: readonly Uint8Array[],
  now: number,
): Promise<number> {
  const row = { room, copy, bytes: merge(edits), unsent: 1, madeAt: now }
  return new Promise((resolve, reject) => {
    const transaction = db.backendDB().transaction('updates', 'readwrite', { durability: 'strict' })
    const adding = transaction.objectStore('updates').add(row)
    transaction.oncomplete = () => {
      const key = adding.result as number
      // Dexie did not see it: its live queries are told by the name under which it tells them itself.
      const updates = `idb://${db.name}/updates/`
      Dexie.on.storagemutated.fire({
        [updates]: new RangeSet(key),
        [`${updates}[unsent+room]`]: new RangeSet([1, room]),
      })
      resolve(key)
    }
    transaction.onabort = () => reject(transaction.error ?? new Error('the transaction was aborted'))
    transaction.commit?.()
  })
}

export interface Entry {
  /** Size of edits that were added since the last time. */
  edited: number
  received: readonly Uint8Array[]
  /** The log sequence that the received updates reach, and of which epoch. */
  sequence?: number
  epoch?: number
  synced: boolean
}

/**
 * Adds what was received to the log, and notes where the room stands.
 * @returns false when the log holds another copy by now; then nothing was added
 */
export function appendToLog(
  db: Database,
  room: string,
  copy: number,
  entry: Entry,
  now: number,
): Promise<boolean> {
  const bytes = entry.received.length > 0 ? merge(entry.received) : undefined
  return db.transaction('rw', db.updates, db.docs, db.outbox, db.meta, async () => {
    const doc = (await db.docs.get(room)) ?? newDoc(room)
    if ((doc.copy ?? 0) !== copy) return false
    if (bytes) await db.updates.add({ room, copy, bytes, unsent: 0 } as StoredUpdate)
    doc.bytes += (bytes?.byteLength ?? 0) + entry.edited
    doc.sequence = Math.max(doc.sequence, entry.sequence ?? 0)
    if (entry.epoch !== undefined) doc.epoch = entry.epoch
    if (entry.synced) doc.synced = 1
    await db.docs.put(doc)
    if (entry.sequence !== undefined || entry.synced) await forgetLanded(db, now)
    return true
  })
}

export function newDoc(room: string): StoredDoc {
  return { room, sequence: 0, synced: 0, bytes: 0, openedAt: 0 }
}

function merge(updates: readonly Uint8Array[]): Uint8Array {
  return updates.length === 1 ? updates[0]! : Y.mergeUpdates([...updates])
}

/** The server has these durably. */
export async function markSent(db: Database, keys: readonly number[]): Promise<void> {
  await db.updates
    .where('key')
    .anyOf([...keys])
    .modify({ unsent: 0 })
}

export async function markOpened(db: Database, room: string, now: number): Promise<void> {
  await db.transaction('rw', db.docs, async () => {
    await db.docs.put({ ...((await db.docs.get(room)) ?? newDoc(room)), openedAt: now })
  })
}

export interface Compacted {
  /** Rows that are no more. */
  gone: number[]
  /** The row that holds what was unsent among them. */
  key?: number
}

/**
 * Rewrites a room's log as one row, or two when some of it is unsent.
 * @param withUnsent false: leaves unsent rows alone, since acknowledgements for them are under way
 * @returns undefined when there was nothing to gain, or another tab is at it
 */
export function compactLog(
  db: Database,
  locks: Locks,
  room: string,
  withUnsent: boolean,
  now: number,
): Promise<Compacted | undefined> {
  return locks.request(`${db.name}:compact:${room}`, { ifAvailable: true }, async (lock) => {
    if (!lock) return undefined
    return db.transaction('rw', db.updates, db.docs, db.meta, async () => {
      const copy = (await db.docs.get(room))?.copy ?? 0
      const rows = rowsOf(copy, await db.updates.where('room').equals(room).toArray())
      const replaced = rows.filter((row) => withUnsent || row.unsent === 0)
      if (replaced.length <= compactAbove) return undefined
      const doc = new Y.Doc()
      try {
        const acknowledged = replaced.filter((row) => row.unsent === 0)
        const unsent = replaced.filter((row) => row.unsent === 1)
        const result: Compacted = { gone: replaced.map((row) => row.key) }
        await keepOwn(db, room, acknowledged, now)
        await db.updates.bulkDelete(result.gone)
        let bytes = 0
        if (acknowledged.length > 0) {
          applyRows(doc, acknowledged)
          const state = Y.encodeStateAsUpdate(doc)
          bytes += state.byteLength
          await db.updates.add({ room, copy, bytes: state, unsent: 0 } as StoredUpdate)
        }
        if (unsent.length > 0) {
          const before = Y.encodeStateVector(doc)
          applyRows(doc, unsent)
          const state = Y.encodeStateAsUpdate(doc, before)
          bytes += state.byteLength
          const row = { room, copy, bytes: state, unsent: 1, madeAt: now } as StoredUpdate
          result.key = await db.updates.add(row)
        }
        for (const row of rows) if (!replaced.includes(row)) bytes += row.bytes.byteLength
        await db.docs.where('room').equals(room).modify({ bytes })
        return result
      } finally {
        doc.destroy()
      }
    })
  })
}

export function shouldCompact(rows: number): boolean {
  return rows > compactAbove
}

/** Of one copy of a room, what the server has not acknowledged. */
export async function unsentRows(db: Database, room: string, copy: number): Promise<StoredUpdate[]> {
  return rowsOf(copy, await db.updates.where('[unsent+room]').equals([1, room]).toArray())
}

/** Rooms with edits that the server has not acknowledged. */
export async function unsentRooms(db: Database): Promise<string[]> {
  const keys = await db.updates
    .where('[unsent+room]')
    .between([1, Dexie.minKey], [1, Dexie.maxKey])
    .uniqueKeys()
  return (keys as unknown as [number, string][]).map(([, room]) => room)
}

/** Forgets the device's copy, but for what was made here lately. */
export function dropLog(db: Database, room: string, now: number): Promise<void> {
  return db.transaction('rw', db.updates, db.docs, db.meta, async () => {
    const rows = await db.updates.where('room').equals(room).toArray()
    if (rows.some((row) => row.madeAt !== undefined)) await keepOwn(db, room, rows, now)
    await db.updates.where('room').equals(room).delete()
    await db.docs.delete(room)
  })
}

export function refusedKey(room: string): string {
  return `refused:${room}`
}

/** What a person would want to keep of a document: its text, or else its values as JSON. */
export function textOf(doc: Y.Doc): string {
  const body = doc.getText('body').toString()
  if (body !== '') return body
  const values = [...doc.share].flatMap(([name, type]) => {
    // A type that nobody has asked for by name yet has none; besides texts the app keeps maps.
    const value: unknown = (type.constructor === Y.AbstractType ? doc.getMap(name) : type).toJSON()
    return JSON.stringify(value).length > 2 ? [[name, value]] : []
  })
  return values.length > 0 ? JSON.stringify(Object.fromEntries(values), null, 2) : ''
}
