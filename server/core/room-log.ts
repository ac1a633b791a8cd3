/**
 * A room in the database: its head (`doc_room`), its log of updates, the snapshot that replaces a long log, and whose
 * clients write in it (`doc_client`).
 */
import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import type { CoreTables } from './tables.ts'

type Db = Kysely<CoreTables>

/** Makes the room if it is new, and locks it until the transaction ends, so that no two nodes append at once. */
export async function lockHead(
  trx: Db,
  room: string,
): Promise<{ seq: number; projected: number; epoch: number }> {
  await trx
    .insertInto('doc_room')
    .values({ room, seq: 0, projected: 0, epoch: 1 })
    .onConflict((conflict) => conflict.column('room').doUpdateSet({ room }))
    .execute()
  return trx
    .selectFrom('doc_room')
    .select(['seq', 'projected', 'epoch'])
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

export async function epochOf(db: Db, room: string): Promise<number> {
  const head = await db.selectFrom('doc_room').select('epoch').where('room', '=', room).executeTakeFirst()
  return head?.epoch ?? 1
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

/**
 * Begins an epoch under the lock of `lockHead`: what the document held before is gone from log and snapshot, and whose
 * clients wrote it is forgotten. Rows stay derived: what is seen of the document does not change by this.
 */
export async function beginEpoch(
  trx: Db,
  room: string,
  next: { epoch: number; seq: number; bytes: Uint8Array; projected: number },
): Promise<void> {
  const { epoch, seq, bytes, projected } = next
  await trx.updateTable('doc_room').set({ epoch, seq, projected }).where('room', '=', room).execute()
  await trx.deleteFrom('doc_log').where('room', '=', room).execute()
  await trx.deleteFrom('doc_client').where('room', '=', room).execute()
  await trx
    .insertInto('doc_snapshot')
    .values({ room, seq, bytes })
    .onConflict((conflict) => conflict.column('room').doUpdateSet({ seq, bytes }))
    .execute()
}

/** Under the lock of `lockHead`: these clients are that member's from now on. */
export async function bindClients(
  trx: Db,
  room: string,
  owners: Iterable<readonly [client: number, memberId: string]>,
): Promise<void> {
  const rows = [...owners].map(([client, member_id]) => ({ room, client, member_id }))
  if (rows.length > 0) await trx.insertInto('doc_client').values(rows).execute()
}

export interface LoggedRoom {
  doc: Y.Doc
  epoch: number
  owners: Map<number, string>
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
  const clients = await db.selectFrom('doc_client').selectAll().where('room', '=', name).execute()
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
    epoch: head?.epoch ?? 1,
    owners: new Map(clients.map((row) => [row.client, row.member_id])),
    sequence,
    projected,
    logged: log.length,
    bytes: log.reduce((sum, row) => sum + row.bytes.byteLength, snapshot?.bytes.byteLength ?? 0),
    writers: unseen.flatMap((row) => row.members.split(' ').filter(Boolean)),
  }
}
