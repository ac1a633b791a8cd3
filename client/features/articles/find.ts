/** Finds the article that an address means: by slug, or by id while the server has not chosen a slug. */
import { type Accessor, createMemo } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { needsDecision } from '#client/parts/act.tsx'
import { type ArticleRow, articleIdOf } from '#shared/features/articles.ts'

/** `undefined` while loading, `null` when there is none on this device. */
export function useArticle(slug: Accessor<string>): Accessor<Stored<ArticleRow> | null | undefined> {
  const core = useCore()
  const bySlug = core.feed.rows('articles', () => ({ by: 'slug', equals: slug(), limit: 1 }))
  const byId = core.feed.row('articles', slug)
  const found = createMemo(() => {
    const rows = bySlug()
    return rows === undefined ? undefined : (rows[0] ?? byId())
  })
  return found
}

/** The publication of this article that is on its way, if one is: its text is shown until the server's arrives. */
export function usePublication(articleId: Accessor<string>): Accessor<OutboxEntry | undefined> {
  const core = useCore()
  const waiting = createMemo(() =>
    core.commands.entries().filter((entry) => entry.name === 'articles.publish' && !needsDecision(entry)),
  )
  const drafts = core.feed.rows('drafts', () => (waiting().length > 0 ? {} : undefined))
  const publication = createMemo(() => {
    const wanted = articleId()
    const known = drafts() ?? []
    return waiting().findLast(({ input }) => {
      const draft = known.find((row) => row.id === input.draftId)?.data
      return articleIdOf({ id: input.draftId, articleId: draft?.articleId ?? null }) === wanted
    })
  })
  return publication
}

/** An address as people write it; the router leaves it encoded. */
export function decoded(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment ?? '')
  } catch {
    return segment ?? ''
  }
}
