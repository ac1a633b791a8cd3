/**
 * The server: `npm run serve` (your community in DATA_DIR) and `npm start` (`--demo`: seeds an original community and
 * trains its model when the folder is empty). What keeps it from starting is said in one line, with exit code 1.
 */
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { type Community, openCommunity } from './app.ts'
import { type Database, openPostgres, openSqlite } from './core/db.ts'
import { NewerDatabase } from './core/migrations.ts'
import type { Env } from './core/services.ts'
import { demoSignIns, seedDemo } from './demo/seed.ts'
import { createLog, readEnv, UnusableSetting } from './env.ts'
import { setupLink } from './features/accounts/index.ts'

export interface RunningServer {
  community: Community
  url: string
  close(): Promise<void>
}

export function openDatabase(env: Env): Database {
  return env.databaseUrl ? openPostgres(env.databaseUrl) : openSqlite(join(env.dataDir, 'lyceum.sqlite'))
}

/** @throws UnusableSetting, NewerDatabase, and what `listen` says about the port. */
export async function startServer(options: {
  env: Env
  clientDir?: string
  demo?: boolean
  /** Oldest client that is served; the usual, when absent. */
  oldestServed?: number
  say?: (line: string) => void
}): Promise<RunningServer> {
  // The demo is a SQLite file, whatever the shell that starts it has set.
  const env: Env = options.demo ? { ...options.env, databaseUrl: undefined } : options.env
  const log = createLog(env.logLevel)
  // The port first: whoever cannot have it must not seed or migrate anything.
  const server = createServer({ connectionsCheckingInterval: 5_000 }, sayStarting)
  await listen(server, env)
  const port = (server.address() as { port: number }).port
  const settled: Env =
    env.port === 0 ? { ...env, port, publicUrl: env.publicUrl.replace(/:0$/, `:${port}`) } : env
  try {
    if (options.demo) await seedDemo(settled, log, options.say ?? (() => {}))
    const database = openDatabase(settled)
    const community = await openCommunity({
      database,
      env: settled,
      log,
      ...(options.clientDir ? { clientDir: options.clientDir } : {}),
      oldestServed: options.oldestServed,
    })
    database.space.onChange((full) =>
      log.warn(full ? 'the disk is full: nothing is taken until there is room' : 'there is room again'),
    )
    database.space.watch()
    server.off('request', sayStarting)
    server.on('request', getRequestListener(community.app.fetch))
    community.attach(server)
    return {
      community,
      url: settled.publicUrl,
      async close() {
        server.close()
        server.closeIdleConnections()
        server.removeAllListeners('request')
        server.on('request', sayStopping)
        await community.close()
        server.closeAllConnections()
      },
    }
  } catch (error) {
    server.close()
    throw error
  }
}

/** The first start seeds and trains for a while; without an answer a browser would wait for ever. */
const sayStarting = saying('Lyceum is starting.\n')
/** On connections that are still open. */
const sayStopping = saying('Lyceum is stopping.\n')

function saying(text: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (_request, response) => {
    response.writeHead(503, { 'content-type': 'text/plain; charset=utf-8', 'retry-after': '2', refresh: '2' })
    response.end(text)
  }
}

function listen(server: Server, env: Env): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // Everybody who lost a server comes back to it at once, and whom the kernel turns away waits for seconds; but so
    // does, while there is too much to do, whoever waits at the end of a long queue.
    server.listen({ port: env.port, host: env.host, backlog: 1_024 }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

async function main(): Promise<void> {
  const demo = process.argv.includes('--demo')
  const say = (line: string): void => console.log(line)
  const built = join(import.meta.dirname, '..', 'dist', 'client')
  const running = await startServer({
    env: readEnv(process.env),
    demo,
    say,
    ...(existsSync(join(built, 'index.html')) ? { clientDir: built } : {}),
  })
  // What the disk has is right, what this process believes it has is not: start again from the disk.
  void running.community.services.database.durability.broken.then((why) => {
    console.error(
      `lyceum: the disk refused to keep what was written (${String(why)}); start again when it is well`,
    )
    process.exit(1)
  })
  let stopping = 0
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // One stop may reach us by several ways at once. Asked again later, we go: no promise depends on a tidy end.
      if (stopping > 0 && Date.now() - stopping > 2_000) process.exit(1)
      if (stopping > 0) return
      stopping = Date.now()
      running.close().then(
        () => process.exit(0),
        (error) => {
          console.error(String(error))
          process.exit(1)
        },
      )
    })
  }
  say(`\nLyceum is open at ${running.url}`)
  if (demo) say(demoSignIns())
  const link = await setupLink(running.community.services)
  if (link) say(`Set your community up, once, at ${link}`)
}

/** What went wrong, in one line, when it is something that the operator can mend. */
export function explain(error: unknown): string | undefined {
  if (error instanceof UnusableSetting || error instanceof NewerDatabase) return error.message
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  if (code === 'EADDRINUSE') return `port ${port} is taken; stop what uses it or set PORT`
  if (code === 'EACCES' && port !== undefined) return `port ${port} may not be used by this user; set PORT`
  if (code === 'EADDRNOTAVAIL') return `HOST ${address} is not an address of this machine`
  if (code === 'SQLITE_CANTOPEN' || code === 'SQLITE_READONLY')
    return 'the database in DATA_DIR cannot be written'
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') return 'the disk of DATA_DIR is full'
  if (code === 'SQLITE_NOTADB') return 'lyceum.sqlite in DATA_DIR is not a database'
  if (code === 'SQLITE_CORRUPT') return 'the database in DATA_DIR is damaged; restore a backup'
  if (code === 'ECONNREFUSED') return 'the database at DATABASE_URL does not answer'
  return undefined
}

if (process.argv[1] === import.meta.filename) {
  main().catch((error: unknown) => {
    const line = explain(error)
    console.error(line === undefined ? error : `lyceum: ${line}`)
    process.exit(1)
  })
}
