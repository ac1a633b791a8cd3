/** What the pieces of work share: the load generator, servers that take turns, and rows that compare them. */
import type { BenchRow } from '../run.js'
import type { ServerName } from './dialects.ts'
import type { Loader } from './loader.ts'
import { median } from './measure.ts'
import type { Plan } from './seed.ts'
import { type BenchServer, startServer } from './servers.ts'

export interface Bench {
  loader: Loader
  /** Short, for whoever works on it: the figures are not worth quoting. */
  quick: boolean
  /** Folder for CPU profiles of our server. */
  profile: string | undefined
}

/** One of the rows of the table, or several that come from the same runs. */
export type Work = (bench: Bench) => Promise<BenchRow[]>

/**
 * Lets servers take turns, several times over, so that what else the machine does meets them all. Only the one whose
 * turn it is runs; the others are frozen.
 */
export async function takeTurns<T>(
  bench: Bench,
  options: { servers: readonly ServerName[]; rounds: number; plan: Plan },
  measure: (server: BenchServer, round: number) => Promise<T>,
): Promise<Turns<T>> {
  const servers: BenchServer[] = []
  const results = new Map<ServerName, T[]>()
  try {
    for (const name of options.servers) {
      const server = await startServer(name, {
        loader: bench.loader,
        plan: options.plan,
        profile: bench.profile,
      })
      server.freeze()
      servers.push(server)
      results.set(name, [])
    }
    for (let round = 0; round < (bench.quick ? 1 : options.rounds); round++) {
      for (const server of servers) {
        server.thaw()
        await server.quiet()
        results.get(server.name)!.push(await measure(server, round))
        await server.quiet()
        server.freeze()
      }
    }
  } finally {
    for (const server of servers) await server.stop()
  }
  return {
    of: (name) => results.get(name)!,
    title: (name) => servers.find((server) => server.name === name)!.title,
  }
}

export interface Turns<T> {
  of(name: ServerName): T[]
  title(name: ServerName): string
}

export interface Comparison {
  work: string
  unit: string
  ours: readonly number[]
  /** Absent: nobody else does this. */
  peer?: { name: string; values: readonly number[] }
  /** What the ratio (ours through theirs, round by round, the median of them) has to be. */
  aim?: Aim
}

/** `>=3`, `<=0.5`, `<1` */
export type Aim = `${'>=' | '<=' | '<'}${number}`

export function compare({ work, unit, ours, peer, aim }: Comparison): BenchRow {
  const row: BenchRow = { bench: 'sync', work, value: rounded(median(ours)), unit }
  if (!peer) return row
  const ratio = median(ours.map((value, i) => value / peer.values[Math.min(i, peer.values.length - 1)]!))
  const compared = { ...row, peer: peer.name, peerValue: rounded(median(peer.values)), ratio: rounded(ratio) }
  return aim === undefined ? compared : { ...compared, aim, ok: meets(ratio, aim) }
}

export function meets(ratio: number, aim: Aim): boolean {
  const bound = Number(/[\d.]+/.exec(aim)![0])
  return aim.startsWith('>=') ? ratio >= bound : aim.startsWith('<=') ? ratio <= bound : ratio < bound
}

/** Four digits are more than the machine is good for. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
