/** What was found, as lines. */
import type { FoundHere } from '#client/worker/search/types.ts'
import type { FoundElsewhere } from '#shared/features/search.ts'
import type { Line } from './results.tsx'

export function lineOf(
  found: FoundHere | FoundElsewhere,
  from: 'here' | 'elsewhere',
  onOpen: () => void,
): Line {
  const { kind, id, title, snippet, author, at, number, path } = found
  const tags = 'tags' in found && kind !== 'person' ? found.tags : []
  return { key: `${from} ${kind}/${id}`, title, kind, snippet, author, at, number, tags, href: path, onOpen }
}
