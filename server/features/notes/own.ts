import type { Reader } from '#server/core/feature.ts'
import type { OwnFile, OwnSource } from '#shared/core/own.ts'
import { type NotesRow, notesFile } from '#shared/features/notes.ts'
import { db } from './tables.ts'

/** Notes that a member wrote in. */
export async function* ownNotes(reader: Reader, source: OwnSource): AsyncGenerator<OwnFile> {
  const sessions = await db(reader)
    .selectFrom('notes_contributor')
    .select('session_id')
    .where('member_id', '=', source.memberId)
    .orderBy('session_id')
    .execute()
  for (const { session_id: id } of sessions) {
    const row = await reader.row<NotesRow>('notes', id)
    const file = row && (await notesFile(source, row))
    if (file) yield file
  }
}
