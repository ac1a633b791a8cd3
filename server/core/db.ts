/**
 * The database, one interface over two engines: SQLite through better-sqlite3 (one file, one process, the default)
 * and PostgreSQL. All engine-specific words of the product are in this file. Conventions: text ids, epoch
 * milliseconds as bigint, money in minor units, JSON as text, 0/1 integers.
 */
import { chmodSync, mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { alreadyDurable, createDurability, type Durability } from './durability.ts'
import type { MigrationTools } from './feature.ts'
import type { CoreTables } from './tables.ts'

export interface Database {
  readonly engine: 'sqlite' | 'postgres'
  readonly kysely: Kysely<CoreTables>
  readonly durability: Durability
  readonly tools: MigrationTools
  /** Would the same transaction have a chance if it ran again? */
  isConflict(error: unknown): boolean
  /** Did it fail only because others were at the same rows at the same time? */
  isBusy(error: unknown): boolean
  /** Is the disk full (or the database read-only)? Reads still work. */
  isFull(error: unknown): boolean
  /** Has another process (the command line) written to the file since the last time this was asked? */
  changedElsewhere(): boolean
  /** Every table that is there, but for the engine's own. */
  tableNames(): Promise<string[]>
  /** Problems that the engine finds in its own file; empty = none. */
  check(): Promise<string[]>
  close(): Promise<void>
}

/** @param path file, or `:memory:`. */
export function openSqlite(path: string): Database {
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const sqlite = new Sqlite(path, { timeout: 5000 })
  if (path !== ':memory:') chmodSync(path, 0o600)
  sqlite.pragma('journal_mode = WAL')
  sqlite.pragma('synchronous = NORMAL')
  sqlite.pragma('wal_autocheckpoint = 0')
  sqlite.pragma('foreign_keys = ON')
  sqlite.pragma('secure_delete = ON')
  sqlite.function('lower', { deterministic: true }, (text) =>
    text === null ? null : String(text).toLowerCase(),
  )
  let durability = alreadyDurable
  if (path !== ':memory:') {
    // Touches the WAL so that the file exists before the barrier opens it.
    sqlite.exec('begin immediate; create table if not exists opening (n); drop table opening; commit')
    durability = createDurability(`${path}-wal`, { checkpoint: { databasePath: path } })
  }
  const kysely = new Kysely<CoreTables>({ dialect: new SqliteDialect({ database: preparedOnce(sqlite) }) })
  const version = (): unknown => sqlite.pragma('data_version', { simple: true })
  let seen = version()
  return {
    engine: 'sqlite',
    kysely,
    durability,
    tools: { blob: 'blob' },
    isConflict: (error) => codeOf(error).startsWith('SQLITE_BUSY'),
    isBusy: (error) => codeOf(error).startsWith('SQLITE_BUSY'),
    isFull: (error) => ['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_IOERR_WRITE'].includes(codeOf(error)),
    changedElsewhere: () => {
      const before = seen
      seen = version()
      return seen !== before
    },
    tableNames: async () => {
      const tables =
        "select name from sqlite_master where type = 'table' and name not like 'sqlite!_%' escape '!'"
      return sqlite.prepare(tables).pluck().all() as string[]
    },
    check: async () => {
      const rows = sqlite.pragma('integrity_check') as { integrity_check: string }[]
      return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok')
    },
    close: async () => {
      await durability.close()
      await kysely.destroy()
    },
  }
}

const statementsKept = 1_000

/** Preparing a statement costs as much as a short query, so each is prepared once. */
function preparedOnce(sqlite: Sqlite.Database): Pick<Sqlite.Database, 'prepare' | 'close'> {
  const statements = new Map<string, Sqlite.Statement>()
  const prepare = (sql: string): Sqlite.Statement => {
    const known = statements.get(sql)
    if (known) return known
    if (statements.size >= statementsKept) statements.delete(statements.keys().next().value!)
    const statement = sqlite.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return { prepare: prepare as Sqlite.Database['prepare'], close: () => sqlite.close() }
}

/** @param url `postgres://…`; `schema` keeps tests apart. */
export function openPostgres(url: string, options: { schema?: string } = {}): Database {
  pg.types.setTypeParser(20, Number)
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    options: `-c synchronous_commit=on${options.schema ? ` -c search_path=${options.schema}` : ''}`,
  })
  // A connection that dies while idle is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => {})
  const kysely = new Kysely<CoreTables>({ dialect: new PostgresDialect({ pool }) })
  return {
    engine: 'postgres',
    kysely,
    durability: alreadyDurable,
    tools: { blob: 'bytea' },
    isConflict: (error) => ['40001', '40P01', '23505'].includes(codeOf(error)),
    isBusy: (error) => ['40001', '40P01'].includes(codeOf(error)),
    isFull: (error) => ['53100', '25006'].includes(codeOf(error)),
    changedElsewhere: () => false,
    tableNames: async () => {
      const { rows } = await sql<{ name: string }>`
        select tablename as name from pg_tables where schemaname = current_schema()`.execute(kysely)
      return rows.map(({ name }) => name)
    },
    check: async () => [],
    close: () => kysely.destroy(),
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}
