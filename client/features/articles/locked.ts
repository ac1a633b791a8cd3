import { isSold, type Opening } from '#shared/core/opening.ts'
import type { WordKey } from '#shared/words/index.ts'

/** A word for the list, behind a lock; what is open to all needs none, nor what was bought. */
export function markOf(opening: Opening, locked: boolean, preview: string): WordKey | undefined {
  if (isSold(opening)) {
    if (!locked) return undefined
    return preview === '' ? 'articles.locked' : 'articles.preview'
  }
  if (opening.to === 'members') return 'articles.members_only'
  return opening.to === 'groups' ? 'articles.groups_only' : undefined
}
