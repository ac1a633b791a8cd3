/** What a community's server has of something: every row of every table of its database file, as text that can be searched. */
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'

/** `table: row` */
export type Rows = ReadonlySet<string>

/** Bytes are read as Latin-1, in which every id, address and English title stays what it is. */
export function rowsIn(dataDir: string): Rows {
  const database = new Sqlite(join(dataDir, 'lyceum.sqlite'), { readonly: true })
  try {
    const rows = new Set<string>()
    const tables = database.prepare(`select name from sqlite_master where type = 'table'`).pluck().all()
    for (const table of tables as string[]) {
      for (const row of database.prepare(`select * from "${table}"`).raw().iterate()) {
        rows.add(`${table}: ${(row as unknown[]).map(textOf).join(' | ')}`)
      }
    }
    return rows
  } finally {
    database.close()
  }
}

/** Rows that are there now and were not, or not like that. */
export function newRows(before: Rows, after: Rows): string[] {
  return [...after].filter((row) => !before.has(row))
}

/** Those of the texts that name one of these. */
export function naming(texts: readonly string[], names: readonly string[]): string[] {
  return texts.filter((text) => names.some((name) => text.includes(name)))
}

export function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)
}
