/** Every row of a database in short, so that one can see afterwards what was changed, and by whom it may have been. */
import { createHash } from 'node:crypto'
import Sqlite from 'better-sqlite3'

/** table → key of the row → its values, long ones as their hashes. */
export type Tables = Map<string, Map<string, string>>

export interface Change {
  table: string
  before: string | undefined
  after: string | undefined
}

export function readTables(databasePath: string): Tables {
  const database = new Sqlite(databasePath, { readonly: true, timeout: 10_000 })
  try {
    const names = database
      .prepare("select name from sqlite_master where type = 'table' and name not like 'sqlite!_%' escape '!'")
      .pluck()
      .all() as string[]
    // A full-text index is words turned about: what it is of has rows of its own.
    const readable = names.filter((name) => !/_words(_|$)/.test(name))
    return new Map(readable.map((name) => [name, readTable(database, name)]))
  } finally {
    database.close()
  }
}

function readTable(database: Sqlite.Database, name: string): Map<string, string> {
  const columns = database.pragma(`table_info(${name})`) as { name: string; pk: number }[]
  const key = columns.filter(({ pk }) => pk > 0).map((column) => column.name)
  const rows = new Map<string, string>()
  const all = database.prepare(`select rowid as "rowid!", * from ${name}`)
  for (const row of all.iterate() as Iterable<Record<string, unknown>>) {
    const id = key.length > 0 ? key.map((column) => row[column]) : [row['rowid!']]
    delete row['rowid!']
    rows.set(
      JSON.stringify(id),
      JSON.stringify(row, (_key, value) => short(value)),
    )
  }
  return rows
}

function short(value: unknown): unknown {
  // JSON.stringify has made it an object already.
  const isBytes =
    typeof value === 'object' && value !== null && (value as { type?: string }).type === 'Buffer'
  const long = isBytes
    ? Buffer.from((value as unknown as { data: number[] }).data)
    : typeof value === 'string' && value.length > 2_000 && value
  return long ? createHash('sha256').update(long).digest('hex') : value
}

export function changesBetween(before: Tables, after: Tables): Change[] {
  const changes: Change[] = []
  for (const table of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(table) ?? new Map(), after.get(table) ?? new Map()]
    for (const key of new Set([...old.keys(), ...now.keys()])) {
      if (old.get(key) !== now.get(key)) changes.push({ table, before: old.get(key), after: now.get(key) })
    }
  }
  return changes
}
