/**
 * How a room changes: always inside a transaction, the row of the room locked first, the document after it, so that what
 * the document says and what the log says are the same whenever the transaction ends.
 */
import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import { become, clientBounds, type LiveRoom, turnOut, unsettle } from './live-room.ts'
import { copyVisible } from './rebase.ts'
import type { BriefTransaction, RoomTransaction, RoomWork } from './room.ts'
import {
  append,
  appendAtOnce,
  Behind,
  beginEpoch,
  bindClients,
  type Entry,
  epochOf,
  forgetClients,
  giveNumberBack,
  type Head,
  lockHeads,
  type Owner,
  readLog,
  readOwners,
  readRows,
  takeNumber,
} from './room-log.ts'
import type { CoreTables } from './tables.ts'

/** Bytes of a document, beyond so many times those of what is visible in it, from which it is re-based when left. */
const heavyAbove = 32 * 1_024
const heavyRatio = 2
export interface Change {
  room: LiveRoom
  apply(doc: Y.Doc): void
  /** Members; none when it is the server itself. */
  writers: readonly string[]
  /** Once it is durable. */
  deliver(update: Uint8Array): void
}

/** Applies changes to documents within a transaction, one a room, and puts them in the log. */
export async function change(tx: RoomTransaction, changes: readonly Change[]): Promise<void> {
  const heads = await lockUpToDate(
    tx,
    changes.map(({ room }) => room),
  )
  const entries: Entry[] = []
  for (const one of changes) {
    const { room, apply, writers } = one
    const { seq, projected: before } = heads.get(room.name)!
    const bytes = collect(tx, room, apply)
    if (!bytes) continue
    const sequence = seq + 1
    // What the server itself wrote, whoever wrote it has told in rows already.
    const projected = writers.length === 0 && before === seq ? sequence : before
    entries.push({ room: room.name, seq: sequence, bytes, writers, at: tx.now, projected })
    advance(tx, one, { sequence, bytes, projected })
  }
  if (entries.length > 0) await append(tx.trx, entries)
}

/** The same for what members wrote, and at once. @throws Behind when a room has to be brought up to date first. */
export function changeAtOnce(tx: BriefTransaction, db: Kysely<CoreTables>, changes: readonly Change[]): void {
  const { direct } = tx
  for (const { room } of changes) {
    if (room.stale || room.writer) throw new Behind()
    takeNumber(db, direct, room.name, { seq: room.sequence + 1, epoch: room.epoch })
  }
  for (const one of changes) {
    const { room, apply, writers } = one
    const bytes = collect(tx, room, apply)
    if (!bytes) {
      giveNumberBack(db, direct, room.name, room.sequence)
      continue
    }
    const sequence = room.sequence + 1
    appendAtOnce(db, direct, { room: room.name, seq: sequence, bytes, writers, at: tx.now })
    advance(tx, one, { sequence, bytes, projected: 0 })
  }
}

/** The room's log goes on to there, and whoever is to hear of it does when that is durable. */
function advance(
  tx: RoomWork,
  { room, writers, deliver }: Change,
  to: { sequence: number; bytes: Uint8Array; projected: number },
): void {
  const { sequence, bytes, projected } = to
  room.sequence = sequence
  room.logged++
  tx.onDurable(() => {
    room.projected = Math.max(room.projected, projected)
    if (room.projected < sequence) room.changedAt ??= tx.now
    for (const writer of writers) room.writers.add(writer)
    room.delivered = sequence
    deliver(bytes)
  })
}

/** Changes the document. @returns the update that others need, if anything is new. */
function collect(tx: RoomWork, room: LiveRoom, apply: (doc: Y.Doc) => void): Uint8Array | undefined {
  const updates: Uint8Array[] = []
  const keep = (update: Uint8Array) => updates.push(update)
  unsettle(tx, room)
  room.doc.on('update', keep)
  try {
    room.doc.transact(() => apply(room.doc))
  } finally {
    room.doc.off('update', keep)
  }
  return updates.length > 1 ? Y.mergeUpdates(updates) : updates[0]
}

/** Locks rooms in the database; their documents are then what the log says. */
async function lockUpToDate(tx: RoomTransaction, rooms: readonly LiveRoom[]): Promise<Map<string, Head>> {
  const heads = await lockHeads(
    tx.trx,
    rooms.map((room) => room.name),
  )
  for (const room of rooms) {
    const head = heads.get(room.name)!
    if (room.writer && room.writer !== tx) await room.writer.ended
    if (room.stale) await refresh(room, tx.trx)
    if (head.epoch !== room.epoch) await takeOver(room, tx.trx)
    else if (head.seq > room.sequence) await catchUp(room, tx.trx)
  }
  return heads
}

