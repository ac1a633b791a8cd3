/** What goes with an item: what lies near it in the model, else what shares its rarer tags. */
import type { Model } from '#shared/recommend/model.ts'
import { product } from '#shared/recommend/ranking.ts'
import { isOver, type Shelf, type ShelfItem } from './shelf.ts'

/** Cosine below which two items have little to do with each other. */
const leastLikeness = 0.3

export function relatedItems(
  model: Model | undefined,
  shelf: Shelf,
  itemId: string,
  now: number,
  count: number,
): ShelfItem[] {
  const own = shelf.get(itemId)
  // Its own discussions and lessons stand below it anyway, a lesson's course and the other lessons beside it.
  const isBeside = (item: ShelfItem): boolean =>
    item.subject === itemId ||
    item.id === own?.subject ||
    (own?.kind === 'lesson' && item.kind === 'lesson' && item.subject === own.subject)
  const candidates = [...shelf.values()].filter(
    (item) => item.id !== itemId && !isBeside(item) && !item.sealed && !isOver(item, now),
  )
  const near = model ? nearest(model, candidates, itemId) : []
  const tagged = own ? sharingTags(shelf, candidates, own) : []
  return [...new Set([...near, ...tagged])].slice(0, count)
}

function nearest(model: Model, candidates: readonly ShelfItem[], itemId: string): ShelfItem[] {
  const own = vectorOf(model, itemId)
  if (!own) return []
  const scored = candidates.flatMap((item) => {
    const other = vectorOf(model, item.id)
    if (!other) return []
    const lengths = Math.sqrt(product(own, own) * product(other, other))
    const likeness = lengths > 0 ? product(own, other) / lengths : 0
    return likeness >= leastLikeness ? [{ item, likeness }] : []
  })
  return scored.sort((a, b) => b.likeness - a.likeness).map(({ item }) => item)
}

function vectorOf(model: Model, itemId: string): Float32Array | undefined {
  const row = model.rowById.get(itemId)
  const { dimensions } = model.settings
  return row === undefined ? undefined : model.vectors.subarray(row * dimensions, (row + 1) * dimensions)
}

/** A tag that everything has says nothing; newer goes first among equals. */
function sharingTags(shelf: Shelf, candidates: readonly ShelfItem[], of: ShelfItem): ShelfItem[] {
  const holders = new Map<string, number>()
  for (const { tags } of shelf.values()) for (const tag of tags) holders.set(tag, (holders.get(tag) ?? 0) + 1)
  const rarity = (tag: string): number => Math.log(1 + shelf.size / holders.get(tag)!)
  return candidates
    .map((item) => ({
      item,
      shared: item.tags.filter((tag) => of.tags.includes(tag)).reduce((sum, tag) => sum + rarity(tag), 0),
    }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared || b.item.at - a.item.at)
    .map(({ item }) => item)
}
