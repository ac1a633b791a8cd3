/** What the server knows of members' reading lists besides their rooms: when to remind whom of what. */
import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'

export interface Tables {
  library_reminder: { id: string; member_id: string; item: string; at: number; title: string }
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

const create: Migration = async (kysely: Kysely<unknown>) => {
  await kysely.schema
    .createTable('library_reminder')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('member_id', 'text', (c) => c.notNull())
    .addColumn('item', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()
  await kysely.schema
    .createIndex('library_reminder_member')
    .on('library_reminder')
    .columns(['member_id'])
    .execute()
}

/** A page elsewhere has no row here that says what it is called. */
const titles: Migration = async (kysely: Kysely<unknown>) => {
  await kysely.schema
    .alterTable('library_reminder')
    .addColumn('title', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
}

export const migrations: Record<string, Migration> = { '001': create, '002': titles }
