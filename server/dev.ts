/**
 * `npm run dev`: one port, live reload on both sides. Vite serves the client on the public port and hands everything
 * that belongs to the server on to a second process of ours on a loopback port, which is restarted when something
 * under server/ or shared/ changes. Requests that arrive during a restart wait for its end.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { watch } from 'node:fs'
import { createServer as createProbe } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createServer, type Plugin } from 'vite'

const root = join(import.meta.dirname, '..')
const host = process.env.HOST || '127.0.0.1'
const port = Number(process.env.PORT || 8787)
const publicUrl = process.env.PUBLIC_URL || `http://${host}:${port}`
const backendPort = await freePort()
const backend = `http://127.0.0.1:${backendPort}`
const served = /^\/(api|sync|healthz|readyz|metrics)(?=[/?]|$)/

let child: ChildProcess | undefined
let ready: Promise<void> = Promise.resolve()
let closing = false

/** Starts the server process; resolves when it answers, or when it has ended because of a mistake in the code. */
async function startBackend(): Promise<void> {
  const own = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts', '--demo'], {
    cwd: root,
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(backendPort), PUBLIC_URL: publicUrl },
    stdio: 'inherit',
  })
  child = own
  own.once('exit', (code) => {
    if (code && !closing) console.error('The server stopped; it starts again when a file changes.')
  })
  while (own.exitCode === null && own.signalCode === null) {
    const answer = await fetch(`${backend}/healthz`, { signal: AbortSignal.timeout(1000) }).catch(
      () => undefined,
    )
    if (answer?.ok) return
    await sleep(100)
  }
}

function stopBackend(): Promise<void> {
  const old = child
  if (!old || old.exitCode !== null || old.signalCode !== null) return Promise.resolve()
  return new Promise((resolve) => {
    const force = setTimeout(() => old.kill('SIGKILL'), 5000)
    old.once('exit', () => {
      clearTimeout(force)
      resolve()
    })
    old.kill('SIGTERM')
  })
}

let pause: NodeJS.Timeout | undefined

function restartSoon(file: string | null): void {
  if (closing || !file || !/\.(ts|json|md)$/.test(file) || /\.test\.ts$/.test(file)) return
  clearTimeout(pause)
  pause = setTimeout(() => {
    console.log(`${file} changed: restarting the server.`)
    // At once, so that a start which still waits for its server ends; once more in turn, so that starts never overlap.
    void stopBackend()
    ready = ready.then(stopBackend).then(startBackend)
  }, 150)
}

const waitForBackend: Plugin = {
  name: 'lyceum:wait-for-server',
  configureServer(vite) {
    vite.middlewares.use((request, _response, next) => {
      if (served.test(request.url ?? '')) ready.then(() => next())
      else next()
    })
  },
}

const vite = await createServer({
  configFile: join(root, 'vite.config.ts'),
  plugins: [waitForBackend],
  server: {
    host,
    port,
    strictPort: true,
    proxy: { [served.source]: { target: backend, ws: true } },
  },
})

try {
  await vite.listen()
} catch (error) {
  console.error(`Port ${port} cannot be used: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}

const watchers = ['server', 'shared'].map((folder) =>
  watch(join(root, folder), { recursive: true }, (_event, file) => restartSoon(file && `${folder}/${file}`)),
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, close)
ready = startBackend()
await ready
console.log(`Developing at ${publicUrl}`)

async function close(): Promise<void> {
  closing = true
  for (const watcher of watchers) watcher.close()
  await Promise.all([stopBackend(), vite.close()])
  process.exit(0)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createProbe().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
