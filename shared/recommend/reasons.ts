/** Why an item is in the list: what ranked it, and nothing else. */
import type { CatalogueItem } from './model.ts'
import type { Reason, RecommendInput } from './recommend.ts'
import type { MetRow, ScoreParts } from './scores.ts'
import type { Shelf } from './shelf.ts'
import { stillNew } from './weights.ts'

const mostCauses = 3

/** Of what chance let in. */
export function exploredReason(item: CatalogueItem, now: number): Reason {
  return item.at > 0 && now - item.at <= stillNew ? { kind: 'new' } : { kind: 'explore' }
}

/**
 * The greatest part that may honestly be named. Where none may, far down a long list, history that adds anything at
 * all is named, and what nothing speaks for came up as the newest of its like.
 */
export function reasonFor(
  row: number,
  parts: ScoreParts,
  shelf: Shelf,
  input: RecommendInput,
  causes: () => string[],
): Reason {
  const item = shelf.item(row)
  const named: [number, () => Reason | undefined][] = [
    [parts.personal[row]! + parts.text[row]!, () => becauseOf(causes())],
    [parts.interest[row]!, () => interestIn(item, input.interests)],
    [parts.popular[row]!, () => (shelf.popularity(row) > 0 ? { kind: 'popular' } : undefined)],
    [parts.fresh[row]!, () => (input.now - item.at <= stillNew ? { kind: 'new' } : undefined)],
  ]
  named.sort(([a], [b]) => b - a)
  for (const [part, reason] of named) {
    const found = part > 0 ? reason() : undefined
    if (found !== undefined) return found
  }
  return becauseOf(causes()) ?? { kind: 'new' }
}

function becauseOf(itemIds: string[]): Reason | undefined {
  return itemIds.length > 0 ? { kind: 'because', itemIds } : undefined
}

function interestIn(item: CatalogueItem, interests: readonly string[]): Reason | undefined {
  const tag = interests.find((interest) => item.tags.includes(interest))
  return tag === undefined ? undefined : { kind: 'tag', tag }
}

/** Those that add at least a quarter of what the strongest adds, so that nobody is told a stray cause. */
export function mainCauses(contributions: Float64Array, met: readonly MetRow[], shelf: Shelf): string[] {
  const strongest = contributions.reduce((most, value) => Math.max(most, value), 0)
  if (strongest === 0) return []
  return [...contributions.keys()]
    .filter((i) => contributions[i]! >= strongest / 4)
    .sort((a, b) => contributions[b]! - contributions[a]!)
    .slice(0, mostCauses)
    .map((i) => shelf.item(met[i]!.row).id)
}
