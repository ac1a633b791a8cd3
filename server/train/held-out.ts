/**
 * Splits interactions in two: what a model may learn from and what it is then asked about. The latest of each
 * member's items are held out when times are known, else a random part.
 */
import { only, type SparseRows } from './matrix.ts'
import { createRandom, shuffle } from './random.ts'

export interface Split {
  learnt: SparseRows
  held: SparseRows
  by: 'time' | 'chance'
  /** Members of whom something is held out. */
  members: number
}

/** Fewer items than this say too little to give any away. */
const leastItems = 4

/**
 * @param share of each member's items to hold out, at least one where the member has enough
 * @param times ms since 1970 of each pair, in the order of `met`, NaN when unknown; undefined: none is known
 */
export function holdOut(
  met: SparseRows,
  times: Float64Array | undefined,
  share: number,
  seed: number,
): Split {
  const random = createRandom(seed)
  const isHeld = new Uint8Array(met.index.length)
  let members = 0
  for (let row = 0; row < met.rows; row++) {
    const from = met.start[row]!
    const count = met.start[row + 1]! - from
    if (count < leastItems) continue
    members += 1
    const order = shuffle(
      Array.from({ length: count }, (_, i) => from + i),
      random,
    )
    if (times !== undefined) order.sort((a, b) => times[b]! - times[a]!)
    for (const at of order.slice(0, Math.max(1, Math.round(share * count)))) isHeld[at] = 1
  }
  const by = times === undefined ? 'chance' : 'time'
  return {
    learnt: only(met, (at) => isHeld[at] === 0),
    held: only(met, (at) => isHeld[at] === 1),
    by,
    members,
  }
}
