import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'

export interface Tables {
  /** `metric`: one of the contract's, or `paid:CNY`, `refunded:CNY`. */
  analytics_count: { day: string; metric: string; value: number }
  analytics_active: { day: string; member_id: string }
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

export const migrations: Record<string, Migration> = {
  '001': async (db) => {
    await db.schema
      .createTable('analytics_count')
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('metric', 'text', (c) => c.notNull())
      .addColumn('value', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('analytics_count_key', ['day', 'metric'])
      .execute()
    await db.schema
      .createTable('analytics_active')
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('analytics_active_key', ['day', 'member_id'])
      .execute()
  },
}
