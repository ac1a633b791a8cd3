import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { ArticleFate } from '#shared/features/profiles.ts'

export interface Tables {
  /** Who has asked to be gone, and when they will be. */
  profiles_leaving: { member_id: string; asked_at: number; due_at: number; articles: ArticleFate }
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

export const migrations: Record<string, Migration> = {
  '001': async (schema) => {
    await schema.schema
      .createTable('profiles_leaving')
      .addColumn('member_id', 'text', (c) => c.primaryKey())
      .addColumn('asked_at', 'bigint', (c) => c.notNull())
      .addColumn('due_at', 'bigint', (c) => c.notNull())
      .addColumn('articles', 'text', (c) => c.notNull())
      .execute()
  },
}
