import type { StoredRow } from '#client/core/database.ts'
import { type ArticleRow, contentRoom, type DraftRow, draftRoom } from '#shared/features/articles.ts'

/** How many of the newest articles are at hand offline. */
const newest = 60

/** One's own drafts first, since they cannot be had anywhere else; then the newest articles. */
export async function keep(
  rows: (table: string) => Promise<StoredRow[]>,
): Promise<{ room: string; sequence?: number }[]> {
  const [articles, drafts, accounts] = await Promise.all([rows('articles'), rows('drafts'), rows('accounts')])
  const me = accounts[0]?.id
  const mine = drafts
    .map((row) => row.data as unknown as DraftRow)
    .filter((draft) => me !== undefined && draft.authorIds.includes(me))
    .sort((a, b) => b.updatedAt - a.updatedAt)
  const articlesToKeep = articles
    .map((row) => row.data as unknown as ArticleRow)
    .sort((a, b) => b.publishedAt - a.publishedAt)
    .slice(0, newest)
  return [
    ...mine.map((draft) => ({ room: draftRoom(draft.id) })),
    ...articlesToKeep.map((article) => ({ room: contentRoom(article.id), sequence: article.sequence })),
  ]
}
