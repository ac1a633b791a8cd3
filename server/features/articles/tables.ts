/** Where articles and drafts are kept. The body lies here as well as in its document: pages and feeds read it. */
import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import { isSold, type Opening } from '#shared/core/opening.ts'
import { previewOf } from '#shared/core/preview.ts'
import type { ArticleRow, ArticleTextRow, DraftRow, Scheduled } from '#shared/features/articles.ts'

export interface ArticleRecord {
  id: string
  slug: string
  title: string
  description: string
  /** JSON array. */
  tags: string
  lang: 'zh' | 'en'
  /** JSON of an `Opening`, its `to` first. */
  opening: string
  author_id: string | null
  author_name: string
  body: string
  published_at: number
  updated_at: number
  words: number
  sequence: number
  image: string | null
  /** Out of sight since then; kept, so that publishing again is possible and an import does not bring it back. */
  withdrawn_at: number | null
  withdrawn_by: string | null
  /** Hash of what the last import wrote; `null` = not imported. */
  imported_as: string | null
}

export interface DraftRecord {
  id: string
  article_id: string | null
  title: string
  description: string
  tags: string
  lang: 'zh' | 'en'
  /** JSON of an `Opening`, its `to` first. */
  opening: string
  /** JSON array, whoever began it first. */
  author_ids: string
  created_at: number
  updated_at: number
  /** JSON of a `Scheduled` and the id of the command that it becomes. */
  scheduled: string | null
  /** JSON of that command's input. */
  scheduled_input: string | null
}

export interface RevisionRecord {
  article_id: string
  number: number
  title: string
  body: string
  /** `null`: nobody’s who is a member. */
  by_id: string | null
  by_name: string
  at: number
  words: number
}

export interface Tables {
  articles_revision: RevisionRecord
  articles_article: ArticleRecord
  articles_draft: DraftRecord
  /** Ids of drafts that were discarded: the room of one still holds its words, and must not be opened again. */
  articles_discarded: { id: string }
}

const create: Migration = async (db) => {
  await db.schema
    .createTable('articles_article')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('slug', 'text', (column) => column.notNull().unique())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('lang', 'text', (column) => column.notNull())
    .addColumn('access', 'text', (column) => column.notNull())
    .addColumn('author_id', 'text')
    .addColumn('author_name', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('published_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('words', 'integer', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('image', 'text')
    .addColumn('withdrawn_at', 'bigint')
    .addColumn('withdrawn_by', 'text')
    .addColumn('imported_as', 'text')
    .execute()
  await db.schema
    .createIndex('articles_article_published')
    .on('articles_article')
    .column('published_at')
    .execute()
  await db.schema
    .createTable('articles_draft')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('article_id', 'text')
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('lang', 'text', (column) => column.notNull())
    .addColumn('access', 'text', (column) => column.notNull())
    .addColumn('author_ids', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .execute()
  // One draft at a time revises an article: two would overwrite each other at publication.
  await db.schema
    .createIndex('articles_draft_article')
    .on('articles_draft')
    .column('article_id')
    .unique()
    .execute()
}

const rememberDiscarded: Migration = async (db) => {
  await db.schema
    .createTable('articles_discarded')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .execute()
}

/** `access` said `public` or `members`. */
const sell: Migration = async (db) => {
  for (const table of ['articles_article', 'articles_draft']) {
    await db.schema
      .alterTable(table)
      .addColumn('opening', 'text', (column) => column.notNull().defaultTo('{"to":"members"}'))
      .execute()
    await db.updateTable(table).set({ opening: '{"to":"public"}' }).where('access', '=', 'public').execute()
    await db.schema.alterTable(table).dropColumn('access').execute()
  }
}

const keepRevisions: Migration = async (db) => {
  for (const column of ['scheduled', 'scheduled_input']) {
    await db.schema.alterTable('articles_draft').addColumn(column, 'text').execute()
  }
  await db.schema
    .createTable('articles_revision')
    .addColumn('article_id', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('by_id', 'text')
    .addColumn('by_name', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('words', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('articles_revision_key', ['article_id', 'number'])
    .execute()
}

export const migrations = { '001': create, '002': rememberDiscarded, '003': sell, '004': keepRevisions }

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

export function articleById(reader: Reader, id: string): Promise<ArticleRecord | undefined> {
  return db(reader).selectFrom('articles_article').selectAll().where('id', '=', id).executeTakeFirst()
}

/** By its address, or by its id, which stands for the slug until the device has learnt it. */
export function articleAt(reader: Reader, slug: string): Promise<ArticleRecord | undefined> {
  return db(reader)
    .selectFrom('articles_article')
    .selectAll()
    .where((where) => where.or([where('slug', '=', slug), where('id', '=', slug)]))
    .executeTakeFirst()
}

export function draftById(reader: Reader, id: string): Promise<DraftRecord | undefined> {
  return db(reader).selectFrom('articles_draft').selectAll().where('id', '=', id).executeTakeFirst()
}

/** Has this id ever named a draft or an article? */
export async function isUsed(reader: Reader, id: string): Promise<boolean> {
  if ((await draftById(reader, id)) || (await articleById(reader, id))) return true
  const discarded = await db(reader)
    .selectFrom('articles_discarded')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return discarded !== undefined
}

export function draftOfArticle(reader: Reader, articleId: string): Promise<DraftRecord | undefined> {
  return db(reader)
    .selectFrom('articles_draft')
    .selectAll()
    .where('article_id', '=', articleId)
    .executeTakeFirst()
}

export function toArticleRow(record: ArticleRecord): ArticleRow {
  const opening = JSON.parse(record.opening) as Opening
  const preview = isSold(opening) ? previewOf(record.body) : ''
  return {
    id: record.id,
    slug: record.slug,
    title: record.title,
    description: record.description,
    tags: JSON.parse(record.tags) as string[],
    lang: record.lang,
    opening,
    preview,
    authorId: record.author_id,
    authorName: record.author_name,
    publishedAt: record.published_at,
    updatedAt: record.updated_at,
    words: record.words,
    image: isSold(opening) ? firstImage(preview) : record.image,
  }
}

export function toTextRow(record: ArticleRecord): ArticleTextRow {
  const { sequence, author_id: authorId } = record
  return { sequence, opening: JSON.parse(record.opening) as Opening, authorId }
}

export function firstImage(body: string): string | null {
  const found = /!\[[^\]]{0,500}\]\(\s*<?(\/api\/files\/[0-9a-f]{64}|https:\/\/[^\s)>]+)/.exec(body)
  return found ? found[1]! : null
}

function scheduledOf({ scheduled }: DraftRecord): Scheduled | null {
  if (scheduled === null) return null
  const { at, byId, failed } = JSON.parse(scheduled) as Scheduled
  return { at, byId, failed }
}

export function toDraftRow(record: DraftRecord): DraftRow {
  return {
    id: record.id,
    title: record.title,
    articleId: record.article_id,
    authorIds: JSON.parse(record.author_ids) as string[],
    description: record.description,
    tags: JSON.parse(record.tags) as string[],
    lang: record.lang,
    opening: JSON.parse(record.opening) as Opening,
    createdAt: record.created_at,
    updatedAt: record.updated_at,
    scheduled: scheduledOf(record),
  }
}
