/**
 * Fuzzes the guard of the rooms in this process: `guard.ts SEED COUNT`. Prints a line of figures, and a line that begins
 * with "wrong" for everything that went wrong.
 */
import { openSync, readSync } from 'node:fs'
import { type Fuzzed, fuzz } from '../../support/mutants.ts'

const chunk = 20_000
const stall = 100
const growth = 64 * 1_048_576

/** Milliseconds that this thread has had the processor: a busy machine does not stretch them. */
const schedule = openSync('/proc/thread-self/schedstat', 'r')
const bytes = Buffer.alloc(64)
function clock(): number {
  const length = readSync(schedule, bytes, 0, bytes.length, 0)
  return Number(bytes.toString('latin1', 0, length).split(' ', 1)[0]) / 1e6
}

const [seed, count] = process.argv.slice(2).map(Number) as [number, number]
const sum: Fuzzed = { tried: 0, applied: 0, refused: 0, gaps: 0, slowest: 0 }
let warm: number | undefined
for (let number = 0; sum.tried < count; number++) {
  const some = Math.min(chunk, count - sum.tried)
  try {
    const fuzzed = fuzz(seed + number, some, clock)
    for (const key of ['tried', 'applied', 'refused', 'gaps'] as const) sum[key] += fuzzed[key]
    sum.slowest = Math.max(sum.slowest, fuzzed.slowest)
  } catch (error) {
    console.log(`wrong ${String(error)}`)
    sum.tried += some
  }
  warm ??= memory()
}
const after = memory()
if (sum.slowest > stall) console.log(`wrong an update took ${Math.round(sum.slowest)} ms`)
if (after - warm! > growth) console.log(`wrong memory grew from ${warm} to ${after} bytes`)
console.log(`${JSON.stringify(sum)}, memory ${warm! >> 20} → ${after >> 20} MB`)

function memory(): number {
  globalThis.gc?.()
  return process.memoryUsage().rss
}