export async function refresh(room: LiveRoom, db: Kysely<CoreTables>): Promise<void> {
  const state = await readLog(db, room.name)
  // Somebody may have refreshed and changed it while we were reading.
  if (!room.stale) return state.doc.destroy()
  become(room, state)
  room.stale = false
}

/** Another process began an epoch. */
async function takeOver(room: LiveRoom, db: Kysely<CoreTables>): Promise<void> {
  become(room, await readLog(db, room.name))
  turnOut(room)
}

/** Another process (the command line, another node) appended to the room's log: takes it over, and passes it on. */
export async function catchUp(room: LiveRoom, db: Kysely<CoreTables>): Promise<void> {
  if ((await epochOf(db, room.name)) !== room.epoch) return takeOver(room, db)
  room.owners = await readOwners(db, room.name)
  for (const { seq, bytes } of await readRows(db, room.name, room.sequence)) {
    if (seq <= room.sequence) continue
    Y.applyUpdate(room.doc, bytes)
    room.sequence = seq
    room.delivered = seq
    for (const peer of room.peers) peer.deliver(bytes)
  }
}

/** Begins a new epoch of the room: see `Rooms.rebase`. @returns its sequence. */
export async function rebase(
  tx: RoomTransaction,
  room: LiveRoom,
  write: (from: Y.Doc, to: Y.Doc) => void = copyVisible,
): Promise<number> {
  const { name } = room
  const head = (await lockUpToDate(tx, [room])).get(name)!
  const [epoch, sequence] = [head.epoch + 1, head.seq + 1]
  const doc = new Y.Doc({ guid: name })
  doc.transact(() => write(room.doc, doc))
  const bytes = Y.encodeStateAsUpdate(doc)
  // Whoever comes back with the old document, as one of its clients, is known by that; the new one's are the server's.
  const retired = [...room.doc.store.clients.keys()].map((client) => {
    const memberId = room.owners.get(client)?.memberId ?? ''
    return { client, owner: { memberId, epoch: head.epoch, clock: Y.getState(room.doc.store, client) } }
  })
  const begun = [...doc.store.clients.keys()].map((client) => ({ client, owner: { memberId: '', epoch } }))
  const forgotten: { memberId: string; last: number }[] = []
  const bindings = [...retired, ...begun].map((binding) => ({ room: name, ...binding }))
  const owners = new Map([...room.owners, ...bindings.map(({ client, owner }) => [client, owner] as const)])
  for (const [memberId, last] of forgettable(owners)) {
    for (const [client, owner] of owners)
      if (owner.memberId === memberId && owner.epoch <= last) owners.delete(client)
    forgotten.push({ memberId, last })
  }
  unsettle(tx, room)
  become(room, { doc, epoch, owners, sequence, bytes: bytes.byteLength, logged: 0 })
  const projected = head.projected === head.seq ? sequence : head.projected
  await beginEpoch(tx.trx, name, { epoch, seq: sequence, bytes, projected })
  await bindClients(tx.trx, bindings)
  await forgetClients(tx.trx, name, forgotten)
  tx.onDurable(() => {
    room.projected = Math.max(room.projected, projected)
    room.delivered = sequence
    if (room.epoch === epoch) turnOut(room)
  })
  return sequence
}

/** @returns of members who have had too many clients, the last epoch of which they are forgotten */
function forgettable(owners: ReadonlyMap<number, Owner>): Map<string, number> {
  const epochs = new Map<string, number[]>()
  for (const { memberId, epoch } of owners.values()) {
    const own = epochs.get(memberId)
    if (own) own.push(epoch)
    else epochs.set(memberId, [epoch])
  }
  const most = clientBounds.retiredOfMember
  return new Map(
    [...epochs].flatMap(([memberId, own]) =>
      memberId !== '' && own.length > most
        ? [[memberId, own.sort((a, b) => a - b)[own.length - most - 1]!]]
        : [],
    ),
  )
}

/** Is most of the document a past that nobody sees, or is it of too many clients? */
export function isHeavy(room: LiveRoom): boolean {
  if (room.doc.store.clients.size > clientBounds.ofRoom) return true
  if (room.bytes < heavyAbove) return false
  room.bytes = Y.encodeStateAsUpdate(room.doc).byteLength
  if (room.bytes < heavyAbove) return false
  const visible = new Y.Doc()
  visible.transact(() => copyVisible(room.doc, visible))
  const bytes = Y.encodeStateAsUpdate(visible).byteLength
  visible.destroy()
  return room.bytes > heavyAbove + heavyRatio * bytes
}
