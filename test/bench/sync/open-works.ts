/**
 * Five hundred rooms over a link of 50 ms: on the one socket of a device of ours, and on a socket each. Rooms are opened
 * once only, so that the server has none of them in memory.
 */
import { compare, takeTurns, type Work } from './bench.ts'
import type { OpenResult } from './open-load.ts'
import { createSlowLink } from './slow-link.ts'

const rooms = 500
const length = 1_000
const rounds = 3
const peer = 'y-websocket 3.1.0, one socket a room'

export const manyRooms: Work = async (bench) => {
  const turns = await takeTurns(
    bench,
    {
      servers: ['lyceum'],
      rounds,
      plan: { members: 50, rooms: rooms * (2 * rounds + 1), characters: length },
    },
    async ({ target, quiet }, round) => {
      let used = round === 0 ? 0 : rooms * (2 * round + 1)
      const open = async (shared: boolean): Promise<OpenResult> => {
        const first = used
        used += rooms
        const link = await createSlowLink(target.port, 50)
        try {
          return await bench.loader.run('openRooms', {
            ...target,
            port: link.port,
            origin: target.port,
            rooms: Array.from({ length: rooms }, (_, i) => `notes/s${first + i}`),
            shared,
            length,
          })
        } finally {
          link.close()
          await quiet()
        }
      }
      // Nobody pays for the first compilation.
      if (round === 0) await open(true)
      return { shared: await open(true), each: await open(false) }
    },
  )
  const measured = turns.of('lyceum')
  return [
    compare({
      work: `${rooms} rooms opened, 50 ms away`,
      unit: 'ms',
      ours: measured.map(({ shared }) => shared.milliseconds),
      peer: { name: peer, values: measured.map(({ each }) => each.milliseconds) },
      aim: '<=0.25',
    }),
    compare({
      work: `${rooms} rooms opened: CPU of the server`,
      unit: 'ms',
      ours: measured.map(({ shared }) => shared.cpu),
      peer: { name: peer, values: measured.map(({ each }) => each.cpu) },
      aim: '<=0.5',
    }),
  ]
}
