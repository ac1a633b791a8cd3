import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'

export interface CopyRecord {
  id: string
  room: string
  /** Of the text: many devices hold the same. */
  hash: string
  text: string
  size: number
  /** 0/1 */
  cut: number
  at: number
}

export interface Tables {
  recovery_copy: CopyRecord
  /** Who offered it. */
  recovery_offer: { copy_id: string; member_id: string; at: number }
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

const create: Migration = async (schema) => {
  await schema.schema
    .createTable('recovery_copy')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('room', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('size', 'integer', (column) => column.notNull())
    .addColumn('cut', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('recovery_copy_once', ['room', 'hash'])
    .execute()
  await schema.schema
    .createTable('recovery_offer')
    .addColumn('copy_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('recovery_offer_pk', ['copy_id', 'member_id'])
    .execute()
}

export const migrations: Record<string, Migration> = { '001': create }
