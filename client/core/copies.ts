/**
 * Copies of a room. When the server's room has another history than the copy on this device (it was re-based, something
 * was erased, the server was restored from a backup), the copy is replaced by a new one, in one transaction: what the
 * server has, and on top of it, made anew, what the server had not taken of the former (replay.ts). Copies are counted,
 * and each row of the log says of which one it is: what a tab still writes of the former finds no place in the new.
 */
import * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import type { Database, RefusedText, StoredUpdate } from './database.ts'
import type { Stale } from './link.ts'
import { enqueue, forgetLanded, type NewCommand } from './outbox.ts'
import { forgetOwn, ownEdits } from './own.ts'
import type { Present } from './present.ts'
import { replay } from './replay.ts'
import { giveBack } from './restored.ts'
import { applyRows, newDoc, refusedKey, rowsOf, textOf } from './update-log.ts'

/** A new copy of a room takes the place of the former. */
export interface Swap {
  /** Number of the new copy. */
  copy: number
  /** Rows that are no more; what a tab has added besides is not in the new copy. */
  gone: number[]
  /** All that the former copy's rows held; undefined: what was added to it besides can only be kept as text. */
  was: Uint8Array | undefined
}

const notRepeatable: Refusal = {
  code: 'conflict',
  message: 'the document has begun anew, and these edits do not fit into it',
  reason: 'core.refused_began_anew',
}

/** When it is lost, see restored.ts; that is also found by what the log knows of the room. */
export interface Replacement extends Stale {
  /** Number of the copy that is to be replaced. */
  former: number
  present: Present
  now: number
  /** Nobody else writes it. */
  isOwn: boolean
  /** A command that tells of what the server has lost of others. */
  offer(lost: LostText): NewCommand | undefined
}

/** What the device holds of a room, of which the server has lost some. */
export interface LostText {
  room: string
  epoch: number
  doc: Y.Doc
}

/**
 * Replaces the device's copy by what the server has, and adds what it had not taken, or has lost, as new edits, unsent;
 * what cannot be said that way is kept as refused text.
 * @returns undefined when another copy is there already
 */
export function swapLog(db: Database, room: string, replacement: Replacement): Promise<Swap | undefined> {
  const { former, present, now } = replacement
  return db.transaction('rw', db.updates, db.docs, db.outbox, db.meta, async () => {
    const stored = (await db.docs.get(room)) ?? newDoc(room)
    if ((stored.copy ?? 0) !== former) return undefined
    const epoch = stored.epoch ?? 1
    const rows = rowsOf(former, await db.updates.where('room').equals(room).toArray())
    const copy = former + 1
    const state = Y.encodeStateAsUpdate(present.doc)
    const isLost = replacement.isLost || stored.lost !== undefined || present.epoch < epoch
    const own = isLost ? await ownEdits(db, room, rows, now) : []
    const { bytes, isStuck, offer } = isLost
      ? restoreTo(room, epoch, rows, own, replacement)
      : { ...carryOver(rows, present.doc, replacement.taken), offer: undefined }
    if (offer && stored.lost !== 2) await enqueue(db, offer, now)
    await db.updates.bulkDelete(rows.map((row) => row.key))
    await forgetOwn(db, room)
    await db.updates.add({ room, copy, bytes: state, unsent: 0 } as StoredUpdate)
    if (bytes) await db.updates.add({ room, copy, bytes, unsent: 1, madeAt: now } as StoredUpdate)
    if (isStuck) {
      const text = textIn(rows) || own.map(typedIn).join('')
      await keepRefused(db, { room, text, refusal: notRepeatable, at: now })
    }
    await db.docs.put({
      room,
      copy,
      epoch: present.epoch,
      sequence: present.sequence,
      synced: 1,
      bytes: state.byteLength + (bytes?.byteLength ?? 0),
      openedAt: stored.openedAt,
    })
    await forgetLanded(db, now)
    const gone = rows.map((row) => row.key)
    return { copy, gone, was: isStuck ? undefined : mergeRows(rows) }
  })
}

/** Makes on the server's document what it had not taken of ours. */
function carryOver(
  rows: readonly StoredUpdate[],
  onto: Y.Doc,
  taken: Stale['taken'],
): { bytes?: Uint8Array; isStuck: boolean } {
  const unsent = rows.filter((row) => row.unsent === 1).map((row) => row.bytes)
  if (unsent.length === 0) return { isStuck: false }
  const made: { bytes?: Uint8Array } = {}
  // All of it is one transaction of the document, so one update, or none.
  onto.once('update', (bytes) => {
    made.bytes = bytes
  })
  const was = withTaken(rows, taken)
  return { isStuck: !replay(was, unsent, onto), ...made }
}

/**
 * What both had: what the server has acknowledged, and what it had taken besides, when the acknowledgement was lost. Of
 * the latter only what was inserted: what was deleted may have been, or not, and is deleted once however often it is said.
 */
function withTaken(rows: readonly StoredUpdate[], taken: Stale['taken']): Uint8Array {
  const acknowledged = rows.filter((row) => row.unsent === 0)
  const [was, all] = [new Y.Doc(), new Y.Doc({ gc: false })]
  try {
    applyRows(was, acknowledged)
    applyRows(all, rows)
    const { ds, sv } = Y.snapshot(was)
    const ours = Y.decodeStateVector(Y.encodeStateVector(all))
    const common = new Map(sv)
    for (const [client, clock] of taken) {
      const reached = Math.min(clock, ours.get(client) ?? 0)
      if (reached > (sv.get(client) ?? 0)) common.set(client, reached)
    }
    const both = Y.createDocFromSnapshot(all, Y.createSnapshot(ds, common))
    const state = Y.encodeStateAsUpdate(both)
    both.destroy()
    return state
  } finally {
    was.destroy()
    all.destroy()
  }
}

