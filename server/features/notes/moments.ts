/**
 * What happened to a text between two looks at it, from the log of its document: nothing that stood there for a second
 * is lost because somebody deleted it before it was looked at, and what was deleted is told of whoever did it.
 */
import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import type { Tx } from '#server/core/feature.ts'
import type { CoreTables } from '#server/core/tables.ts'
import { lossBetween } from '#shared/core/text-diff.ts'
import { isLoss } from '#shared/features/notes.ts'
import { restoresIn, restoresRoot } from '#shared/features/notes-restore.ts'

/** A change that took much away, or brought an earlier version back. */
export interface Moment {
  /** The text right before it. */
  text: string
  at: number
  reason: 'loss' | 'restore'
  /** Members whose changes were taken together with it. */
  by: string[]
  /** Who had written until then, since the log position that was asked for. */
  authorIds: string[]
}

/** A change that deletes fewer characters is no loss. */
const leastDeleted = 40
/** At one look: moments, bytes of the log that is read again, and characters that are compared. */
const most = { moments: 6, bytes: 1_000_000, characters: 400_000 }

/**
 * @param from log position of the last look; what the log does not hold any more is left out.
 * @returns `all: false` when there was too much to look at all of it.
 */
export async function momentsSince(
  tx: Tx,
  room: string,
  from: number,
): Promise<{ moments: Moment[]; all: boolean }> {
  const log: Kysely<Pick<CoreTables, 'doc_log' | 'doc_snapshot'>> = tx.tables()
  const rowsOf = log
    .selectFrom('doc_log')
    .select(['seq', 'bytes', 'members', 'at'])
    .where('room', '=', room)
    .orderBy('seq')
  const rows = await rowsOf.where('seq', '>', from).execute()
  if (!rows.some(({ bytes }) => isWorthALook(bytes))) return { moments: [], all: true }
  const snapshot = await log
    .selectFrom('doc_snapshot')
    .selectAll()
    .where('room', '=', room)
    .executeTakeFirst()
  const former = await rowsOf
    .where('seq', '>', snapshot?.seq ?? 0)
    .where('seq', '<=', from)
    .execute()
  const size = [...former, ...rows].reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
  if (size + (snapshot?.bytes.byteLength ?? 0) > most.bytes) return { moments: [], all: false }
  const doc = new Y.Doc()
  doc.transact(() => {
    if (snapshot) Y.applyUpdate(doc, snapshot.bytes)
    for (const { bytes } of former) Y.applyUpdate(doc, bytes)
  })
  const moments: Moment[] = []
  const authorIds = new Set<string>()
  let compared = 0
  for (const { bytes, members, at } of rows) {
    const by = members.split(' ').filter(Boolean)
    const known = restoresIn(doc)
    // What the server itself takes away came twice.
    const isLooked = by.length > 0 && compared < most.characters && isWorthALook(bytes)
    const text = isLooked ? textOf(doc) : ''
    Y.applyUpdate(doc, bytes)
    if (text !== '') {
      compared += text.length
      const isRestore = restoresIn(doc).some((restore) => !known.includes(restore))
      const reason = isRestore ? 'restore' : isLoss(lossBetween(text, textOf(doc))) ? 'loss' : undefined
      if (reason) moments.push({ text, at, reason, by, authorIds: [...authorIds] })
    }
    for (const member of by) authorIds.add(member)
  }
  doc.destroy()
  const all = compared < most.characters && moments.length <= most.moments
  return { moments: moments.slice(-most.moments), all }
}

/** Most updates are a few letters more: the text is not read for each of them. */
function isWorthALook(update: Uint8Array): boolean {
  const { structs, ds } = Y.decodeUpdate(update)
  if (structs.some((struct) => struct instanceof Y.Item && String(struct.parent) === restoresRoot))
    return true
  let deleted = 0
  for (const ranges of ds.clients.values()) for (const { len } of ranges) deleted += len
  return deleted >= leastDeleted
}

function textOf(doc: Y.Doc): string {
  return doc.getText('body').toString()
}
