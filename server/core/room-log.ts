/**
 * A room in the database: its head (`doc_room`), its log of updates, the snapshot that replaces a long log, and whose
 * clients write in it (`doc_client`).
 */
import type { CompiledQuery, Kysely } from 'kysely'
import * as Y from 'yjs'
import { compiled, rowsAtOnce, rowsOf, shaped } from './compiled.ts'
import type { Direct } from './db.ts'
import type { CoreTables } from './tables.ts'

type Db = Kysely<CoreTables>

export interface Head {
  seq: number
  projected: number
  epoch: number
}

/**
 * Makes rooms that are new, and locks all of them until the transaction ends, so that no two nodes append at once.
 * Always in the order of their names, so that no two nodes wait for each other.
 */
export async function lockHeads(trx: Db, rooms: readonly string[]): Promise<Map<string, Head>> {
  const names = rooms.length > 1 ? rooms.toSorted() : rooms
  const query = shaped(trx, `lock ${names.length}`, () =>
    trx
      .insertInto('doc_room')
      .values(names.map((room) => ({ room, seq: 0, projected: 0, epoch: 1 })))
      .onConflict((conflict) =>
        conflict.column('room').doUpdateSet((eb) => ({ room: eb.ref('excluded.room') })),
      )
      .returningAll(),
  )
  const { rows } = await query(names.flatMap((room) => [room, 0, 0, 1]))
  return new Map(rows.map((row) => [row.room, row]))
}

export interface Entry {
  room: string
  seq: number
  bytes: Uint8Array
  writers: readonly string[]
  at: number
  /** The sequence up to which derived rows are written. */
  projected: number
}

/** Under the lock of `lockHeads`; one entry a room. */
export async function append(trx: Db, entries: readonly Entry[]): Promise<void> {
  const log = shaped(trx, `log ${entries.length}`, () =>
    trx
      .insertInto('doc_log')
      .values(entries.map(({ room, seq, bytes, at }) => ({ room, seq, bytes, members: '', at }))),
  )
  const heads = shaped(trx, `heads ${entries.length}`, () =>
    trx
      .insertInto('doc_room')
      .values(entries.map(({ room, seq, projected }) => ({ room, seq, projected, epoch: 1 })))
      .onConflict((conflict) =>
        conflict
          .column('room')
          .doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq'), projected: eb.ref('excluded.projected') })),
      ),
  )
  await log(entries.flatMap(({ room, seq, bytes, writers, at }) => [room, seq, bytes, writers.join(' '), at]))
  await heads(entries.flatMap(({ room, seq, projected }) => [room, seq, projected, 1]))
}

/** No head or log is as it was thought to be: nothing was written. */
export class Behind extends Error {}

/**
 * The same as `lockHeads` and `append`, in two steps, for rooms of which is known how they stand: the first takes the
 * next number, and @throws Behind when another process has been at the room.
 */
export function takeNumber(db: Db, direct: Direct, room: string, known: Omit<Head, 'projected'>): void {
  const { sql } = compiled(db, 'take number', () =>
    db
      .insertInto('doc_room')
      .values({ room, seq: 1, projected: 0, epoch: 1 })
      .onConflict((conflict) =>
        conflict.column('room').doUpdateSet((eb) => ({ seq: eb('doc_room.seq', '+', 1) })),
      )
      .returning(['seq', 'epoch']),
  )
  const [head] = direct.all(sql, [room, 1, 0, 1, 1]) as { seq: number; epoch: number }[]
  if (head?.seq !== known.seq || head.epoch !== known.epoch) throw new Behind()
}

export function appendAtOnce(db: Db, direct: Direct, entry: Omit<Entry, 'projected'>): void {
  const { room, seq, bytes, writers, at } = entry
  const values = { room, seq, bytes, members: writers.length === 1 ? writers[0]! : writers.join(' '), at }
  const { sql } = compiled(db, 'append one', () => db.insertInto('doc_log').values(values))
  direct.run(sql, [room, seq, bytes, values.members, at])
}

export function giveNumberBack(db: Db, direct: Direct, room: string, seq: number): void {
  const { sql } = compiled(db, 'give number back', () =>
    db.updateTable('doc_room').set({ seq }).where('room', '=', room),
  )
  direct.run(sql, [seq, room])
}

export function bindAtOnce(db: Db, direct: Direct, { room, client, owner }: Binding): void {
  const values = { room, client, member_id: owner.memberId, epoch: owner.epoch, clock: 0 }
  const { sql } = compiled(db, 'bind one', () =>
    db
      .insertInto('doc_client')
      .values(values)
      .onConflict((conflict) => conflict.columns(['room', 'client']).doNothing()),
  )
  direct.run(sql, [room, client, owner.memberId, owner.epoch, 0])
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

/** Begins an epoch under the lock of `lockHeads`: what the document held before is gone from log and snapshot. */
export async function beginEpoch(
  trx: Db,
  room: string,
  next: { epoch: number; seq: number; bytes: Uint8Array; projected: number },
): Promise<void> {
  const { epoch, seq, bytes, projected } = next
  await trx.updateTable('doc_room').set({ epoch, seq, projected }).where('room', '=', room).execute()
  await trx.deleteFrom('doc_log').where('room', '=', room).execute()
  await trx
    .insertInto('doc_snapshot')
    .values({ room, seq, bytes })
    .onConflict((conflict) => conflict.column('room').doUpdateSet({ seq, bytes }))
    .execute()
}

/** Whose a Yjs client is: no member's (the server's, or nobody knows) when `memberId` is ''. */
export interface Owner {
  memberId: string
  /** The last epoch that it may write. */
  epoch: number
  /** How far that one had come with it when it ended. */
  clock?: number
}

export interface Binding {
  room: string
  client: number
  owner: Owner
}

/** Under the lock of `lockHeads`: from now on these clients belong to those; what they had written when they ended. */
export async function bindClients(trx: Db, bindings: readonly Binding[]): Promise<void> {
  // Few parameters at a time: a document that is re-based may have had thousands of clients.
  for (let from = 0; from < bindings.length; from += 500) {
    const rows = bindings
      .slice(from, from + 500)
      .map(({ room, client, owner: { memberId, epoch, clock = 0 } }) => {
        return { room, client, member_id: memberId, epoch, clock }
      })
    await trx
      .insertInto('doc_client')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['room', 'client'])
          .doUpdateSet((eb) => ({ clock: eb.ref('excluded.clock') }))
          .where((eb) => eb('doc_client.clock', '<', eb.ref('excluded.clock'))),
      )
      .execute()
  }
}

