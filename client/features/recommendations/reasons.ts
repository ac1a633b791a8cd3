/** Why something is recommended, in words: what ranked it highest, as the recommender says, and nothing else. */
import { excerpt } from '#shared/core/text.ts'
import { partsOf } from '#shared/features/recommendations.ts'
import type { Reason } from '#shared/recommend/recommend.ts'
import type { Translate, WordKey } from '#shared/words/index.ts'
import type { Wish } from './interests.ts'
import type { Shelf } from './shelf.ts'

const titleLength = 48

type Wishes = ReadonlyMap<string, Wish> | undefined

/** @param wishes what the member wants more of: a cause among them is called that. @param lively see `Recommended` */
export function reasonText(
  reason: Reason,
  shelf: Shelf,
  t: Translate,
  wishes?: Wishes,
  lively = false,
): string {
  switch (reason.kind) {
    case 'because': {
      // The strongest cause that is still there to be named.
      const cause = reason.itemIds.find((id) => shelf.has(id))
      const kind = cause && partsOf(cause)?.kind
      if (!cause || !kind) return t('recommendations.reason_taste')
      const title = excerpt(shelf.get(cause)!.title, titleLength)
      if (isWished(cause, wishes)) return t('recommendations.reason_wished', { title })
      return t(`recommendations.reason_because_${kind}`, { title })
    }
    case 'tag':
      return t('recommendations.reason_tag', { tag: reason.tag })
    case 'popular':
      return t(lively ? 'recommendations.reason_popular_week' : 'recommendations.reason_popular')
    case 'new':
      return t('recommendations.reason_new')
    case 'explore':
      return t('recommendations.reason_explore')
  }
}

export function isWished(item: string, wishes: Wishes): boolean {
  return wishes?.get(item)?.opinion === 1
}

/** The sentence for what has no more to show than itself. */
export function hintOf(reason: Reason): WordKey {
  switch (reason.kind) {
    case 'because':
    case 'tag':
      return 'recommendations.why_taste'
    case 'popular':
      return 'recommendations.why_popular'
    case 'new':
      return 'recommendations.why_unseen'
    case 'explore':
      return 'recommendations.why_explore'
  }
}
