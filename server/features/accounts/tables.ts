import type { Kysely } from 'kysely'
import type { Migration } from '#server/core/feature.ts'
import type { Role } from '#shared/core/viewer.ts'
import type { Language, Theme } from '#shared/features/accounts.ts'

export interface Tables {
  accounts_member: {
    id: string
    /** Lower case, as the parsers make them: the unique keys rely on it. */
    handle: string
    email: string
    name: string
    bio: string
    role: Role
    /** PHC string; '' = cannot sign in until the password was reset. */
    password_hash: string
    language: Language
    theme: Theme
    time_zone: string | null
    joined_at: number
  }
  accounts_invite: {
    id: string
    token: string
    role: Role
    note: string
    uses: number
    created_at: number
    expires_at: number
    created_by: string
  }
  accounts_applicant: {
    id: string
    handle: string
    name: string
    email: string
    password_hash: string
    language: Language
    why: string
    asked_at: number
  }
  accounts_reset: { token_hash: string; member_id: string; expires_at: number }
  /** One row, `setup`: the hash of the newest setup link, and when one was used. */
  accounts_setup: { id: string; token_hash: string; used_at: number | null }
}

const create: Migration = async (db: Kysely<unknown>) => {
  await db.schema
    .createTable('accounts_member')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('handle', 'text', (c) => c.notNull().unique())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('bio', 'text', (c) => c.notNull())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('theme', 'text', (c) => c.notNull())
    .addColumn('time_zone', 'text')
    .addColumn('joined_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('accounts_member_role').on('accounts_member').column('role').execute()
  await db.schema
    .createTable('accounts_invite')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('token', 'text', (c) => c.notNull().unique())
    .addColumn('role', 'text', (c) => c.notNull())
    .addColumn('note', 'text', (c) => c.notNull())
    .addColumn('uses', 'integer', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .execute()
  await db.schema
    .createTable('accounts_reset')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('member_id', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('accounts_reset_member').on('accounts_reset').column('member_id').execute()
  await db.schema
    .createTable('accounts_setup')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('token_hash', 'text', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute()
}

const applicants: Migration = async (db: Kysely<unknown>) => {
  await db.schema
    .createTable('accounts_applicant')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('handle', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('email', 'text', (c) => c.notNull().unique())
    .addColumn('password_hash', 'text', (c) => c.notNull())
    .addColumn('language', 'text', (c) => c.notNull())
    .addColumn('why', 'text', (c) => c.notNull())
    .addColumn('asked_at', 'bigint', (c) => c.notNull())
    .execute()
}

export const migrations: Record<string, Migration> = { '001': create, '002': applicants }
