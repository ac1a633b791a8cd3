/**
 * Recorded typing, replayed over sockets by its authors, in several rooms at once. An author sends an update as soon as
 * what its maker had seen has arrived, and has at most a few unacknowledged; nobody waits for a clock.
 */
import { cpuOf, sleep } from './measure.ts'
import { toggleProfile } from './profile.ts'
import { enterRoom, type RoomClient, readText, type Target, until } from './room-client.ts'
import { clientOf, readTrace, type Trace } from './trace.ts'
import { typedIn } from './typing.ts'

export interface ReplayOrder extends Target {
  /** The recording's file. */
  path: string
  rooms: string[]
  /** Updates that an author may have on the way. */
  unacknowledged: number
}

export interface ReplayResult {
  updates: number
  updatesPerSecond: number
  /** Of the server, milliseconds for one update. */
  cpu: number
}

const traces = new Map<string, Trace>()

export async function replayTrace(order: ReplayOrder): Promise<ReplayResult> {
  const trace = traces.get(order.path) ?? readTrace(order.path)
  traces.set(order.path, trace)
  let failure: string | undefined
  const clients: RoomClient[] = []
  const replays: { start(): void; done(): boolean }[] = []

  for (const room of order.rooms) {
    for (const [author, updates] of trace.authors.entries()) {
      /** For each author the clock up to which this one has received. */
      const received = trace.authors.map(() => 0)
      let next = 0
      const go = (): void => {
        while (next < updates.length && client.waiting < order.unacknowledged) {
          const { update, seen } = updates[next]!
          if (seen.some((clock, other) => other !== author && clock > received[other]!)) return
          next++
          client.send(update)
        }
      }
      const client = await enterRoom(order, room, author, {
        onTaken: go,
        onUpdate(update) {
          for (const [number, , to] of typedIn(update)) {
            const other = number - clientOf(0)
            received[other] = Math.max(received[other]!, to)
          }
          go()
        },
        onFailed(why) {
          failure ??= why
        },
      })
      clients.push(client)
      replays.push({ start: go, done: () => next === updates.length && client.waiting === 0 })
    }
  }
  await until(() => clients.every(({ ready }) => ready))
  await sleep(300)
  await toggleProfile(order.pid, order.profiled)
  const before = cpuOf(order.pid)
  const start = performance.now()
  for (const replay of replays) replay.start()
  await until(() => replays.every(({ done }) => done()) || failure !== undefined, 120_000)
  const seconds = (performance.now() - start) / 1000
  const used = cpuOf(order.pid) - before
  await toggleProfile(order.pid, order.profiled)
  if (failure !== undefined) throw new Error(failure)
  for (const room of order.rooms) {
    if ((await readText(order, room)) !== trace.text)
      throw new Error(`${order.server}: ${room} has another text`)
  }
  for (const client of clients) client.leave()
  const updates = order.rooms.length * trace.authors.reduce((sum, { length }) => sum + length, 0)
  return { updates, updatesPerSecond: updates / seconds, cpu: used / updates }
}
