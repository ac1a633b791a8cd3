/**
 * `lyceum import interactions <csv>`: what members met elsewhere, `member,item[,weight[,time]]` a line. A member is
 * named by handle or id, or is somebody who is not here; an item by its name (`article:<id>`), its id or its slug.
 * All that can be read is written in one transaction; the same pair on several lines adds up.
 */
import { readFile } from 'node:fs/promises'
import type { ImportReport, Reader, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { type CsvProblem, csvLines } from '#server/train/formats.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { itemKinds, nameOf, tableOf } from '#shared/features/recommendations.ts'
import { weightCap } from '#shared/recommend/weights.ts'
import { db } from './tables.ts'

interface Pair {
  member: string
  item: string
  weight: number
  /** ms since 1970; 0 when not known. */
  at: number
}

const rowsAtOnce = 500

export async function importInteractions(services: Services, path: string): Promise<ImportReport> {
  const report: ImportReport = { created: 0, updated: 0, unchanged: 0, skipped: [], remarks: [] }
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    report.skipped.push({ what: path, why: (error as Error).message })
    return report
  }
  return services.transact(async (tx) => {
    const pairs = await readPairs(tx, text, report)
    await writePairs(tx, pairs, report)
    return report
  })
}

const problems: Record<CsvProblem['problem'], string> = {
  columns: 'a line has two to four columns: member, item, weight, time',
  member: 'the member is missing',
  item: 'the item is missing',
  weight: 'the weight is not a number above 0',
  time: 'the time is neither ISO 8601 nor a number of seconds or milliseconds',
  quotes: 'a quotation mark is not closed',
}

async function readPairs(reader: Reader, text: string, report: ImportReport): Promise<Map<string, Pair>> {
  const members = await memberIds(reader)
  const items = await itemNames(reader)
  const pairs = new Map<string, Pair>()
  const strangers = new Set<string>()
  const unknown = new Map<string, { lines: number; first: number; why: string }>()
  report.skipped = []
  for (const read of csvLines(text)) {
    if ('problem' in read) {
      report.skipped.push({ what: `line ${read.line}`, why: problems[read.problem] })
      continue
    }
    const found = items.get(read.item)
    if (found === undefined || found.length > 1) {
      const why = found ? `names several items: ${found.join(', ')}` : 'names no item of this community'
      const seen = unknown.get(read.item) ?? { lines: 0, first: read.line, why }
      unknown.set(read.item, { ...seen, lines: seen.lines + 1 })
      continue
    }
    const known = members.get(read.member.toLowerCase())
    if (known === undefined) strangers.add(read.member)
    const member = known ?? `external:${read.member.slice(0, 200)}`
    const key = `${member}\n${found[0]}`
    const pair = pairs.get(key) ?? { member, item: found[0]!, weight: 0, at: 0 }
    pair.weight = Math.min(weightCap, pair.weight + read.weight)
    pair.at = Math.max(pair.at, Number.isNaN(read.at) ? 0 : Math.round(read.at))
    pairs.set(key, pair)
  }
  for (const [item, { lines, first, why }] of unknown) {
    report.skipped.push({ what: `line ${first}${lines > 1 ? ` and ${lines - 1} more` : ''}: ${item}`, why })
  }
  report.remarks =
    strangers.size === 0
      ? []
      : [{ what: `${strangers.size} members`, why: 'not known here: they train the model and see nothing' }]
  return pairs
}

async function memberIds(reader: Reader): Promise<Map<string, string>> {
  const members = await reader.rows<MemberRow>('members')
  return new Map(
    members.flatMap(({ id, data }) => [
      [id, id],
      [data.handle, id],
    ]),
  )
}

/** Everything by which an item may be called → the items that it may mean. */
async function itemNames(reader: Reader): Promise<Map<string, string[]>> {
  const names = new Map<string, string[]>()
  for (const kind of itemKinds) {
    for (const { id, data } of await reader.rows<{ slug?: string }>(tableOf[kind])) {
      const item = nameOf(kind, id)
      const slugs = data.slug === undefined || data.slug === id ? [] : [data.slug, nameOf(kind, data.slug)]
      for (const name of [item, id, ...slugs]) names.set(name, [...(names.get(name) ?? []), item])
    }
  }
  return names
}

async function writePairs(tx: Tx, pairs: Map<string, Pair>, report: ImportReport): Promise<void> {
  const held = await db(tx)
    .selectFrom('recommendations_interaction')
    .select(['member_id', 'item', 'weight', 'at'])
    .where('kind', '=', 'imported')
    .execute()
  const heldByPair = new Map(held.map((row) => [`${row.member_id}\n${row.item}`, row]))
  const changed: Pair[] = []
  for (const [key, pair] of pairs) {
    const before = heldByPair.get(key)
    // Single precision on one of the engines.
    if (before && Math.abs(before.weight - pair.weight) < 1e-5 && before.at === pair.at) {
      report.unchanged += 1
      continue
    }
    if (before) report.updated += 1
    else report.created += 1
    changed.push(pair)
  }
  for (let from = 0; from < changed.length; from += rowsAtOnce) {
    const rows = changed.slice(from, from + rowsAtOnce).map(({ member, item, weight, at }) => ({
      member_id: member,
      item,
      kind: 'imported' as const,
      source: '',
      weight,
      at,
    }))
    await db(tx)
      .insertInto('recommendations_interaction')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['member_id', 'item', 'kind', 'source']).doUpdateSet((row) => ({
          weight: row.ref('excluded.weight'),
          at: row.ref('excluded.at'),
        })),
      )
      .execute()
  }
}
