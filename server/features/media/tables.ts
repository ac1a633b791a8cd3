/** Where uploads, and what belongs to which lesson or article, are kept. */
import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { UploadUse } from '#shared/features/media.ts'

export interface BegunRecord {
  /** Names its parts. */
  id: string
  member_id: string
  name: string
  size: number
  use_as: UploadUse
  print: string
  /** Parts that are there. */
  received: number
  /** When the last of them came. */
  at: number
}

interface FileRecord {
  hash: string
  member_id: string
  name: string
  size: number
  type: string
  at: number
}

export interface SetRecord {
  /** `lesson:<id>` or `article:<id>`. */
  subject: string
  /** Who arranged it last. */
  member_id: string
  /** JSON object: `AttachmentsRow`. */
  list: string
  at: number
}

interface Tables {
  media_begun: BegunRecord
  media_file: FileRecord
  media_set: SetRecord
  /** Which lists name a file. */
  media_use: { hash: string; subject: string }
}

const create: Migration = async (db) => {
  await db.schema
    .createTable('media_begun')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('use_as', 'text', (column) => column.notNull())
    .addColumn('print', 'text', (column) => column.notNull())
    .addColumn('received', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('media_begun_member').on('media_begun').column('member_id').execute()
  await db.schema
    .createTable('media_file')
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('size', 'bigint', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('media_file_key', ['member_id', 'hash'])
    .execute()
  await db.schema
    .createTable('media_set')
    .addColumn('subject', 'text', (column) => column.primaryKey())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('list', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('media_use')
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('media_use_key', ['hash', 'subject'])
    .execute()
}

export const migrations = { '001': create }

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}
