/**
 * The orders that a list passes through: the best by score, then a choice among them that repeats itself less and may
 * give its last places to what is seen less.
 */

/** Row numbers of the `count` highest scores, best first; equal scores keep row order. NaN and -Infinity never rank. */
export function bestRows(scores: Float64Array, count: number): number[] {
  // A heap with the worst kept row on top: most rows are turned away after one comparison.
  const heap: number[] = []
  const worse = (a: number, b: number): boolean =>
    scores[a]! < scores[b]! || (scores[a]! === scores[b]! && a > b)
  const sink = (from: number): void => {
    let at = from
    for (;;) {
      let worst = at
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < heap.length && worse(heap[child]!, heap[worst]!)) worst = child
      }
      if (worst === at) return
      const held = heap[at]!
      heap[at] = heap[worst]!
      heap[worst] = held
      at = worst
    }
  }
  let row = 0
  for (; row < scores.length && heap.length < count; row++) {
    if (scores[row]! > Number.NEGATIVE_INFINITY) heap.push(row)
  }
  if (heap.length > 0 && heap.length === count) {
    for (let i = count >> 1; i >= 0; i--) sink(i)
    let least = scores[heap[0]!]!
    const look = (at: number): void => {
      if (!(scores[at]! > least)) return
      heap[0] = at
      sink(0)
      least = scores[heap[0]!]!
    }
    // Four at a time, since hardly any of them ranks.
    for (; row + 3 < scores.length; row += 4) {
      const some =
        scores[row]! > least ||
        scores[row + 1]! > least ||
        scores[row + 2]! > least ||
        scores[row + 3]! > least
      if (some) for (let at = row; at < row + 4; at++) look(at)
    }
    for (; row < scores.length; row++) look(row)
  }
  return heap.sort((a, b) => (worse(a, b) ? 1 : -1))
}

/** The places after the first `from` go by scores of their own. */
export interface LastPlaces {
  from: number
  scores: Float64Array
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein, 1998): takes the row whose relevance, less its likeness to
 * what was already taken, is greatest.
 * @param rows best first; relevance is rescaled to 0…1 over them
 * @param diversity 0: by relevance alone; 1: by unlikeness alone
 */
export function diversified(
  rows: number[],
  scores: Float64Array,
  vectorOf: (row: number) => ArrayLike<number>,
  diversity: number,
  count: number,
  last?: LastPlaces,
): number[] {
  if ((diversity === 0 && last === undefined) || rows.length <= 1) return rows.slice(0, count)
  const best = scores[rows[0]!]!
  const span = best - scores[rows.at(-1)!]! || 1
  const relevanceIn = (by: Float64Array): number[] => rows.map((row) => 1 - (best - by[row]!) / span)
  const unit = diversity === 0 ? [] : rows.map((row) => normalised(vectorOf(row)))
  const first = relevanceIn(scores)
  const later = last === undefined ? first : relevanceIn(last.scores)
  const likeness = new Float64Array(rows.length)
  const left = new Set(rows.keys())
  const taken: number[] = []
  while (taken.length < count && left.size > 0) {
    const relevance = last !== undefined && taken.length >= last.from ? later : first
    let next = -1
    let highest = Number.NEGATIVE_INFINITY
    for (const i of left) {
      const value = (1 - diversity) * relevance[i]! - diversity * likeness[i]!
      if (value > highest) {
        highest = value
        next = i
      }
    }
    left.delete(next)
    taken.push(rows[next]!)
    if (diversity === 0) continue
    for (const i of left) likeness[i] = Math.max(likeness[i]!, product(unit[i]!, unit[next]!))
  }
  return taken
}

export function product(left: ArrayLike<number>, right: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < left.length; k++) sum += left[k]! * right[k]!
  return sum
}

function normalised(vector: ArrayLike<number>): Float64Array {
  const length = Math.sqrt(product(vector, vector)) || 1
  return Float64Array.from(vector, (value) => value / length)
}
