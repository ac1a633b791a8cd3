import type { Migration } from '#server/core/feature.ts'

export interface Tables {
  discussions_thread: {
    id: string
    /** '' once every post is deleted. */
    title: string
    kind: 'talk' | 'question'
    /** `article:<id>` …; '' = on its own. */
    subject: string
    /** JSON array. */
    tags: string
    author_id: string
    author_name: string
    created_at: number
    last_post_at: number
    last_post_by: string
    /** Not deleted. */
    posts: number
    /** Highest number ever given. */
    last_number: number
    accepted_post_id: string | null
    /** JSON array: log sequence of each page's room. */
    sequences: string
    /** Taken out of sight since then. */
    hidden_at: number | null
  }
  discussions_post: {
    id: string
    thread_id: string
    number: number
    author_id: string
    author_name: string
    at: number
    /** '' once deleted. */
    body: string
    reply_to: string | null
    edited_at: number | null
    edits: number
    deleted_at: number | null
    deleted_by: string | null
    /** Taken out of sight since then: the body stays here alone. */
    hidden_at: number | null
  }
  /** Earlier versions of a post's body. */
  discussions_edit: { post_id: string; version: number; body: string; at: number }
  discussions_reaction: { post_id: string; member_id: string; reaction: string; at: number }
  discussions_mention: { post_id: string; member_id: string; at: number }
  discussions_poll: {
    post_id: string
    thread_id: string
    /** JSON array. */
    options: string
    multiple: number
    closes_at: number | null
    closed_at: number | null
    closed_by: string | null
  }
  discussions_poll_vote: { post_id: string; member_id: string; choice: number; at: number }
}

export const migrations: Record<string, Migration> = {
  '001': async (db) => {
    await db.schema
      .createTable('discussions_thread')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('title', 'text', (c) => c.notNull())
      .addColumn('kind', 'text', (c) => c.notNull())
      .addColumn('subject', 'text', (c) => c.notNull())
      .addColumn('tags', 'text', (c) => c.notNull())
      .addColumn('author_id', 'text', (c) => c.notNull())
      .addColumn('author_name', 'text', (c) => c.notNull())
      .addColumn('created_at', 'bigint', (c) => c.notNull())
      .addColumn('last_post_at', 'bigint', (c) => c.notNull())
      .addColumn('last_post_by', 'text', (c) => c.notNull())
      .addColumn('posts', 'integer', (c) => c.notNull())
      .addColumn('last_number', 'integer', (c) => c.notNull())
      .addColumn('accepted_post_id', 'text')
      .addColumn('sequences', 'text', (c) => c.notNull())
      .execute()
    await db.schema
      .createIndex('discussions_thread_subject')
      .on('discussions_thread')
      .column('subject')
      .execute()
    await db.schema
      .createTable('discussions_post')
      .addColumn('id', 'text', (c) => c.primaryKey())
      .addColumn('thread_id', 'text', (c) => c.notNull())
      .addColumn('number', 'integer', (c) => c.notNull())
      .addColumn('author_id', 'text', (c) => c.notNull())
      .addColumn('author_name', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('reply_to', 'text')
      .addColumn('edited_at', 'bigint')
      .addColumn('edits', 'integer', (c) => c.notNull())
      .addColumn('deleted_at', 'bigint')
      .addColumn('deleted_by', 'text')
      .addUniqueConstraint('discussions_post_number', ['thread_id', 'number'])
      .execute()
    await db.schema
      .createIndex('discussions_post_author')
      .on('discussions_post')
      .column('author_id')
      .execute()
    await db.schema
      .createTable('discussions_edit')
      .addColumn('post_id', 'text', (c) => c.notNull())
      .addColumn('version', 'integer', (c) => c.notNull())
      .addColumn('body', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('discussions_edit_key', ['post_id', 'version'])
      .execute()
    await db.schema
      .createTable('discussions_reaction')
      .addColumn('post_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('reaction', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('discussions_reaction_key', ['post_id', 'member_id', 'reaction'])
      .execute()
    await db.schema
      .createTable('discussions_mention')
      .addColumn('post_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('discussions_mention_key', ['post_id', 'member_id'])
      .execute()
  },
  '002': async (db) => {
    await db.schema.alterTable('discussions_thread').addColumn('hidden_at', 'bigint').execute()
    await db.schema.alterTable('discussions_post').addColumn('hidden_at', 'bigint').execute()
  },
  '003': async (db) => {
    await db.schema
      .createTable('discussions_poll')
      .addColumn('post_id', 'text', (c) => c.primaryKey())
      .addColumn('thread_id', 'text', (c) => c.notNull())
      .addColumn('options', 'text', (c) => c.notNull())
      .addColumn('multiple', 'integer', (c) => c.notNull())
      .addColumn('closes_at', 'bigint')
      .addColumn('closed_at', 'bigint')
      .addColumn('closed_by', 'text')
      .execute()
    await db.schema
      .createTable('discussions_poll_vote')
      .addColumn('post_id', 'text', (c) => c.notNull())
      .addColumn('member_id', 'text', (c) => c.notNull())
      .addColumn('choice', 'integer', (c) => c.notNull())
      .addColumn('at', 'bigint', (c) => c.notNull())
      .addPrimaryKeyConstraint('discussions_poll_vote_key', ['post_id', 'member_id', 'choice'])
      .execute()
  },
}
