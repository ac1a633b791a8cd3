/** What the server knows of members' reading lists besides their rooms: when to remind whom of what. */
import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'

export interface Tables {
  library_reminder: { id: string; member_id: string; item: string; at: number }
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

export const migrations: Record<string, Migration> = { '001': create }
