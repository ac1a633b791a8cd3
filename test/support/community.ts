/**
 * A whole community in one process for tests: the real database (SQLite in memory, or a schema of a real PostgreSQL),
 * the real features, the real pipes. Only the clock is ours.
 */
// biome-ignore-all lint/suspicious/noExplicitAny: tests look into rows of every table
import * as encoding from 'lib0/encoding'
import pg from 'pg'
import { inject } from 'vitest'
import * as Y from 'yjs'
import { type Community, type CommunityOptions, openCommunity as openReal } from '#server/app.ts'
import { type Database, openPostgres, openSqlite } from '#server/core/db.ts'
import type { Env, Log, Services } from '#server/core/services.ts'
import { createMember } from '#server/features/accounts/index.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { guest, type Member, type Role, type Viewer } from '#shared/core/viewer.ts'
import type { CommandResult, FeedPage } from '#shared/core/wire.ts'
import type { CommandInput, CommandName } from '#shared/features/index.ts'
import './postgres-pass.ts'

export class NoAccess extends Error {}

export interface TestMember extends Member {
  handle: string
  /** The value of a `cookie` header. */
  cookie: string
}

export interface TestCommunity {
  services: Services
  app: Community['app']
  clock: { now: number; advance(ms: number): void }
  logged: string[]
  member(options?: {
    role?: Role
    handle?: string
    name?: string
    language?: 'zh' | 'en'
  }): Promise<TestMember>
  send<N extends CommandName>(
    member: Member,
    name: N,
    input: CommandInput<N>,
    options?: { id?: string; after?: string[]; at?: number },
  ): Promise<CommandResult>
  /** What the viewer's device holds after catching up: table → id → data. */
  feed(viewer?: Viewer & { cookie?: string }): Promise<Map<string, Map<string, any>>>
  /** @throws NoAccess */
  doc(viewer: Viewer, room: string): Promise<Y.Doc>
  /** @throws NoAccess */
  write(viewer: Viewer, room: string, change: (doc: Y.Doc) => void): Promise<void>
  /** Sends bytes as an update, whatever they are. @throws NoAccess when they are refused */
  sendUpdate(viewer: Viewer, room: string, update: Uint8Array): Promise<void>
  /** Over HTTP, with the member's cookie and an allowed Origin. */
  request(path: string, init?: RequestInit & { as?: TestMember }): Promise<Response>
  community: Community
  close(): Promise<void>
}

export const testOrigin = 'http://127.0.0.1:8787'

let handles = 0

export interface TestOptions
  extends Pick<CommunityOptions, 'registry' | 'gauge' | 'oldestServed'>,
    Pick<Env, 'bounds' | 'vars'> {
  database?: Database
  now?: number
}

export async function openCommunity(options: TestOptions = {}): Promise<TestCommunity> {
  const clock = {
    now: options.now ?? Date.UTC(2026, 4, 4, 8),
    advance(ms: number) {
      clock.now += ms
    },
  }
  const logged: string[] = []
  const record =
    (level: string) =>
    (message: string, fields?: object): void => {
      logged.push(`${level}: ${message} ${JSON.stringify(fields ?? {})}`)
    }
  const log: Log = { debug: () => {}, info: record('info'), warn: record('warn'), error: record('error') }
  const { database, stop } = await openDatabase(options.database)
  const env: Env = {
    port: 8787,
    host: '127.0.0.1',
    dataDir: '/nonexistent',
    databaseUrl: undefined,
    publicUrl: testOrigin,
    secret: 'a secret of the tests',
    logLevel: 'info',
    mailUrl: undefined,
    mailFrom: 'test@localhost',
    ...(options.bounds ? { bounds: options.bounds } : {}),
    ...(options.vars ? { vars: options.vars } : {}),
  }
  const { registry, gauge, oldestServed } = options
  const community = await openReal({
    database,
    env,
    log,
    now: () => clock.now,
    registry,
    gauge,
    oldestServed,
  })
  const { services } = community

  return {
    services,
    community,
    app: community.app,
    clock,
    logged,

    async member({ role = 'member', handle = `member-${++handles}`, name = handle, language = 'en' } = {}) {
      const created = await createMember(services, {
        handle,
        name,
        email: `${handle}@example.org`,
        role,
        language,
      })
      if (!created.ok) throw new Error(created.error.message)
      const { token } = await services.sessions.open(created.value.id, 'test')
      return { id: created.value.id, role, handle, cookie: services.sessions.cookie(token).split(';')[0]! }
    },

    send: (member, name, input, { id = uuidv7(clock.now), after, at = clock.now } = {}) =>
      services.execute(member, { id, name, input, at, ...(after ? { after } : {}) }),

    async feed(viewer = guest) {
      const tables = new Map<string, Map<string, any>>()
      const headers: Record<string, string> = viewer.cookie ? { cookie: viewer.cookie } : {}
      let cursor = ''
      for (;;) {
        const response = await community.app.request(`/api/feed?cursor=${encodeURIComponent(cursor)}`, {
          headers,
        })
        const page = (await response.json()) as FeedPage
        for (const { table, id, data } of page.rows) {
          const rows = tables.get(table) ?? new Map()
          tables.set(table, rows)
          if (data === null) rows.delete(id)
          else rows.set(id, data)
        }
        cursor = page.cursor
        if (!page.more) return tables
      }
    },

    async doc(viewer, room) {
      const client = await connect(community, viewer, room)
      const { doc } = client
      client.close()
      return doc
    },

    async write(viewer, room, change) {
      const client = await connect(community, viewer, room)
      await client.write(change)
      client.close()
    },

    async sendUpdate(viewer, room, update) {
      const client = await connect(community, viewer, room)
      await client.sendUpdate(update)
      client.close()
    },

    request(path, { as, headers, ...init } = {}) {
      return Promise.resolve(
        community.app.request(path, {
          ...init,
          headers: {
            origin: testOrigin,
            ...(as ? { cookie: as.cookie } : {}),
            ...(headers as Record<string, string>),
          },
        }),
      )
    },

    async close() {
      await community.close()
      await stop()
    },
  }
}

