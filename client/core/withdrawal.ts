/**
 * What goes when a row does: the copies of the rooms that it carried and that only the server writes, the pictures
 * shown in them, and the files that the row itself names: captions, attached texts, pictures of what was set. So what a
 * member may no longer read is not on their device any more, though nobody opened it. Rooms that members write hold
 * their own work and stay; rooms that are open at the moment are closed by the server, and dropped then (rooms.ts), or,
 * where the page was left before the server came to it, when the library is next looked after (holdings.ts).
 */
import * as Y from 'yjs'
import type { Contract } from '#shared/core/contract.ts'
import type { FeedRow } from '#shared/core/wire.ts'
import type { Database, StoredUpdate } from './database.ts'
import { filesIn } from './files.ts'

/** Table → kinds of rooms that its rows carry and that only the server writes. */
type Carried = ReadonlyMap<string, readonly string[]>

export function carriedBy(contracts: Readonly<Record<string, Contract>>): Carried {
  const carried = new Map<string, string[]>()
  for (const contract of Object.values(contracts)) {
    for (const [kind, { writers, row }] of Object.entries(contract.documents)) {
      if (writers === 'server' && row !== undefined) carried.set(row, [...(carried.get(row) ?? []), kind])
    }
  }
  return carried
}

export interface Withdrawal {
  carried: Carried
  /** Does a tab have the room open? */
  isOpen(room: string): boolean
}

/** Before the rows go, inside a transaction over `rows`, `docs`, `updates` and `files`. */
export async function dropCarried(
  db: Database,
  { carried, isOpen }: Withdrawal,
  gone: readonly Pick<FeedRow, 'table' | 'id'>[],
): Promise<void> {
  // What another row names as well is fetched again when it is looked at.
  const rows = await db.rows.bulkGet(gone.map(({ table, id }) => [table, id]))
  await db.files.bulkDelete(rows.flatMap((row) => (row ? hashesIn(row.data) : [])))
  for (const { table, id } of gone) {
    for (const kind of carried.get(table) ?? []) {
      const room = `${kind}/${id}`
      const found = await db.docs
        .where('room')
        .equals(room)
        .or('room')
        .between(`${room}/`, `${room}/\uffff`)
        .primaryKeys()
      for (const each of found) if (!isOpen(each)) await dropCopy(db, each)
    }
  }
}

/** Copies whose row is not there (any more), but for those that a restored server has still to be compared with. */
export async function dropOrphans(db: Database, withdrawal: Withdrawal): Promise<void> {
  if ((await orphansOf(db, withdrawal)).length === 0) return
  await db.transaction('rw', db.rows, db.docs, db.updates, db.files, async () => {
    for (const room of await orphansOf(db, withdrawal)) await dropCopy(db, room)
  })
}

async function orphansOf(db: Database, { carried, isOpen }: Withdrawal): Promise<string[]> {
  const tables = new Map([...carried].flatMap(([table, kinds]) => kinds.map((kind) => [kind, table])))
  const copies = (await db.docs.toArray()).flatMap(({ room, synced, lost }) => {
    const [kind, id] = room.split('/', 2) as [string, string]
    const table = tables.get(kind)
    const counts = table !== undefined && synced === 1 && lost === undefined && !isOpen(room)
    return counts ? [{ room, row: [table, id] as [string, string] }] : []
  })
  const rows = await db.rows.bulkGet(copies.map(({ row }) => row))
  return copies.flatMap(({ room }, i) => (rows[i] === undefined ? room : []))
}

async function dropCopy(db: Database, room: string): Promise<void> {
  const rows = await db.updates.where('room').equals(room).toArray()
  await db.files.bulkDelete(picturesIn(rows))
  await db.updates.where('room').equals(room).delete()
  await db.docs.delete(room)
}

function hashesIn(data: unknown): string[] {
  return JSON.stringify(data).match(/\b[0-9a-f]{64}\b/g) ?? []
}

function picturesIn(rows: readonly Pick<StoredUpdate, 'bytes'>[]): string[] {
  const doc = new Y.Doc()
  try {
    for (const { bytes } of rows) Y.applyUpdate(doc, bytes)
    return filesIn(doc.getText('body').toString())
  } catch {
    // What cannot be read is dropped all the same.
    return []
  } finally {
    doc.destroy()
  }
}
