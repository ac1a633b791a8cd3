/**
 * One socket, and the measure in which it may use the server. What its client sends is taken in lanes: messages of one
 * room in the order in which they came, rooms beside each other, so that one that waits for the disk keeps no other
 * waiting. A client that sends faster than it may, or than the database stores, is read no more for a while: what it
 * sends waits at its end, not in our memory. A client that does not read what it asked for is not answered further
 * before it has; one that does not read what it is sent is closed when `limits.backlog` bytes wait, and one that is not
 * there any more is found by pings.
 */
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import type { Viewer } from '#shared/core/viewer.ts'
import { closeCode, limits } from '#shared/core/wire.ts'
import { type Bounds, type Bucket, createBucket } from './bounds.ts'
import { frameOf } from './socket-frames.ts'

export interface Session {
  viewer: Viewer
  sessionId: string | null
}

export interface Connection {
  readonly socket: WebSocket
  readonly isOpen: boolean
  /** Messages that were received and not yet dealt with. */
  readonly waiting: number
  /** @param asked it answers a question of the client's, and may be as large as a document. */
  send(bytes: Uint8Array, asked?: boolean): void
  /** Resolves when the client has read most of what it was sent; `undefined`: it has. */
  drained(): Promise<void> | undefined
  /** So many bytes more (or fewer) wait to be stored. */
  hold(bytes: number): void
  /** Does work in its lane's turn. */
  inTurn(lane: number, work: () => Promise<void> | void): void
  /** May it open another room now? */
  mayJoin(): boolean
  /** Another of its rooms is opened, when there is a place. @returns what frees it again */
  joining(): Promise<() => void>
  /** Asks whether somebody is still there, and ends it when the last such question was not answered. */
  ping(): void
}

export interface ConnectionOptions {
  socket: WebSocket
  /** What the socket writes to; it compresses nothing. Absent: `socket` writes by itself. */
  stream: Duplex | undefined
  bounds: Bounds
  /** Milliseconds of a clock that is never put back. */
  now(): number
  /** The lane of a message, and what to do in it. @throws when it is no message */
  receive(bytes: Uint8Array): { lane: number; work(): Promise<void> | void }
  onBroken(error: unknown): void
  onRefused(reason: string): void
}

interface Lane {
  queue: (() => Promise<void> | undefined)[]
}

/** What a waiting message costs beside its bytes. */
const overhead = 256
/** Buffered bytes below which a question is answered. */
const drainedBelow = limits.backlog / 4
/** Bytes that are on their way in any network, and say nothing about who reads them. */
const underWay = 64 * 1024
const closePatience = 2_000

let done: (() => void)[] = []

/** Runs it when all that is running now is done. */
function whenDone(then: () => void): void {
  done.push(then)
  if (done.length > 1) return
  process.nextTick(() => {
    const all = done
    done = []
    for (const one of all) one()
  })
}

