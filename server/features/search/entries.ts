/**
 * Keeps the index in the transaction that changes what it is of. What goes (a row that is withdrawn, a post that is
 * deleted or hidden, a text that is erased) goes from here with it, its words too.
 */
import type { Doc } from 'yjs'
import type { Reader, Tx } from '#server/core/feature.ts'
import { dropWords, putWords, type Words } from '#server/core/words.ts'
import { termsOf } from '#shared/search/fold.ts'
import { type Head, type Kind, type Part, type Subject, subjects } from '#shared/search/subjects.ts'
import { db, type EntryRecord, wordsTable } from './tables.ts'

/** Characters of one text that can be found. */
const mostText = 200_000

export type Row = Record<string, unknown>

/** The rows that a subject's title or address needs, as they are. */
export function relatedRows(reader: Reader, subject: Subject, row: Row): Promise<(Row | null)[]> {
  return Promise.all(
    (subject.related?.(row as never) ?? []).map(({ table, id }) => reader.row<Row>(table, id)),
  )
}

/** What a row tells now; without a title that is another row's. */
async function headOf(reader: Reader, kind: Kind, row: Row | null): Promise<Head | undefined> {
  if (!row) return undefined
  const subject = subjects[kind]
  const head = subject.head(row as never, await relatedRows(reader, subject, row))
  return head?.borrowed ? { ...head, title: '' } : head
}

export async function keepRow(tx: Tx, kind: Kind, id: string, data: Row | null): Promise<void> {
  const head = await headOf(tx, kind, data)
  const known = await db(tx)
    .selectFrom('search_entry')
    .selectAll()
    .where('subject_id', '=', id)
    .where('kind', '=', kind)
    .execute()
  if (!head) {
    for (const entry of known) await remove(tx, entry)
    return
  }
  const { table, room } = subjects[kind]
  const own = known.find((entry) => entry.room === '' && entry.part === '')
  await replace(tx, own, {
    kind,
    subject_id: id,
    part: '',
    room: '',
    tbl: table,
    row_id: id,
    title: head.title,
    tags: JSON.stringify(head.tags),
    text: head.text.slice(0, mostText),
    author_id: head.authorId,
    author: head.author,
    at: head.at,
    number: null,
  })
  for (const entry of known) if (entry !== own) await replace(tx, entry, { ...entry, ...ofHead(head, entry) })
  // It is new here, and what its room holds may have been there before.
  if (!own && room) await tx.later('search.read', { kind, id }, { key: `search.read:${kind}:${id}` })
}

/** What an entry of a room has from the row. */
function ofHead(
  head: Head,
  entry: Pick<EntryRecord, 'number' | 'author_id' | 'author' | 'at'>,
): Pick<EntryRecord, 'title' | 'tags' | 'author_id' | 'author' | 'at'> {
  const shared = { title: head.title, tags: JSON.stringify(head.tags) }
  return entry.number === null
    ? { ...shared, author_id: head.authorId, author: head.author, at: head.at }
    : { ...shared, author_id: entry.author_id, author: entry.author, at: entry.at }
}

/** The row that opens a room came or went. */
export async function keepGround(tx: Tx, kind: Kind, id: string, data: Row | null): Promise<void> {
  const known = await db(tx)
    .selectFrom('search_entry')
    .selectAll()
    .where('subject_id', '=', id)
    .where('kind', '=', kind)
    .where('room', '!=', '')
    .execute()
  if (data === null) for (const entry of known) await remove(tx, entry)
  else if (known.length === 0)
    await tx.later('search.read', { kind, id }, { key: `search.read:${kind}:${id}` })
}

/** @param name of the room after its kind */
export async function keepRoom(tx: Tx, kind: Kind, name: string, doc: Doc): Promise<void> {
  const { table, room: of } = subjects[kind]
  const id = name.split('/', 1)[0]!
  const room = `${of!.kind}/${name}`
  const head = await headOf(tx, kind, await tx.row<Row>(table, id))
  const parts = of!.parts(doc).filter((part) => part.text.trim() !== '')
  const known = await db(tx)
    .selectFrom('search_entry')
    .selectAll()
    .where('subject_id', '=', id)
    .where('room', '=', room)
    .execute()
  const left = new Map(known.map((entry) => [entry.part, entry]))
  for (const part of parts) {
    const key = part.id || 'text'
    await replace(tx, left.get(key), entryOf(kind, id, room, key, part, head))
    left.delete(key)
  }
  for (const entry of left.values()) await remove(tx, entry)
}

function entryOf(
  kind: Kind,
  id: string,
  room: string,
  part: string,
  { text, authorId, author, at, number }: Part,
  head: Head | undefined,
): Omit<EntryRecord, 'n'> {
  const own = { author_id: authorId, author, at, number: number ?? null }
  return {
    kind,
    subject_id: id,
    part,
    room,
    tbl: subjects[kind].room!.ground,
    row_id: id,
    text: text.slice(0, mostText),
    title: '',
    tags: '[]',
    ...own,
    ...(head ? ofHead(head, own) : {}),
  }
}

const compared = ['title', 'tags', 'text', 'author_id', 'author', 'at', 'number'] as const

async function replace(
  tx: Tx,
  before: EntryRecord | undefined,
  entry: Omit<EntryRecord, 'n'> & { n?: number },
): Promise<void> {
  if (before && compared.every((field) => before[field] === entry[field])) return
  if (before) await remove(tx, before)
  const n = await numberFor(tx, entry)
  await db(tx)
    .insertInto('search_entry')
    .values({ ...entry, n })
    .execute()
  await putWords(tx.tables(), wordsTable, n, wordsOf(entry))
}

export async function remove(tx: Tx, entry: EntryRecord): Promise<void> {
  await db(tx).deleteFrom('search_entry').where('n', '=', entry.n).execute()
  await dropWords(tx.tables(), wordsTable, entry.n, wordsOf(entry))
}

function wordsOf({ title, tags, text }: Pick<EntryRecord, 'title' | 'tags' | 'text'>): Words {
  return {
    title: termsOf(title),
    tags: (JSON.parse(tags) as string[]).flatMap(termsOf),
    body: termsOf(text),
  }
}

/** Newer things have larger numbers, so that the newest of many are looked at without sorting. */
async function numberFor(tx: Tx, { at, part, subject_id }: Omit<EntryRecord, 'n'>): Promise<number> {
  let spread = 0
  for (const character of `${subject_id}${part}`) spread = (spread * 31 + character.charCodeAt(0)) % 2_048
  const first = Math.min(Math.max(0, Math.floor(at)), 4_000_000_000_000) * 2_048 + spread
  for (let n = first; ; n++) {
    const taken = await db(tx).selectFrom('search_entry').select('n').where('n', '=', n).executeTakeFirst()
    if (!taken) return n
  }
}
