/** A real server process on a folder of its own, that can be killed the hard way and started again. */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
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
  /** What it has printed since its last start. */
  output(): string
}

const root = join(import.meta.dirname, '..', '..', '..')

/** @param env for every start. */
export async function createServer(dataDir: string, env: Record<string, string> = {}): Promise<SoakServer> {
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
      const starting = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
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
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      server = starting
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
    output: () => output,
  }
}
