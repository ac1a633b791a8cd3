/** Articles and drafts of a member who has left for good. */
import { listener, type Tx } from '#server/core/feature.ts'
import { contentRoom, draftRoom } from '#shared/features/articles.ts'
import { profiles } from '#shared/features/profiles.ts'
import { eraseRevisions, forgetReviser } from './revisions.ts'
import { publishArticle, unpublishArticle } from './save.ts'
import { type ArticleRecord, type DraftRecord, db, toDraftRow } from './tables.ts'

export const onDeleted = listener(profiles, 'deleted', async (tx, fact) => {
  const { memberId, name, hasNamesake, articles: fate } = fact
  const drafts = await db(tx)
    .selectFrom('articles_draft')
    .selectAll()
    .where('author_ids', 'like', `%"${memberId}"%`)
    .execute()
  await forgetReviser(tx, memberId)
  for (const draft of drafts) await leaveDraft(tx, draft, memberId)
  const own = await db(tx)
    .selectFrom('articles_article')
    .selectAll()
    .where('author_id', '=', memberId)
    .execute()
  for (const article of own) await (fate === 'keep' ? keep(tx, article, name) : erase(tx, article))
  if (name === '' || hasNamesake) return
  // Written with others, and first by one of them.
  const shared = await db(tx)
    .selectFrom('articles_article')
    .selectAll()
    .where('author_name', 'like', `%${name}%`)
    .execute()
  for (const article of shared) {
    if (article.author_name.split(', ').includes(name)) await keep(tx, article, name, article.author_id)
  }
})

/** Those who write it with them go on; one that is theirs alone is gone with its words. */
async function leaveDraft(tx: Tx, draft: DraftRecord, memberId: string): Promise<void> {
  const others = toDraftRow(draft).authorIds.filter((id) => id !== memberId)
  if (others.length > 0) {
    const isTheirs = toDraftRow(draft).scheduled?.byId === memberId
    const changes = {
      author_ids: JSON.stringify(others),
      ...(isTheirs ? { scheduled: null, scheduled_input: null } : {}),
    }
    await db(tx).updateTable('articles_draft').set(changes).where('id', '=', draft.id).execute()
    return tx.publish('drafts', draft.id, toDraftRow({ ...draft, ...changes }))
  }
  await db(tx).deleteFrom('articles_draft').where('id', '=', draft.id).execute()
  await db(tx).insertInto('articles_discarded').values({ id: draft.id }).execute()
  await tx.rebase(draftRoom(draft.id), () => {})
  await tx.publish('drafts', draft.id, null)
}

/** Without their name; those who wrote it with them keep theirs. */
async function keep(
  tx: Tx,
  article: ArticleRecord,
  name: string,
  authorId: string | null = null,
): Promise<void> {
  const others = article.author_name.split(', ').filter((one) => one !== name)
  const nameless = { author_id: authorId, author_name: others.join(', ') }
  await db(tx).updateTable('articles_article').set(nameless).where('id', '=', article.id).execute()
  if (article.withdrawn_at === null) await publishArticle(tx, { ...article, ...nameless })
}

/** Its address stays taken, so that no other article is found where it was. */
async function erase(tx: Tx, article: ArticleRecord): Promise<void> {
  const empty = {
    title: '',
    description: '',
    tags: '[]',
    body: '',
    author_id: null,
    author_name: '',
    image: null,
  }
  const withdrawn = { withdrawn_at: article.withdrawn_at ?? tx.now, withdrawn_by: article.withdrawn_by }
  await db(tx)
    .updateTable('articles_article')
    .set({ ...empty, ...withdrawn, words: 0 })
    .where('id', '=', article.id)
    .execute()
  await eraseRevisions(tx, article.id)
  await tx.rebase(contentRoom(article.id), () => {})
  await unpublishArticle(tx, article.id)
  if (article.withdrawn_at === null) await tx.tell('articles.withdrawn', { articleId: article.id })
}
