/**
 * `npm run soak -- power [rounds] [--seed N]`: like `kill`, but what the disk was not made to keep is gone. First it is
 * proved that this would be seen: on a disk that lies about the barrier's syncs, acknowledged writes must be lost.
 */
import { readArgs } from './rig/args.ts'
import { cutFirstStarts } from './rig/first-starts.ts'
import { compileShim, createPowerDisk, type Shim } from './rig/power.ts'
import { createDice } from './rig/random.ts'
import { describe, runRounds } from './rig/rounds.ts'

export async function run(args: string[]): Promise<number> {
  const { count: rounds, seed } = readArgs(args, 200)
  const shim = compileShim()
  if (typeof shim === 'string') {
    console.error(shim)
    return 1
  }
  try {
    const { edits, lost } = await loseOnPurpose(shim, seed)
    if (lost.length === 0) {
      console.error('On a disk that lies nothing was lost: this test would see nothing.')
      return 1
    }
    console.log(`A disk that lies loses, as it should: ${lost.length} of ${edits} edits, such as ${lost[0]}.`)
    console.log(`Cutting the power ${rounds} times, seed ${seed}.`)
    const disk = (folder: string) => createPowerDisk(folder, shim)
    const report = await runRounds({ rounds, seed, disk, say: console.log })
    const starts = Math.ceil(rounds / 20)
    report.wrong.push(...(await cutFirstStarts(shim, starts, createDice(seed))))
    console.log(`And ${starts} times in the first seconds of a new community.`)
    for (const what of report.wrong.slice(0, 100)) console.log(what)
    console.log(describe(report, { rounds }))
    return report.wrong.length === 0 ? 0 : 1
  } finally {
    shim.remove()
  }
}

/** The barrier's syncs claim to have worked and keep nothing. @returns acknowledged edits, and those that were lost. */
export async function loseOnPurpose(shim: Shim, seed: number): Promise<{ edits: number; lost: string[] }> {
  const disk = (folder: string) => createPowerDisk(folder, shim, { SHIM_LIE: '1' })
  for (let times = 0; ; times++) {
    const options = { rounds: 10, seed: seed + times, disk, devices: 6, stopWhenWrong: true }
    const { edits, wrong } = await runRounds(options)
    const lost = wrong.filter((what) => what.includes('was acknowledged and is gone'))
    if (lost.length > 0 || times === 3) return { edits, lost }
  }
}
