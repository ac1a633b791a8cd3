/**
 * How well the server keeps up, told by how late its event loop is. Once that has been bad for a while, whoever is not
 * here yet is told to come later, and those who are go on being served; once it has been well for longer, all may come
 * again. The two thresholds lie far apart, so that the server does not go back and forth between them. A loop that is
 * late because the machine is busy with something else is not overloaded: sending people away would not help it.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'

export interface Health {
  readonly overloaded: boolean
  /** Seconds after which somebody who is sent away may try again: not the same for all. */
  retryAfter(): number
  /** Milliseconds that the loop was late in the last moment: half of the time by at most, and 99 % of it. */
  readonly delay: { p50: number; p99: number }
  close(): void
}

/** What the loop was like since it was asked last: milliseconds, and the share of a processor that was ours. */
export type Gauge = () => { p50: number; p99: number; busy?: number }

export interface HealthOptions {
  gauge?: Gauge | undefined
  random?: () => number
  onChange?(overloaded: boolean): void
  /** Called by the test itself when absent. */
  every?(milliseconds: number, work: () => void): () => void
}

const lookEvery = 500
/** Half of all turns of the loop are this late: work comes in faster than it is done. */
const lateAbove = 150
const wellBelow = 50
const busyAbove = 0.4
const looksUntilOverloaded = 3
const looksUntilWell = 8

export function createHealth(options: HealthOptions = {}): Health {
  const loop = options.gauge ? undefined : monitorLoop()
  const gauge = options.gauge ?? loop!.gauge
  const random = options.random ?? Math.random
  const every = options.every ?? repeat
  let overloaded = false
  let looks = 0
  let delay = { p50: 0, p99: 0 }

  function look(): void {
    const { busy = 1, ...late } = gauge()
    delay = late
    const isLate = delay.p50 > lateAbove && busy > busyAbove
    const isTurning = overloaded ? delay.p50 < wellBelow || busy < busyAbove : isLate
    looks = isTurning ? looks + 1 : 0
    if (looks < (overloaded ? looksUntilWell : looksUntilOverloaded)) return
    overloaded = !overloaded
    looks = 0
    options.onChange?.(overloaded)
  }

  const stop = every(lookEvery, look)
  return {
    get overloaded() {
      return overloaded
    },
    retryAfter: () => 5 + Math.floor(random() * 15),
    get delay() {
      return delay
    },
    close() {
      stop()
      loop?.stop()
    },
  }
}

const resolution = 10

function monitorLoop(): { gauge: Gauge; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution })
  histogram.enable()
  // It counts the time between two turns of a timer, which is its own when nothing is late.
  const late = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution)
  let used = process.cpuUsage()
  let usedAt = performance.now()
  return {
    gauge() {
      const since = process.cpuUsage(used)
      const now = performance.now()
      const busy = (since.user + since.system) / 1_000 / Math.max(1, now - usedAt)
      const seen = { p50: late(histogram.percentile(50)), p99: late(histogram.percentile(99)), busy }
      used = process.cpuUsage()
      usedAt = now
      histogram.reset()
      return seen
    },
    stop: () => histogram.disable(),
  }
}

function repeat(milliseconds: number, work: () => void): () => void {
  const timer = setInterval(work, milliseconds)
  timer.unref()
  return () => clearInterval(timer)
}
