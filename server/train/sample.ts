/**
 * A made-up community whose tastes are known, for tests and the benchmark: members draw items by popularity
 * (−0.9 log rank) and by how well their tastes fit (3.2 × a 16-dimensional product), without replacement by the
 * Gumbel trick; how many each draws is log-normal. Low-rank by construction, so factor models look good on it.
 */
import { createInteractions, type Interactions } from './interactions.ts'
import { createRandom, normals, shuffle } from './random.ts'
import type { TrainItem } from './train.ts'

export interface SampleSize {
  members: number
  items: number
  seed: number
  /** Bounds and median of a member's number of items. */
  least?: number
  median?: number
  most?: number
}

export interface Sample {
  items: TrainItem[]
  /** Item numbers of each member, in random order. */
  lists: Int32Array[]
}

const tastes = 16
const spread = 0.75

export function sampleCommunity({
  members,
  items,
  seed,
  least = 6,
  median = 27,
  most = 250,
}: SampleSize): Sample {
  const random = createRandom(seed)
  const rank = shuffle(
    Int32Array.from({ length: items }, (_, i) => i + 1),
    random,
  )
  const qualities = normals(random, items * tastes, 1)
  const lists: Int32Array[] = []
  for (let member = 0; member < members; member++) {
    const taste = normals(random, tastes, 1)
    const size = Math.min(
      items,
      most,
      Math.max(least, Math.round(median * Math.exp(normals(random, 1, spread)[0]!))),
    )
    const keys = Float64Array.from({ length: items }, (_, item) => {
      let fit = 0
      for (let k = 0; k < tastes; k++) fit += taste[k]! * qualities[item * tastes + k]!
      return (3.2 * fit) / Math.sqrt(tastes) - 0.9 * Math.log(rank[item]!) - Math.log(-Math.log(random()))
    })
    const drawn = Int32Array.from({ length: items }, (_, item) => item).sort((a, b) => keys[b]! - keys[a]!)
    lists.push(shuffle(drawn.slice(0, size), random))
  }
  const subject = (item: number): number => {
    const own = qualities.subarray(item * tastes, (item + 1) * tastes)
    return own.reduce((best, value, k) => (Math.abs(value) > Math.abs(own[best]!) ? k : best), 0)
  }
  return {
    items: Array.from({ length: items }, (_, item) => {
      const own = subject(item)
      const tag = `${qualities[item * tastes + own]! > 0 ? 'more' : 'less'}-${own}`
      return {
        id: String(item),
        kind: 'course',
        tags: [tag],
        at: 0,
        text: `course about ${tag.replace('-', ' ')}`,
      }
    }),
    lists,
  }
}

export function interactionsOf(lists: readonly ArrayLike<number>[]): Interactions {
  const builder = createInteractions()
  lists.forEach((list, member) => {
    for (let i = 0; i < list.length; i++) builder.add(String(member), String(list[i]))
  })
  return builder.build()
}
