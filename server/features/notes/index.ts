/**
 * Notes, server half: a document for each session that the schedule has, and its shadow on the feed. The shadow is
 * written when core projects the document (after a pause in the typing), and only when it would look different.
 */
import type { Kysely } from 'kysely'
import type { Migration, Reader, ServerHalf, Tx } from '#server/core/feature.ts'
import { plainText } from '#server/core/markdown.ts'
import { countWords, excerpt } from '#shared/core/text.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { canTakeNotes, type notes as contract, type NotesRow } from '#shared/features/notes.ts'

interface Tables {
  /** Who wrote in a session's notes, in order of their first words. */
  notes_contributor: { session_id: string; member_id: string; place: number }
}

const create: Migration = async (db) => {
  await db.schema
    .createTable('notes_contributor')
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('place', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('notes_contributor_pk', ['session_id', 'member_id'])
    .execute()
}

export const notes: ServerHalf<typeof contract> = {
  migrations: { '001': create },
  tables: { notes_contributor: ['notes'] },
  commands: {},
  // Both settings of an event ("public" and "members") show it to every member, and notes are for members.
  rows: { notes: { audience: () => 'members' } },
  documents: {
    notes: {
      async access(reader, viewer, sessionId) {
        return canTakeNotes(viewer) && (await eventOf(reader, sessionId)) !== null
      },
      async project(tx, sessionId, { doc, sequence, memberIds }) {
        const event = await eventOf(tx, sessionId)
        if (!event) return
        const text = plainText(doc.getText('body').toString())
        const before = await tx.row<NotesRow>('notes', sessionId)
        const row: NotesRow = {
          id: sessionId,
          eventId: event.id,
          excerpt: excerpt(text, 180),
          words: countWords(text),
          contributors: await contributorsOf(tx, sessionId, memberIds),
          updatedAt: tx.now,
          sequence,
        }
        if (!before || looksDifferent(before, row)) await tx.publish('notes', sessionId, row)
      },
    },
  },
  queries: {},
}

async function eventOf(reader: Reader, sessionId: string): Promise<EventRow | null> {
  const session = await reader.row<SessionRow>('sessions', sessionId)
  return session && reader.row<EventRow>('events', session.eventId)
}

/** Names in order of first words, those who just wrote among them. */
async function contributorsOf(tx: Tx, sessionId: string, writers: readonly string[]): Promise<string[]> {
  const db: Kysely<Tables> = tx.tables<Tables>()
  const known = await db
    .selectFrom('notes_contributor')
    .select('member_id')
    .where('session_id', '=', sessionId)
    .orderBy('place')
    .execute()
  const ids = known.map((row) => row.member_id)
  for (const memberId of writers.filter((id) => !ids.includes(id))) {
    const place = ids.push(memberId)
    await db
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
