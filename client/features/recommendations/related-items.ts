/** What goes with an item: what lies near it in the model, and what shares its rarer tags. */
import type { Model } from '#shared/recommend/model.ts'
import { product } from '#shared/recommend/ranking.ts'
import { isOver, type Shelf, type ShelfItem } from './shelf.ts'

/** Cosine below which two items have little to do with each other. */
const leastLikeness = 0.3
/** What members meet together may be far apart: an event that everybody goes to lies near everything. */
const tagShare = 0.8

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
  const near = model ? nearness(model, itemId) : () => 0
  const about = own ? commonTags(shelf, own) : () => 0
  return candidates
    .map((item) => ({ item, score: near(item) + tagShare * about(item) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.item.at - a.item.at)
    .slice(0, count)
    .map(({ item }) => item)
}

function nearness(model: Model, itemId: string): (item: ShelfItem) => number {
  const own = vectorOf(model, itemId)
  if (!own) return () => 0
  return ({ id }) => {
    const other = vectorOf(model, id)
    if (!other) return 0
    const lengths = Math.sqrt(product(own, own) * product(other, other))
    const likeness = lengths > 0 ? product(own, other) / lengths : 0
    return likeness >= leastLikeness ? likeness : 0
  }
}

function vectorOf(model: Model, itemId: string): Float32Array | undefined {
  const row = model.rowById.get(itemId)
  const { dimensions } = model.settings
  return row === undefined ? undefined : model.vectors.subarray(row * dimensions, (row + 1) * dimensions)
}

/** How much of what an item is about another one is about too, 0…1; a tag that everything has says little. */
function commonTags(shelf: Shelf, of: ShelfItem): (item: ShelfItem) => number {
  const holders = new Map<string, number>()
  for (const { tags } of shelf.values()) for (const tag of tags) holders.set(tag, (holders.get(tag) ?? 0) + 1)
  const rarity = (tags: readonly string[]): number =>
    tags.reduce((sum, tag) => sum + Math.log(1 + shelf.size / holders.get(tag)!), 0)
  const all = rarity(of.tags)
  return ({ tags }) => (all === 0 ? 0 : rarity(of.tags.filter((tag) => tags.includes(tag))) / all)
}
