/** Articles as those who keep order deal with them. An author's draft stays theirs: it is nobody else's. */
import type { Matter, MatterNow, Tx } from '#server/core/feature.ts'
import { articlePath, contentRoom } from '#shared/features/articles.ts'
import { eraseRevisions } from './revisions.ts'
import { publishArticle, unpublishArticle } from './save.ts'
import { type ArticleRecord, articleById, db } from './tables.ts'

/** Who withdrew what was taken out of sight: no author, so that none can publish it again. */
const byModeration = ''

function articleNow(article: ArticleRecord): MatterNow {
  return {
    authorId: article.author_id,
    authorName: article.author_name,
    title: article.title,
    text: [article.description, article.body].filter(Boolean).join('\n\n'),
    at: article.updated_at,
    hidden: article.withdrawn_by === byModeration,
    path: articlePath(article),
  }
}

async function change(tx: Tx, id: string, changes: Partial<ArticleRecord>): Promise<ArticleRecord> {
  return db(tx)
    .updateTable('articles_article')
    .set(changes)
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

const article: Matter = {
  async find(reader, id) {
    const found = await articleById(reader, id)
    if (!found || found.body === '') return undefined
    return found.withdrawn_at === null || found.withdrawn_by === byModeration ? articleNow(found) : undefined
  },
  mayRead: (reader, viewer, id) => reader.mayRead(viewer, 'articles', id),
  async hide(tx, id) {
    await change(tx, id, { withdrawn_at: tx.now, withdrawn_by: byModeration })
    await unpublishArticle(tx, id)
    await tx.tell('articles.withdrawn', { articleId: id })
  },
  async restore(tx, id) {
    const record = await change(tx, id, { withdrawn_at: null, withdrawn_by: null })
    await publishArticle(tx, record)
    await tx.tell('articles.published', { articleId: id, authorId: record.author_id, first: false })
  },
  async erase(tx, id) {
    if (!(await articleById(tx, id))) return
    await change(tx, id, {
      body: '',
      title: '',
      description: '',
      tags: '[]',
      image: null,
      // Its address was made of its title.
      slug: id,
      withdrawn_at: tx.now,
      withdrawn_by: byModeration,
    })
    await eraseRevisions(tx, id)
    await tx.rebase(contentRoom(id), () => {})
  },
  async recent(reader, limit) {
    const found = await db(reader)
      .selectFrom('articles_article')
      .selectAll()
      .where('withdrawn_at', 'is', null)
      .orderBy('updated_at', 'desc')
      .limit(Math.min(limit, 100))
      .execute()
    return found.map((one) => ({ id: one.id, ...articleNow(one) }))
  },
}

export const matters = { article }
