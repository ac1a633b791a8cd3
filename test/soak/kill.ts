/**
 * `npm run soak -- kill [rounds] [--seed N]`: the server dies by kill -9 at random moments while devices write; nothing
 * that it acknowledged may be missing when it is back.
 */
import { readArgs } from './rig/args.ts'
import { describe, runRounds } from './rig/rounds.ts'

export async function run(args: string[]): Promise<number> {
  const { count: rounds, seed } = readArgs(args, 1_000)
  console.log(`Killing a server ${rounds} times, seed ${seed}.`)
  const report = await runRounds({ rounds, seed, say: console.log })
  for (const what of report.wrong.slice(0, 100)) console.log(what)
  console.log(describe(report, { rounds }))
  return report.wrong.length === 0 ? 0 : 1
}
