/** What subjects are called on this device, and where they are read. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { TableName } from '#shared/features/index.ts'
import { catalogueRow } from './overlays.ts'

const roots: Readonly<Record<string, string>> = { articles: '/read', courses: '/learn', events: '/events' }

interface Item {
  table: string
  title: string
  slug: string | undefined
}

/** The item's own row. */
function useItem(subject: Accessor<string | undefined>): Accessor<Item | undefined> {
  const core = useCore()
  const place = createMemo(() => catalogueRow(subject() ?? ''))
  const idIn = (table: string): string | undefined => (place()?.table === table ? place()?.id : undefined)
  // Which table it is follows from the subject; each has a query of its own.
  const articles = core.feed.row('articles', () => idIn('articles'))
  const events = core.feed.row('events', () => idIn('events'))
  const courses = core.feed.row('courses' as TableName, () => idIn('courses'))
  const found = createMemo((): Item | undefined => {
    const row = articles() ?? events() ?? courses()
    const data = row?.data as { title?: string; slug?: string } | undefined
    return data && { table: place()?.table ?? '', title: data.title ?? '', slug: data.slug }
  })
  return found
}

/** Empty while the item's row is not there. */
export function useItemTitle(subject: Accessor<string | undefined>): Accessor<string> {
  const item = useItem(subject)
  return () => item()?.title ?? ''
}

export function useItemHref(subject: Accessor<string | undefined>): Accessor<string | undefined> {
  const item = useItem(subject)
  return () => {
    const found = item()
    return found?.slug === undefined ? undefined : `${roots[found.table]}/${found.slug}`
  }
}
