/** The best items for every member at once, from factors that were just trained: no list is longer than asked. */
import type { AlsFactors } from './als.ts'
import type { SparseRows } from './matrix.ts'

/** Members scored in one pass over the items. */
const lane = 4

/**
 * @param met what to leave out, usually what the factors were trained on
 * @returns members × count item numbers, best first; -1 where a member has met all but fewer
 */
export function bestForEveryone(factors: AlsFactors, met: SparseRows, count: number): Int32Array {
  const items = met.columns
  const best = new Int32Array(met.rows * count).fill(-1)
  const scores = new Float64Array(lane * items)
  const tops = new Float64Array(count)
  for (let first = 0; first < met.rows; first += lane) {
    scoreLane(factors, first, Math.min(lane, met.rows - first), items, scores)
    for (let member = first; member < Math.min(met.rows, first + lane); member++) {
      const own = scores.subarray((member - first) * items, (member - first + 1) * items)
      for (let at = met.start[member]!; at < met.start[member + 1]!; at++) {
        own[met.index[at]!] = Number.NEGATIVE_INFINITY
      }
      keepBest(own, tops, best.subarray(member * count, (member + 1) * count))
    }
  }
  return best
}

/** Four members side by side; past the last member the lane repeats its first, which costs nothing to speak of. */
function scoreLane(
  { members, items: vectors, dimensions }: AlsFactors,
  first: number,
  lanes: number,
  items: number,
  scores: Float64Array,
): void {
  const a = first * dimensions
  const b = (first + (lanes > 1 ? 1 : 0)) * dimensions
  const c = (first + (lanes > 2 ? 2 : 0)) * dimensions
  const d = (first + (lanes > 3 ? 3 : 0)) * dimensions
  for (let item = 0; item < items; item += 2) {
    // An odd last item is scored twice.
    const x = item * dimensions
    const y = Math.min(item + 1, items - 1) * dimensions
    let ax = 0
    let ay = 0
    let bx = 0
    let by = 0
    let cx = 0
    let cy = 0
    let dx = 0
    let dy = 0
    for (let k = 0; k < dimensions; k++) {
      const left = vectors[x + k]!
      const right = vectors[y + k]!
      const p = members[a + k]!
      const q = members[b + k]!
      const r = members[c + k]!
      const s = members[d + k]!
      ax += p * left
      ay += p * right
      bx += q * left
      by += q * right
      cx += r * left
      cy += r * right
      dx += s * left
      dy += s * right
    }
    scores[item] = ax
    scores[items + item] = bx
    scores[2 * items + item] = cx
    scores[3 * items + item] = dx
    if (item + 1 === items) continue
    scores[item + 1] = ay
    scores[items + item + 1] = by
    scores[2 * items + item + 1] = cy
    scores[3 * items + item + 1] = dy
  }
}

/** Insertion into a short sorted list: nearly every score fails the first comparison. */
function keepBest(scores: Float64Array, tops: Float64Array, into: Int32Array): void {
  const count = into.length
  tops.fill(Number.NEGATIVE_INFINITY)
  for (let item = 0; item < scores.length; item++) {
    const score = scores[item]!
    if (!(score > tops[count - 1]!)) continue
    let place = count - 1
    for (; place > 0 && tops[place - 1]! < score; place--) {
      tops[place] = tops[place - 1]!
      into[place] = into[place - 1]!
    }
    tops[place] = score
    into[place] = item
  }
}
