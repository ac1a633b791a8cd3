/** How good a ranking is, against what was held out. Full ranking: every item not yet met competes. */

/** Normalised discounted cumulative gain at `cut`: 1 when the first places all hit as far as there are targets. */
export function ndcg(ranked: ArrayLike<number>, targets: ReadonlySet<number>, cut: number): number {
  let gained = 0
  let ideal = 0
  for (let place = 0; place < cut; place++) {
    const gain = 1 / Math.log2(place + 2)
    if (place < ranked.length && targets.has(ranked[place]!)) gained += gain
    if (place < targets.size) ideal += gain
  }
  return ideal === 0 ? 0 : gained / ideal
}

/** Share of the targets among the first `cut`. */
export function recall(ranked: ArrayLike<number>, targets: ReadonlySet<number>, cut: number): number {
  let hits = 0
  for (let place = 0; place < Math.min(cut, ranked.length); place++)
    if (targets.has(ranked[place]!)) hits += 1
  return targets.size === 0 ? 0 : hits / targets.size
}
