/** A real server process on a folder of its own, that can be killed the hard way and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { freePort } from '../../support/ports.ts'

export interface SoakServer {
  readonly url: string
  readonly pid: number | undefined
  /** Resolves when it answers. @throws with what it printed when it ends before. */
  start(env?: Record<string, string>): Promise<void>
  /** kill -9, at this very moment; resolves when it is gone. */
  kill(): Promise<void>
  /** SIGTERM, and waits. */
  stop(): Promise<void>
  /** Resolves with its exit code when it ends by itself; `null` for a signal. */
  ended(): Promise<number | null>
  /** What it has printed since its last start. */
  output(): string
  /** Since this was asked last; only of servers that are watched. */
  vitals(): Promise<Vitals>
}

export interface Vitals {
  /** The longest time that the main thread ran without coming back to its event loop, milliseconds on the processor. */
  stall: number
  /** Bytes, after a collection. */
  rss: number
  heap: number
}

const root = join(import.meta.dirname, '..', '..', '..')

/** However we end, they do not stay behind. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const server of running) server.kill('SIGKILL')
})

const watch = ['--expose-gc', '--import', pathToFileURL(join(import.meta.dirname, 'watch.js')).href]

/**
 * @param env for every start. @param options.watched so that `vitals` can be asked.
 * @param options.prefix put before the command, for a server that sees another disk
 */
export async function createServer(
  dataDir: string,
  env: Record<string, string> = {},
  options: { watched?: boolean; prefix?: readonly string[] } = {},
): Promise<SoakServer> {
  const port = await freePort()
  let server: ChildProcess | undefined
  let output = ''

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server
    server = undefined
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(signal)
    await ended
  }

  return {
    url: `http://127.0.0.1:${port}`,
    get pid() {
      return server?.pid
    },
    async start(more = {}) {
      const node = [process.execPath, ...(options.watched ? watch : []), '--import', 'tsx', 'server/main.ts']
      const [command, ...args] = [...(options.prefix ?? []), ...node]
      const starting = spawn(command!, args, {
        cwd: root,
        env: {
          PATH: process.env.PATH,
          NODE_ENV: 'production',
          DATA_DIR: dataDir,
          PORT: String(port),
          LOG_LEVEL: 'error',
          ...env,
          ...more,
        },
        stdio: ['ignore', 'pipe', 'pipe', ...(options.watched ? ['ipc' as const] : [])],
      })
      server = starting
      running.add(starting)
      starting.once('exit', () => running.delete(starting))
      output = ''
      await new Promise<void>((resolve, reject) => {
        const listen = (chunk: Buffer): void => {
          output += chunk.toString()
          if (output.includes('Lyceum is open at')) resolve()
        }
        starting.stdout!.on('data', listen)
        starting.stderr!.on('data', listen)
        starting.once('exit', (code, signal) =>
          reject(new Error(`the server ended with ${code ?? signal}:\n${output}`)),
        )
      })
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    ended() {
      const ending = server
      if (!ending || ending.exitCode !== null) return Promise.resolve(ending?.exitCode ?? null)
      return new Promise((resolve) => ending.once('exit', (code) => resolve(code)))
    },
    output: () => output,
    vitals() {
      const asked = server
      if (!asked?.connected) return Promise.reject(new Error('there is no server to ask'))
      return new Promise((resolve, reject) => {
        asked.once('message', (vitals) => resolve(vitals as Vitals))
        asked.once('exit', () => reject(new Error(`the server is gone:\n${output}`)))
        asked.send('vitals?')
      })
    },
  }
}
