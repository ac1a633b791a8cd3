import type { Migration } from '#server/core/feature.ts'

export interface Tables {
  events_event: {
    id: string
    slug: string
    start_at: number
    /** JSON of the feed's row, but for `going`, which is counted. */
    details: string
  }
  events_session: {
    id: string
    event_id: string
    start_at: number
    /** JSON of the feed's row. */
    details: string
  }
  events_plan: {
    member_id: string
    /** The event's or the session's id. */
    subject_id: string
    kind: 'event' | 'session'
    event_id: string
    at: number
  }
}

export const migrations: Record<string, Migration> = {
  '001': async (db) => {
    await db.schema
      .createTable('events_event')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('slug', 'text', (c) => c.notNull().unique())
      .addColumn('start_at', 'bigint', (c) => c.notNull())
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('events_session')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('start_at', 'bigint', (c) => c.notNull())
      .addColumn('details', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('events_session_event')
      .on('events_session')
      .columns(['event_id', 'start_at'])
      .execute()
    await db.schema
      .createTable('events_plan')
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('events_plan_key', ['member_id', 'subject_id'])
      .execute()
    await db.schema.createIndex('events_plan_subject').on('events_plan').column('subject_id').execute()
  },
}
