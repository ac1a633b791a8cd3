/**
 * Answers a question. The index is asked for at most so many matches, the newest; of those only what a feed shows to
 * the asker counts, and of the best of these each is put to `access` once more before a word of it leaves.
 */
import { sql } from 'kysely'
import type { QueryRule, Reader } from '#server/core/feature.ts'
import { audiencesOf } from '#server/core/feed.ts'
import type { Services } from '#server/core/services.ts'
import type { CoreTables } from '#server/core/tables.ts'
import { matchWords } from '#server/core/words.ts'
import { isMember, type Viewer } from '#shared/core/viewer.ts'
import {
  askedPerMinute,
  type FoundElsewhere,
  mostFound,
  type SearchAnswer,
  type ServerQuestion,
} from '#shared/features/search.ts'
import { type Needle, needlesOf } from '#shared/search/query.ts'
import { markedTitle, snippetOf } from '#shared/search/snippet.ts'
import { type Kind, subjects } from '#shared/search/subjects.ts'
import { type Row, relatedRows } from './entries.ts'
import { db, type EntryRecord, indexVersion, wordsTable } from './tables.ts'

/** Matches that are looked at, and of those that may be seen, how many are put in order. */
const mostMatches = 4_000
const mostRanked = 80
const day = 86_400_000

type Hit = EntryRecord & { rank: number }

export const find: QueryRule<ServerQuestion, SearchAnswer> = {
  access: () => true,
  async run({ reader, viewer, services }, question) {
    const [key, points] = isMember(viewer)
      ? [viewer.id, askedPerMinute.member]
      : ['guests', askedPerMinute.guests]
    if (!(await services.allowRate(`search:${key}`, points, 60)))
      return { ok: false, reason: 'too_many', seconds: 60 }
    const state = await db(reader).selectFrom('search_state').selectAll().executeTakeFirst()
    if (state?.version !== indexVersion) return { ok: false, reason: 'building', seconds: 60 }
    const needles = needlesOf(question.text)
    if (needles.length === 0) return { ok: true, found: [] }
    const hits = await hitsFor(reader, viewer, question, needles)
    return { ok: true, found: await shown(reader, services, viewer, hits, needles) }
  },
}

async function hitsFor(
  reader: Reader,
  viewer: Viewer,
  { kinds, tag, authorId, since }: ServerQuestion,
  needles: readonly Needle[],
): Promise<Hit[]> {
  const audiences = await audiencesOf(reader.tables<CoreTables>(), viewer, reader.now)
  const matches = matchWords(reader.tables(), wordsTable, needles, mostMatches)
  const conditions = [
    sql`exists (select 1 from feed f where f.tbl = e.tbl and f.row_id = e.row_id
      and f.audience in (${sql.join(audiences)}) and f.data is not null)`,
    ...(kinds?.length ? [sql`e.kind in (${sql.join(kinds)})`] : []),
    ...(tag === undefined ? [] : [sql`e.tags like ${`%${likeOf(JSON.stringify(tag))}%`} escape '!'`]),
    ...(authorId === undefined ? [] : [sql`e.author_id = ${authorId}`]),
    ...(since === undefined ? [] : [sql`e.at >= ${since}`]),
  ]
  const { rows } = await sql<Hit>`
    select e.*, m.rank from ${matches} m join search_entry e on e.n = m.n
    where ${sql.join(conditions, sql` and `)}
    order by m.rank limit ${mostRanked}`.execute(reader.tables())
  return rows.sort((a, b) => scoreOf(b, reader.now) - scoreOf(a, reader.now))
}

function likeOf(text: string): string {
  return text.replace(/[!%_]/g, (sign) => `!${sign}`)
}

/** As on the device: what is new is preferred among equals. */
function scoreOf({ rank, at }: Hit, now: number): number {
  return -rank * (1 + 0.15 * 2 ** (-Math.abs(now - at) / (180 * day)))
}

/** The best of each subject, of those that may be read. */
async function shown(
  reader: Reader,
  services: Services,
  viewer: Viewer,
  hits: readonly Hit[],
  needles: readonly Needle[],
): Promise<FoundElsewhere[]> {
  const found = new Map<string, FoundElsewhere>()
  for (const hit of hits) {
    const key = `${hit.kind}/${hit.subject_id}`
    if (found.has(key) || !(await mayRead(services, viewer, hit))) continue
    const one = await show(reader, hit, needles)
    if (one) found.set(key, one)
    if (found.size >= mostFound) break
  }
  return [...found.values()]
}

async function mayRead(services: Services, viewer: Viewer, hit: Hit): Promise<boolean> {
  const { table, room } = subjects[hit.kind as Kind]
  const may = (resource: Parameters<Services['access']>[1]): Promise<boolean> =>
    services.access(viewer, resource, 'read')
  if (!(await may({ kind: 'row', table, id: hit.subject_id }))) return false
  if (hit.room !== '') return may({ kind: 'room', room: hit.room })
  // A title belongs to what it stands over: who may not open the talk about something is not told that there is one.
  return room?.ground === table ? may({ kind: 'room', room: `${room.kind}/${hit.subject_id}` }) : true
}

async function show(
  reader: Reader,
  hit: Hit,
  needles: readonly Needle[],
): Promise<FoundElsewhere | undefined> {
  const kind = hit.kind as Kind
  const subject = subjects[kind]
  const row = await reader.row<Row>(subject.table, hit.subject_id)
  if (!row) return undefined
  const related = await relatedRows(reader, subject, row)
  const head = subject.head(row as never, related)
  if (!head) return undefined
  const path = subject.path(hit.subject_id, row as never, related)
  const { number, text } = hit
  return {
    kind,
    id: hit.subject_id,
    title: markedTitle(head.title, needles),
    snippet: text === '' ? undefined : snippetOf(text, needles),
    author: hit.author || head.author,
    at: hit.at,
    ...(number === null ? {} : { number }),
    path: number !== null && number > 1 ? `${path}#p${number}` : path,
  }
}