/** Of these members, those that no epoch after `last` has had. */
export async function forgetClients(
  trx: Db,
  room: string,
  members: readonly { memberId: string; last: number }[],
): Promise<void> {
  for (const { memberId, last } of members) {
    await trx
      .deleteFrom('doc_client')
      .where('room', '=', room)
      .where('member_id', '=', memberId)
      .where('epoch', '<=', last)
      .execute()
  }
}

export interface LoggedRoom {
  doc: Y.Doc
  epoch: number
  owners: Map<number, Owner>
  sequence: number
  projected: number
  /** Who wrote what no rows have been derived from yet. */
  writers: string[]
  bytes: number
  /** Rows of the log. */
  logged: number
}

interface Row {
  seq: number
  bytes: Uint8Array
  members: string
}

/** What the database has of a room that it knows. */
interface Stored {
  head: Head
  snapshot: Omit<Row, 'members'> | undefined
  log: readonly Row[]
  owners: Map<number, Owner>
}

export async function readLog(db: Db, name: string): Promise<LoggedRoom> {
  const [head] = await rowsOf(db, headQuery(db), [name])
  if (!head) return fromStored(name, undefined)
  const [snapshot] = await rowsOf(db, snapshotQuery(db), [name])
  const log = await readRows(db, name, snapshot?.seq ?? 0)
  return fromStored(name, { head, snapshot, log, owners: await readOwners(db, name) })
}

/** The same where nothing has to be waited for: rooms are opened by the hundred. */
export function readLogAtOnce(db: Db, direct: Direct, name: string): LoggedRoom {
  const [head] = rowsAtOnce(direct, headQuery(db), [name])
  if (!head) return fromStored(name, undefined)
  const [snapshot] = rowsAtOnce(direct, snapshotQuery(db), [name])
  const log = rowsAtOnce(direct, rowsQuery(db), [name, snapshot?.seq ?? 0])
  return fromStored(name, {
    head,
    snapshot,
    log,
    owners: ownersFrom(rowsAtOnce(direct, ownersQuery(db), [name])),
  })
}

/** Puts snapshot and log together in one Yjs transaction (an update at a time costs several times as much). */
function fromStored(name: string, stored: Stored | undefined): LoggedRoom {
  // Yjs makes up a random name for every document that is given none, which takes longer than the rest of it.
  const doc = new Y.Doc({ guid: name })
  if (!stored) {
    return { doc, epoch: 1, owners: new Map(), sequence: 0, projected: 0, logged: 0, bytes: 0, writers: [] }
  }
  const { head, snapshot, log, owners } = stored
  const { projected, epoch } = head
  doc.transact(() => {
    if (snapshot) Y.applyUpdate(doc, snapshot.bytes)
    for (const { bytes } of log) Y.applyUpdate(doc, bytes)
  })
  const sequence = log.at(-1)?.seq ?? snapshot?.seq ?? 0
  if (head.seq > sequence) throw new Error(`the log of ${name} ends at ${sequence}, not at ${head.seq}`)
  const unseen = log.filter((row) => row.seq > projected)
  return {
    doc,
    epoch,
    owners,
    sequence,
    projected,
    logged: log.length,
    bytes: log.reduce((sum, row) => sum + row.bytes.byteLength, snapshot?.bytes.byteLength ?? 0),
    writers: unseen.flatMap((row) => row.members.split(' ').filter(Boolean)),
  }
}

export function readRows(db: Db, room: string, after: number): Promise<Row[]> {
  return rowsOf(db, rowsQuery(db), [room, after])
}

export async function readOwners(db: Db, room: string): Promise<Map<number, Owner>> {
  return ownersFrom(await rowsOf(db, ownersQuery(db), [room]))
}

function ownersFrom(rows: readonly ClientRow[]): Map<number, Owner> {
  return new Map(
    rows.map((row) => [row.client, { memberId: row.member_id, epoch: row.epoch, clock: row.clock }]),
  )
}

type ClientRow = CoreTables['doc_client']

function headQuery(db: Db): CompiledQuery<Head> {
  return compiled(db, 'read head', () => db.selectFrom('doc_room').selectAll().where('room', '=', ''))
}

function snapshotQuery(db: Db): CompiledQuery<Omit<Row, 'members'>> {
  return compiled(db, 'read snapshot', () =>
    db.selectFrom('doc_snapshot').select(['seq', 'bytes']).where('room', '=', ''),
  )
}

function rowsQuery(db: Db): CompiledQuery<Row> {
  return compiled(db, 'read rows', () =>
    db
      .selectFrom('doc_log')
      .select(['seq', 'bytes', 'members'])
      .where('room', '=', '')
      .where('seq', '>', 0)
      .orderBy('seq'),
  )
}

function ownersQuery(db: Db): CompiledQuery<ClientRow> {
  return compiled(db, 'read owners', () => db.selectFrom('doc_client').selectAll().where('room', '=', ''))
}
