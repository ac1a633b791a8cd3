/**
 * The database, one interface over two engines: SQLite through better-sqlite3 (one file, one process, the default)
 * and PostgreSQL. All engine-specific words of the product are in this file. Conventions: text ids, epoch
 * milliseconds as bigint, money in minor units, JSON as text, 0/1 integers.
 */
import { chmodSync, existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Sqlite from 'better-sqlite3'
import {
  Kysely,
  PostgresDialect,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
  sql,
} from 'kysely'
import pg from 'pg'
import { alreadyDurable, createDurability, type Durability } from './durability.ts'
import type { MigrationTools } from './feature.ts'
import { createSpace, endlessSpace, NoRoom, type Space } from './space.ts'
import type { CoreTables } from './tables.ts'

export interface Database {
  readonly engine: 'sqlite' | 'postgres'
  readonly kysely: Kysely<CoreTables>
  readonly durability: Durability
  readonly space: Space
  readonly tools: MigrationTools
  /** Absent where statements have to be waited for. */
  readonly direct?: Direct
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

/** Statements that are done when they return, so that nothing else can come between them. */
export interface Direct {
  /** No transaction is open. */
  readonly isFree: boolean
  /** @param work waits for nothing. @throws what it throws, when all of it was rolled back */
  transaction<T>(work: () => T): T
  /** The same, for one state of everything that is read. */
  reading<T>(work: () => T): T
  all(text: string, parameters: readonly unknown[]): unknown[]
  run(text: string, parameters: readonly unknown[]): void
}

/** @param path file, or `:memory:`. */
export function openSqlite(path: string): Database {
  const ballast = join(dirname(path), 'ballast')
  if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  let sqlite: Sqlite.Database
  try {
    sqlite = openFile(path)
  } catch (error) {
    if (!wantsRoom(error) || codeOf(error) === 'SQLITE_READONLY' || !existsSync(ballast)) throw error
    // Even reading needs a little room at first. This is what it is for.
    rmSync(ballast)
    sqlite = openFile(path)
  }
  sqlite.function('lower', { deterministic: true }, (text) =>
    text === null ? null : String(text).toLowerCase(),
  )
  let durability = alreadyDurable
  let space = endlessSpace
  if (path !== ':memory:') {
    durability = createDurability(`${path}-wal`, {
      checkpoint: { databasePath: path, onFull: () => space.ranOut() },
    })
    space = createSpace({ path: ballast, relieve: durability.scrub })
  }
  const statements = guarded(sqlite, space)
  const kysely = new Kysely<CoreTables>({ dialect: new SqliteDialect({ database: statements }) })
  const version = (): unknown => sqlite.pragma('data_version', { simple: true })
  let seen = version()
  return {
    engine: 'sqlite',
    kysely,
    durability,
    space,
    tools: { blob: 'blob' },
    direct: createDirect(sqlite, statements),
    isConflict: (error) => codeOf(error).startsWith('SQLITE_BUSY'),
    isBusy: (error) => codeOf(error).startsWith('SQLITE_BUSY'),
    isFull: wantsRoom,
    changedElsewhere: () => {
      const before = seen
      seen = version()
      return seen !== before
    },
    tableNames: async () => {
      // What a full-text index keeps for itself is no table of anybody's.
      const tables =
        "select name from pragma_table_list where schema = 'main' and type in ('table', 'virtual') and name not like 'sqlite!_%' escape '!'"
      return sqlite.prepare(tables).pluck().all() as string[]
    },
    check: async () => {
      const rows = sqlite.pragma('integrity_check') as { integrity_check: string }[]
      return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok')
    },
    close: async () => {
      await space.close()
      await durability.close()
      await kysely.destroy()
    },
  }
}

function openFile(path: string): Sqlite.Database {
  const sqlite = new Sqlite(path, { timeout: 5000 })
  try {
    if (path !== ':memory:') chmodSync(path, 0o600)
    sqlite.pragma('journal_mode = WAL')
    sqlite.pragma('synchronous = NORMAL')
    sqlite.pragma('wal_autocheckpoint = 0')
    sqlite.pragma('foreign_keys = ON')
    sqlite.pragma('secure_delete = ON')
    // The WAL has to exist before the barrier opens it.
    if (path !== ':memory:')
      sqlite.exec('begin immediate; create table if not exists opening (n); drop table opening; commit')
    return sqlite
  } catch (error) {
    sqlite.close()
    throw error
  }
}

/** Of these, SQLITE_READONLY is a disk that was mounted anew because it fails; the others have no room. */
const noRoom = ['SQLITE_FULL', 'SQLITE_READONLY', 'SQLITE_IOERR_WRITE', 'SQLITE_IOERR_SHMSIZE']

function wantsRoom(error: unknown): boolean {
  return noRoom.includes(codeOf(error))
}

const statementsKept = 1_000

/**
 * Preparing a statement costs as much as a short query, so each is prepared once. Whichever of them fails for want of
 * room, `space` hears of it, and while there is none only sessions are written, on what the ballast gave back.
 */
function guarded(sqlite: Sqlite.Database, space: Space): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => sqlite.close(),
    prepare(text) {
      const known = statements.get(text)
      if (known) return known
      if (statements.size >= statementsKept) statements.delete(statements.keys().next().value!)
      const statement = guard(sqlite, space, text)
      statements.set(text, statement)
      return statement
    },
  }
}

