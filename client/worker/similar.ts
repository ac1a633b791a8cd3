/** Finds among the titles of this device those that say nearly what somebody is about to ask. */
import { createSimilar } from '#shared/recommend/similar.ts'
import type { Finder } from './types.ts'

export function createFinder(): Finder {
  let index = createSimilar([])
  return {
    know(texts) {
      index = createSimilar(texts)
    },
    similar: (query, count) => index.find(query, count),
  }
}
