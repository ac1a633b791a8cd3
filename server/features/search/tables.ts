/**
 * What the index is made of: an entry for each row that can be found and for each text or post in a room, with its text
 * as it reads, from which the words in the index are made, taken back and shown.
 */
import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import { createWords } from '#server/core/words.ts'

export const wordsTable = 'search_words'
/** Of how terms are made: another one means that everything is read again. */
export const indexVersion = 1

export interface EntryRecord {
  /** Larger for what is newer; the number of its words. */
  n: number
  kind: string
  subject_id: string
  /** '' for its row; else what it is in its room: the id of a post, or `text`. */
  part: string
  /** Of a part. */
  room: string
  /** The row that lets one read it. */
  tbl: string
  row_id: string
  title: string
  /** JSON array. */
  tags: string
  text: string
  author_id: string | null
  author: string
  at: number
  /** Of a post. */
  number: number | null
}

export interface Tables {
  search_entry: EntryRecord
  /** One row: which version's terms the index has; 0 while it is being made. */
  search_state: { version: number }
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

const create: Migration = async (schema) => {
  await schema.schema
    .createTable('search_entry')
    .addColumn('n', 'bigint', (column) => column.primaryKey())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('subject_id', 'text', (column) => column.notNull())
    .addColumn('part', 'text', (column) => column.notNull())
    .addColumn('room', 'text', (column) => column.notNull())
    .addColumn('tbl', 'text', (column) => column.notNull())
    .addColumn('row_id', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('author_id', 'text')
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('number', 'integer')
    .execute()
  await schema.schema
    .createIndex('search_entry_subject')
    .on('search_entry')
    .columns(['subject_id', 'room', 'part'])
    .execute()
  await schema.schema
    .createTable('search_state')
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute()
  await createWords(schema, wordsTable)
  // What was there before search was has to be read first.
  const before = await schema.selectFrom('feed').select('seq').limit(1).executeTakeFirst()
  await schema
    .insertInto('search_state')
    .values({ version: before ? 0 : indexVersion })
    .execute()
}

export const migrations = { '001': create }
