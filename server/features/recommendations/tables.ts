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
    /** Version of the members' file of the same run; `null` in rows from before there were versions. */
    run: string | null
  }
  /** Trainings and refreshes, the refused ones too; by the version of the members' file. */
  recommendations_version: {
    version: string
    at: number
    made: string
    /** 0…1: its files are kept. */
    here: number
    /** JSON of a ModelVersionRow. */
    data: string
    /** JSON of the portraits that came with it, or `null`. */
    portraits: string | null
  }
  /** One row. */
  recommendations_state: {
    id: string
    pinned: string | null
    /** JSON of WeightSettings. */
    weights: string
    /** JSON of an Outcome, or `null`. */
    outcome: string | null
    /** What a refresh last looked at, so that it need not look again. */
    looked: string
  }
  /** One row while something trains, in whichever process: nothing trains beside it. */
  recommendations_run: {
    id: string
    /** Who runs it; made anew with each. */
    holder: string
    what: string
    asked: string
    /** JSON of what it needs besides. */
    payload: string
    stage: string
    done: number
    started_at: number
    /** When it last showed signs of life. */
    beat_at: number
    cancelling: number
    /** How often it was begun: a server may have stopped under it. */
    attempts: number
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
  | 'attended'
  | 'purchased'
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

const versions: Migration = async (db) => {
  await db.schema.alterTable('recommendations_model').addColumn('run', 'text').execute()
  await db.schema
    .createTable('recommendations_version')
    .addColumn('version', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('made', 'text', (c) => c.notNull())
    .addColumn('here', 'integer', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('portraits', 'text')
    .execute()
  await db.schema
    .createTable('recommendations_state')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('pinned', 'text')
    .addColumn('weights', 'text', (c) => c.notNull())
    .addColumn('outcome', 'text')
    .addColumn('looked', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('recommendations_run')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('holder', 'text', (c) => c.notNull())
    .addColumn('what', 'text', (c) => c.notNull())
    .addColumn('asked', 'text', (c) => c.notNull())
    .addColumn('payload', 'text', (c) => c.notNull())
    .addColumn('stage', 'text', (c) => c.notNull())
    .addColumn('done', 'real', (c) => c.notNull())
    .addColumn('started_at', 'bigint', (c) => c.notNull())
    .addColumn('beat_at', 'bigint', (c) => c.notNull())
    .addColumn('cancelling', 'integer', (c) => c.notNull())
    .addColumn('attempts', 'integer', (c) => c.notNull())
    .execute()
}

export const migrations: Record<string, Migration> = { '001': create, '002': byDay, '003': versions }

export function db(reader: Pick<Reader, 'tables'>): Kysely<Tables> {
  return reader.tables<Tables>()
}