/** Puts back what is ours, and tells of what is not. */
function restoreTo(
  room: string,
  epoch: number,
  rows: readonly StoredUpdate[],
  own: readonly Uint8Array[],
  { present, isOwn, offer }: Replacement,
): { bytes?: Uint8Array; isStuck: boolean; offer: NewCommand | undefined } {
  const doc = new Y.Doc()
  applyRows(doc, [...rows, ...own.map((bytes) => ({ bytes }))])
  const unsent = rows.filter((row) => row.unsent === 1).map((row) => row.bytes)
  const ours = isOwn ? [Y.encodeStateAsUpdate(doc)] : [...own, ...unsent]
  const { bytes, isStuck, lacksOthers } = giveBack(doc, ours, epoch, present)
  const command = lacksOthers ? offer({ room, epoch, doc }) : undefined
  doc.destroy()
  return { bytes, isStuck, offer: command }
}

/** The room is not there any more since the server was restored: tells of what the device holds of it. */
export function offerLost(
  db: Database,
  room: string,
  now: number,
  offer: Replacement['offer'],
): Promise<void> {
  return db.transaction('rw', db.updates, db.docs, db.outbox, async () => {
    const stored = await db.docs.get(room)
    if (stored?.lost !== 1) return
    const doc = new Y.Doc()
    applyRows(doc, rowsOf(stored.copy ?? 0, await db.updates.where('room').equals(room).toArray()))
    const command = offer({ room, epoch: stored.epoch ?? 1, doc })
    doc.destroy()
    if (command) await enqueue(db, command, now)
    await db.docs.put({ ...stored, lost: 2 })
  })
}

/** The server has all that the copy holds, after all. @returns false when the log holds another copy by now */
export function keepCopy(db: Database, room: string, copy: number): Promise<boolean> {
  return db.transaction('rw', db.docs, async () => {
    const stored = await db.docs.get(room)
    if (!stored || (stored.copy ?? 0) !== copy) return false
    const { lost: _, ...found } = stored
    await db.docs.put(found)
    return true
  })
}

function textIn(rows: readonly StoredUpdate[]): string {
  const doc = new Y.Doc()
  applyRows(doc, rows)
  const text = textOf(doc)
  doc.destroy()
  return text
}

function mergeRows(rows: readonly Pick<StoredUpdate, 'bytes'>[]): Uint8Array {
  const doc = new Y.Doc()
  applyRows(doc, rows)
  const state = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return state
}

/** The server refused edits: an empty copy takes the place of the former, whose text is kept. */
export function refuseLog(db: Database, former: number, refused: RefusedText): Promise<Swap | undefined> {
  const { room } = refused
  return db.transaction('rw', db.updates, db.docs, db.meta, async () => {
    const stored = (await db.docs.get(room)) ?? newDoc(room)
    if ((stored.copy ?? 0) !== former) return undefined
    const rows = rowsOf(former, await db.updates.where('room').equals(room).toArray())
    await db.updates.bulkDelete(rows.map((row) => row.key))
    await db.docs.put({ ...newDoc(room), copy: former + 1, openedAt: stored.openedAt })
    await keepRefused(db, refused)
    return { copy: former + 1, gone: rows.map((row) => row.key), was: undefined }
  })
}

/** What a tab had besides, when the rest was kept as text. */
export function keepMore(db: Database, room: string, text: string, now: number): Promise<void> {
  return db.transaction('rw', db.meta, async () => {
    const kept = (await db.meta.get(refusedKey(room)))?.value as RefusedText | undefined
    await keepRefused(db, { room, text, refusal: kept?.refusal ?? notRepeatable, at: now })
  })
}

/** Beside what is kept of the room already. Inside a transaction on meta. */
async function keepRefused(db: Database, refused: RefusedText): Promise<void> {
  const key = refusedKey(refused.room)
  const kept = (await db.meta.get(key))?.value as RefusedText | undefined
  const text = kept && !refused.text.includes(kept.text) ? `${kept.text}\n\n${refused.text}` : refused.text
  await db.meta.put({ key, value: { ...refused, text } })
}

/** Edits of former copies that no tab is left to carry over: what was typed is kept as text. */
export function keepStrays(db: Database, room: string, now: number): Promise<void> {
  return db.transaction('rw', db.updates, db.docs, db.meta, async () => {
    const copy = (await db.docs.get(room))?.copy ?? 0
    const rows = await db.updates.where('[unsent+room]').equals([1, room]).toArray()
    const strays = rows.filter((row) => (row.copy ?? 0) !== copy)
    const text = strays.map((row) => typedIn(row.bytes)).join('')
    await db.updates.bulkDelete(strays.map((row) => row.key))
    if (text !== '') await keepRefused(db, { room, text, refusal: notRepeatable, at: now })
  })
}

/** What an update inserts into texts, without knowing where. */
function typedIn(update: Uint8Array): string {
  return Y.decodeUpdate(update)
    .structs.flatMap((struct) =>
      struct instanceof Y.Item && struct.content instanceof Y.ContentString ? struct.content.str : [],
    )
    .join('')
}
