import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { PointKind } from '#shared/features/growth.ts'

export interface Tables {
  /** The ledger: appended to, never changed but for `taken_back`, which says that a later entry undid this one. */
  growth_entry: {
    /** `<cause>#<round>`; of an entry that takes back, `-` follows. */
    id: string
    member_id: string
    kind: PointKind
    /** What earned it, unique among entries that stand: `liked:<post>:<giver>`. */
    cause: string
    /** What goes when its source goes: `post:<id>`, `thread:<id>` … */
    source: string
    about: string
    points: number
    ceiling: string | null
    giver_id: string | null
    at: number
    /** `YYYY-MM-DD`, UTC. */
    day: string
    taken_back: number
    takes_back: number
  }
  /** Each way in which somebody likes something, so that a like goes with the last of them. */
  growth_mark: { mark: string; cause: string }
  growth_standing: {
    member_id: string
    points: number
    level: number
    /** JSON array. */
    badges: string
    streak: number
    longest: number
    last_day: string
    hidden: number
  }
  /** Days on which a member took part in anything. */
  growth_day: { member_id: string; day: string }
  /** The one record `rules`, as JSON. */
  growth_rules: { id: string; rules: string }
  growth_honour: {
    subject: string
    author_id: string
    by_id: string
    reason: string
    at: number
  }
  growth_challenge: {
    id: string
    title: string
    text: string
    from_day: string
    to_day: string
    by_id: string
    created_at: number
  }
  growth_challenge_day: { challenge_id: string; member_id: string; day: string; note: string; at: number }
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

export const migrations: Record<string, Migration> = {
  '001': async (db) => {
    await db.schema
      .createTable('growth_entry')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('cause', 'text', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('about', 'text', (c) => c.notNull())
      .addColumn('points', 'integer', (c) => c.notNull())
      .addColumn('ceiling', 'text')
      .addColumn('giver_id', 'text')
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('taken_back', 'integer', (c) => c.notNull())
      .addColumn('takes_back', 'integer', (c) => c.notNull())
      .execute()
    const index = (name: string, columns: string[]) =>
      db.schema.createIndex(name).on('growth_entry').columns(columns).execute()
    await index('growth_entry_member', ['member_id', 'at'])
    await index('growth_entry_cause', ['cause'])
    await index('growth_entry_source', ['source'])
    await index('growth_entry_at', ['at'])
    await db.schema
      .createTable('growth_mark')
      .addColumn('mark', 'text', (c) => c.primaryKey())
      .addColumn('cause', 'text', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('growth_mark_cause').on('growth_mark').column('cause').execute()
    await db.schema
      .createTable('growth_standing')
      .addColumn('member_id', 'text', (c) => c.primaryKey())
      .addColumn('points', 'integer', (c) => c.notNull())
      .addColumn('level', 'integer', (c) => c.notNull())
      .addColumn('badges', 'text', (c) => c.notNull())
      .addColumn('streak', 'integer', (c) => c.notNull())
      .addColumn('longest', 'integer', (c) => c.notNull())
      .addColumn('last_day', 'text', (c) => c.notNull())
      .addColumn('hidden', 'integer', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('growth_day')
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('day', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('growth_day_key', ['member_id', 'day'])
      .execute()
    await db.schema
      .createTable('growth_rules')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('rules', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('growth_honour')
      .addColumn('subject', 'text', (c) => c.primaryKey())
      .addColumn('author_id', 'text', (c) => c.notNull())
      .addColumn('by_id', 'text', (c) => c.notNull())
      .addColumn('reason', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('growth_challenge')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('from_day', 'text', (c) => c.notNull())
      .addColumn('to_day', 'text', (c) => c.notNull())
      .addColumn('by_id', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('growth_challenge_day')
      .addColumn('challenge_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('day', 'text', (c) => c.notNull())
      .addColumn('note', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('growth_challenge_day_key', ['challenge_id', 'member_id', 'day'])
      .execute()
  },
}
