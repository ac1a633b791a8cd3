/**
 * The features that this community uses, decided here for all of core: it takes commands, opens rooms, answers queries
 * and routes, runs jobs and describes itself by a registry of those alone. Rows of the others stay in the feed, under
 * audiences that nobody is ever in (`unused:members`), so that nothing is deleted, rules can still read them, and every
 * device is told that they are gone; a switch moves them there or back, whole tables at once.
 */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { usedFeatures } from '#shared/core/modules.ts'
import type { Audience } from '#shared/core/viewer.ts'
import type { Registry } from './feature.ts'
import type { CoreTables } from './tables.ts'

/** Beside `epoch` in `meta`: a JSON list of names. */
const key = 'unused'
const prefix = 'unused:'

/** Where a row is kept while its feature is not used. */
export function hiddenFrom(audience: string): string {
  return prefix + audience
}

/** The other way round; any other audience as it is. */
export function shownFrom(audience: string): Audience {
  return (audience.startsWith(prefix) ? audience.slice(prefix.length) : audience) as Audience
}

export interface Modules {
  /** Always as it is now, so it may be held. */
  readonly used: Registry
  /** What has been committed. */
  take(off: readonly string[]): void
  /** Asks the database again. @returns whether anything has changed. */
  look(): Promise<boolean>
}

export async function createModules(db: Kysely<CoreTables>, registry: Registry): Promise<Modules> {
  let off: readonly string[] = await offIn(db)
  let now = usedOf(registry, off)
  function take(names: readonly string[]): boolean {
    const differs = names.join() !== off.join()
    off = names
    now = usedOf(registry, off)
    return differs
  }
  return {
    take,
    used: {
      get contracts() {
        return now.contracts
      },
      get features() {
        return now.features
      },
    },
    look: async () => take(await offIn(db)),
  }
}

/** As the transaction sees it, so that no command slips through beside a switch. */
export async function usedIn(trx: Kysely<CoreTables>, registry: Registry): Promise<Registry> {
  return usedOf(registry, await offIn(trx))
}

export function usedOf(registry: Registry, off: readonly string[]): Registry {
  if (off.length === 0) return registry
  const used = usedFeatures(registry.contracts, off)
  const only = <T>(of: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(of).filter(([name]) => used.has(name)))
  return { contracts: only(registry.contracts), features: only(registry.features) }
}

export async function offIn(db: Kysely<CoreTables>): Promise<string[]> {
  const found = await db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst()
  return found ? (JSON.parse(found.value) as string[]) : []
}

/**
 * Names the features that are not used from now on, all of them, and moves their rows and those of the others to where
 * they belong. Doing it again changes nothing.
 * @returns audience → its new sequence, of those that were touched.
 */
export async function switchModules(
  trx: Kysely<CoreTables>,
  registry: Registry,
  off: readonly string[],
): Promise<Map<string, number>> {
  await trx
    .insertInto('meta')
    .values({ key, value: JSON.stringify([...new Set(off)].sort()) })
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet({ value: (excluded) => excluded.ref('excluded.value') }),
    )
    .execute()
  const used = usedFeatures(registry.contracts, off)
  const tables = (isUsed: boolean): string[] =>
    Object.entries(registry.contracts)
      .filter(([name]) => used.has(name) === isUsed)
      .flatMap(([, contract]) => Object.keys(contract.rows))
  const hidden = await hide(trx, tables(false))
  const shown = await show(trx, tables(true))
  return new Map([...hidden, ...shown])
}

async function hide(trx: Kysely<CoreTables>, tables: readonly string[]): Promise<Map<string, number>> {
  if (tables.length === 0) return new Map()
  const shown = sql`f.tbl in (${sql.join(tables)}) and f.data is not null and f.audience not like ${`${prefix}%`}`
  await copy(trx, shown, sql`${sql.lit(prefix)} || f.audience`)
  const touched = await count(trx, shown, sql`f.audience`)
  await sql`
    update feed set data = null, seq = moved.seq
    from (
      select f.audience, f.tbl, f.row_id, ${numbered(sql`f.audience`)} as seq
      from feed f join feed_audience c on c.audience = f.audience
      where ${shown}
    ) moved
    where feed.audience = moved.audience and feed.tbl = moved.tbl and feed.row_id = moved.row_id`.execute(trx)
  return touched
}

async function show(trx: Kysely<CoreTables>, tables: readonly string[]): Promise<Map<string, number>> {
  if (tables.length === 0) return new Map()
  const hidden = sql`f.tbl in (${sql.join(tables)}) and f.audience like ${`${prefix}%`}`
  const back = sql`substr(f.audience, ${sql.lit(prefix.length + 1)})`
  const touched = await copy(trx, sql`${hidden} and f.data is not null`, back)
  await sql`delete from feed as f where ${hidden}`.execute(trx)
  return touched
}

/** Numbers for rows of a query over `feed f` and the counters `c` of the audiences that they go to: the last ones taken. */
function numbered(audience: RawBuilder<unknown>): RawBuilder<number> {
  return sql`c.seq + 1 - row_number() over (partition by ${audience} order by f.seq desc)`
}

/** Takes as many numbers of each audience as rows go there. */
async function count(
  trx: Kysely<CoreTables>,
  which: RawBuilder<unknown>,
  audience: RawBuilder<unknown>,
): Promise<Map<string, number>> {
  const { rows } = await sql<{ audience: string; seq: number }>`
    insert into feed_audience (audience, seq)
    select ${audience}, count(*) from feed f where ${which} group by 1
    on conflict (audience) do update set seq = feed_audience.seq + excluded.seq
    returning audience, seq`.execute(trx)
  return new Map(rows.map((row) => [row.audience, Number(row.seq)]))
}

async function copy(
  trx: Kysely<CoreTables>,
  which: RawBuilder<unknown>,
  audience: RawBuilder<unknown>,
): Promise<Map<string, number>> {
  const touched = await count(trx, which, audience)
  await sql`
    insert into feed (audience, seq, tbl, row_id, data, since)
    select ${audience}, ${numbered(audience)}, f.tbl, f.row_id, f.data, ${numbered(audience)}
    from feed f join feed_audience c on c.audience = ${audience}
    where ${which}
    on conflict (audience, tbl, row_id) do update set seq = excluded.seq, data = excluded.data`.execute(trx)
  return touched
}
