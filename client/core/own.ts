/**
 * This device's own edits of documents, once the server has acknowledged them: 30 days longer they can be told from what
 * others wrote, in case the server is restored from an older backup. In the log their rows say when they were made;
 * when the log is compacted, they are kept beside it.
 */
import * as Y from 'yjs'
import { type Database, keepOwnFor, type OwnPart, readMeta, type StoredUpdate } from './database.ts'

const mostParts = 8
const mostBytes = 1_048_576

const prefix = 'own:'

function keyOf(room: string): string {
  return `${prefix}${room}`
}

function isOwn(row: StoredUpdate, now: number): row is StoredUpdate & { madeAt: number } {
  return row.unsent === 0 && row.madeAt !== undefined && row.madeAt > now - keepOwnFor
}

/** Rows of a room leave the log. Inside a transaction on meta. */
export async function keepOwn(
  db: Database,
  room: string,
  rows: readonly StoredUpdate[],
  now: number,
): Promise<void> {
  const own = rows.filter((row) => isOwn(row, now))
  const kept = (await partsOf(db, room)).filter((part) => part.at > now - keepOwnFor)
  const parts = own.length > 0 ? [...kept, merged(own.map(toPart))] : kept
  if (parts.length > mostParts) parts.splice(0, 2, merged(parts.slice(0, 2)))
  while (sizeOf(parts) > mostBytes) parts.shift()
  if (parts.length > 0) await db.meta.put({ key: keyOf(room), value: parts })
  else await db.meta.delete(keyOf(room))
}

/** All of the last 30 days, in the log or beside it. Inside a transaction on meta. */
export async function ownEdits(
  db: Database,
  room: string,
  rows: readonly StoredUpdate[],
  now: number,
): Promise<Uint8Array[]> {
  const parts = (await partsOf(db, room)).filter((part) => part.at > now - keepOwnFor)
  return [...parts, ...rows.filter((row) => isOwn(row, now))].map(({ bytes }) => bytes)
}

/** Inside a transaction on meta. */
export async function forgetOwn(db: Database, room: string): Promise<void> {
  await db.meta.delete(keyOf(room))
}

/** Rooms of which there are edits beside the log. */
export async function roomsWithOwn(db: Database): Promise<string[]> {
  const keys = await db.meta.where('key').startsWith(prefix).primaryKeys()
  return keys.map((key) => key.slice(prefix.length))
}

async function partsOf(db: Database, room: string): Promise<OwnPart[]> {
  return (await readMeta<OwnPart[]>(db, keyOf(room))) ?? []
}

function toPart({ bytes, madeAt }: StoredUpdate & { madeAt: number }): OwnPart {
  return { at: madeAt, bytes }
}

function merged(parts: readonly OwnPart[]): OwnPart {
  return {
    at: Math.max(...parts.map((part) => part.at)),
    bytes: Y.mergeUpdates(parts.map((part) => part.bytes)),
  }
}

function sizeOf(parts: readonly OwnPart[]): number {
  return parts.reduce((sum, part) => sum + part.bytes.byteLength, 0)
}
