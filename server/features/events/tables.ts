import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { DeclineReason, SeatState } from '#shared/features/event-seats.ts'

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
  events_seat: SeatRecord
  events_staff: { event_id: string; member_id: string }
  /** Where to go online. */
  events_link: { event_id: string; url: string }
  events_check_in: CheckInRecord
  /** Each scan of a ticket, by its own id. */
  events_scan: {
    id: string
    event_id: string
    check_in_id: string
    by_id: string
    at: number
    scanned_at: number
  }
  events_feedback: FeedbackRecord
  /** Who has given feedback, as a code that only the server can make, and never beside what they said. */
  events_feedback_given: { token: string; subject_id: string }
  events_feedback_salt: { subject_id: string; salt: string }
}

export interface SeatRecord {
  member_id: string
  subject_id: string
  event_id: string
  kind: 'event' | 'session'
  status: SeatState
  why: DeclineReason | null
  priority: number
  /** Place in the order of asking, per subject. */
  turn: number
  offered_until: number | null
  code: string | null
  /** Hash of the code. */
  ticket: string | null
  /** JSON. */
  answers: string
  checked_in_at: number | null
  at: number
}

export interface CheckInRecord {
  id: string
  event_id: string
  member_id: string | null
  name: string
  walk_in: number
  scan_id: string
  by_id: string
  at: number
  scanned_at: number
}

export interface FeedbackRecord {
  /** Random: nothing of who or when is in it. */
  id: string
  subject_id: string
  event_id: string
  /** `null`: without their name. */
  member_id: string | null
  rating: number
  text: string
  /** Shown in the summary by now. */
  shown: number
}

export function db(reader: Pick<Reader, 'tables'>): Kysely<Tables> {
  return reader.tables<Tables>()
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
  '002': async (db) => {
    await db.schema
      .createTable('events_seat')
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('status', 'text', (c) => c.notNull())
      .addColumn('why', 'text')
      .addColumn('priority', 'integer', (c) => c.notNull())
      .addColumn('turn', 'bigint', (c) => c.notNull())
      .addColumn('offered_until', 'bigint')
      .addColumn('code', 'text')
      .addColumn('ticket', 'text')
      .addColumn('answers', 'text', (c) => c.notNull())
      .addColumn('checked_in_at', 'bigint')
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('events_seat_key', ['member_id', 'subject_id'])
      .execute()
    const index = (name: string, table: string, columns: string[]) =>
      db.schema.createIndex(name).on(table).columns(columns).execute()
    await index('events_seat_queue', 'events_seat', ['subject_id', 'status', 'turn'])
    await index('events_seat_event', 'events_seat', ['event_id', 'member_id'])
    await index('events_seat_ticket', 'events_seat', ['ticket'])
    await db.schema
      .createTable('events_staff')
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('events_staff_key', ['event_id', 'member_id'])
      .execute()
    await db.schema
      .createTable('events_link')
      .addColumn('event_id', 'text', (c) => c.primaryKey())
      .addColumn('url', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('events_check_in')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text')
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('walk_in', 'integer', (c) => c.notNull())
      .addColumn('scan_id', 'text', (c) => c.notNull())
      .addColumn('by_id', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('scanned_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('events_scan')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('check_in_id', 'text', (c) => c.notNull())
      .addColumn('by_id', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('scanned_at', 'bigint', (c) => c.notNull())
      .execute()
    await index('events_scan_check_in', 'events_scan', ['check_in_id', 'at'])
    await db.schema
      .createTable('events_feedback')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .addColumn('event_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text')
      .addColumn('rating', 'integer', (c) => c.notNull())
      .addColumn('text', 'text', (c) => c.notNull())
      .addColumn('shown', 'integer', (c) => c.notNull())
      .execute()
    await index('events_feedback_subject', 'events_feedback', ['subject_id'])
    await db.schema
      .createTable('events_feedback_given')
      .addColumn('token', 'text', (c) => c.primaryKey())
      .addColumn('subject_id', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('events_feedback_salt')
      .addColumn('subject_id', 'text', (c) => c.primaryKey())
      .addColumn('salt', 'text', (c) => c.notNull())
      .execute()
  },
}