function createDirect(sqlite: Sqlite.Database, { prepare }: SqliteDatabase): Direct {
  function within<T>(begin: string, work: () => T): T {
    prepare(begin).run([])
    try {
      const value = work()
      prepare('commit').run([])
      return value
    } catch (error) {
      prepare('rollback').run([])
      throw error
    }
  }
  return {
    get isFree() {
      return !sqlite.inTransaction
    },
    transaction: (work) => within('begin immediate', work),
    reading: (work) => within('begin', work),
    all: (text, parameters) => prepare(text).all(parameters),
    run: (text, parameters) => void prepare(text).run(parameters),
  }
}

function guard(sqlite: Sqlite.Database, space: Space, text: string): SqliteStatement {
  const statement = sqlite.prepare(text)
  const needsRoom = !statement.readonly && !text.includes('"session"')
  function attempt<R>(run: () => R): R {
    if (needsRoom && space.full) throw new NoRoom()
    try {
      return run()
    } catch (error) {
      if (wantsRoom(error)) space.ranOut()
      throw error
    }
  }
  return {
    reader: statement.reader,
    all: (parameters) => attempt(() => statement.all(parameters)),
    iterate: (parameters) => statement.iterate(parameters),
    run(parameters) {
      // SQLite rolls back by itself when the disk is full; that there is nothing left to do must not hide why.
      if (text === 'rollback' && !sqlite.inTransaction) return { changes: 0, lastInsertRowid: 0 }
      return attempt(() => statement.run(parameters))
    },
  }
}

/** @param url `postgres://…`; `schema` keeps tests apart. */
export function openPostgres(url: string, options: { schema?: string } = {}): Database {
  pg.types.setTypeParser(20, Number)
  const pool = new pg.Pool({
    Client: PlainClient,
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
    space: endlessSpace,
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

/**
 * PostgreSQL takes no U+0000 in a text, SQLite does, and members' programs send it: without this what they sent would fail
 * there for ever, as if the server were at fault.
 */
class PlainClient extends pg.Client {
  // biome-ignore lint/suspicious/noExplicitAny: the driver's own signature has ten forms
  override query(text: any, values?: any, ...rest: any[]): any {
    const plain = Array.isArray(values) ? values.map(withoutNul) : values
    return super.query(text, plain, ...(rest as []))
  }
}

function withoutNul(value: unknown): unknown {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '') : value
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}
