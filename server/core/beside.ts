/** Tells features of rows and documents that changed, in the same transaction: see `ServerFeature.beside`. */
import type { Doc } from 'yjs'
import { parseRoom } from '#shared/core/wire.ts'
import type { Registry, Tx } from './feature.ts'

export async function besideRow(
  used: Registry,
  tx: Tx,
  table: string,
  id: string,
  data: object | null,
): Promise<void> {
  for (const { beside } of Object.values(used.features)) {
    if (beside?.rows && Object.hasOwn(beside.rows, table)) await beside.rows[table]!(tx, id, data)
  }
}

export async function besideRoom(used: Registry, tx: Tx, room: string, doc: Doc): Promise<void> {
  const name = parseRoom(room)
  if (!name) return
  for (const { beside } of Object.values(used.features)) {
    if (beside?.rooms && Object.hasOwn(beside.rooms, name.kind))
      await beside.rooms[name.kind]!(tx, name.id, doc)
  }
}
