/**
 * Follows a document as core projects it, soon after people wrote: its row on the feed, and its versions. The text of the
 * last time is kept (`notes_head`); what it lost since then is looked up in the log.
 */
import type * as Y from 'yjs'
import type { Changed, Reader, Tx } from '#server/core/feature.ts'
import { plainText } from '#server/core/markdown.ts'
import { countWords, excerpt } from '#shared/core/text.ts'
import { lossBetween } from '#shared/core/text-diff.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import {
  canTakeNotes,
  isLargeLoss,
  longestVersion,
  type NotesRow,
  notesRoom,
} from '#shared/features/notes.ts'
import { versionBefore } from './keeping.ts'
import { momentsSince } from './moments.ts'
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
  const kept = await keepBefore(tx, sessionId, head, text, changed.memberIds)
  const next = firstHead(sessionId, text, changed.sequence, tx.now)
  if (!head || kept !== 'nothing') {
    await putHead(tx, { ...next, author_ids: JSON.stringify(changed.memberIds) })
  } else {
    const authorIds = new Set([...(JSON.parse(head.author_ids) as string[]), ...changed.memberIds])
    const fullest = { peak: head.peak ?? head.body, peak_at: head.peak === null ? head.at : head.peak_at }
    await putHead(tx, {
      ...next,
      ...(fullest.peak.length > text.length ? fullest : {}),
      began: head.began,
      author_ids: JSON.stringify([...authorIds]),
    })
  }
  if (kept !== 'large loss') await noteRepair(tx, sessionId, text)
}

/** Keeps versions of what the text was before it became this. */
async function keepBefore(
  tx: Tx,
  sessionId: string,
  head: HeadRecord | undefined,
  text: string,
  memberIds: readonly string[],
): Promise<'nothing' | 'something' | 'large loss'> {
  const authorIds = JSON.parse(head?.author_ids ?? '[]') as string[]
  const { moments, all } = await momentsSince(tx, notesRoom(sessionId), head?.sequence ?? 0)
  let large = false
  for (const { text: body, at, reason, by, authorIds: since } of moments) {
    if (body.length > longestVersion) continue
    // A loss that was made good at once is worth a version, and no word.
    const isLarge = reason === 'loss' && isLargeLoss(lossBetween(body, text))
    const writers = [...new Set([...authorIds, ...since])]
    await addVersion(tx, sessionId, {
      body,
      at,
      reason,
      authorIds: writers,
      ...(isLarge ? { lostBy: by } : {}),
    })
    large ||= isLarge
  }
  const before = head && (moments.length === 0 || !all) ? versionBefore(head, text, tx.now) : undefined
  if (before) {
    await addVersion(tx, sessionId, { ...before, authorIds, ...(before.large ? { lostBy: memberIds } : {}) })
    large ||= before.large
  }
  if (large) return 'large loss'
  return moments.length > 0 || before ? 'something' : 'nothing'
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

/** A head with which a version begins. */
export function firstHead(sessionId: string, body: string, sequence: number, now: number): HeadRecord {
  return {
    session_id: sessionId,
    sequence,
    began: now,
    at: now,
    body: body.length > longestVersion ? '' : body,
    peak: null,
    peak_at: now,
    author_ids: '[]',
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
