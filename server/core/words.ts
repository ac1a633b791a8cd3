/**
 * Full text over terms that the application makes (bigrams of 中文, stems of English), one interface over two engines:
 * SQLite's FTS5 and PostgreSQL's tsvector with a GIN index. An entry is known by a number; its words are in three fields
 * that count differently: title, tags, body.
 *
 * On SQLite the index holds words and no texts, and deletes by being told the words again, with `secure-delete`: with
 * `contentless_delete` the words of what was erased would stay in the file until segments happen to be merged.
 * What a query says is put together from terms of letters and digits alone, so that nothing in it is an operator.
 */
import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely'
import type { Needle } from '#shared/search/query.ts'

export interface Words {
  title: readonly string[]
  tags: readonly string[]
  body: readonly string[]
}

/** Columns of the matches. A lower rank is a better one. */
export interface Match {
  n: number
  rank: number
}

/** Of a tsvector: positions end here, and a lexeme has no more than so many of them. */
const lastPosition = 16_383
const mostPositions = 255
/** Bytes of a lexeme; what is longer is no word. */
const longestTerm = 2_046
/** Bytes, of the megabyte that a tsvector may have. */
const mostBytes = 900_000

// biome-ignore lint/suspicious/noExplicitAny: it works on any database that has the table
type Any = Kysely<any>

function isPostgres(db: Any): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter
}

/** For migrations. */
export async function createWords(db: Any, table: string): Promise<void> {
  if (isPostgres(db)) {
    await sql`create table ${sql.table(table)} (n bigint primary key, words tsvector not null)`.execute(db)
    await sql`create index ${sql.table(`${table}_gin`)} on ${sql.table(table)} using gin (words)`.execute(db)
    return
  }
  const options = sql.raw("content='', tokenize='unicode61 remove_diacritics 0'")
  await sql`create virtual table ${sql.table(table)} using fts5(title, tags, body, ${options})`.execute(db)
  await sql`insert into ${sql.table(table)}(${sql.ref(table)}, rank) values ('secure-delete', 1)`.execute(db)
}

export async function putWords(db: Any, table: string, n: number, words: Words): Promise<void> {
  if (isPostgres(db)) {
    await sql`insert into ${sql.table(table)} (n, words) values (${n}, ${vectorOf(words)}::tsvector)`.execute(
      db,
    )
    return
  }
  const { title, tags, body } = joined(words)
  await sql`insert into ${sql.table(table)} (rowid, title, tags, body) values (${n}, ${title}, ${tags}, ${body})`.execute(
    db,
  )
}

/** @param words as they were put: SQLite takes back no others */
export async function dropWords(db: Any, table: string, n: number, words: Words): Promise<void> {
  if (isPostgres(db)) {
    await sql`delete from ${sql.table(table)} where n = ${n}`.execute(db)
    return
  }
  const { title, tags, body } = joined(words)
  await sql`insert into ${sql.table(table)} (${sql.ref(table)}, rowid, title, tags, body)
    values ('delete', ${n}, ${title}, ${tags}, ${body})`.execute(db)
}

/** All of them. */
export async function clearWords(db: Any, table: string): Promise<void> {
  if (isPostgres(db)) await sql`delete from ${sql.table(table)}`.execute(db)
  else await sql`insert into ${sql.table(table)}(${sql.ref(table)}) values ('delete-all')`.execute(db)
}

/**
 * A table expression of `Match`: entries that have all that is looked for, at most so many, those of the highest numbers.
 * @param needles at least one
 */
export function matchWords(
  db: Any,
  table: string,
  needles: readonly Needle[],
  most: number,
): RawBuilder<Match> {
  if (isPostgres(db)) {
    const query = needles.map(tsqueryOf).join(' & ')
    const weights = sql.raw("'{0.1, 0.2, 0.5, 1.0}'")
    return sql`(select w.n, -ts_rank(${weights}, w.words, q) as rank
      from ${sql.table(table)} w, (select ${query}::tsquery as q) as asked
      where w.words @@ q order by w.n desc limit ${most})`
  }
  const query = needles.map(ftsOf).join(' AND ')
  return sql`(select rowid as n, bm25(${sql.ref(table)}, 8.0, 4.0, 1.0) as rank
    from ${sql.table(table)} where ${sql.ref(table)} match ${query} order by rowid desc limit ${most})`
}

function joined(words: Words): Record<keyof Words, string> {
  return { title: words.title.join(' '), tags: words.tags.join(' '), body: words.body.join(' ') }
}

const quote = (terms: readonly string[]): string => `"${terms.join(' ')}"`

function ftsOf(needle: Needle): string {
  switch (needle.kind) {
    case 'phrase':
      return quote(needle.terms)
    case 'word':
      return isPrefix(needle.text)
        ? `(${quote([needle.stem])} OR ${quote([needle.text])} *)`
        : quote([needle.stem])
    case 'run':
      if (needle.bigrams.length === 1)
        return isSingle(needle) ? `${quote([needle.text])} *` : quote([needle.text])
      return `(${quote(needle.bigrams)} OR (${needle.bigrams.map((bigram) => quote([bigram])).join(' AND ')}))`
  }
}

const lexeme = (term: string): string => `'${term}'`

function tsqueryOf(needle: Needle): string {
  switch (needle.kind) {
    case 'phrase':
      return `(${needle.terms.map(lexeme).join(' <-> ')})`
    case 'word':
      return isPrefix(needle.text)
        ? `(${lexeme(needle.stem)} | ${lexeme(needle.text)}:*)`
        : lexeme(needle.stem)
    case 'run':
      if (needle.bigrams.length === 1)
        return isSingle(needle) ? `${lexeme(needle.text)}:*` : lexeme(needle.text)
      return `(${needle.bigrams.map(lexeme).join(' & ')})`
  }
}

/** One letter begins too much. */
function isPrefix(word: string): boolean {
  return word.length > 1
}

/** A single character begins a bigram wherever it stands. */
function isSingle({ text }: Needle): boolean {
  return Array.from(text).length === 1
}

/** As text that PostgreSQL reads; what would make it too large is left out, from the end. */
function vectorOf({ title, tags, body }: Words): string {
  const positions = new Map<string, string[]>()
  let bytes = 0
  let at = 0
  for (const [terms, weight] of [
    [title, 'A'],
    [tags, 'B'],
    [body, 'D'],
  ] as const) {
    for (const term of terms) {
      at = Math.min(at + 1, lastPosition)
      const known = positions.get(term)
      if (known && (known.length >= mostPositions || at === lastPosition)) continue
      const length = Buffer.byteLength(term)
      if (length > longestTerm) continue
      bytes += known ? 2 : length + 12
      if (bytes > mostBytes) break
      if (known) known.push(`${at}${weight}`)
      else positions.set(term, [`${at}${weight}`])
    }
    // A phrase does not go on from one field into the next.
    at = Math.min(at + 1, lastPosition)
  }
  return [...positions].map(([term, places]) => `${lexeme(term)}:${places.join(',')}`).join(' ')
}
