/**
 * Who is let in over HTTP: not a client that is too old, before anything of it is applied; and not more requests at once
 * than can be answered in a moment. Whoever is let in is served to the end; whoever is not is told when to try again.
 *
 * Requests that wait for the disk are under way side by side: as many as are answered, at the present pace, within the
 * time that one may have to wait (Little's law); one whose body is still coming in is under way for its sender alone, or
 * a few who send byte by byte would keep everybody out. Those that only compute follow each other within one turn of the event
 * loop, while all that came meanwhile waits in the kernel: of these, no more are begun in a turn than fit into its time.
 */
import type { IncomingMessage } from 'node:http'
import type { Context, MiddlewareHandler } from 'hono'
import { versionHeader } from '#shared/core/wire.ts'
import type { Bounds } from './bounds.ts'
import type { Health } from './health.ts'
import { refused } from './refusals.ts'

export interface Admission {
  guard: MiddlewareHandler
  /** Requests being answered. */
  readonly underWay: number
}

export interface AdmissionOptions {
  bounds: Bounds
  health: Pick<Health, 'overloaded' | 'retryAfter'>
  /** Clients below this version must update themselves first. */
  oldestServed: number
  onRefused(reason: string): void
}

/** Asked by service workers, which must find a new shell and a switch whatever their age. */
const always = new Set(['/api/shell'])
/** Cheap, and what a device asks before it can do anything. */
const light = new Set(['/api/session', '/api/shell', '/api/openapi.json'])

/** Milliseconds over which the pace is taken. */
const paceOver = 1_000

export function createAdmission(options: AdmissionOptions): Admission {
  const { bounds, health, oldestServed } = options
  const requests = new Set<IncomingMessage>()
  /** What had been used when the first request of this turn of the loop was begun. */
  let turnBegan: NodeJS.CpuUsage | undefined

  /** Requests answered a second, of late. */
  let pace = 0
  let answeredAt = performance.now()

  function paceNow(): number {
    const now = performance.now()
    pace *= Math.exp((answeredAt - now) / paceOver)
    answeredAt = now
    return pace
  }

  function underWay(): number {
    let count = 0
    for (const request of requests) if (request.complete) count++
    return count
  }

  function mostUnderWay(): number {
    const within = (paceNow() * bounds.requestsWait) / 1_000
    return Math.min(bounds.requestsUnderWayMost, Math.max(bounds.requestsUnderWay, within))
  }

  /** Milliseconds of processor time: on a machine that is busy with something else, turns are long and do little. */
  function turnTook(): number {
    if (turnBegan) {
      const { user, system } = process.cpuUsage(turnBegan)
      return (user + system) / 1_000
    }
    turnBegan = process.cpuUsage()
    setImmediate(() => {
      turnBegan = undefined
    })
    return 0
  }

  const guard: MiddlewareHandler = async (c, next) => {
    const { path } = c.req
    const version = c.req.header(versionHeader)
    if (version !== undefined && !(Number(version) >= oldestServed) && !always.has(path)) {
      options.onRefused('version')
      return refused('upgrade', 'this client is too old', { params: { oldest: oldestServed } })
    }
    const request = requestOf(c)
    // What this process asks of itself waits nowhere.
    if (light.has(path) || !request) return next()
    const { overloaded } = health
    const most = overloaded ? bounds.requestsWhenOverloaded : mostUnderWay()
    const longest = overloaded ? bounds.requestsTurnWhenOverloaded : bounds.requestsTurn
    if (underWay() >= most || turnTook() > longest) {
      options.onRefused('overload')
      const params = { seconds: health.retryAfter() }
      return refused('too_many', 'the server has too much to do', { reason: 'core.refused_busy', params })
    }
    requests.add(request)
    try {
      return await next()
    } finally {
      requests.delete(request)
      pace = paceNow() + 1_000 / paceOver
    }
  }

  return {
    guard,
    get underWay() {
      return underWay()
    },
  }
}

function requestOf(c: Context): IncomingMessage | undefined {
  return (c.env as { incoming?: IncomingMessage } | undefined)?.incoming
}
