/**
 * Writers that type into rooms: each waits for its ack before its next character (closed loop), or all of them together
 * keep a given pace. Afterwards the rooms are read again, and must hold every character that was acknowledged.
 */
import { cpuOf, quantile, rssOf, sleep } from './measure.ts'
import { toggleProfile } from './profile.ts'
import { enterRoom, type RoomClient, readText, type Target, until } from './room-client.ts'
import { createTypist, type Typist, typedIn } from './typing.ts'

export interface TypingOrder extends Target {
  rooms: string[]
  /** In each room; those who only read come beside them. */
  writers: number
  readers?: number
  /** Seconds before measuring begins. */
  warm: number
  seconds: number
  /** Updates a second, all writers together; absent: as fast as acks come. */
  pace?: number
  /** Also measure how long updates take to reach the others. */
  deliveries?: boolean
}

export interface TypingResult {
  updatesPerSecond: number
  /** Of the server, milliseconds for one update. */
  cpu: number
  rss: number
  /** Milliseconds between sending an update and its ack. */
  ack: Spread
  /** That the server sent. */
  messagesPerSecond: number
  delivery: Spread
  /** What the load generator used of one core: near 1, it was not the server that was measured. */
  ownShare: number
}

export interface Spread {
  p50: number
  p99: number
  most: number
}

export interface Writer {
  client: RoomClient
  typist: Typist
}

export async function typeInRooms(order: TypingOrder): Promise<TypingResult> {
  const base = randomBase()
  const perRoom = order.writers + (order.readers ?? 0)
  const writers: Writer[] = []
  const everyone: RoomClient[] = []
  const journey = createJourney()
  let measuring = false
  let closed = false
  let acks: number[] = []
  let messages = 0
  let failure: string | undefined
  const soundly = (): void => {
    if (failure !== undefined) throw new Error(failure)
  }

  const write = ({ client, typist }: Writer): void => {
    if (order.deliveries) journey.begins(typist.client)
    client.send(typist.next())
  }
  for (const [r, room] of order.rooms.entries()) {
    const opened = Array.from({ length: perRoom }, async (_, i) => {
      const number = r * perRoom + i
      const typist = createTypist(base + number)
      let writer: Writer | undefined
      const client = await enterRoom(order, room, number, {
        onTaken(milliseconds) {
          if (measuring) acks.push(milliseconds)
          if (order.pace === undefined && !closed) write(writer!)
        },
        onUpdate(update) {
          if (order.deliveries) journey.ends(update, typist.client)
        },
        onMessage() {
          if (measuring) messages++
        },
        onFailed(why) {
          failure ??= why
        },
      })
      writer = { client, typist }
      everyone.push(client)
      if (i < order.writers) writers.push(writer)
    })
    await Promise.all(opened)
  }
  await until(() => everyone.every(({ ready }) => ready) || failure !== undefined)
  // Answers to what the servers asked, and the acks for those.
  await sleep(300)
  soundly()

  const pacing = order.pace === undefined ? undefined : keepPace(order.pace, writers, write)
  if (order.pace === undefined) for (const writer of writers) write(writer)
  await sleep(order.warm * 1000)
  await toggleProfile(order.pid, order.profiled)
  acks = []
  journey.forget()
  measuring = true
  const start = performance.now()
  const before = cpuOf(order.pid)
  const ownBefore = cpuOf(process.pid)
  await sleep(order.seconds * 1000)
  measuring = false
  const used = cpuOf(order.pid) - before
  const seconds = (performance.now() - start) / 1000
  const ownShare = (cpuOf(process.pid) - ownBefore) / (1000 * seconds)
  const rss = rssOf(order.pid)
  const delivery = spread(journey.times)
  await toggleProfile(order.pid, order.profiled)
  pacing?.stop()
  closed = true
  await until(() => writers.every(({ client }) => client.waiting === 0) || failure !== undefined)
  soundly()
  for (const [r, room] of order.rooms.entries()) {
    const typed = writers.filter(({ client }) => client.room === room)
    const expected = typed.reduce((sum, { typist }) => sum + typist.typed, 0)
    const held = (await readText(order, room, r)).length
    if (held !== expected) throw new Error(`${order.server}: ${room} holds ${held} of ${expected} characters`)
  }
  for (const client of everyone) client.leave()
  return {
    updatesPerSecond: acks.length / seconds,
    cpu: used / acks.length,
    rss,
    ack: spread(acks),
    messagesPerSecond: messages / seconds,
    delivery,
    ownShare,
  }
}

/** Client numbers that nobody had before. */
export function randomBase(): number {
  return 1 + Math.floor(Math.random() * 2 ** 30)
}

export function spread(times: readonly number[]): Spread {
  return { p50: quantile(times, 0.5), p99: quantile(times, 0.99), most: quantile(times, 1) }
}

/** Evenly over the writers and over time, as far as timers of a millisecond allow. */
export function keepPace(
  pace: number,
  writers: readonly Writer[],
  write: (writer: Writer) => void,
): { stop(): void } {
  const start = performance.now()
  let sent = 0
  const timer = setInterval(() => {
    const due = ((performance.now() - start) * pace) / 1000
    for (; sent < due; sent++) write(writers[(sent * 7919) % writers.length]!)
  }, 1)
  return { stop: () => clearInterval(timer) }
}

export interface Journey {
  /** This client sends its next character now. */
  begins(client: number): void
  /** An update has reached somebody. */
  ends(update: Uint8Array, at: number): void
  forget(): void
  readonly times: number[]
}

/** How long characters take from their writers to the others, also where a server merges what it sends. */
export function createJourney(): Journey {
  const sentAt = new Map<number, number[]>()
  let times: number[] = []
  return {
    begins(client) {
      const sent = sentAt.get(client) ?? []
      sentAt.set(client, sent)
      sent.push(performance.now())
    },
    ends(update, at) {
      const now = performance.now()
      for (const [author, from, to] of typedIn(update)) {
        if (author === at) continue
        for (const sent of (sentAt.get(author) ?? []).slice(from, to)) times.push(now - sent)
      }
    },
    forget() {
      times = []
    },
    get times() {
      return times
    },
  }
}
