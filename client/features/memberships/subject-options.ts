/** What can be given or made cheaper: tiers first, then single items that have a price. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Option } from '#client/ui/index.ts'
import type { TableName } from '#shared/features/index.ts'
import { useTiers } from './holdings.ts'
import { catalogueRow } from './overlays.ts'
import { useSalesWords } from './words.ts'

export function useSubjectOptions(): Accessor<Option[]> {
  const core = useCore()
  const words = useSalesWords()
  const tiers = useTiers()
  const prices = core.feed.rows('prices')
  const articles = core.feed.rows('articles')
  const events = core.feed.rows('events')
  const courses = core.feed.rows('courses' as TableName)
  const titles = createMemo(() => {
    const all = new Map<string, string>()
    const tables = { articles: articles(), events: events(), courses: courses() }
    for (const [table, rows] of Object.entries(tables))
      for (const { id, data } of rows ?? [])
        all.set(`${table}/${id}`, (data as { title?: string }).title ?? '')
    return all
  })
  const options = createMemo(() => [
    ...(tiers() ?? [])
      .filter(({ data }) => !data.archived)
      .map(({ id, data }) => ({ value: `tier:${id}`, label: words.title(data.name) })),
    ...(prices() ?? []).map(({ id }) => {
      const place = catalogueRow(id)
      return { value: id, label: (place && titles().get(`${place.table}/${place.id}`)) || id }
    }),
  ])
  return options
}
