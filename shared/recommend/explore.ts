/**
 * A small share of a list's first ten places for what hardly anybody has met, since a model only learns about what is
 * shown. Which items and which places is drawn by chance from the member and the day, each item by a number of its
 * own: the list stays as it is all day, and when one of them has been read only that one is replaced.
 */
import type { Model } from './model.ts'
import { bestRows } from './ranking.ts'
import type { Shelf } from './shelf.ts'
import { stillNew } from './weights.ts'

export interface Exploration {
  /** Of the first ten places, at most half; 0: none. */
  share: number
  /** Whose list it is; absent: nothing is explored. */
  seed: string | undefined
  now: number
}

/** Drawn from as many as this of the best of them: by chance, but not from what suits the member worst. */
const poolSize = 50
const day = 86_400_000
/** What is looked at; the first four of them are always the member's own. */
const places = { own: 4, all: 10 }

/**
 * @param rows the list, best first; it keeps its length, and its last rows give way
 * @param total -Infinity where a row must not be shown
 * @returns the rows that were let in, among them
 */
export function explored(
  model: Model,
  shelf: Shelf,
  rows: readonly number[],
  total: Float64Array,
  { share, seed, now }: Exploration,
): { rows: number[]; letIn: ReadonlySet<number> } {
  const most = Math.round(Math.min(0.5, share) * places.all)
  // Without a model everything is equally unknown.
  if (seed === undefined || most === 0 || rows.length < places.all || model.items.length === 0) {
    return { rows: [...rows], letIn: new Set() }
  }
  const draw = (what: string): number => chance(`${seed} ${Math.floor(now / day)} ${what}`)
  const pool = littleMet(model, shelf, total, now, new Set(rows.slice(0, places.all)))
  const drawn = bestRows(
    total.map((score, row) => (pool.has(row) ? score : Number.NEGATIVE_INFINITY)),
    poolSize,
  )
    .map((row) => ({ row, draw: draw(shelf.item(row).id) }))
    .sort((a, b) => a.draw - b.draw)
  const letIn = new Set(drawn.slice(0, most).map(({ row }) => row))
  const list = rows.filter((row) => !letIn.has(row))
  const room = places.all - places.own - letIn.size
  const gaps = [...letIn.keys()].map((_, i) => Math.floor(draw(`place ${i}`) * (room + 1))).sort()
  for (const [i, row] of [...letIn].entries()) list.splice(places.own + gaps[i]! + i, 0, row)
  return { rows: list.slice(0, rows.length), letIn }
}

/** Rows that may be shown and are not yet: met by too few to be learnt from, by the fewest of all, or published since. */
function littleMet(
  model: Model,
  shelf: Shelf,
  total: Float64Array,
  now: number,
  shown: ReadonlySet<number>,
): Set<number> {
  const known = model.items.length
  const few = fewest(model)
  const found = new Set<number>()
  for (let row = 0; row < shelf.size; row++) {
    if (total[row] === Number.NEGATIVE_INFINITY || shown.has(row)) continue
    const isLittleMet =
      row < known
        ? model.fromContent[row] === 1 || model.popularity[row]! <= few
        : now - shelf.item(row).at <= stillNew
    if (isLittleMet) found.add(row)
  }
  return found
}

const fewestByModel = new WeakMap<Model, number>()

/** As many members as met an item of the least met quarter, of those that members taught about. */
function fewest(model: Model): number {
  const kept = fewestByModel.get(model)
  if (kept !== undefined) return kept
  const counts = model.popularity.filter((_, row) => model.fromContent[row] === 0).sort()
  const quarter = counts[Math.floor(counts.length / 4)] ?? 0
  fewestByModel.set(model, quarter)
  return quarter
}

/** 0…1 from a text, the same everywhere: FNV-1a, its bits mixed once more (the finaliser of MurmurHash3). */
function chance(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 4_294_967_296
}
