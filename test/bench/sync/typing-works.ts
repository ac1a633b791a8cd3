/** Typing: fifty documents of four, the same at a steady pace, and one room of two hundred. */
import type { BenchRow } from '../run.js'
import { type Aim, type Bench, compare, takeTurns, type Work } from './bench.ts'
import { median, quantile, syncTimes } from './measure.ts'
import type { Target } from './room-client.ts'
import type { BenchServer } from './servers.ts'
import type { TypingOrder, TypingResult } from './typing-load.ts'

const rounds = 3

function typing(
  bench: Bench,
  { target }: BenchServer,
  order: Omit<TypingOrder, keyof Target>,
): Promise<TypingResult> {
  return bench.loader.run('typeInRooms', { ...target, ...order })
}

/** Rooms that no earlier round has written in. */
function freshRooms(round: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `notes/s${round * count + i}`)
}

export const fiftyByFour: Work = async (bench) => {
  const turns = await takeTurns(
    bench,
    {
      servers: ['lyceum', 'hocuspocus', 'y-websocket'],
      rounds,
      plan: { members: 200, rooms: 50 * rounds },
    },
    (server, round) =>
      typing(bench, server, {
        rooms: freshRooms(round, 50),
        writers: 4,
        warm: bench.quick ? 1 : 2,
        seconds: bench.quick ? 3 : 8,
      }),
  )
  const ours = turns.of('lyceum')
  for (const name of ['lyceum', 'hocuspocus', 'y-websocket'] as const) {
    const share = median(turns.of(name).map(({ ownShare }) => ownShare))
    console.log(`  The load generator used ${Math.round(100 * share)} % of a core with ${turns.title(name)}.`)
  }
  const rows = (['hocuspocus', 'y-websocket'] as const).flatMap((name) => {
    const theirs = turns.of(name)
    const aims = name === 'hocuspocus' ? ({ rate: '>=3', cpu: '<=0.3333' } as const) : undefined
    return [
      compare({
        work: '50x4',
        unit: 'updates/s',
        ours: ours.map((result) => result.updatesPerSecond),
        peer: { name: turns.title(name), values: theirs.map((result) => result.updatesPerSecond) },
        ...(aims ? { aim: aims.rate } : {}),
      }),
      compare({
        work: '50x4 CPU of the server',
        unit: 'µs/update',
        ours: ours.map(({ cpu }) => 1000 * cpu),
        peer: { name: turns.title(name), values: theirs.map(({ cpu }) => 1000 * cpu) },
        ...(aims ? { aim: aims.cpu } : {}),
      }),
    ]
  })
  return [
    ...rows,
    compare({
      work: '50x4 memory',
      unit: 'MB',
      ours: ours.map(({ rss }) => rss / 1e6),
      peer: { name: turns.title('hocuspocus'), values: turns.of('hocuspocus').map(({ rss }) => rss / 1e6) },
    }),
  ]
}

export const paced: Work = async (bench) => {
  const pace = 1_000
  const disk: number[][] = []
  const turns = await takeTurns(
    bench,
    { servers: ['lyceum', 'hocuspocus'], rounds, plan: { members: 200, rooms: 50 * rounds } },
    (server, round) => {
      if (server.name === 'lyceum') disk.push(syncTimes(server.folder))
      return typing(bench, server, {
        rooms: freshRooms(round, 50),
        writers: 4,
        pace,
        warm: 2,
        // A peer's stores are put off by ten seconds at most.
        seconds: bench.quick ? 4 : 12,
        deliveries: true,
      })
    },
  )
  const [ours, theirs] = [turns.of('lyceum'), turns.of('hocuspocus')]
  const peer = (pick: (result: TypingResult) => number): { name: string; values: number[] } => ({
    name: turns.title('hocuspocus'),
    values: theirs.map(pick),
  })
  return [
    compare({
      work: `50x4, ${pace}/s: durable ack p50`,
      unit: 'ms',
      ours: ours.map(({ ack }) => ack.p50),
      peer: { name: 'the disk: 4 KB and fdatasync', values: disk.map((times) => quantile(times, 0.5)) },
      aim: '<=2',
    }),
    compare({
      work: `50x4, ${pace}/s: durable ack p99`,
      unit: 'ms',
      ours: ours.map(({ ack }) => ack.p99),
      peer: { ...peer(({ ack }) => ack.p99), name: `${turns.title('hocuspocus')}, not durable` },
      aim: '<1',
    }),
    compare({
      work: `50x4, ${pace}/s: delivery p99`,
      unit: 'ms',
      ours: ours.map(({ delivery }) => delivery.p99),
      peer: peer(({ delivery }) => delivery.p99),
    }),
    compare({
      work: `50x4, ${pace}/s: CPU of the server`,
      unit: 'µs/update',
      ours: ours.map(({ cpu }) => 1000 * cpu),
      peer: peer(({ cpu }) => 1000 * cpu),
    }),
  ]
}

export const attendees: Work = async (bench) => [
  ...(await room(bench, { work: '200 attendees', writers: 200, rounds, aim: '<=0.5' })),
  ...(await room(bench, { work: '200 attendees, 20 of them writing', writers: 20, rounds: 2 })),
]

async function room(
  bench: Bench,
  options: { work: string; writers: number; rounds: number; aim?: Aim },
): Promise<BenchRow[]> {
  const { work, writers, aim } = options
  const turns = await takeTurns(
    bench,
    { servers: ['lyceum', 'hocuspocus'], rounds: options.rounds, plan: { members: 200, rooms: rounds } },
    (server, round) =>
      typing(bench, server, {
        rooms: freshRooms(round, 1),
        writers,
        readers: 200 - writers,
        warm: 1,
        seconds: bench.quick ? 3 : 6,
      }),
  )
  const row = (what: string, unit: string, pick: (result: TypingResult) => number, of?: Aim): BenchRow =>
    compare({
      work: work + what,
      unit,
      ours: turns.of('lyceum').map(pick),
      peer: { name: turns.title('hocuspocus'), values: turns.of('hocuspocus').map(pick) },
      ...(of ? { aim: of } : {}),
    })
  return [
    row(': CPU of the server', 'µs/update', ({ cpu }) => 1000 * cpu, aim),
    row('', 'updates/s', (result) => result.updatesPerSecond),
    row(': ack p99', 'ms', ({ ack }) => ack.p99),
  ]
}