export function createConnection(options: ConnectionOptions): Connection {
  const { socket, stream, bounds, now } = options
  const pace = createBucket(bounds.messagesPerSecond, bounds.messagesAtOnce, now)
  const joins: Bucket = createBucket(bounds.joinsPerSecond, bounds.joinsAtOnce, now)
  const lanes = new Map<number, Lane>()
  const queue: Buffer[] = []
  /** Index of the first message of `queue` that was not taken. */
  let head = 0
  /** In lanes. */
  let underWayHere = 0
  let taken = 0
  let scheduled = false
  let held = 0
  let paused = false
  let closing = false
  let corked = false
  let heard = true
  /** Bytes of the largest answer that may still be on its way, and of what waited at the last ping. */
  let answer = 0
  let unread = 0
  let places = bounds.joinsUnderWay
  const placesWanted: (() => void)[] = []

  function refuse(code: number, reason: string): void {
    if (closing) return
    closing = true
    options.onRefused(reason)
    socket.close(code, reason)
    // Whoever does not read does not read this either.
    setTimeout(() => socket.terminate(), closePatience).unref()
  }

  /** What is sent in one go leaves in one system call. */
  function write(to: Duplex, bytes: Uint8Array): void {
    if (!corked) {
      corked = true
      to.cork()
      whenDone(uncork)
    }
    const frame = frameOf(bytes)
    if (Buffer.isBuffer(frame)) to.write(frame)
    else for (const part of frame) to.write(part)
  }

  function uncork(): void {
    corked = false
    stream!.uncork()
  }

  function balance(): void {
    const isFull = held > bounds.bytesWaiting || queue.length - head > bounds.messagesWaiting
    const hasRoom = held < bounds.bytesWaiting / 4 && queue.length - head < bounds.messagesWaiting / 4
    if (isFull && !paused) {
      paused = true
      socket.pause()
    } else if (hasRoom && paused) {
      paused = false
      socket.resume()
    }
  }

  function hold(bytes: number): void {
    held += bytes
    balance()
  }

  function schedule(wait: number): void {
    if (scheduled) return
    scheduled = true
    const go = (): void => {
      scheduled = false
      taken = 0
      pump()
    }
    if (wait === 0) setImmediate(go)
    else setTimeout(go, wait).unref()
  }

  function pump(): void {
    while (head < queue.length && !closing) {
      if (taken >= bounds.messagesPerTurn) break
      if (!pace.take()) {
        schedule(Math.max(1, pace.wait()))
        return
      }
      taken++
      const bytes = queue[head]!
      head++
      if (head > 1_024) {
        queue.splice(0, head)
        head = 0
      }
      take(bytes)
    }
    if (head === queue.length) {
      queue.length = 0
      head = 0
    }
    balance()
    // Also to begin the next turn from nothing.
    if (taken > 0) schedule(0)
  }

  function take(bytes: Buffer): void {
    const cost = bytes.byteLength + overhead
    try {
      const message = options.receive(bytes)
      underWayHere++
      run(message.lane, message.work, () => {
        underWayHere--
        hold(-cost)
      })
    } catch (error) {
      hold(-cost)
      options.onBroken(error)
    }
  }

  /** At once when its lane is free and the work needs no waiting; else after what came before it there. */
  function run(number: number, work: () => Promise<void> | void, done: () => void): void {
    const lane = lanes.get(number)
    if (lane) {
      lane.queue.push(() => finish(work, done))
      return
    }
    const pending = finish(work, done)
    if (!pending) return
    const opened: Lane = { queue: [] }
    lanes.set(number, opened)
    void pending.then(() => drain(number, opened))
  }

  async function drain(number: number, lane: Lane): Promise<void> {
    while (lane.queue.length > 0) {
      const batch = lane.queue
      lane.queue = []
      for (const work of batch) await work()
    }
    lanes.delete(number)
  }

  /** @returns undefined when it is done already. Never rejects. */
  function finish(work: () => Promise<void> | void, done: () => void): Promise<void> | undefined {
    try {
      const pending = isOpen() ? work() : undefined
      if (pending) return pending.catch(options.onBroken).finally(done)
    } catch (error) {
      options.onBroken(error)
    }
    done()
    return undefined
  }

  function isOpen(): boolean {
    return socket.readyState === socket.OPEN && !closing
  }

  socket.on('message', (data: Buffer, isBinary: boolean) => {
    heard = true
    if (closing) return
    if (!isBinary) return options.onBroken('a text message')
    queue.push(data)
    hold(data.byteLength + overhead)
    if (queue.length - head > bounds.messagesWaitingMost) {
      return refuse(closeCode.overloaded, 'too many messages at once')
    }
    if (!scheduled || taken < bounds.messagesPerTurn) pump()
  })
  socket.on('pong', () => {
    heard = true
  })
  socket.on('error', () => {})

  return {
    socket,
    get isOpen() {
      return isOpen()
    },
    get waiting() {
      return queue.length - head + underWayHere
    },
    send(bytes, asked = false) {
      if (socket.readyState !== socket.OPEN || closing) return
      const buffered = socket.bufferedAmount
      if (buffered === 0) answer = 0
      if (buffered > limits.backlog + answer) return refuse(closeCode.overloaded, 'too slow')
      if (asked && bytes.byteLength > answer) answer = bytes.byteLength
      if (stream) write(stream, bytes)
      else socket.send(bytes)
    },
    drained() {
      if (socket.bufferedAmount < drainedBelow) return undefined
      return new Promise((resolve) => {
        const look = setInterval(() => {
          if (isOpen() && socket.bufferedAmount >= drainedBelow) return
          clearInterval(look)
          resolve()
        }, 20)
        look.unref()
      })
    },
    hold,
    inTurn: (lane, work) => run(lane, work, () => {}),
    mayJoin: joins.take,
    async joining() {
      if (places > 0) places--
      else await new Promise<void>((go) => placesWanted.push(go))
      return () => {
        const next = placesWanted.shift()
        if (next) next()
        else places++
      }
    },
    ping() {
      const { bufferedAmount } = socket
      const isStuck = bufferedAmount > underWay && bufferedAmount >= unread && unread > 0
      unread = bufferedAmount
      // Whom we do not read we do not hear.
      if ((!heard && !paused) || isStuck) {
        options.onRefused('not there')
        socket.terminate()
        return
      }
      heard = false
      if (socket.readyState === socket.OPEN) socket.ping()
    },
  }
}
