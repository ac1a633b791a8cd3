/** What subjects are called on this device. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { TableName } from '#shared/features/index.ts'
import { catalogueRow } from './overlays.ts'

/** The title of a single item, from its own row; empty while it is not there. */
export function useItemTitle(subject: () => string | undefined): Accessor<string> {
  const core = useCore()
  const place = (): { table: string; id: string } | undefined => catalogueRow(subject() ?? '')
  // Each table has its own query: which one it is follows from the subject.
  const rows = (['articles', 'courses', 'events'] as const).map((table) => ({
    table,
    row: core.feed.row(table as TableName, () => (place()?.table === table ? place()?.id : undefined)),
  }))
  return createMemo(() => {
    const found = rows.find(({ table }) => table === place()?.table)?.row()
    return String((found?.data as { title?: string } | undefined)?.title ?? '')
  })
}

/** Where an item is read. */
export function useItemHref(subject: () => string | undefined): Accessor<string | undefined> {
  const core = useCore()
  const place = (): { table: string; id: string } | undefined => catalogueRow(subject() ?? '')
  const roots = { articles: '/read', courses: '/learn', events: '/events' } as const
  const rows = (['articles', 'courses', 'events'] as const).map((table) => ({
    table,
    row: core.feed.row(table as TableName, () => (place()?.table === table ? place()?.id : undefined)),
  }))
  return createMemo(() => {
    const found = rows.find(({ table }) => table === place()?.table)
    const slug = (found?.row()?.data as { slug?: string } | undefined)?.slug
    return found && slug !== undefined ? `${roots[found.table]}/${slug}` : undefined
  })
}
