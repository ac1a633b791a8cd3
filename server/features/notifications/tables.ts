import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'

export interface Tables {
  notifications_notice: {
    id: string
    member_id: string
    type: string
    word: string
    /** JSON. */
    params: string
    about: string
    at: number
    read_at: number | null
    /** 1 once a mail has told of it, or none is to. */
    mailed: number
  }
  notifications_settings: {
    member_id: string
    /** JSON. */
    levels: string
    /** JSON. */
    quiet: string
    digest: string
    digest_at: number
  }
  notifications_follow: { member_id: string; thread_id: string; on: number }
  /** Whoever has these can push to the device. */
  notifications_device: {
    id: string
    member_id: string
    name: string
    endpoint: string
    p256dh: string
    auth: string
    at: number
  }
  notifications_key: { id: string; public_key: string; private_key: string }
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

export const migrations: Record<string, Migration> = {
  '001': async (db) => {
    await db.schema
      .createTable('notifications_notice')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('type', 'text', (c) => c.notNull())
      .addColumn('word', 'text', (c) => c.notNull())
      .addColumn('params', 'text', (c) => c.notNull())
      .addColumn('about', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('read_at', 'bigint')
      .addColumn('mailed', 'integer', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('notifications_notice_member')
      .on('notifications_notice')
      .columns(['member_id', 'at'])
      .execute()
    await db.schema
      .createTable('notifications_settings')
      .addColumn('member_id', 'text', (c) => c.primaryKey())
      .addColumn('levels', 'text', (c) => c.notNull())
      .addColumn('quiet', 'text', (c) => c.notNull())
      .addColumn('digest', 'text', (c) => c.notNull())
      .addColumn('digest_at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('notifications_follow')
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('thread_id', 'text', (c) => c.notNull())
      .addColumn('on', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('notifications_follow_key', ['member_id', 'thread_id'])
      .execute()
    await db.schema
      .createIndex('notifications_follow_thread')
      .on('notifications_follow')
      .column('thread_id')
      .execute()
    await db.schema
      .createTable('notifications_device')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('name', 'text', (c) => c.notNull())
      .addColumn('endpoint', 'text', (c) => c.notNull())
      .addColumn('p256dh', 'text', (c) => c.notNull())
      .addColumn('auth', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .execute()
    await db.schema
      .createTable('notifications_key')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('public_key', 'text', (c) => c.notNull())
      .addColumn('private_key', 'text', (c) => c.notNull())
      .execute()
  },
}
