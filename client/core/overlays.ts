/**
 * What waits in the outbox, laid over the feed's rows. Features say what their commands will change; here that is put
 * over what IndexedDB holds, within the transaction that read both. A patch's data is merged over the row that was
 * there (or over earlier patches of it), and `null` takes it away.
 */

import { type Database, type OutboxRow, type Slot, type StoredRow, slotValue } from './database.ts'
import type { ClientRegistry, Overlay, RowPatch } from './feature.ts'

export type Data = Record<string, unknown>

/** Patched rows of one table: id → the row as it will be, `null` = gone. */
export type Patches = Map<string, Data | null>

export function overlayOf(registry: ClientRegistry, command: string): Overlay | undefined {
  const [feature = '', name = ''] = command.split('.', 2)
  const overlays = Object.hasOwn(registry.features, feature) ? registry.features[feature]!.overlays : {}
  return Object.hasOwn(overlays, name) ? overlays[name] : undefined
}

export function roomOf(
  registry: ClientRegistry,
  entry: Pick<OutboxRow, 'name' | 'input'>,
): string | undefined {
  return overlayOf(registry, entry.name)?.room?.(entry.input)
}

/**
 * The patches that all waiting commands make to one table. Overlays ask for existing rows of any table synchronously,
 * and IndexedDB does not answer so; they are run until they ask for nothing new.
 */
export async function patchesFor(
  db: Database,
  registry: ClientRegistry,
  entries: readonly OutboxRow[],
  memberId: string,
  table: string,
): Promise<Patches> {
  const active = entries.filter((entry) => entry.state !== 'refused' && overlayOf(registry, entry.name)?.rows)
  if (active.length === 0) return new Map()
  const stored = new Map<string, StoredRow | undefined>()
  for (let pass = 0; ; pass++) {
    const { patched, missing } = runOverlays(registry, active, memberId, stored)
    if (missing.size === 0 || pass === 5) return patched.get(table) ?? new Map()
    const keys = [...missing.values()]
    const rows = await db.rows.bulkGet(keys)
    for (const [i, [name, id]] of keys.entries()) stored.set(keyOf(name, id), rows[i])
  }
}

function keyOf(table: string, id: string): string {
  return `${table} ${id}`
}

function runOverlays(
  registry: ClientRegistry,
  entries: readonly OutboxRow[],
  memberId: string,
  stored: ReadonlyMap<string, StoredRow | undefined>,
): { patched: Map<string, Patches>; missing: Map<string, [string, string]> } {
  const patched = new Map<string, Patches>()
  const missing = new Map<string, [string, string]>()

  /** The row with earlier patches in it, so that two reactions in a row count as two. */
  function existing(table: string, id: string): StoredRow | undefined {
    const key = keyOf(table, id)
    if (!stored.has(key)) missing.set(key, [table, id])
    const row = stored.get(key)
    const patch = patched.get(table)?.get(id)
    if (patch === undefined) return row
    return patch === null ? undefined : { table, id, epoch: row?.epoch ?? '', data: patch }
  }

  for (const entry of entries) {
    const patches: RowPatch[] = overlayOf(registry, entry.name)!.rows!(entry.input, entry, existing, memberId)
    for (const { table, id, data } of patches) {
      const rows = patched.get(table) ?? new Map<string, Data | null>()
      patched.set(table, rows)
      rows.set(id, data === null ? null : { ...existing(table, id)?.data, ...data })
    }
  }
  return { patched, missing }
}

export interface Bounds {
  by?: string
  equals?: unknown
  from?: unknown
  to?: unknown
  reverse?: boolean
  limit?: number
}

export interface Shown {
  id: string
  data: Data
  pending: boolean
}

/** Puts patches over rows: changed ones move to where they now belong, new ones appear, and the limit holds. Pure. */
export function mergePatches(rows: readonly StoredRow[], patches: Patches, bounds: Bounds): Shown[] {
  const shown: Shown[] = rows
    .filter((row) => !patches.has(row.id))
    .map(({ id, data }) => ({ id, data, pending: false }))
  if (patches.size > 0) {
    for (const [id, data] of patches) {
      if (data !== null && isWithin(data, bounds)) shown.push({ id, data, pending: true })
    }
    shown.sort((a, b) => compareShown(a, b, bounds))
  }
  return bounds.limit === undefined ? shown : shown.slice(0, bounds.limit)
}

function isWithin(data: Data, { by, equals, from, to }: Bounds): boolean {
  if (by === undefined) return true
  const value = slotValue(data[by])
  if (value === undefined) return false
  if (equals !== undefined) return value === slotValue(equals)
  const [least, most] = [slotValue(from), slotValue(to)]
  return (
    (least === undefined || compareSlots(value, least) >= 0) &&
    (most === undefined || compareSlots(value, most) <= 0)
  )
}

function compareShown(a: Shown, b: Shown, { by, reverse }: Bounds): number {
  const order = by === undefined ? 0 : compareSlots(slotValue(a.data[by])!, slotValue(b.data[by])!)
  return (order || (a.id < b.id ? -1 : 1)) * (reverse ? -1 : 1)
}

/** As IndexedDB orders them: numbers before strings. */
function compareSlots(a: Slot, b: Slot): number {
  if (typeof a !== typeof b) return typeof a === 'number' ? -1 : 1
  return a < b ? -1 : a > b ? 1 : 0
}
