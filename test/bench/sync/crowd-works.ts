/** A thousand sockets, and five thousand. */
import type { BenchRow } from '../run.js'
import { compare, takeTurns, type Work } from './bench.ts'
import type { CrowdResult } from './crowd-load.ts'
import { median, quantile, syncTimes } from './measure.ts'

const perRoom = 50

export const crowds: Work = async (bench) => {
  const rows: BenchRow[] = []
  for (const sockets of bench.quick ? [1_000] : [1_000, 5_000]) {
    const turns = await takeTurns(
      bench,
      {
        servers: ['lyceum', 'hocuspocus'],
        rounds: 1,
        // A few devices each.
        plan: { members: sockets / 5, rooms: sockets / perRoom },
      },
      ({ target, folder }) => {
        const disk = syncTimes(folder, 100)
        console.log(
          `  The disk syncs 4 KB in ${median(disk).toFixed(2)} ms, p99 ${quantile(disk, 0.99).toFixed(1)} ms.`,
        )
        return bench.loader.run('crowd', {
          ...target,
          rooms: Array.from({ length: sockets / perRoom }, (_, i) => `notes/s${i}`),
          sockets,
          pace: 4_000 / (perRoom - 1),
          seconds: bench.quick ? 3 : 6,
        })
      },
    )
    for (const name of ['lyceum', 'hocuspocus'] as const) {
      const { cpuShare, entering, storm } = turns.of(name)[0]!
      console.log(
        `  ${sockets} sockets, ${turns.title(name)}: let in within ${entering.toFixed(1)} s, ` +
          `${Math.round(100 * cpuShare)} % of a core while typing; the storm took ${storm.cpuSeconds.toFixed(1)} s of CPU ` +
          `and ${storm.retries} retries.`,
      )
    }
    const row = (work: string, unit: string, pick: (result: CrowdResult) => number): BenchRow =>
      compare({
        work: `${sockets} sockets: ${work}`,
        unit,
        ours: turns.of('lyceum').map(pick),
        peer: { name: turns.title('hocuspocus'), values: turns.of('hocuspocus').map(pick) },
      })
    rows.push(
      row('memory of each', 'KB', ({ bytesPerSocket }) => bytesPerSocket / 1000),
      row('delivery p50, 4,000/s', 'ms', ({ delivery }) => delivery.p50),
      row('delivery p99, 4,000/s', 'ms', ({ delivery }) => delivery.p99),
      {
        ...row('all cut off at once, all served again after', 's', ({ storm }) => storm.seconds),
        aim: 'settles',
        ok: true,
      },
    )
  }
  return rows
}
