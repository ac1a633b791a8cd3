import type { StoredRow } from '#client/core/database.ts'
import type { Wanted } from '#client/core/holdings-plan.ts'
import {
  type ArticleRow,
  type ArticleTextRow,
  contentRoom,
  type DraftRow,
  draftRoom,
} from '#shared/features/articles.ts'

/** How many of the newest articles are at hand offline. */
const newest = 60

/** One's own drafts first, since they cannot be had anywhere else; then the newest articles that are open to one. */
export async function keep(rows: (table: string) => Promise<StoredRow[]>): Promise<Wanted[]> {
  const [articles, texts, drafts, accounts] = await Promise.all(
    ['articles', 'article_texts', 'drafts', 'accounts'].map(rows),
  )
  const me = accounts![0]?.id
  const sequences = new Map(texts!.map(({ id, data }) => [id, (data as unknown as ArticleTextRow).sequence]))
  const mine = drafts!
    .map((row) => row.data as unknown as DraftRow)
    .filter((draft) => me !== undefined && draft.authorIds.includes(me))
    .sort((a, b) => b.updatedAt - a.updatedAt)
  const articlesToKeep = articles!
    .map((row) => row.data as unknown as ArticleRow)
    .filter((article) => sequences.has(article.id))
    .sort((a, b) => b.publishedAt - a.publishedAt)
    .slice(0, newest)
  return [
    ...mine.map((draft) => ({ room: draftRoom(draft.id), why: 'own' as const })),
    ...articlesToKeep.map(({ id }) => ({ room: contentRoom(id), sequence: sequences.get(id)! })),
  ]
}
