/**
 * The HTTP side of core: the fixed routes, the routes that features declare, and what holds for all of them. Every
 * answer under /api is JSON with the right status; mutations need an allowed Origin; nothing leaves before what it
 * depends on is durable.
 */
import { randomBytes } from 'node:crypto'
import { type Context, type Handler, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { compress } from 'hono/compress'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import * as v from 'valibot'
import { parse } from '#shared/core/contract.ts'
import { isTransient } from '#shared/core/result.ts'
import { holds, isMember, type Member, type Viewer } from '#shared/core/viewer.ts'
import { type CommandEnvelope, type CommandResult, limits } from '#shared/core/wire.ts'
import { type Admission, createAdmission } from './admission.ts'
import type { Bounds } from './bounds.ts'
import type { Execute } from './commands.ts'
import { parseEnvelope } from './commands.ts'
import type { DeclaredRoute } from './declarations.ts'
import type { Registry, Route } from './feature.ts'
import { serveFile } from './files.ts'
import type { Health } from './health.ts'
import { metricsText } from './metrics.ts'
import { describeApi } from './openapi.ts'
import { refusalResponse, refused } from './refusals.ts'
import type { Services } from './services.ts'
import { barredRefusal } from './session.ts'
import type { FeedAnswer, Session } from './socket.ts'

export interface HttpOptions {
  /** Every feature. */
  registry: Registry
  /** Those that the community uses, at any time. */
  used: Registry
  services: Services
  execute: Execute
  /** `undefined`: the session has ended meanwhile. */
  feedPage(session: Session, cursor: string): Promise<FeedAnswer | undefined>
  tickets: Tickets
  bounds: Bounds
  health: Health
  /** Clients below this version are sent away to update themselves. */
  oldestServed: number
  onRefused(reason: string): void
  /** Connection counts and the like, for `/metrics`. */
  gauges(): Record<string, number>
  isReady(): boolean
}

export type ApiEnv = { Variables: { viewer: Viewer; sessionId: string | null } }

export { refusalResponse }

/** Single-use tokens with which a client that cannot send cookies opens a socket. */
export interface Tickets {
  issue(session: { viewer: Viewer; sessionId: string | null }): string
  redeem(ticket: string): { viewer: Viewer; sessionId: string | null } | undefined
}

export function createTickets(now: () => number): Tickets {
  const waiting = new Map<string, { session: { viewer: Viewer; sessionId: string | null }; until: number }>()
  return {
    issue(session) {
      for (const [ticket, { until }] of waiting) if (until < now()) waiting.delete(ticket)
      const ticket = randomBytes(24).toString('base64url')
      waiting.set(ticket, { session, until: now() + 30_000 })
      return ticket
    },
    redeem(ticket) {
      const found = waiting.get(ticket)
      waiting.delete(ticket)
      return found && found.until >= now() ? found.session : undefined
    },
  }
}

/** Origins that may change things: PUBLIC_URL, and on a loopback address that address by its other name. */
export function allowedOrigins(publicUrl: string): Set<string> {
  const url = new URL(publicUrl)
  const origins = new Set([url.origin])
  if (['127.0.0.1', 'localhost'].includes(url.hostname)) {
    for (const name of ['127.0.0.1', 'localhost'])
      origins.add(`${url.protocol}//${name}${url.port ? `:${url.port}` : ''}`)
  }
  return origins
}

/** @returns the routes and, for each of them, who may call it. */
export function createApi(options: HttpOptions): {
  api: Hono<ApiEnv>
  declared: DeclaredRoute[]
  admission: Admission
} {
  const { registry, used, services, bounds } = options
  const { database, log } = services
  const origins = allowedOrigins(services.env.publicUrl)
  const api = new Hono<ApiEnv>()
  const declared: DeclaredRoute[] = []
  const pace = createPace(bounds.commandsPerMinute, 60)

  api.onError((error, c) => {
    if (database.isFull(error))
      return refused('unavailable', 'the disk is full', { reason: 'core.read_only', params: { seconds: 5 } })
    // What was under way when the server was told to stop finds its database closed: nothing of it was done.
    if (!options.isReady())
      return refused('unavailable', 'the server is stopping', { params: { seconds: 2 } })
    log.error('request failed', { path: c.req.path, error: String(error.stack ?? error) })
    return refused('internal', 'the server failed on this request')
  })

  const session: MiddlewareHandler<ApiEnv> = async (c, next) => {
    const token = services.sessions.tokenOf(c.req.raw)
    const { viewer, sessionId } = await services.sessions.viewer(token)
    c.set('viewer', viewer)
    c.set('sessionId', sessionId)
    if (!['GET', 'HEAD'].includes(c.req.method)) {
      const origin = c.req.header('origin')
      const foreign = origin !== undefined && !origins.has(origin)
      if (foreign || (origin === undefined && isMember(viewer))) {
        return refused('forbidden', 'this Origin may not change anything here', { field: 'origin' })
      }
    }
    // A device acts for the member whose data it holds; another tab may have signed in as somebody else meanwhile.
    const claimed = c.req.header('x-member')
    if (claimed !== undefined && claimed !== (viewer.id ?? '')) {
      const bar = await services.sessions.bar(token)
      if (bar && bar.memberId === claimed) return refusalResponse(barredRefusal(bar))
      return refused('unauthenticated', 'this session belongs to somebody else')
    }
    await next()
    c.header('cache-control', c.res.headers.get('cache-control') ?? 'no-store')
    await database.durability.settled()
    return undefined
  }
  const admission = createAdmission(options)
  api.use('/api/*', admission.guard, session)

  const json = async (c: Context): Promise<unknown> => {
    try {
      return await c.req.json()
    } catch {
      return undefined
    }
  }
  const limited = (maxSize: number): MiddlewareHandler =>
    bodyLimit({
      maxSize,
      onError: () => refused('too_large', `at most ${maxSize} bytes`, { params: { limit: maxSize } }),
    })

  /** Every route goes through here, so that none is without a rule. */
  function declare(
    method: Route['method'],
    path: string,
    access: Route['access'],
    ...handlers: [...MiddlewareHandler<ApiEnv>[], Handler<ApiEnv>]
  ): void {
    declared.push({ method, path, access })
    const guard: MiddlewareHandler<ApiEnv> = async (c, next) => {
      const viewer = c.get('viewer')
      if (access === 'guest' || holds(viewer, access)) return next()
      return isMember(viewer)
        ? refused('forbidden', 'not for you')
        : refused('unauthenticated', 'sign in first')
    }
    api.on(method, [path], ...(access === 'guest' ? [] : [guard]), ...handlers)
  }

  declare('POST', '/api/commands', 'member', limited(limits.commandsBody), async (c) => {
    const viewer = c.get('viewer') as Member
    const body = parse(batchSchema, await json(c))
    if (!body.ok) return refusalResponse(body.error)
    const results: CommandResult[] = []
    const wait = await pace.waitFor(viewer.id)
    if (wait > 0) {
      options.onRefused('commands')
      return refused('too_many', 'too many commands', { params: { seconds: wait } })
    }
    /** Lanes in which something failed for now: what comes after it there must wait. */
    const blocked = new Set<string>()
    for (const raw of body.value.commands) {
      results.push(await takeOne(viewer, c.get('sessionId'), raw, blocked))
    }
    return c.json({ results })
  })

  async function takeOne(
    viewer: Member,
    sessionId: string | null,
    raw: unknown,
    blocked: Set<string>,
  ): Promise<CommandResult> {
    const envelope = parseEnvelope(raw)
    if (!envelope.ok) {
      const id = typeof raw === 'object' && raw !== null && 'id' in raw ? raw.id : ''
      return { id: typeof id === 'string' ? id.slice(0, 100) : '', ok: false, ...envelope.error }
    }
    const lane = laneOf(used, envelope.value)
    if (lane !== undefined && blocked.has(lane)) {
      return {
        id: envelope.value.id,
        ok: false,
        code: 'waiting',
        message: 'an earlier command of its lane waits',
      }
    }
    if (!(await pace.take(viewer.id))) {
      if (lane !== undefined) blocked.add(lane)
      options.onRefused('commands')
      const params = { seconds: await pace.waitFor(viewer.id) }
      return { id: envelope.value.id, ok: false, code: 'too_many', message: 'too many commands', params }
    }
    const result = await options.execute(viewer, envelope.value, sessionId ?? undefined)
    if (!result.ok && lane !== undefined && isTransient(result.code)) blocked.add(lane)
    return result
  }

  // Guests too: what they are given is decided row by row, file by file, query by query.
  declare('GET', '/api/feed', 'guest', compress(), async (c) => {
    const session = { viewer: c.get('viewer'), sessionId: c.get('sessionId') }
    const answer = await options.feedPage(session, c.req.query('cursor') ?? '')
    return answer ? c.json(answer.page) : refused('unauthenticated', 'the session has ended')
  })

  declare('GET', '/api/files/:hash', 'guest', async (c) => {
    const hash = c.req.param('hash') ?? ''
    const viewer = c.get('viewer')
    const missing = () => refused('not_found', 'no such file')
    if (!/^[0-9a-f]{64}$/.test(hash)) return missing()
    if (!(await services.access(viewer, { kind: 'file', hash }, 'read'))) return missing()
    return (await serveFile(database, hash, c.req.raw)) ?? missing()
  })

  declare('GET', '/api/queries/:name', 'guest', async (c) => {
    const name = c.req.param('name') ?? ''
    const viewer = c.get('viewer')
    const [feature, query] = name.split('.', 2) as [string, string | undefined]
    const contract = Object.hasOwn(used.contracts, feature) ? used.contracts[feature] : undefined
    if (!contract || query === undefined || !Object.hasOwn(contract.queries, query)) {
      return refused('not_found', 'no such query')
    }
    if (!(await services.access(viewer, { kind: 'query', name }, 'read'))) {
      return isMember(viewer)
        ? refused('forbidden', 'not for you')
        : refused('unauthenticated', 'sign in first')
    }
    const input = parse(contract.queries[query]!.input, parseQueryInput(c.req.query('input')))
    if (!input.ok) return refusalResponse(input.error)
    const output = await services.read((reader) =>
      used.features[feature]!.queries[query]!.run(
        { reader, viewer, services, sessionId: c.get('sessionId') },
        input.value,
      ),
    )
    return c.json({ output })
  })

  declare('POST', '/api/tickets', 'member', async (c) => {
    const viewer = c.get('viewer')
    if (!(await services.allowRate(`tickets:${viewer.id}`, 120, 60)))
      return refused('too_many', 'too many requests', { params: { seconds: 60 } })
    return c.json({ ticket: options.tickets.issue({ viewer, sessionId: c.get('sessionId') }) })
  })

  /** Asked by the service worker: the switch that retires a broken shell. */
  declare('GET', '/api/shell', 'guest', (c) => c.json({ kill: process.env.LYCEUM_KILL_SHELL === '1' }))

  const owners = new Map<string, string>()
  for (const [name, feature] of Object.entries(registry.features)) {
    for (const route of feature.routes ?? []) mount(name, route)
  }

  function mount(feature: string, route: Route): void {
    owners.set(route.path, feature)
    api.on(route.method, route.path, async (_c, next) =>
      Object.hasOwn(used.features, feature) ? next() : refused('not_found', 'no such route'),
    )
    if (!route.path.startsWith('/api/')) api.on(route.method, route.path, session)
    declare(route.method, route.path, route.access, limited(route.body ?? 65_536), async (c) => {
      const viewer = c.get('viewer')
      const who = viewer.id ?? addressOf(c)
      if (!(await services.allowRate(`${route.method} ${route.path}:${who}`, route.rate ?? 120, 60))) {
        return refused('too_many', 'too many requests', { params: { seconds: 60 } })
      }
      return route.handle({ c, viewer, services })
    })
  }

  declare('GET', '/api/openapi.json', 'guest', (c) => c.json(describeApi(used, services.env.publicUrl)))
  declare('GET', '/healthz', 'guest', (c) => c.text('ok'))
  declare('GET', '/readyz', 'guest', (c) => (options.isReady() ? c.text('ready') : c.text('not ready', 503)))
  declare('GET', '/metrics', 'guest', (c) => c.text(metricsText(options.gauges())))

  const known = new Map<string, Set<string>>()
  for (const route of api.routes) {
    if (!route.path.includes('*'))
      known.set(route.path, (known.get(route.path) ?? new Set()).add(route.method))
  }
  api.all('/api/*', (c) => {
    const methods = known.get(c.req.path)
    const owner = owners.get(c.req.path)
    if (methods && (owner === undefined || Object.hasOwn(used.features, owner))) {
      const body = JSON.stringify({
        code: 'invalid',
        field: 'method',
        message: `${c.req.method} is not for this path`,
      })
      const headers = { 'content-type': 'application/json', allow: [...methods].join(', ') }
      return new Response(body, { status: 405, headers })
    }
    return refused('not_found', 'no such route')
  })
  return { api, declared, admission }
}

/** So many in so many seconds, for each key. */
function createPace(
  points: number,
  seconds: number,
): { take(key: string): Promise<boolean> /** Seconds; 0: now. */; waitFor(key: string): Promise<number> } {
  const limiter = new RateLimiterMemory({ points, duration: seconds })
  return {
    take: (key) =>
      limiter.consume(key).then(
        () => true,
        () => false,
      ),
    async waitFor(key) {
      const used = await limiter.get(key)
      return used && used.consumedPoints >= points ? Math.ceil(used.msBeforeNext / 1_000) : 0
    },
  }
}

const batchSchema = v.strictObject({
  commands: v.pipe(v.array(v.unknown()), v.minLength(1), v.maxLength(limits.commandsPerRequest)),
})

function laneOf(registry: Registry, envelope: CommandEnvelope): string | undefined {
  const [feature, name] = envelope.name.split('.', 2) as [string, string | undefined]
  const contract = Object.hasOwn(registry.contracts, feature) ? registry.contracts[feature] : undefined
  const command =
    name !== undefined && Object.hasOwn(contract?.commands ?? {}, name) ? contract!.commands[name] : undefined
  if (!command) return undefined
  const input = parse(command.input, envelope.input)
  return input.ok ? command.lane(input.value) : undefined
}

function parseQueryInput(text: string | undefined): unknown {
  if (text === undefined) return {}
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The peer's address; headers can be made up, so they do not count. */
export function addressOf(c: Context): string {
  const incoming = (c.env as { incoming?: { socket?: { remoteAddress?: string } } } | undefined)?.incoming
  return incoming?.socket?.remoteAddress ?? 'local'
}
