/** Why something is recommended, in words: what ranked it highest, as the recommender says, and nothing else. */
import { excerpt } from '#shared/core/text.ts'
import { partsOf } from '#shared/features/recommendations.ts'
import type { Reason } from '#shared/recommend/recommend.ts'
import type { Translate } from '#shared/words/index.ts'
import type { Shelf } from './shelf.ts'

const titleLength = 48

export function reasonText(reason: Reason, shelf: Shelf, t: Translate): string {
  switch (reason.kind) {
    case 'because': {
      // The strongest cause that is still there to be named.
      const cause = reason.itemIds.find((id) => shelf.has(id))
      const kind = cause && partsOf(cause)?.kind
      if (!cause || !kind) return t('recommendations.reason_taste')
      return t(`recommendations.reason_because_${kind}`, {
        title: excerpt(shelf.get(cause)!.title, titleLength),
      })
    }
    case 'tag':
      return t('recommendations.reason_tag', { tag: reason.tag })
    case 'popular':
      return t('recommendations.reason_popular')
    case 'new':
      return t('recommendations.reason_new')
    case 'explore':
      return t('recommendations.reason_explore')
  }
}
