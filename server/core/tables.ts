/** Core's own tables. Each feature declares its own; nobody reads another's. */
// biome-ignore-all lint/suspicious/noExplicitAny: migrations build tables that no type describes yet
import type { Kysely } from 'kysely'
import type { MigrationTools } from './feature.ts'

export interface CoreTables {
  migration: { name: string; at: number }
  /** `epoch`: identity of this database's history, new after a restore. */
  meta: { key: string; value: string }
  role: { member_id: string; role: string }
  /** Membership of audiences: the grants that features write. */
  membership: { member_id: string; audience: string; source: string; until: number | null }
  session: {
    id: string
    token_hash: string
    member_id: string
    agent: string
    opened_at: number
    seen_at: number
    expires_at: number
  }
  /** Newest state of each row for each audience that may see it; `data` null: withdrawn; `since`: its first `seq`. */
  feed: { audience: string; seq: number; tbl: string; row_id: string; data: string | null; since: number }
  feed_audience: { audience: string; seq: number }
  /** Who may not come in for now. */
  bar: { member_id: string; until: number; why: string }
  command_result: { member_id: string; command_id: string; result: string; at: number }
  /** `projected`: the sequence up to which derived rows have been written. The log holds the present epoch only. */
  doc_room: { room: string; seq: number; projected: number; epoch: number }
  /**
   * Whose Yjs client ids they are: the first member who writes as a client of a room keeps it, for that epoch.
   * `clock`: how far it had come when that epoch ended.
   */
  doc_client: { room: string; client: number; member_id: string; epoch: number; clock: number }
  doc_log: {
    room: string
    seq: number
    bytes: Uint8Array /** Ids of who wrote it, between spaces; '' = the server. */
    members: string
    at: number
  }
  doc_snapshot: { room: string; seq: number; bytes: Uint8Array }
  /** `store`: its bytes lie in parts under that name; `null`: they are in the row. */
  file: {
    hash: string
    type: string
    name: string
    size: number
    bytes: Uint8Array
    at: number
    store: string | null
  }
  /** Parts of large files, 0, 1, 2 …, each but the last `partBytes` long. */
  file_part: { store: string; number: number; bytes: Uint8Array }
  file_ref: { hash: string; tbl: string; row_id: string }
  job: {
    id: string
    name: string
    payload: string
    /** Unique while the job waits. */
    job_key: string | null
    run_at: number
    attempts: number
    error: string | null
  }
}

type Builder = (db: Kysely<any>, tools: MigrationTools) => Promise<void>

export const coreMigrations: Record<string, Builder> = {
  '001': async (db, { blob }) => {
    const table = (name: string) => db.schema.createTable(name)
    await table('meta')
      .addColumn('key', 'text', (c) => c.primaryKey())
      .addColumn('value', 'text', (c) => c.notNull())
      .execute()
    await table('role')
      .addColumn('member_id', 'text', (c) => c.primaryKey())
      .addColumn('role', 'text', (c) => c.notNull())
      .execute()
    await table('membership')
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('audience', 'text', (c) => c.notNull())
      .addColumn('source', 'text', (c) => c.notNull())
      .addColumn('until', 'bigint')
      .addPrimaryKeyConstraint('membership_key', ['member_id', 'audience', 'source'])
      .execute()
    await table('session')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('token_hash', 'text', (c) => c.notNull().unique())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('agent', 'text', (c) => c.notNull())
      .addColumn('opened_at', 'bigint', (c) => c.notNull())
      .addColumn('seen_at', 'bigint', (c) => c.notNull())
      .addColumn('expires_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema.createIndex('session_member').on('session').column('member_id').execute()
    await table('feed')
      .addColumn('audience', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('tbl', 'text', (c) => c.notNull())
      .addColumn('row_id', 'text', (c) => c.notNull())
      .addColumn('data', 'text')
      .addPrimaryKeyConstraint('feed_key', ['audience', 'tbl', 'row_id'])
      .execute()
    await db.schema.createIndex('feed_order').on('feed').columns(['audience', 'seq']).unique().execute()
    await db.schema.createIndex('feed_row').on('feed').columns(['tbl', 'row_id']).execute()
    await table('feed_audience')
      .addColumn('audience', 'text', (c) => c.primaryKey())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .execute()
    await table('command_result')
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('command_id', 'text', (c) => c.notNull())
      .addColumn('result', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('command_result_key', ['member_id', 'command_id'])
      .execute()
    await table('doc_room')
      .addColumn('room', 'text', (c) => c.primaryKey())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('projected', 'bigint', (c) => c.notNull())
      .execute()
    await table('doc_log')
      .addColumn('room', 'text', (c) => c.notNull())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('bytes', blob, (c) => c.notNull())
      .addColumn('members', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('doc_log_key', ['room', 'seq'])
      .execute()
    await table('doc_snapshot')
      .addColumn('room', 'text', (c) => c.primaryKey())
      .addColumn('seq', 'bigint', (c) => c.notNull())
      .addColumn('bytes', blob, (c) => c.notNull())
      .execute()
    await table('file')
      .addColumn('hash', 'text', (c) => c.primaryKey())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('size', 'bigint', (c) => c.notNull())
      .addColumn('bytes', blob, (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute()
    await table('file_ref')
      .addColumn('hash', 'text', (c) => c.notNull())
      .addColumn('tbl', 'text', (c) => c.notNull())
      .addColumn('row_id', 'text', (c) => c.notNull())
      .addPrimaryKeyConstraint('file_ref_key', ['hash', 'tbl', 'row_id'])
      .execute()
    await table('job')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('payload', 'text', (c) => c.notNull())
      .addColumn('job_key', 'text', (c) => c.unique())
      .addColumn('run_at', 'bigint', (c) => c.notNull())
      .addColumn('attempts', 'integer', (c) => c.notNull())
      .addColumn('error', 'text')
      .execute()
  },

  '002': async (db) => {
    await db.schema
      .alterTable('doc_room')
      .addColumn('epoch', 'integer', (c) => c.notNull().defaultTo(1))
      .execute()
    await db.schema
      .createTable('doc_client')
      .addColumn('room', 'text', (c) => c.notNull())
      .addColumn('client', 'bigint', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('epoch', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('doc_client_key', ['room', 'client'])
      .execute()
  },

  '003': async (db) => {
    await db.schema
      .alterTable('feed')
      .addColumn('since', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
  },

  '004': async (db) => {
    await db.schema
      .alterTable('doc_client')
      .addColumn('clock', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
  },

  '005': async (db) => {
    await db.schema
      .createTable('bar')
      .addColumn('member_id', 'text', (c) => c.primaryKey())
      .addColumn('until', 'bigint', (c) => c.notNull())
      .addColumn('why', 'text', (c) => c.notNull())
      .execute()
  },

  '006': async (db, { blob }) => {
    await db.schema.alterTable('file').addColumn('store', 'text').execute()
    await db.schema
      .createTable('file_part')
      .addColumn('store', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('bytes', blob, (c) => c.notNull())
      .addPrimaryKeyConstraint('file_part_key', ['store', 'number'])
      .execute()
  },
}
