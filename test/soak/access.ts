/**
 * `npm run soak -- access [races] [--seed N]`: everybody at every door (about 22,000 probes), then races of revocation
 * (1,000 unless told otherwise). Not a byte of what somebody may not know may reach them.
 */
import { probeEverything } from './access/matrix.ts'
import { race } from './access/races.ts'
import { readArgs } from './rig/args.ts'
import { createDice } from './rig/random.ts'

const most = 40

export async function run(args: string[]): Promise<number> {
  const { count, seed } = readArgs(args, 1_000)
  console.log(`seed ${seed}`)

  const matrix = await probeEverything()
  const { probes, bytes, actors, canaries, breaches, unseen } = matrix
  const megabytes = (bytes / 1e6).toFixed(0)
  console.log(
    `${probes} probes by ${actors} people for ${canaries} canaries (${megabytes} MB received): ${breaches.length} breaches`,
  )
  for (const line of [...breaches, ...unseen].slice(0, most)) console.log(`  ${line}`)

  const dice = createDice(seed)
  const evictions: { own: number; wall: number }[] = []
  const late: string[] = []
  let words = 0
  for (let run = 0; run < count; ) {
    const wave = await race(Math.min(200, count - run), dice)
    run += wave.races
    words += wave.words
    late.push(...wave.breaches)
    evictions.push(...wave.evictions)
    console.log(`${run} of ${count} races: ${words} words arrived in time, ${late.length} breaches`)
  }
  for (const line of late.slice(0, most)) console.log(`  ${line}`)
  const at = (part: number, by: 'own' | 'wall'): string => {
    const sorted = evictions.map((eviction) => eviction[by]).sort((a, b) => a - b)
    return (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(0)
  }
  const line = (by: 'own' | 'wall'): string =>
    `${at(0.5, by)} ms (p50), ${at(0.99, by)} ms (p99), ${at(1, by)} ms (at most)`
  console.log(`closed after ${line('own')} of our own time; by the wall ${line('wall')}`)
  return breaches.length + unseen.length + late.length === 0 ? 0 : 1
}
