/** A process that draws a community and trains on it, an epoch whenever it is told to. See ../scale.ts. */
import { alternate } from '#server/train/als.ts'
import type { Pairs } from '#server/train/lists.ts'
import { createRandom } from '#server/train/random.ts'

export type Order =
  | 'epoch'
  | 'memory'
  | {
      begin: {
        members: number
        items: number
        seed: number
        dimensions: number
        epochs: number
        threads: number
      }
    }

/** Milliseconds; `megabytes` is the most that the process ever had in memory. */
export interface Answer {
  pairs?: number
  took?: { wall: number; processor: number }
  megabytes?: number
}

/** Interactions of a member on average, before they are rounded up. */
const average = 19.5

let training: ReturnType<typeof alternate> | undefined

process.on('message', (order: Order) => process.send!(answerTo(order) satisfies Answer))

function answerTo(order: Order): Answer {
  if (order === 'memory') return { megabytes: process.resourceUsage().maxRSS / 1024 }
  if (order === 'epoch') return { took: epoch(training!) }
  const { members, items, seed, ...how } = order.begin
  const met = drawn(members, items, seed)
  const settings = { unobservedWeight: 0.01, regularisation: 0.01, frequencyExponent: 1, seed }
  training = alternate(met, { ...settings, ...how })
  return { pairs: met.index.length }
}

/** The first one has everything in it that comes before. */
function epoch(steps: ReturnType<typeof alternate>): { wall: number; processor: number } {
  const wall = performance.now()
  const processor = process.cpuUsage()
  let step = steps.next()
  while (step.done !== true && (step.value === 0 || !Number.isInteger(step.value))) step = steps.next()
  const { user, system } = process.cpuUsage(processor)
  return { wall: performance.now() - wall, processor: (user + system) / 1000 }
}

/**
 * Members with histories of exponential length over items whose popularity follows Zipf's law. Typed arrays that
 * threads can share from the first: nothing is held twice.
 */
function drawn(members: number, items: number, seed: number): Pairs {
  const random = createRandom(seed)
  const start = new Int32Array(new SharedArrayBuffer(4 * (members + 1)))
  for (let member = 0; member < members; member++) {
    const length = Math.min(Math.ceil(-average * Math.log(1 - random())), items >> 2)
    start[member + 1] = start[member]! + Math.max(1, length)
  }
  const pairs = start[members]!
  const index = new Int32Array(new SharedArrayBuffer(4 * pairs))
  const weight = new Uint8Array(new SharedArrayBuffer(pairs)).fill(1)
  const metBy = new Int32Array(items).fill(-1)
  for (let member = 0; member < members; member++) {
    const end = start[member + 1]!
    for (let at = start[member]!; at < end; ) {
      const item = Math.floor((items + 1) ** random()) - 1
      if (metBy[item] === member) continue
      metBy[item] = member
      index[at++] = item
    }
    index.subarray(start[member]!, end).sort()
  }
  return { rows: members, columns: items, start, index, weight }
}
