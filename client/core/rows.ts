/**
 * Reads rows as a page shows them: the feed's, with the outbox over them, both of the same moment.
 */
import Dexie from 'dexie'
import { type Database, type SortKeys, type StoredRow, slotValue } from './database.ts'
import type { ClientRegistry } from './feature.ts'
import { type Bounds, mergePatches, type Patches, patchesFor, type Shown } from './overlays.ts'

/** Where rows are read. */
export interface Shelves {
  db: Database
  registry: ClientRegistry
  keys: SortKeys
  /** Whose device this is; '' = a guest's. */
  memberId: string
}

export function readRows(
  { db, registry, keys, memberId }: Shelves,
  table: string,
  bounds: Bounds,
): Promise<Shown[]> {
  return db.transaction('r', db.rows, db.outbox, async () => {
    const entries = await db.outbox.orderBy('order').toArray()
    const patches = await patchesFor(db, registry, entries, memberId, table)
    return mergePatches(await readRange(db, keys, table, bounds, patches), patches, bounds)
  })
}

export async function readRow(shelves: Shelves, table: string, id: string): Promise<Shown | null> {
  return (await readRowsOf(shelves, table, [id]))[0] ?? null
}

/** Those of the rows that are there, in the order of `ids`. */
export function readRowsOf(
  { db, registry, memberId }: Shelves,
  table: string,
  ids: readonly string[],
): Promise<Shown[]> {
  return db.transaction('r', db.rows, db.outbox, async () => {
    const entries = await db.outbox.orderBy('order').toArray()
    const patches = await patchesFor(db, registry, entries, memberId, table)
    const rows = await db.rows.bulkGet(ids.map((id): [string, string] => [table, id]))
    return ids.flatMap((id, i): Shown[] => {
      const patch = patches.get(id)
      if (patch !== undefined) return patch === null ? [] : [{ id, data: patch, pending: true }]
      const row = rows[i]
      return row ? [{ id, data: row.data, pending: false }] : []
    })
  })
}

function readRange(
  db: Database,
  keys: SortKeys,
  table: string,
  bounds: Bounds,
  patches: Patches,
): Promise<StoredRow[]> {
  const { by, equals, from, to, reverse, limit } = bounds
  let index = '[table+id]'
  if (by !== undefined) {
    const slot = keys.get(table)?.indexOf(by) ?? -1
    if (slot < 0 || slot > 3) throw new Error(`rows of ${table} are not sorted by ${by}`)
    index = `[table+s${slot}]`
  }
  const least = (by === undefined ? undefined : slotValue(equals ?? from)) ?? Dexie.minKey
  const most = (by === undefined ? undefined : slotValue(equals ?? to)) ?? Dexie.maxKey
  let rows = db.rows.where(index).between([table, least], [table, most], true, true)
  if (reverse) rows = rows.reverse()
  // Patched rows may leave the range, so as many more are read.
  if (limit !== undefined) rows = rows.limit(limit + patches.size)
  return rows.toArray()
}
