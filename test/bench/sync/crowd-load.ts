/**
 * Thousands of sockets: what each costs the server while it is quiet, how long updates take to everybody, and how long
 * the server needs until all are served again after every one of them was cut off at the same moment.
 */
import { cpuOf, rssOf, sleep } from './measure.ts'
import { toggleProfile } from './profile.ts'
import { enterRoom, type RoomClient, type Target, until } from './room-client.ts'
import { createTypist } from './typing.ts'
import { createJourney, keepPace, randomBase, type Spread, spread, type Writer } from './typing-load.ts'

export interface CrowdOrder extends Target {
  rooms: string[]
  sockets: number
  /** Updates a second, in all rooms together. */
  pace: number
  seconds: number
}

export interface CrowdResult {
  bytesPerSocket: number
  /** Seconds until everybody was let in, when they came one after the other. */
  entering: number
  delivery: Spread
  ack: Spread
  /** Of the server while updates are delivered, as a share of one core. */
  cpuShare: number
  /** After everybody was cut off: seconds until all have their room's state again. */
  storm: { seconds: number; cpuSeconds: number; retries: number }
}

export async function crowd(order: CrowdOrder): Promise<CrowdResult> {
  const { pid, rooms, sockets } = order
  const base = randomBase()
  const journey = createJourney()
  let acks: number[] = []
  let retries = 0
  const present: (RoomClient | undefined)[] = Array.from({ length: sockets })
  const typists = present.map((_, i) => createTypist(base + i))

  async function enter(i: number): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      let failure: string | undefined
      try {
        const client = await enterRoom(order, rooms[i % rooms.length]!, i, {
          onTaken: (milliseconds) => acks.push(milliseconds),
          onUpdate: (update) => journey.ends(update, base + i),
          onFailed(why) {
            failure = why
          },
        })
        present[i] = client
        await until(() => client.ready || failure !== undefined, 120_000)
        if (failure === undefined) return
      } catch (error) {
        failure = String(error)
      }
      if (attempt === 20) throw new Error(failure)
      retries++
      await sleep(200 * 2 ** Math.min(attempt, 5) * (0.5 + Math.random() / 2))
    }
  }

  const before = rssOf(pid)
  const start = performance.now()
  // Fifty at a time: that they come is not what is measured here.
  let next = 0
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (next < sockets) await enter(next++)
    }),
  )
  const entering = (performance.now() - start) / 1000
  await sleep(2_000)
  const bytesPerSocket = (rssOf(pid) - before) / sockets

  const writers: Writer[] = present.map((client, i) => ({ client: client!, typist: typists[i]! }))
  const pacing = keepPace(order.pace, writers, ({ client, typist }) => {
    journey.begins(typist.client)
    client.send(typist.next())
  })
  await sleep(1_000)
  await toggleProfile(pid, order.profiled)
  acks = []
  journey.forget()
  const cpu = cpuOf(pid)
  await sleep(order.seconds * 1000)
  const cpuShare = (cpuOf(pid) - cpu) / (order.seconds * 1000)
  const result = { delivery: spread(journey.times), ack: spread(acks) }
  await toggleProfile(pid, order.profiled)
  pacing.stop()
  await until(() => writers.every(({ client }) => client.waiting === 0))

  retries = 0
  for (const client of present) client!.leave()
  await toggleProfile(pid, order.profiled)
  const cut = performance.now()
  const cutCpu = cpuOf(pid)
  await Promise.all(present.map((_, i) => enter(i)))
  const storm = {
    seconds: (performance.now() - cut) / 1000,
    cpuSeconds: (cpuOf(pid) - cutCpu) / 1000,
    retries,
  }
  await toggleProfile(pid, order.profiled)
  for (const client of present) client!.leave()
  return { bytesPerSocket, entering, ...result, cpuShare, storm }
}
