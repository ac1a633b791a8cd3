/**
 * The composition root: opens the database, wires core's parts to each other and to the features, and serves them. No
 * rule lives here.
 */
import { randomBytes } from 'node:crypto'
import type { Server } from 'node:http'
import { Hono } from 'hono'
import nodemailer from 'nodemailer'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import type { Doc } from 'yjs'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Audience, Member, Viewer } from '#shared/core/viewer.ts'
import { type FeedPage, versions } from '#shared/core/wire.ts'
import { contracts } from '#shared/features/index.ts'
import { decideAccess, documentRule } from './core/access.ts'
import { besideRoom } from './core/beside.ts'
import { type Bounds, bounds } from './core/bounds.ts'
import { createExecute } from './core/commands.ts'
import type { Database } from './core/db.ts'
import { checkRoutes } from './core/declarations.ts'
import { createRooms } from './core/docs.ts'
import { mattersOf, type Reader, type Registry } from './core/feature.ts'
import {
  audiencesAtOnce,
  audiencesOf,
  readFeed,
  readNewsAtOnce,
  sealCursor,
  unsealCursor,
} from './core/feed.ts'
import { readWhole } from './core/file-parts.ts'
import { storeFile } from './core/files.ts'
import { createHealth, type Gauge } from './core/health.ts'
import { createApi, createTickets } from './core/http.ts'
import { createJobs } from './core/jobs.ts'
import { createGiveLease, makeLeaseKey } from './core/lease.ts'
import { migrate } from './core/migrations.ts'
import { createModules, offIn } from './core/modules.ts'
import { ownOf } from './core/own.ts'
import { createShell, securityHeaders } from './core/page.ts'
import { createAskRights } from './core/rights.ts'
import type { Env, Log, Resource, Services } from './core/services.ts'
import { createSessions, sessionNow, sessionNowAtOnce } from './core/session.ts'
import { createSockets, type FeedAnswer, type Session, type Sockets } from './core/socket.ts'
import { type CoreTx, createReader, createTransact } from './core/transact.ts'
import { attachSockets } from './core/upgrade.ts'
import { features } from './features/index.ts'

const everyFeature: Registry = { contracts, features }

export { everyFeature as registry }

export interface CommunityOptions {
  database: Database
  env: Env
  log: Log
  now?: () => number
  /** Folder of the built client. */
  clientDir?: string
  /** Every feature, when absent. */
  registry?: Registry
  /** `versions.oldestServed`, when absent. */
  oldestServed?: number
  /** How late the event loop is; measured, when absent. */
  gauge?: Gauge
}

export interface Community {
  readonly services: Services
  readonly sockets: Sockets
  readonly app: Hono
  /** A member's edit of a room, made on the server; asks nobody. */
  edit(member: Member, room: string, change: (doc: Doc) => void): Promise<void>
  /** Takes the socket upgrades of a server that serves `app`. */
  attach(server: Server): void
  /** Writes derived rows of documents that changed, and waits for jobs: for tests and a clean stop. */
  quiesce(): Promise<void>
  close(): Promise<void>
}

