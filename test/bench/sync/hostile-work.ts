/** Twenty rooms in which people type, alone on the server and beside a room that somebody floods. */
import type { BenchRow } from '../run.js'
import { compare, type Work } from './bench.ts'
import { startLoader } from './loader.ts'
import { startServer } from './servers.ts'

const rooms = 20
const kinds = ['refused', 'taken'] as const

export const hostile: Work = async (bench) => {
  const rows: BenchRow[] = []
  const attacker = startLoader()
  const rounds = bench.quick ? 1 : 3
  const seconds = bench.quick ? 3 : 6
  const plan = { members: 100, rooms: 2 * (rooms + 1) * rounds * kinds.length }
  const server = await startServer('lyceum', { loader: bench.loader, plan, profile: undefined })
  let used = 0
  const type = async (): Promise<number> => {
    const names = Array.from({ length: rooms }, (_, i) => `notes/s${used + i}`)
    used += rooms
    const order = { ...server.target, rooms: names, writers: 2, warm: 1, seconds, pace: 200 }
    return (await bench.loader.run('typeInRooms', order)).ack.p99
  }
  try {
    for (const kind of kinds) {
      const alone: number[] = []
      const beside: number[] = []
      for (let round = 0; round < rounds; round++) {
        await server.quiet()
        alone.push(await type())
        const order = { ...server.target, room: `notes/s${used++}`, kind, seconds: seconds + 2, number: 99 }
        const flooding = attacker.run('flood', order)
        beside.push(await type())
        await flooding
      }
      rows.push(
        compare({
          work: `20 rooms beside one that is flooded (${kind}): ack p99`,
          unit: 'ms',
          ours: beside,
          peer: { name: 'the same alone', values: alone },
          aim: '<=2',
        }),
      )
    }
  } finally {
    attacker.stop()
    await server.stop()
  }
  return rows
}
