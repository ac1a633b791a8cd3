/**
 * `npm run bench -- app [case …] [--quick] [--list] [--peers]`: what somebody with a phone and a bad network has of the
 * app. Bytes until Home can be read, what each page adds, a deep link without a server, ten thousand rows coming in, a
 * long agenda, an hour's memory. Search on the device has a benchmark of its own: `npm run bench -- search`.
 */
import { agenda } from './app/agenda.ts'
import { catchUp } from './app/catch-up.ts'
import { chunks } from './app/chunks.ts'
import { home } from './app/home.ts'
import { memory } from './app/memory.ts'
import { peers } from './app/peers.ts'
import { reload } from './app/reload.ts'
import { type Case, openRig } from './app/rig.ts'
import type { BenchRow } from './run.js'
import { endWithLauncher } from './sync/children.ts'

const cases: Record<string, Case> = { home, chunks, reload, 'catch-up': catchUp, agenda, memory, peers }

export async function run(args: string[]): Promise<BenchRow[]> {
  const named = args.filter((arg) => !arg.startsWith('-'))
  const unknown = named.find((name) => !Object.hasOwn(cases, name))
  if (unknown !== undefined)
    throw new Error(`app has no case ${unknown}; it has ${Object.keys(cases).join(', ')}`)
  // Installing peers takes minutes and the network: they run when they are wanted.
  const wanted = Object.keys(cases).filter((name) => name !== 'peers' || args.includes('--peers'))
  endWithLauncher()
  const rig = await openRig(args)
  const rows: BenchRow[] = []
  try {
    for (const name of named.length > 0 ? named : wanted) {
      const start = performance.now()
      // One that fails must not take along what others have measured; without any row the run fails.
      const measured = await cases[name]!(rig).catch((error: unknown) => {
        console.error(`  ${name} could not be measured: ${String(error)}`)
        return []
      })
      for (const { work, value, unit, aim, ok } of measured)
        console.log(`  ${work}: ${value} ${unit}${aim ? ` (aim ${aim}${ok ? '' : ', not met'})` : ''}`)
      console.log(`  (${name} took ${Math.round((performance.now() - start) / 1_000)} s)`)
      rows.push(...measured)
    }
  } finally {
    await rig.close()
  }
  return rows
}
