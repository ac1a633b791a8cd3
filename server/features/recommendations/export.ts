/**
 * `lyceum export interactions`: what training learns from, for an engine that takes more than one machine. Parquet,
 * partitioned by day (UTC) as Hive, Spark, DuckDB and Arrow read it: `day=2026-11-22/part-0.parquet` with user, item
 * and weight. A user is a number that means something within this export only. Nothing else leaves: no item that is
 * not in the public catalogue, no member's id, no hour, no kind of act.
 */
import { randomInt } from 'node:crypto'
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer'
import type { ExportReport, Reader } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { dayOf } from '#shared/core/day.ts'
import { catalogueNames } from './catalogue.ts'
import { metTables, pagesOf } from './met.ts'
import { db } from './tables.ts'

const day = 86_400_000
/** As Hive names the partition of what has no day: an import may not know when. */
const noDay = '__HIVE_DEFAULT_PARTITION__'
/** Rows in memory, and in a row group. */
const rowsAtOnce = 50_000

/** @throws where `folder` is there already and holds something */
export async function exportInteractions(
  services: Services,
  folder: string,
  atOnce = rowsAtOnce,
): Promise<ExportReport> {
  if ((await readdir(folder).catch(() => [])).length > 0)
    throw new Error(`${folder} is not empty: an export begins with a folder of its own`)
  const partial = `${folder}.partial`
  await rm(partial, { recursive: true, force: true })
  await mkdir(dirname(folder), { recursive: true })
  await mkdir(partial, { mode: 0o700 })
  try {
    const report = await services.read(async (reader) => {
      const items = await catalogueNames(services)
      const users = await numbered(reader)
      const written = { rows: 0, files: 0 }
      for (let next = await firstFrom(reader, 0); next !== undefined; ) {
        const from = next - (next % day)
        const to = next === 0 ? 1 : from + day
        const name = next === 0 ? noDay : dayOf(from)
        const rows = await writeDay(reader, join(partial, `day=${name}`), {
          from: next === 0 ? 0 : from,
          to,
          items,
          users,
          atOnce,
        })
        written.rows += rows
        if (rows > 0) written.files += 1
        next = await firstFrom(reader, to)
      }
      return written
    })
    await rm(folder, { recursive: true, force: true })
    await rename(partial, folder)
    return report
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    throw error
  }
}

/** Everybody who has met something, in an order that says nothing about when they came. */
async function numbered(reader: Reader): Promise<Map<string, number>> {
  const ids: string[] = []
  for (const table of metTables) {
    const rows = await db(reader).selectFrom(table).select('member_id').distinct().execute()
    for (const { member_id } of rows) ids.push(member_id)
  }
  const distinct = [...new Set(ids)]
  for (let i = distinct.length - 1; i > 0; i--) {
    const j = randomInt(i + 1)
    const other = distinct[j]!
    distinct[j] = distinct[i]!
    distinct[i] = other
  }
  return new Map(distinct.map((id, number) => [id, number]))
}

async function firstFrom(reader: Reader, from: number): Promise<number | undefined> {
  const firsts = await Promise.all(
    metTables.map((table) =>
      db(reader)
        .selectFrom(table)
        .select(({ fn }) => fn.min('at').as('at'))
        .where('at', '>=', from)
        .executeTakeFirst(),
    ),
  )
  const known = firsts.flatMap((first) =>
    first?.at === null || first?.at === undefined ? [] : [Number(first.at)],
  )
  return known.length === 0 ? undefined : Math.min(...known)
}

interface Day {
  from: number
  to: number
  items: ReadonlySet<string>
  users: ReadonlyMap<string, number>
  atOnce: number
}

/** One row for a user and an item, whatever the acts were. */
async function writeDay(
  reader: Reader,
  folder: string,
  { from, to, items, users, atOnce }: Day,
): Promise<number> {
  let writer: ParquetWriter | undefined
  let written = 0
  for await (const page of pagesOf(reader, from, to, atOnce)) {
    // Whoever came while this is being written is in the next export.
    const kept = page.filter(({ member_id, item }) => users.has(member_id) && items.has(item))
    if (kept.length > 0) {
      const columns = [
        {
          name: 'user',
          type: 'INT32' as const,
          data: Int32Array.from(kept, (row) => users.get(row.member_id)!),
          nullable: false,
        },
        { name: 'item', type: 'STRING' as const, data: kept.map((row) => row.item), nullable: false },
        {
          name: 'weight',
          type: 'FLOAT' as const,
          data: Float32Array.from(kept, (row) => Number(row.weight)),
          nullable: false,
        },
      ]
      if (!writer) {
        const file = join(folder, 'part-0.parquet')
        await mkdir(folder, { mode: 0o700 })
        writer = new ParquetWriter({
          writer: fileWriter(file),
          schema: schemaFromColumnData({ columnData: columns }),
          createdBy: 'lyceum',
        })
        await chmod(file, 0o600)
      }
      await writer.write({
        columnData: columns.map(({ name, data }) => ({ name, data })),
        rowGroupSize: atOnce,
      })
      written += kept.length
    }
  }
  await writer?.finish()
  return written
}