/** Migrates, starts what recurs, and is ready when it resolves. @throws NewerDatabase, Undeclared */
export async function openCommunity(options: CommunityOptions): Promise<Community> {
  const { database, env, log, registry = everyFeature } = options
  const now = options.now ?? Date.now
  const allowed: Bounds = { ...bounds, ...env.bounds }
  const oldestServed = options.oldestServed ?? versions.oldestServed
  const health = createHealth({
    gauge: options.gauge,
    onChange: (overloaded) =>
      log.warn(overloaded ? 'overloaded: whoever comes is told to come later' : 'no longer overloaded'),
  })
  await migrate(database, registry, now)
  const epoch = await keptValue(database, 'epoch')
  const cursorKey = await keptValue(database, 'cursor_key')
  const leaseKey = await keptValue(database, 'lease_key')
  const modules = await createModules(database.kysely, registry)
  const { used } = modules
  let ready = false
  /** Deleted bytes may still be in the WAL: also those of a process that ended before it could see to them. */
  let toScrub = true

  const rooms = createRooms({
    db: database.kysely,
    direct: database.direct,
    now,
    transact: (work) => transact(work),
    atOnce: (work) => transact.atOnce(work),
    project: async (tx, room, changed) => {
      const found = documentRule(registry, room)
      if (found?.rule.project) await found.rule.project(tx as CoreTx, found.id, changed)
      await besideRoom(used, tx as CoreTx, room, changed.doc)
    },
    isFull: database.isFull,
    rootsOf: (room) => documentRule(registry, room)?.roots,
    onErased: (tx) => {
      ;(tx as CoreTx).effects.erased = true
    },
    onError: (room, error) =>
      log.error('room failed', { room, error: String((error as Error)?.stack ?? error) }),
  })

  const transact = createTransact({
    database,
    registry,
    now,
    rooms,
    onCommit: (effects) => {
      toScrub ||= effects.erased
      if (effects.unused) {
        modules.take(effects.unused)
        sockets.recheck()
        jobs.nudge()
      }
      // First of all: from here on nothing is taken from whom it may have ended for.
      if (effects.accessChanged.size > 0 || effects.withdrawn.size > 0)
        sockets.recheck({ members: effects.accessChanged, rows: effects.withdrawn })
      if (effects.feed.size > 0) sockets.feedMoved(effects.feed.keys())
      if (effects.jobs) jobs.nudge()
    },
  })

  async function tidy(): Promise<void> {
    sockets.expire(now())
    await rooms.tidy()
    if (toScrub) await scrub()
    if (!database.changedElsewhere()) return
    // Whoever wrote it may not have synced it yet, and what follows tells it to devices.
    database.durability.committed()
    await database.durability.settled()
    await modules.look()
    await rooms.catchUp()
    sockets.recheck()
    sockets.feedMoved()
    jobs.nudge()
  }

  /** A reader may be in the way: tried again with the next tick. */
  async function scrub(): Promise<void> {
    toScrub = false
    await database.durability.scrub().catch((error) => {
      toScrub = true
      log.debug('scrubbing failed', { error: String(error) })
    })
  }

  const read = <T>(work: (reader: Reader) => Promise<T>): Promise<T> =>
    work(createReader(database.kysely, now()))
  const access = (viewer: Viewer, resource: Resource, action: 'read' | 'write'): Promise<boolean> =>
    decideAccess(used, database.kysely, createReader(database.kysely, now()), viewer, resource, action)
  /** What nearly everybody is told who follows: thousands at once, when something is published for all. */
  const newsAtOnce = (
    session: Session,
    cursor: string,
  ): { viewer: Viewer; audiences: Audience[]; page: FeedPage } | undefined => {
    const { direct, kysely } = database
    if (!direct?.isFree) return undefined
    return direct.reading(() => {
      const { sessionId } = session
      const viewer =
        sessionId === null ? session.viewer : sessionNowAtOnce(kysely, direct, sessionId, now())?.viewer
      if (!viewer) return undefined
      const audiences = audiencesAtOnce(kysely, direct, viewer, now())
      const position = unsealCursor(cursorKey, viewer, cursor)
      const page = readNewsAtOnce(kysely, direct, epoch, audiences, position)
      return page && { viewer, audiences, page }
    })
  }
  /** As what the viewer is in the very state that is read: a role that has ended since is none. */
  const feedPage = async (session: Session, cursor: string): Promise<FeedAnswer | undefined> => {
    const news = newsAtOnce(session, cursor)
    const read =
      news ??
      (await database.kysely.transaction().execute(async (trx) => {
        const { sessionId } = session
        const viewer = sessionId === null ? session.viewer : (await sessionNow(trx, sessionId, now()))?.viewer
        if (!viewer) return undefined
        const audiences = await audiencesOf(trx, viewer, now())
        const position = unsealCursor(cursorKey, viewer, cursor)
        return { viewer, audiences, page: await readFeed(trx, epoch, audiences, position) }
      }))
    await database.durability.settled()
    if (!read) return undefined
    const { viewer, audiences, page } = read
    const sealed = sealCursor(cursorKey, viewer, page.cursor)
    const { more, rows } = page
    return {
      audiences,
      page: {
        epoch: page.epoch,
        cursor: sealed,
        more,
        rows,
        ...(database.space.full ? { readOnly: true } : {}),
      },
    }
  }

  const sessionStore = createSessions(database, env, now)
  const sessions: Services['sessions'] = {
    ...sessionStore,
    close: async (sessionId) => {
      await sessionStore.close(sessionId)
      sockets.recheck({ sessions: new Set([sessionId]) })
    },
  }
  const sockets: Sockets = createSockets({
    rooms,
    log,
    bounds: allowed,
    rights: createAskRights(used, database.kysely, now),
    feedPage,
    sessionNow: async (sessionId) => {
      const { direct, kysely } = database
      return direct?.isFree
        ? sessionNowAtOnce(kysely, direct, sessionId, now())
        : sessionNow(kysely, sessionId, now())
    },
    person: (memberId) => read((reader) => personOf(registry, reader, memberId)),
  })

  database.space.onChange(() => sockets.feedMoved())

  const execute = createExecute({ database, registry, log, transact })
  const limiters = new Map<string, RateLimiterMemory>()
  const mailer = env.mailUrl ? nodemailer.createTransport(env.mailUrl) : undefined
  const services: Services = {
    env,
    log,
    database,
    now,
    read,
    transact,
    execute,
    matters: () => mattersOf(used),
    isUsed: (feature) => Object.hasOwn(used.features, feature),
    sessions,
    access,
    storeFile: (bytes, type, name = '') => storeFile(database, bytes, type, name, now()),
    readParts: (store) => readWhole(database, store),
    async allowRate(key, points, seconds) {
      const kind = `${points}/${seconds}`
      const limiter = limiters.get(kind) ?? new RateLimiterMemory({ points, duration: seconds })
      limiters.set(kind, limiter)
      return limiter.consume(key).then(
        () => true,
        () => false,
      )
    },
    async mail(to, subject, text, headers) {
      if (!mailer) return false
      await mailer.sendMail({ from: env.mailFrom, to, subject, text, ...(headers ? { headers } : {}) })
      return true
    },
    gauges: () => gauges(),
    docOf: rooms.docOf,
    async isPassword(memberId, password) {
      for (const feature of Object.values(registry.features)) {
        const is = await feature.isPassword?.(services, memberId, password)
        if (is !== undefined) return is
      }
      return false
    },
    ownFiles: (member, lang, words) => ownOf(used, services, member, lang, words),
    lease: createGiveLease(database.kysely, leaseKey, now),
  }
  const jobs = createJobs({ database, registry, used, log, now, services: () => services })
  const tickets = createTickets(now)

  const app = new Hono()
  app.use('*', async (c, next) => {
    await next()
    for (const [name, value] of Object.entries(securityHeaders))
      if (!c.res.headers.has(name)) c.header(name, value)
  })
  const gauges = (): Record<string, number> => ({
    ...sockets.gauges(),
    requests: http.admission.underWay,
    loop_delay_p50_ms: health.delay.p50,
    loop_delay_p99_ms: health.delay.p99,
    overloaded: Number(health.overloaded),
    rss_bytes: process.memoryUsage().rss,
    ready: Number(ready),
  })
  const http = createApi({
    registry,
    used,
    services,
    execute,
    feedPage,
    tickets,
    bounds: allowed,
    health,
    oldestServed,
    onRefused: sockets.refused,
    gauges,
    isReady: () => ready,
  })
  app.route('/', http.api)
  const pages = Object.entries(registry.features).flatMap(([name, feature]) =>
    (feature.pages ?? []).map((page) => ({ ...page, isUsed: () => services.isUsed(name) })),
  )
  const shell = createShell({ services, pages, clientDir: options.clientDir, read })
  app.route('/', shell.pages)
  checkRoutes(app.routes, [...http.declared, ...shell.declared])

  // A newer version may have other tables, or features that need others than before.
  const off = await offIn(database.kysely)
  if (off.length > 0) await transact((tx) => tx.setUnused(off))
  for (const feature of Object.values(registry.features)) await feature.start?.(services)
  await rooms.recover()
  jobs.nudge()
  let underWay: Promise<void> | undefined
  const tidying = setInterval(() => {
    underWay ??= tidy()
      .catch((error) => log.error('tidying failed', { error: String(error) }))
      .finally(() => {
        underWay = undefined
      })
  }, 1_000)
  tidying.unref()
  // What ends by the hour ends within a second, with time to spare for looking at it.
  const expiring = setInterval(() => sockets.expire(now()), 250)
  expiring.unref()
  ready = true

  return {
    services,
    sockets,
    app,
    edit: (member, room, change) => rooms.edit(room, member.id, change),
    attach: (server) =>
      attachSockets(server, {
        publicUrl: env.publicUrl,
        bounds: allowed,
        sessions,
        tickets,
        sockets,
        health,
        oldestServed,
        allowRate: services.allowRate,
      }),
    async quiesce() {
      await tidy()
      await rooms.tidy({ all: true })
      // By a clock that tests put forward, something may be due.
      jobs.nudge()
      await jobs.idle()
      // Those that a job has looked into.
      await rooms.tidy({ all: true })
    },
    async close() {
      ready = false
      clearInterval(tidying)
      clearInterval(expiring)
      await underWay
      health.close()
      await sockets.close()
      await rooms.close()
      await jobs.close()
      await database.close()
    },
  }
}

/** As the feature that knows members calls them. */
async function personOf(
  registry: Registry,
  reader: Reader,
  memberId: string,
): Promise<{ id: string; name: string } | undefined> {
  for (const feature of Object.values(registry.features)) {
    const name = await feature.nameOf?.(reader, memberId)
    if (name !== undefined) return { id: memberId, name }
  }
  return undefined
}

const madeValues = {
  epoch: () => uuidv7(),
  cursor_key: () => randomBytes(32).toString('base64url'),
  lease_key: makeLeaseKey,
}

/**
 * A value that is made once for a database and kept in it. `epoch`: the identity of its history, of which `restore`
 * makes a new one; `cursor_key`: seals the feed's cursors; `lease_key`: signs leases.
 */
async function keptValue(database: Database, key: keyof typeof madeValues): Promise<string> {
  await database.kysely
    .insertInto('meta')
    .values({ key, value: madeValues[key]() })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .execute()
  database.durability.committed()
  await database.durability.settled()
  const found = await database.kysely
    .selectFrom('meta')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return found.value
}
