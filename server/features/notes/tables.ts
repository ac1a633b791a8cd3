/** Where notes keep what their documents do not tell: who wrote, what the text was when it was last looked at, versions. */
import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { NoteVersionRow } from '#shared/features/notes.ts'

/** The text as core projected it last: the version that is not finished yet. */
export interface HeadRecord {
  session_id: string
  /** Log position of the document. */
  sequence: number
  /** When it began to differ from the newest version. */
  began: number
  at: number
  body: string
  /** Fuller than the body was, at `peak_at`: what goes away little by little is lost from there. */
  peak: string | null
  peak_at: number
  /** JSON array: who wrote since the newest version. */
  author_ids: string
}

export interface VersionRecord {
  id: string
  session_id: string
  at: number
  body: string
  size: number
  words: number
  added: number
  removed: number
  /** JSON array. */
  author_ids: string
  reason: NoteVersionRow['reason']
  name: string | null
  named_by: string | null
  /** Much of it was gone at once then. */
  lost_at: number | null
  /** JSON array. */
  lost_by: string | null
  /** 0/1: most of that is back. */
  repaired: number
}

export interface Tables {
  /** Who wrote in a session's notes, in order of their first words. */
  notes_contributor: { session_id: string; member_id: string; place: number }
  notes_head: HeadRecord
  notes_version: VersionRecord
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

const createContributors: Migration = async (schema) => {
  await schema.schema
    .createTable('notes_contributor')
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('place', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('notes_contributor_pk', ['session_id', 'member_id'])
    .execute()
}

const createVersions: Migration = async (schema) => {
  await schema.schema
    .createTable('notes_head')
    .addColumn('session_id', 'text', (column) => column.primaryKey())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('began', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('peak', 'text')
    .addColumn('peak_at', 'bigint', (column) => column.notNull())
    .addColumn('author_ids', 'text', (column) => column.notNull())
    .execute()
  await schema.schema
    .createTable('notes_version')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('session_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('size', 'integer', (column) => column.notNull())
    .addColumn('words', 'integer', (column) => column.notNull())
    .addColumn('added', 'integer', (column) => column.notNull())
    .addColumn('removed', 'integer', (column) => column.notNull())
    .addColumn('author_ids', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('name', 'text')
    .addColumn('named_by', 'text')
    .addColumn('lost_at', 'bigint')
    .addColumn('lost_by', 'text')
    .addColumn('repaired', 'integer', (column) => column.notNull())
    .execute()
  await schema.schema
    .createIndex('notes_version_session')
    .on('notes_version')
    .columns(['session_id', 'at'])
    .execute()
}

export const migrations: Record<string, Migration> = { '001': createContributors, '002': createVersions }
