/**
 * How an article comes to be, from a draft or from an import: its document, its record, its row and the files that
 * it shows, together. Readers who hold the last version receive the difference.
 */

import type { Reader, Tx } from '#server/core/feature.ts'
import { plainText } from '#server/core/markdown.ts'
import type { Opening } from '#shared/core/opening.ts'
import { countWords, slugify } from '#shared/core/text.ts'
import { spliceToward } from '#shared/core/text-diff.ts'
import { contentRoom } from '#shared/features/articles.ts'
import { filesIn } from '#shared/features/pictures.ts'
import { type ArticleRecord, articleById, db, firstImage, toArticleRow, toTextRow } from './tables.ts'

export type Text = Pick<
  ArticleRecord,
  'title' | 'description' | 'lang' | 'author_id' | 'author_name' | 'body'
> & { tags: readonly string[]; opening: Opening }

export interface Saving {
  id: string
  text: Text
  /** Wanted address; made from the title when absent. An article that exists keeps its own. */
  slug?: string
  /** Of the first publication; now when absent. */
  publishedAt?: number
  updatedAt?: number
  importedAs?: string
}

/** @returns the record as saved, and whether the article was published for the first time. */
export async function saveArticle(
  tx: Tx,
  saving: Saving,
): Promise<{ record: ArticleRecord; first: boolean }> {
  const { id, text } = saving
  const before = await articleById(tx, id)
  const sequence = await tx.author(contentRoom(id), (doc) => {
    spliceToward(doc.getText('body'), text.body)
  })
  const publishedAt = before?.published_at ?? saving.publishedAt ?? tx.now
  const record: ArticleRecord = {
    id,
    slug: before?.slug ?? (await freeSlug(tx, saving.slug || slugify(text.title, id), id)),
    title: text.title,
    description: text.description,
    tags: JSON.stringify(text.tags),
    lang: text.lang,
    opening: JSON.stringify(text.opening),
    author_id: text.author_id,
    author_name: text.author_name,
    body: text.body,
    published_at: saving.importedAs === undefined ? publishedAt : (saving.publishedAt ?? publishedAt),
    updated_at: saving.updatedAt ?? tx.now,
    words: countWords(plainText(text.body)),
    sequence,
    image: firstImage(text.body),
    withdrawn_at: null,
    withdrawn_by: null,
    imported_as: saving.importedAs ?? null,
  }
  const { id: _, ...changes } = record
  await db(tx)
    .insertInto('articles_article')
    .values(record)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
    .execute()
  await publishArticle(tx, record)
  return { record, first: before === undefined }
}

/** To all whom it may interest what it is about, to those who may open it its text; each with its pictures. */
export async function publishArticle(tx: Tx, record: ArticleRecord): Promise<void> {
  const row = toArticleRow(record)
  await tx.publish('articles', record.id, row)
  await tx.refer('articles', record.id, filesIn(`${row.preview} ${row.image ?? ''}`))
  await tx.publish('article_texts', record.id, toTextRow(record))
  await tx.refer('article_texts', record.id, filesIn(record.body))
}

export async function unpublishArticle(tx: Tx, id: string): Promise<void> {
  for (const table of ['articles', 'article_texts']) {
    await tx.publish(table, id, null)
    await tx.refer(table, id, [])
  }
}

/** The wanted slug, or the first of `slug-2`, `slug-3` … that no other article has. */
async function freeSlug(reader: Reader, wanted: string, id: string): Promise<string> {
  for (let number = 1; number < 100; number++) {
    const slug = number === 1 ? wanted : `${wanted}-${number}`
    const taken = await db(reader)
      .selectFrom('articles_article')
      .select('id')
      .where('slug', '=', slug)
      .executeTakeFirst()
    if (!taken || taken.id === id) return slug
  }
  return `${wanted}-${id}`
}
