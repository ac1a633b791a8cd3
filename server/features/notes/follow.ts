/**
 * Follows a document as core projects it, soon after people wrote: its row on the feed, and its versions. The text of the
 * last time is kept (`notes_head`), so that one with everything in it is there also when all of it is deleted within
 * seconds.
 */
import type * as Y from 'yjs'
import type { Changed, Reader, Tx } from '#server/core/feature.ts'
import { plainText } from '#server/core/markdown.ts'
import { countWords, excerpt } from '#shared/core/text.ts'
import { lossBetween } from '#shared/core/text-diff.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { canTakeNotes, isLargeLoss, longestVersion, type NotesRow } from '#shared/features/notes.ts'
import { restoresIn } from '#shared/features/notes-restore.ts'
import { versionBefore } from './keeping.ts'
import { db, type HeadRecord } from './tables.ts'
import { addVersion, publishVersion } from './versions.ts'

/** After a loss it is watched so long whether the text comes back. */
const watchLossFor = 7 * 24 * 60 * 60_000

export async function eventOf(reader: Reader, sessionId: string): Promise<EventRow | null> {
  const session = await reader.row<SessionRow>('sessions', sessionId)
  return session && reader.row<EventRow>('events', session.eventId)
}

/** The rule of the document, and of all that it ever held. */
export async function mayOpen(reader: Reader, viewer: Viewer, sessionId: string): Promise<boolean> {
  return canTakeNotes(viewer) && (await eventOf(reader, sessionId)) !== null
}

export function textOf(doc: Y.Doc): string {
  return doc.getText('body').toString()
}

/** Derives the rows of a document that changed. */
export async function follow(tx: Tx, sessionId: string, changed: Changed): Promise<void> {
  const event = await eventOf(tx, sessionId)
  if (!event) return
  const text = textOf(changed.doc)
  await publishNotes(tx, event, sessionId, { text, ...changed })
  await followText(tx, sessionId, text, changed)
}

/** The row on the feed; only when it would look different. */
export async function publishNotes(
  tx: Tx,
  event: EventRow,
  sessionId: string,
  { text, sequence, memberIds }: { text: string; sequence: number; memberIds: readonly string[] },
): Promise<void> {
  const plain = plainText(text)
  const before = await tx.row<NotesRow>('notes', sessionId)
  const row: NotesRow = {
    id: sessionId,
    eventId: event.id,
    excerpt: excerpt(plain, 180),
    words: countWords(plain),
    contributors: await contributorsOf(tx, sessionId, memberIds),
    updatedAt: tx.now,
    sequence,
  }
  if (!before || looksDifferent(before, row)) await tx.publish('notes', sessionId, row)
}

async function followText(tx: Tx, sessionId: string, text: string, changed: Changed): Promise<void> {
  const head = await headOf(tx, sessionId)
  const restores = restoresIn(changed.doc)
  const known = head ? (JSON.parse(head.restores) as string[]) : []
  const restored = restores.some((restore) => !known.includes(restore))
  const authorIds = head ? (JSON.parse(head.author_ids) as string[]) : []
  if (head?.body === text && !restored) return
  const kept = head && head.body !== '' ? versionBefore(head, text, { now: tx.now, restored }) : undefined
  if (kept) {
    await addVersion(tx, sessionId, {
      ...kept,
      authorIds,
      ...(kept.large ? { lostBy: changed.memberIds } : {}),
    })
  }
  const begins = kept || !head
  const fullest =
    head && (head.peak === null ? { body: head.body, at: head.at } : { body: head.peak, at: head.peak_at })
  const isFuller = begins || fullest!.body.length <= text.length
  await putHead(tx, {
    session_id: sessionId,
    began: begins ? tx.now : head.began,
    at: tx.now,
    body: text.length > longestVersion ? '' : text,
    peak: isFuller ? null : fullest!.body,
    peak_at: isFuller ? tx.now : fullest!.at,
    author_ids: JSON.stringify([...new Set([...(begins ? [] : authorIds), ...changed.memberIds])]),
    restores: JSON.stringify(restores),
  })
  if (!kept?.large) await noteRepair(tx, sessionId, text)
}

/** Is most of what was lost last back again? */
async function noteRepair(tx: Tx, sessionId: string, text: string): Promise<void> {
  const open = await db(tx)
    .selectFrom('notes_version')
    .selectAll()
    .where('session_id', '=', sessionId)
    .where('lost_at', '>', tx.now - watchLossFor)
    .where('repaired', '=', 0)
    .execute()
  for (const version of open) {
    if (isLargeLoss(lossBetween(version.body, text))) continue
    await db(tx).updateTable('notes_version').set({ repaired: 1 }).where('id', '=', version.id).execute()
    await publishVersion(tx, { ...version, repaired: 1 })
  }
}

export function headOf(reader: Reader, sessionId: string): Promise<HeadRecord | undefined> {
  return db(reader)
    .selectFrom('notes_head')
    .selectAll()
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
}

export async function putHead(tx: Tx, head: HeadRecord): Promise<void> {
  const { session_id: _, ...rest } = head
  await db(tx)
    .insertInto('notes_head')
    .values(head)
    .onConflict((conflict) => conflict.column('session_id').doUpdateSet(rest))
    .execute()
}

/** A head with which nothing is kept yet. */
export function firstHead(sessionId: string, body: string, now: number): HeadRecord {
  return {
    session_id: sessionId,
    began: now,
    at: now,
    body: body.length > longestVersion ? '' : body,
    peak: null,
    peak_at: now,
    author_ids: '[]',
    restores: '[]',
  }
}

/** Names in order of first words, those who just wrote among them. */
async function contributorsOf(tx: Tx, sessionId: string, writers: readonly string[]): Promise<string[]> {
  const known = await db(tx)
    .selectFrom('notes_contributor')
    .select('member_id')
    .where('session_id', '=', sessionId)
    .orderBy('place')
    .execute()
  const ids = known.map((row) => row.member_id)
  for (const memberId of writers.filter((id) => !ids.includes(id))) {
    const place = ids.push(memberId)
    await db(tx)
      .insertInto('notes_contributor')
      .values({ session_id: sessionId, member_id: memberId, place })
      .execute()
  }
  const members = ids.length === 0 ? [] : await tx.rows<MemberRow>('members', ids)
  return ids.flatMap((id) => members.find((member) => member.id === id)?.data.name ?? [])
}

function looksDifferent(before: NotesRow, after: NotesRow): boolean {
  return (
    before.sequence !== after.sequence ||
    before.eventId !== after.eventId ||
    before.contributors.join('\n') !== after.contributors.join('\n')
  )
}
