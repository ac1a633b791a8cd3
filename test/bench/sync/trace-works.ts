/** Real typing, against both peers. Without the recordings there is nothing to measure, and that is said. */
import type { BenchRow } from '../run.js'
import { compare, takeTurns, type Work } from './bench.ts'
import { tracePath } from './trace.ts'

const rooms = 4
const rounds = 3

export const traces: Work = async (bench) => {
  const rows: BenchRow[] = []
  for (const name of ['friendsforever', 'json-crdt-blog-post']) {
    const path = tracePath(name)
    if (path === undefined) {
      console.log(
        `The recording ${name} is not beside the checkout (shared/data/editing-traces): not measured.`,
      )
      continue
    }
    const turns = await takeTurns(
      bench,
      {
        servers: ['lyceum', 'hocuspocus', 'y-websocket'],
        rounds,
        plan: { members: 2, rooms: rooms * rounds },
      },
      ({ target }, round) =>
        bench.loader.run('replayTrace', {
          ...target,
          path,
          rooms: Array.from({ length: bench.quick ? 2 : rooms }, (_, i) => `notes/s${round * rooms + i}`),
          unacknowledged: 16,
        }),
    )
    for (const peer of ['hocuspocus', 'y-websocket'] as const) {
      rows.push(
        compare({
          work: `${name}, ${rooms} rooms, same text`,
          unit: 'updates/s',
          ours: turns.of('lyceum').map((result) => result.updatesPerSecond),
          peer: {
            name: turns.title(peer),
            values: turns.of(peer).map((result) => result.updatesPerSecond),
          },
        }),
      )
    }
  }
  return rows
}