/** In the PostgreSQL pass of the tests every community gets a schema of its own on the pass's server. */
async function openDatabase(
  given: Database | undefined,
): Promise<{ database: Database; stop(): Promise<void> }> {
  const nothing = (): Promise<void> => Promise.resolve()
  if (given) return { database: given, stop: nothing }
  const url = inject('postgres')
  if (!url) return { database: openSqlite(':memory:'), stop: nothing }
  const schema = `test_${uuidv7().replaceAll('-', '')}`
  await inSchema(url, `create schema ${schema}`)
  return {
    database: openPostgres(url, { schema }),
    stop: () => inSchema(url, `drop schema ${schema} cascade`),
  }
}

async function inSchema(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

interface FakeSocket {
  readyState: number
  OPEN: number
  bufferedAmount: number
  send(bytes: Uint8Array): void
  close(code: number, reason: string): void
  terminate(): void
  pause(): void
  resume(): void
  on(event: string, listen: (...args: any[]) => void): FakeSocket
}

/** Joins a room as a stock y-websocket client would, without a network in between. */
async function connect(
  community: Community,
  viewer: Viewer,
  room: string,
): Promise<{
  doc: Y.Doc
  write(change: (doc: Y.Doc) => void): Promise<void>
  sendUpdate(update: Uint8Array): Promise<void>
  close(): void
}> {
  const decoding = await import('lib0/decoding')
  const doc = new Y.Doc()
  const listeners = new Map<string, ((...args: any[]) => void)[]>()
  const emit = (event: string, ...args: unknown[]): void => {
    for (const listen of listeners.get(event) ?? []) listen(...args)
  }
  let closed: { code: number; reason: string } | undefined
  let acknowledged = 0
  let sent = 0
  let synced = false
  let notify = (): void => {}
  const until = async (done: () => boolean): Promise<void> => {
    for (;;) {
      if (closed) throw new NoAccess(`${room}: ${closed.code} ${closed.reason}`)
      if (done()) return
      await new Promise<void>((resolve) => {
        notify = resolve
      })
    }
  }
  const socket: FakeSocket = {
    readyState: 1,
    OPEN: 1,
    bufferedAmount: 0,
    send(bytes) {
      const from = decoding.createDecoder(bytes)
      const type = decoding.readVarUint(from)
      if (type === 120) acknowledged = decoding.readVarUint(from)
      if (type === 121) closed = { code: 0, reason: decoding.readTailAsUint8Array(from).toString() }
      if (type === 0) {
        const step = decoding.readVarUint(from)
        const body = decoding.readVarUint8Array(from)
        if (step === 0) sendSync(1, Y.encodeStateAsUpdate(doc, body))
        else Y.applyUpdate(doc, body, 'server')
        if (step === 1) synced = true
      }
      notify()
    },
    close(code, reason) {
      closed = { code, reason }
      socket.readyState = 3
      emit('close')
      notify()
    },
    terminate: () => emit('close'),
    pause: () => {},
    resume: () => {},
    on(event, listen) {
      listeners.set(event, [...(listeners.get(event) ?? []), listen])
      return socket
    },
  }
  function sendSync(step: number, body: Uint8Array): void {
    const to = encoding.createEncoder()
    encoding.writeVarUint(to, 0)
    encoding.writeVarUint(to, step)
    encoding.writeVarUint8Array(to, body)
    sent++
    emit('message', Buffer.from(encoding.toUint8Array(to)), true)
  }
  async function sendUpdate(update: Uint8Array): Promise<void> {
    sendSync(2, update)
    const mine = sent
    await until(() => acknowledged >= mine)
  }
  community.sockets.accept(socket as never, { viewer, sessionId: null }, { room, ack: true })
  sendSync(0, Y.encodeStateVector(doc))
  await until(() => synced)
  return {
    doc,
    async write(change) {
      const before = Y.encodeStateVector(doc)
      doc.transact(() => change(doc))
      await sendUpdate(Y.encodeStateAsUpdate(doc, before))
    },
    sendUpdate,
    close: () => emit('close'),
  }
}
