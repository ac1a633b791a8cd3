import { type ArticleRow, articlePath } from '#shared/features/articles.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'

export interface News {
  id: string
  kind: 'article' | 'thread'
  title: string
  href: string
  by: string
  at: number
  /** It is older than the visit; what is new are posts in it. */
  goesOn: boolean
}

/** What others did, latest first. */
export function newsOf(
  articles: readonly ArticleRow[],
  threads: readonly ThreadRow[],
  me: { id: string; name: string } | null,
  since: number,
): News[] {
  const written = articles
    .filter((article) => article.publishedAt > since && article.authorId !== me?.id)
    .map(
      (article): News => ({
        id: article.id,
        kind: 'article',
        title: article.title,
        href: articlePath(article),
        by: article.authorName,
        at: article.publishedAt,
        goesOn: false,
      }),
    )
  const talked = threads
    .filter((thread) => thread.lastPostAt > since && thread.lastPostBy !== me?.name)
    .map(
      (thread): News => ({
        id: thread.id,
        kind: 'thread',
        title: thread.title,
        href: `/discuss/${thread.id}`,
        by: thread.lastPostBy,
        at: thread.lastPostAt,
        goesOn: thread.createdAt <= since || thread.posts > 1,
      }),
    )
  return [...written, ...talked].sort((a, b) => b.at - a.at)
}
