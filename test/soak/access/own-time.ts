/**
 * A clock of the time that the machine gave to this process. On a machine that others keep busy, a process may stand
 * still for seconds in which nobody could have done better; time in which it computed counts in full.
 */
export interface OwnTime {
  /** Milliseconds. */
  now(): number
  stop(): void
}

const every = 10
/** Of a pause between two looks at the clock, this much counts though nothing was computed in it: timers are waited for. */
const patience = 30

export function createOwnTime(): OwnTime {
  let total = 0
  let wall = performance.now()
  let cpu = process.cpuUsage()
  function look(): void {
    const now = performance.now()
    const used = process.cpuUsage(cpu)
    cpu = process.cpuUsage()
    total += Math.min(now - wall, Math.max(patience, (used.user + used.system) / 1_000))
    wall = now
  }
  const timer = setInterval(look, every)
  return {
    now() {
      look()
      return total
    },
    stop: () => clearInterval(timer),
  }
}
