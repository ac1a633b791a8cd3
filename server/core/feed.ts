/**
 * The feed: rows that a viewer may see, as deltas. Every row belongs to audiences; each audience has a sequence of its
 * own, which a publish takes the next number of. Only a row's newest state is kept, at its newest number, so a
 * device that was away for a year and one that was away for a minute read the same table.
 *
 * A cursor holds, for each audience, the last number received. An audience that the viewer gained is absent from the
 * cursor and is backfilled; for one that was lost, the rows that were there while they had it, and that no other
 * audience of theirs still shows, are withdrawn, a page at a time. So a plain client that only applies
 * `{table, id, data}` stays right. Cursors are sealed, each for its viewer: one that names an audience which its bearer
 * never had would be answered with the ids of that audience's rows.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import { type Audience, baseAudiences, guest, isMember, type Viewer } from '#shared/core/viewer.ts'
import {
  decodeCursor,
  encodeCursor,
  type FeedPage,
  type FeedPosition,
  type FeedRow,
} from '#shared/core/wire.ts'
import { compiled, rowsAtOnce, rowsOf } from './compiled.ts'
import type { Direct } from './db.ts'
import type { Registry } from './feature.ts'
import { hiddenFrom } from './modules.ts'
import type { CoreTables } from './tables.ts'

const pageRows = 500
const pageBytes = 1_000_000

/** Audiences of a viewer now: those of identity and role, and those granted until later than `now`. */
export async function audiencesOf(db: Kysely<CoreTables>, viewer: Viewer, now: number): Promise<Audience[]> {
  if (!isMember(viewer)) return baseAudiences(guest)
  return withGranted(viewer, await rowsOf(db, grantedQuery(db), [viewer.id, now]))
}

function withGranted(viewer: Viewer, granted: readonly { audience: string }[]): Audience[] {
  return [...new Set([...baseAudiences(viewer), ...granted.map((row) => row.audience as Audience)])]
}

function grantedQuery(db: Kysely<CoreTables>): CompiledQuery<{ audience: string }> {
  return compiled(db, 'granted audiences', () =>
    db
      .selectFrom('membership')
      .select('audience')
      .distinct()
      .where('member_id', '=', '')
      .where((where) => where.or([where('until', 'is', null), where('until', '>', 0)])),
  )
}

/** `audiencesOf`, when it need not be waited for. */
export function audiencesAtOnce(
  db: Kysely<CoreTables>,
  direct: Direct,
  viewer: Viewer,
  now: number,
): Audience[] {
  if (!isMember(viewer)) return baseAudiences(guest)
  return withGranted(viewer, rowsAtOnce(direct, grantedQuery(db), [viewer.id, now]))
}

export interface Published {
  /** audience → its new sequence. */
  touched: Map<string, number>
  /** Somebody may have lost sight of something. */
  withdrew: boolean
  /** It was there before, and for others. */
  moved: boolean
}

/**
 * Writes a row's newest state for the audiences that its rule names; withdraws it from those that held it before.
 * @param used what the community uses: rows of other features are kept where nobody sees them. All, when absent.
 */
export async function publishRow(
  trx: Kysely<CoreTables>,
  registry: Registry,
  table: string,
  id: string,
  data: object | null,
  used: Registry = registry,
  to?: readonly Audience[],
): Promise<Published> {
  const named = data === null ? [] : (to ?? audiencesForRow(registry, table, id, data))
  const wanted = new Set<string>(hasRows(used, table) ? named : named.map(hiddenFrom))
  const holding = await trx
    .selectFrom('feed')
    .select('audience')
    .where('tbl', '=', table)
    .where('row_id', '=', id)
    .where('data', 'is not', null)
    .execute()
  const [owner] =
    holding.length === 1 && holding[0]!.audience.startsWith('member:') ? [holding[0]!.audience] : []
  const [next] = wanted.size === 1 ? [...wanted].filter((audience) => audience.startsWith('member:')) : []
  if (owner && next && owner !== next) {
    throw new Error(
      `row ${table}/${id} of ${owner} is published for ${next}: ids are unique over all members`,
    )
  }
  const touched = new Map<string, number>()
  for (const { audience } of holding) {
    if (!wanted.has(audience)) touched.set(audience, await writeEntry(trx, audience, table, id, null))
  }
  const text = JSON.stringify(data)
  const withdrew = touched.size > 0
  for (const audience of wanted) touched.set(audience, await writeEntry(trx, audience, table, id, text))
  const moved = holding.length > 0 && (withdrew || holding.length < wanted.size)
  return { touched, withdrew, moved }
}

function hasRows(registry: Registry, table: string): boolean {
  return Object.values(registry.features).some((feature) => Object.hasOwn(feature.rows, table))
}

export function audiencesForRow(registry: Registry, table: string, id: string, data: object): Audience[] {
  for (const feature of Object.values(registry.features)) {
    const rule = Object.hasOwn(feature.rows, table) ? feature.rows[table] : undefined
    if (!rule) continue
    const audience = rule.audience(data, id)
    return Array.isArray(audience) ? audience : [audience]
  }
  throw new Error(`no contract has rows named ${table}`)
}

