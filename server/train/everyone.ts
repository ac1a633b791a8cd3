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
  for (let item = 0; item < items; item++) {
    const at = item * dimensions
    let ofA = 0
    let ofB = 0
    let ofC = 0
    let ofD = 0
    for (let k = 0; k < dimensions; k++) {
      const value = vectors[at + k]!
      ofA += members[a + k]! * value
      ofB += members[b + k]! * value
      ofC += members[c + k]! * value
      ofD += members[d + k]! * value
    }
    scores[item] = ofA
    scores[items + item] = ofB
    scores[2 * items + item] = ofC
    scores[3 * items + item] = ofD
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
