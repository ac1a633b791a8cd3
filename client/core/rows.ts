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

/** So many rows are handed over at once: more would hold up whoever types. */
const pageSize = 500

async function readRange(
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
  const first = (by === undefined ? undefined : slotValue(equals ?? from)) ?? Dexie.minKey
  const last = (by === undefined ? undefined : slotValue(equals ?? to)) ?? Dexie.maxKey
  // Patched rows may leave the range, so as many more are read.
  const wanted = limit === undefined ? Number.POSITIVE_INFINITY : limit + patches.size
  // Equal ones are read in one go: a page of them has no end to go on from.
  const most = equals === undefined ? pageSize : Number.POSITIVE_INFINITY
  const slot = index.slice('[table+'.length, -1) as 'id' | 's0' | 's1' | 's2' | 's3'
  const found: StoredRow[] = []
  for (let [start, stop, ties] = [first, last, 0]; found.length < wanted; ) {
    const range = db.rows.where(index).between([table, start], [table, stop], true, true)
    const asked = ties + Math.min(most, wanted - found.length)
    const page = await (reverse ? range.reverse() : range).limit(asked).toArray()
    for (const row of page.slice(ties)) found.push(row)
    if (page.length < asked) break
    // The next page begins where this one ended, with what was read of equal ones.
    const end = page.at(-1)![slot]!
    ties = page.length - page.findIndex((row) => row[slot] === end)
    if (reverse) stop = end
    else start = end
  }
  return found
}