async function writeEntry(
  trx: Kysely<CoreTables>,
  audience: string,
  tbl: string,
  rowId: string,
  data: string | null,
): Promise<number> {
  // Taking the number locks the audience's counter until commit, so that no cursor can pass a row still to come.
  const { seq } = await trx
    .insertInto('feed_audience')
    .values({ audience, seq: 1 })
    .onConflict((conflict) =>
      conflict.column('audience').doUpdateSet({ seq: sql<number>`feed_audience.seq + 1` }),
    )
    .returning('seq')
    .executeTakeFirstOrThrow()
  await trx
    .insertInto('feed')
    .values({ audience, seq, tbl, row_id: rowId, data, since: seq })
    .onConflict((conflict) => conflict.columns(['audience', 'tbl', 'row_id']).doUpdateSet({ seq, data }))
    .execute()
  return seq
}

/**
 * The next page for a viewer. Must run in one transaction, so that all audiences are seen at the same moment.
 * @param audiences of the viewer, now. @param cursor as the device holds it; '' or one of another epoch starts anew.
 */
export async function readFeed(
  trx: Kysely<CoreTables>,
  epoch: string,
  audiences: readonly string[],
  cursor: string,
): Promise<FeedPage & { position: FeedPosition }> {
  const given = decodeCursor(cursor)
  const at: Record<string, number> = Object.assign(
    Object.create(null),
    given?.epoch === epoch ? given.at : {},
  )
  const rows: FeedRow[] = []
  let bytes = 0
  const room = () => rows.length < pageRows && bytes < pageBytes
  const tops = await topsOf(trx, audiences)
  let more = false

  for (const audience of Object.keys(at)) {
    if (isProgress(audience) || audiences.includes(audience)) continue
    if (!room()) {
      more = true
      break
    }
    const wanted = pageRows - rows.length
    const entries = await entriesOfThen(trx, audience, at[audience]!, at[progressOf(audience)] ?? 0, wanted)
    for (const entry of await withoutVisible(trx, entries, audiences)) {
      rows.push({ table: entry.tbl, id: entry.row_id, data: null })
    }
    if (entries.length < wanted) {
      delete at[audience]
      delete at[progressOf(audience)]
    } else {
      at[progressOf(audience)] = entries.at(-1)!.seq
      more = true
    }
  }

  for (const audience of audiences) {
    // Regained while its rows were being withdrawn: all of them come again.
    if (at[progressOf(audience)] !== undefined) {
      delete at[progressOf(audience)]
      delete at[audience]
    }
    const from = at[audience] ?? 0
    const top = tops.get(audience) ?? 0
    if (from >= top) {
      at[audience] = top
      continue
    }
    if (!room()) {
      more = true
      break
    }
    const wanted = pageRows - rows.length
    const entries = await entriesAfter(trx, audience, from, wanted, from === 0)
    const gone = new Set(
      (
        await withoutVisible(
          trx,
          entries.filter((entry) => entry.data === null),
          audiences,
        )
      ).map((entry) => entry.seq),
    )
    let reached = from
    let cut = false
    for (const entry of entries) {
      if (entry.data !== null) {
        if (bytes > 0 && bytes + entry.data.length > pageBytes) {
          cut = true
          break
        }
        rows.push({ table: entry.tbl, id: entry.row_id, data: JSON.parse(entry.data) })
        bytes += entry.data.length
      } else if (gone.has(entry.seq)) rows.push({ table: entry.tbl, id: entry.row_id, data: null })
      reached = entry.seq
    }
    if (cut || entries.length === wanted) more = more || reached < top
    else reached = top
    if (reached > 0) at[audience] = reached
    if (cut) break
  }

  const position = { epoch, at: { ...at } }
  return { epoch, cursor: encodeCursor(position), more, rows, position }
}

/** More rows than this are a page of their own. */
const newsRows = 50

/**
 * The next page of whoever follows: a few new rows in audiences that were all theirs before. The same as `readFeed`, and
 * must see one state of everything as that. @returns undefined when it is not as simple as that.
 */
export function readNewsAtOnce(
  db: Kysely<CoreTables>,
  direct: Direct,
  epoch: string,
  audiences: readonly string[],
  cursor: string,
): FeedPage | undefined {
  const given = decodeCursor(cursor)
  if (given?.epoch !== epoch) return undefined
  const known = Object.keys(given.at)
  if (known.length !== audiences.length || !audiences.every((name) => Object.hasOwn(given.at, name)))
    return undefined
  const at = Object.assign(Object.create(null) as Record<string, number>, given.at)
  const tops = new Map(
    rowsAtOnce(direct, topsQuery(db, audiences), audiences).map((row) => [row.audience, row.seq]),
  )
  const rows: FeedRow[] = []
  let bytes = 0
  for (const audience of audiences) {
    const from = at[audience]!
    const top = tops.get(audience) ?? 0
    if (from < top) {
      if (from === 0) return undefined
      const entries = rowsAtOnce(direct, newsQuery(db), [audience, from, newsRows])
      if (entries.length === newsRows) return undefined
      for (const { tbl, row_id, data } of entries) {
        // Others of theirs may still show what this one withdrew.
        if (data === null) return undefined
        bytes += data.length
        rows.push({ table: tbl, id: row_id, data: JSON.parse(data) })
      }
    }
    at[audience] = top
  }
  if (bytes > pageBytes) return undefined
  return { epoch, cursor: encodeCursor({ epoch, at }), more: false, rows }
}

