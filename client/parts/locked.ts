/** Which articles' texts are not for this reader, or not now. */
import { createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import type { ArticleRow } from '#shared/features/articles.ts'

/** Which is locked; nothing is while the device still looks. */
export function useLocked(): (row: Stored<ArticleRow>) => boolean {
  const core = useCore()
  const texts = core.feed.table('article_texts')
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
