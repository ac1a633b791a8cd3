/**
 * Every version of an article that was published stays, for its authors: who published it, when, and its words. What
 * was taken out of sight by others is out of their sight too, and what is erased has no versions.
 */
import type { Reader, ServerHalf, Tx } from '#server/core/feature.ts'
import { isMember, type Viewer } from '#shared/core/viewer.ts'
import { articleIdOf, canEditDraft, type articles as contract } from '#shared/features/articles.ts'
import { type ArticleRecord, articleById, db, draftById, toDraftRow } from './tables.ts'

/** Versions of one article; the oldest but the first go when there are more. */
const most = 200

export async function keepRevision(
  tx: Tx,
  before: ArticleRecord | undefined,
  after: ArticleRecord,
  by: { id: string; name: string },
): Promise<void> {
  let last = await lastNumber(tx, after.id)
  // Published before versions were kept, or by an import: what it said is a version too.
  if (before && before.body !== '' && last === 0) {
    await insert(tx, before, ++last, {
      id: before.author_id,
      name: before.author_name,
      at: before.updated_at,
    })
  }
  if (last > 0 && before?.body === after.body && before.title === after.title) return
  await insert(tx, after, last + 1, { ...by, at: tx.now })
  await db(tx)
    .deleteFrom('articles_revision')
    .where('article_id', '=', after.id)
    .where('number', '>', 1)
    .where('number', '<=', last + 1 - most)
    .execute()
}

async function insert(
  tx: Tx,
  article: ArticleRecord,
  number: number,
  by: { id: string | null; name: string; at: number },
): Promise<void> {
  const { id: article_id, title, body, words } = article
  await db(tx)
    .insertInto('articles_revision')
    .values({ article_id, number, title, body, words, by_id: by.id, by_name: by.name, at: by.at })
    .execute()
}

async function lastNumber(reader: Reader, articleId: string): Promise<number> {
  const last = await db(reader)
    .selectFrom('articles_revision')
    .select('number')
    .where('article_id', '=', articleId)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return last?.number ?? 0
}

export async function eraseRevisions(tx: Tx, articleId: string): Promise<void> {
  await db(tx).deleteFrom('articles_revision').where('article_id', '=', articleId).execute()
}

/** Theirs stay as versions of what stays, without their name. */
export async function forgetReviser(tx: Tx, memberId: string): Promise<void> {
  await db(tx)
    .updateTable('articles_revision')
    .set({ by_id: null, by_name: '' })
    .where('by_id', '=', memberId)
    .execute()
}

/** The article of a draft, if the viewer writes it and nobody else took it out of sight. */
async function readable(reader: Reader, viewer: Viewer, draftId: string): Promise<string | undefined> {
  const record = await draftById(reader, draftId)
  if (!record) return undefined
  const draft = toDraftRow(record)
  if (!canEditDraft(viewer, draft)) return undefined
  const article = await articleById(reader, articleIdOf(draft))
  return article && (article.withdrawn_at === null || draft.authorIds.includes(article.withdrawn_by ?? ''))
    ? article.id
    : undefined
}

export const queries: ServerHalf<typeof contract>['queries'] = {
  revisions: {
    access: isMember,
    async run({ reader, viewer }, { draftId }) {
      const articleId = await readable(reader, viewer, draftId)
      if (articleId === undefined) return []
      const found = await db(reader)
        .selectFrom('articles_revision')
        .select(['number', 'title', 'by_name as byName', 'at', 'words'])
        .where('article_id', '=', articleId)
        .orderBy('number', 'desc')
        .execute()
      return found
    },
  },
  revision: {
    access: isMember,
    async run({ reader, viewer }, { draftId, number }) {
      const articleId = await readable(reader, viewer, draftId)
      if (articleId === undefined) return null
      const found = await db(reader)
        .selectFrom('articles_revision')
        .select('body')
        .where('article_id', '=', articleId)
        .where('number', '=', number)
        .executeTakeFirst()
      return found?.body ?? null
    },
  },
}
