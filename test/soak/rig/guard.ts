/**
 * Fuzzes the guard of the rooms in this process: `guard.ts SEED COUNT`. Prints a line of figures, and a line that begins
 * with "wrong" for everything that went wrong.
 */
import { type Fuzzed, fuzz } from '../../support/mutants.ts'

const chunk = 20_000
const stall = 100
const suspicious = 20
const growth = 64 * 1_048_576

const [seed, count] = process.argv.slice(2).map(Number) as [number, number]
const sum: Fuzzed = { tried: 0, applied: 0, refused: 0, gaps: 0, slowest: 0 }
let warm: number | undefined
for (let number = 0; sum.tried < count; number++) {
  const some = Math.min(chunk, count - sum.tried)
  try {
    const fuzzed = fuzz(seed + number, some)
    // On a busy machine others take their time out of ours: what is slow is slow again.
    if (fuzzed.slowest > suspicious)
      fuzzed.slowest = Math.min(fuzzed.slowest, fuzz(seed + number, some).slowest)
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
