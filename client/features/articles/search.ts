import type { ArticleRow } from '#shared/features/articles.ts'

/** All words of the query must stand in the title, the tags or the author's name; all tags must be the article's. */
export function matches(
  article: Pick<ArticleRow, 'title' | 'tags' | 'authorName'>,
  query: string,
  tags: readonly string[],
): boolean {
  if (!tags.every((tag) => article.tags.includes(tag))) return false
  const text = [article.title, ...article.tags, article.authorName].join('\n').toLocaleLowerCase()
  return wordsOf(query).every((word) => text.includes(word))
}

function wordsOf(query: string): string[] {
  return query.normalize('NFKC').toLocaleLowerCase().split(/\s+/).filter(Boolean)
}

/** Tags by how many articles carry them, then by name. */
export function tagsOf(articles: readonly Pick<ArticleRow, 'tags'>[]): string[] {
  const counts = new Map<string, number>()
  for (const { tags } of articles) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([tag]) => tag)
}
