import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { ModelAudience } from '#shared/features/recommendations.ts'

export interface Tables {
  /** What the server knows anyway: one row an act, so that an act which is undone takes its own row back. */
  recommendations_interaction: {
    /** A member's id, or `external:<name>` from an import. */
    member_id: string
    /** `article:<id>` … */
    item: string
    kind: InteractionKind
    /** What the act was done to or with (a post, a session); '' where the kind can happen once an item. */
    source: string
    weight: number
    at: number
  }
  /** Who opted in to sharing what they read. */
  recommendations_sharing: { member_id: string; at: number }
  /** What they shared since; gone when they opt out. */
  recommendations_shared: {
    member_id: string
    item: string
    weight: number
    /** Begin of the day (UTC): the hour is nobody's business. */
    at: number
  }
  recommendations_model: {
    version: string
    audience: ModelAudience
    bytes: Uint8Array
    /** JSON of an EvaluationReport. */
    report: string
    trained_at: number
  }
}

export type InteractionKind =
  | 'rsvp'
  | 'question'
  | 'post'
  | 'reaction'
  | 'accepted'
  | 'written'
  | 'enrolled'
  | 'completed'
  | 'imported'

const create: Migration = async (db, { blob }) => {
  await db.schema
    .createTable('recommendations_interaction')
    .addColumn('member_id', 'text', (c) => c.notNull())
    .addColumn('item', 'text', (c) => c.notNull())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('source', 'text', (c) => c.notNull())
    .addColumn('weight', 'real', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('recommendations_interaction_key', ['member_id', 'item', 'kind', 'source'])
    .execute()
  await db.schema
    .createIndex('recommendations_interaction_source')
    .on('recommendations_interaction')
    .column('source')
    .execute()
  await db.schema
    .createTable('recommendations_sharing')
    .addColumn('member_id', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('recommendations_shared')
    .addColumn('member_id', 'text', (c) => c.notNull())
    .addColumn('item', 'text', (c) => c.notNull())
    .addColumn('weight', 'real', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('recommendations_shared_key', ['member_id', 'item'])
    .execute()
  await db.schema
    .createTable('recommendations_model')
    .addColumn('version', 'text', (c) => c.notNull())
    .addColumn('audience', 'text', (c) => c.notNull())
    .addColumn('bytes', blob, (c) => c.notNull())
    .addColumn('report', 'text', (c) => c.notNull())
    .addColumn('trained_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('recommendations_model_key', ['audience', 'version'])
    .execute()
}

/** An export goes through what was met day by day. */
const byDay: Migration = async (db) => {
  for (const table of ['recommendations_interaction', 'recommendations_shared'])
    await db.schema.createIndex(`${table}_at`).on(table).column('at').execute()
}

export const migrations: Record<string, Migration> = { '001': create, '002': byDay }

export function db(reader: Pick<Reader, 'tables'>): Kysely<Tables> {
  return reader.tables<Tables>()
}
