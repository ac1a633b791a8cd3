/**
 * A room in the database: its head (`doc_room`), its log of updates, and the snapshot that replaces a long log.
 */
import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import type { CoreTables } from './tables.ts'

type Db = Kysely<CoreTables>

/** Makes the room if it is new, and locks it until the transaction ends, so that no two nodes append at once. */
export async function lockHead(trx: Db, room: string): Promise<{ seq: number; projected: number }> {
  await trx
    .insertInto('doc_room')
    .values({ room, seq: 0, projected: 0 })
    .onConflict((conflict) => conflict.column('room').doUpdateSet({ room }))
    .execute()
  return trx
    .selectFrom('doc_room')
    .select(['seq', 'projected'])
    .where('room', '=', room)
    .executeTakeFirstOrThrow()
}

/** Under the lock of `lockHead`. `projected`: the sequence up to which derived rows are written. */
export async function append(
  trx: Db,
  room: string,
  entry: { seq: number; bytes: Uint8Array; writers: readonly string[]; at: number; projected: number },
): Promise<void> {
  const { seq, bytes, writers, at, projected } = entry
  await trx
    .insertInto('doc_log')
    .values({ room, seq, bytes, members: writers.join(' '), at })
    .execute()
  await trx.updateTable('doc_room').set({ seq, projected }).where('room', '=', room).execute()
}

export function rowsAfter(db: Db, room: string, seq: number): Promise<{ seq: number; bytes: Uint8Array }[]> {
  return db
    .selectFrom('doc_log')
    .select(['seq', 'bytes'])
    .where('room', '=', room)
    .where('seq', '>', seq)
    .orderBy('seq')
    .execute()
}

export async function countRows(db: Db, room: string): Promise<number> {
  const { count } = await db
    .selectFrom('doc_log')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('room', '=', room)
    .executeTakeFirstOrThrow()
  return Number(count)
}

/** Writes the committed document as one snapshot, and removes the log up to it, in the same transaction. */
export async function replaceBySnapshot(trx: Db, room: string): Promise<void> {
  const state = await readLog(trx, room)
  const bytes = Y.encodeStateAsUpdate(state.doc)
  state.doc.destroy()
  await trx
    .insertInto('doc_snapshot')
    .values({ room, seq: state.sequence, bytes })
    .onConflict((conflict) => conflict.column('room').doUpdateSet({ seq: state.sequence, bytes }))
    .execute()
  await trx.deleteFrom('doc_log').where('room', '=', room).where('seq', '<=', state.sequence).execute()
}

export interface LoggedRoom {
  doc: Y.Doc
  sequence: number
  projected: number
  /** Who wrote what no rows have been derived from yet. */
  writers: string[]
  bytes: number
  /** Rows of the log. */
  logged: number
}

/** Reads snapshot and log in one Yjs transaction (an update at a time costs several times as much). */
export async function readLog(db: Kysely<CoreTables>, name: string): Promise<LoggedRoom> {
  const head = await db.selectFrom('doc_room').selectAll().where('room', '=', name).executeTakeFirst()
  const snapshot = await db.selectFrom('doc_snapshot').selectAll().where('room', '=', name).executeTakeFirst()
  const log = await db
    .selectFrom('doc_log')
    .select(['seq', 'bytes', 'members'])
    .where('room', '=', name)
    .where('seq', '>', snapshot?.seq ?? 0)
    .orderBy('seq')
    .execute()
  const doc = new Y.Doc()
  doc.transact(() => {
    if (snapshot) Y.applyUpdate(doc, snapshot.bytes)
    for (const { bytes } of log) Y.applyUpdate(doc, bytes)
  })
  const sequence = log.at(-1)?.seq ?? snapshot?.seq ?? 0
  if (head && head.seq > sequence)
    throw new Error(`the log of ${name} ends at ${sequence}, not at ${head.seq}`)
  const projected = head?.projected ?? 0
  const unseen = log.filter((row) => row.seq > projected)
  return {
    doc,
    sequence,
    projected,
    logged: log.length,
    bytes: log.reduce((sum, row) => sum + row.bytes.byteLength, snapshot?.bytes.byteLength ?? 0),
    writers: unseen.flatMap((row) => row.members.split(' ').filter(Boolean)),
  }
}
