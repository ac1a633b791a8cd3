/** Which articles' texts are not for this reader, or not now, and what the lists say of it. */
import { createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { isSold, type Opening } from '#shared/core/opening.ts'
import type { ArticleRow } from '#shared/features/articles.ts'
import type { WordKey } from '#shared/words/index.ts'

/** Which is locked; nothing is while the device still looks. */
export function useLocked(): (row: Stored<ArticleRow>) => boolean {
  const core = useCore()
  const texts = core.feed.rows('article_texts')
  const open = createMemo(() => {
    const rows = texts()
    return rows && core.feed.ready() ? new Set(rows.map((row) => row.id)) : undefined
  })
  // Asked where rows are drawn.
  // eslint-disable-next-line solid/reactivity
  return ({ id, pending, data }) => {
    const ids = open()
    // Rows of before there were texts apart say no opening.
    if (ids === undefined || pending || !data.opening) return false
    const own = data.authorId !== null && data.authorId === core.session.viewer().id
    return !own && !(ids.has(id) && core.lease.opens(data.opening, `article:${id}`))
  }
}

/** A word for the list, behind a lock; what is open to all needs none, nor what was bought. */
export function markOf(opening: Opening, locked: boolean, preview: string): WordKey | undefined {
  if (isSold(opening)) {
    if (!locked) return undefined
    return preview === '' ? 'articles.locked' : 'articles.preview'
  }
  if (opening.to === 'members') return 'articles.members_only'
  return opening.to === 'groups' ? 'articles.groups_only' : undefined
}
