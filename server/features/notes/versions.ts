/** Versions in their table and on the feed. */
import type { Reader, Tx } from '#server/core/feature.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { countWords } from '#shared/core/text.ts'
import { changedWords } from '#shared/core/text-diff.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { NoteVersionRow, Writer } from '#shared/features/notes.ts'
import { superfluous } from './keeping.ts'
import { db, type VersionRecord } from './tables.ts'

export interface NewVersion {
  id?: string
  at: number
  body: string
  authorIds: readonly string[]
  reason: NoteVersionRow['reason']
  name?: string
  namedBy?: string
  /** Who wrote when much of it was lost. */
  lostBy?: readonly string[]
}

export async function versionOf(
  reader: Reader,
  sessionId: string,
  id: string,
): Promise<VersionRecord | undefined> {
  return db(reader)
    .selectFrom('notes_version')
    .selectAll()
    .where('id', '=', id)
    .where('session_id', '=', sessionId)
    .executeTakeFirst()
}

function newestOf(reader: Reader, sessionId: string): Promise<VersionRecord | undefined> {
  return db(reader)
    .selectFrom('notes_version')
    .selectAll()
    .where('session_id', '=', sessionId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Keeps a text, unless it is what the newest version says already; then that one takes over what is new about it. */
export async function addVersion(tx: Tx, sessionId: string, version: NewVersion): Promise<void> {
  const newest = await newestOf(tx, sessionId)
  const lost = version.lostBy
    ? { lost_at: tx.now, lost_by: JSON.stringify(version.lostBy), repaired: 0 }
    : { lost_at: null, lost_by: null, repaired: 0 }
  if (newest?.body === version.body && version.name === undefined) {
    if (!version.lostBy) return
    await db(tx).updateTable('notes_version').set(lost).where('id', '=', newest.id).execute()
    return publishVersion(tx, { ...newest, ...lost })
  }
  const record: VersionRecord = {
    id: version.id ?? uuidv7(tx.now),
    session_id: sessionId,
    at: version.at,
    body: version.body,
    size: version.body.length,
    words: countWords(version.body),
    ...changedWords(newest?.body ?? '', version.body, countWords),
    author_ids: JSON.stringify(version.authorIds),
    reason: version.reason,
    name: version.name ?? null,
    named_by: version.namedBy ?? null,
    ...lost,
  }
  await db(tx).insertInto('notes_version').values(record).execute()
  await publishVersion(tx, record)
  await thin(tx, sessionId)
}

export async function publishVersion(tx: Tx, record: VersionRecord): Promise<void> {
  const authorIds = JSON.parse(record.author_ids) as string[]
  const lostBy = JSON.parse(record.lost_by ?? '[]') as string[]
  const writers = await writersOf(tx, [
    ...authorIds,
    ...lostBy,
    ...(record.named_by ? [record.named_by] : []),
  ])
  const named = (ids: readonly string[]): Writer[] => ids.flatMap((id) => writers.get(id) ?? [])
  const row: NoteVersionRow = {
    id: record.id,
    sessionId: record.session_id,
    at: record.at,
    words: record.words,
    added: record.added,
    removed: record.removed,
    authors: named(authorIds),
    reason: record.reason,
    name: record.name,
    namedBy: named(record.named_by ? [record.named_by] : [])[0] ?? null,
    loss:
      record.lost_at === null
        ? null
        : { at: record.lost_at, by: named(lostBy), repaired: record.repaired === 1 },
  }
  await tx.publish('note_versions', record.id, row)
}

async function writersOf(tx: Tx, ids: readonly string[]): Promise<Map<string, Writer>> {
  const rows = ids.length === 0 ? [] : await tx.rows<MemberRow>('members', [...new Set(ids)])
  return new Map(rows.map(({ id, data }) => [id, { id, name: data.name }]))
}

/** Lets the versions go that time has made superfluous. */
export async function thin(tx: Tx, sessionId: string): Promise<void> {
  const versions = await db(tx)
    .selectFrom('notes_version')
    .select(['id', 'at', 'name', 'lost_at', 'size'])
    .where('session_id', '=', sessionId)
    .orderBy('at')
    .orderBy('id')
    .execute()
  await dropVersions(tx, superfluous(versions, tx.now))
}

export async function dropVersions(tx: Tx, ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    await db(tx).deleteFrom('notes_version').where('id', '=', id).execute()
    await tx.publish('note_versions', id, null)
  }
}
