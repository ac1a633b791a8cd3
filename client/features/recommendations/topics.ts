import type { Shelf } from './shelf.ts'

/** Tags of the catalogue, those of the most items first; chosen ones always among them, unwanted ones never. */
export function topicsOf(shelf: Shelf, tags: ReadonlyMap<string, 1 | -1>, most: number): string[] {
  const counts = new Map<string, number>()
  for (const [tag, opinion] of tags) if (opinion === 1) counts.set(tag, 0)
  for (const item of shelf.values()) {
    // Events carry the tracks of all their sessions, which are counted already.
    if (item.kind !== 'event') for (const tag of item.tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  }
  const all = [...counts].filter(([tag]) => tags.get(tag) !== -1)
  const byCount = all.sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([tag]) => tag)
  const shown = byCount.slice(0, most)
  return [...shown, ...byCount.slice(most).filter((tag) => tags.get(tag) === 1)]
}