function topsQuery(
  db: Kysely<CoreTables>,
  audiences: readonly string[],
): CompiledQuery<{ audience: string; seq: number }> {
  return compiled(db, `tops ${audiences.length}`, () =>
    db.selectFrom('feed_audience').selectAll().where('audience', 'in', audiences),
  )
}

function newsQuery(db: Kysely<CoreTables>): CompiledQuery<Entry> {
  return compiled(db, 'news', () =>
    db
      .selectFrom('feed')
      .select(['seq', 'tbl', 'row_id', 'data'])
      .where('audience', '=', '')
      .where('seq', '>', 0)
      .orderBy('seq')
      .limit(newsRows),
  )
}

/** Under this name a cursor keeps how far the rows of a lost audience have been withdrawn. */
function progressOf(audience: string): string {
  return `-${audience}`
}

function isProgress(name: string): boolean {
  return name.startsWith('-')
}

/** The cursor as it leaves the server, for this viewer and nobody else. */
export function sealCursor(key: string, viewer: Viewer, cursor: string): string {
  const seal = createHmac('sha256', key)
    .update(`${viewer.id ?? 'guest'} ${cursor}`)
    .digest('base64url')
  return `${cursor}.${seal.slice(0, 22)}`
}

/** @returns '' (from the start) for a cursor that was not sealed here for this viewer. */
export function unsealCursor(key: string, viewer: Viewer, sealed: string): string {
  const cursor = sealed.split('.', 1)[0]!
  const [given, wanted] = [Buffer.from(sealed), Buffer.from(sealCursor(key, viewer, cursor))]
  return given.length === wanted.length && timingSafeEqual(given, wanted) ? cursor : ''
}

async function topsOf(trx: Kysely<CoreTables>, audiences: readonly string[]): Promise<Map<string, number>> {
  const rows = await trx.selectFrom('feed_audience').selectAll().where('audience', 'in', audiences).execute()
  return new Map(rows.map((row) => [row.audience, row.seq]))
}

interface Entry {
  seq: number
  tbl: string
  row_id: string
  data: string | null
}

function entriesAfter(
  trx: Kysely<CoreTables>,
  audience: string,
  seq: number,
  limit: number,
  onlyPresent: boolean,
): Promise<Entry[]> {
  let find = trx
    .selectFrom('feed')
    .select(['seq', 'tbl', 'row_id', 'data'])
    .where('audience', '=', audience)
    .where('seq', '>', seq)
  if (onlyPresent) find = find.where('data', 'is not', null)
  return find.orderBy('seq').limit(limit).execute()
}

/** Entries that a device may have which last received number `position`: those that came in later it never saw. */
function entriesOfThen(
  trx: Kysely<CoreTables>,
  audience: string,
  position: number,
  seq: number,
  limit: number,
): Promise<Entry[]> {
  return trx
    .selectFrom('feed')
    .select(['seq', 'tbl', 'row_id', 'data'])
    .where('audience', '=', audience)
    .where('seq', '>', seq)
    .where('since', '<=', position)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

/** Of these entries, those whose row none of the viewer's audiences shows. */
async function withoutVisible(
  trx: Kysely<CoreTables>,
  entries: readonly Entry[],
  audiences: readonly string[],
): Promise<Entry[]> {
  const hidden: Entry[] = []
  for (const entry of entries) {
    if (!(await isRowVisible(trx, audiences, entry.tbl, entry.row_id))) hidden.push(entry)
  }
  return hidden
}

export async function isRowVisible(
  db: Kysely<CoreTables>,
  audiences: readonly string[],
  table: string,
  id: string,
): Promise<boolean> {
  const found = await db
    .selectFrom('feed')
    .select('seq')
    .where('audience', 'in', audiences)
    .where('tbl', '=', table)
    .where('row_id', '=', id)
    .where('data', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return found !== undefined
}

/** Newest data of a row, whoever may see it. */
export async function rowData(db: Kysely<CoreTables>, table: string, id: string): Promise<unknown> {
  const found = await db
    .selectFrom('feed')
    .select('data')
    .where('tbl', '=', table)
    .where('row_id', '=', id)
    .where('data', 'is not', null)
    .limit(1)
    .executeTakeFirst()
  return found?.data ? JSON.parse(found.data) : null
}
