/**
 * What the app is measured with: the built client, a real server process on a copy of the demo that can be killed and
 * started again, and a Chromium. The machine's load changes what a clock says; where it matters, the processor time of
 * the page's main thread is told as well.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../../support/chromium.ts'
import { freePort } from '../../support/ports.ts'
import type { BenchRow } from '../run.js'
import { endWithUs } from '../sync/children.ts'

export interface Rig {
  readonly browser: Browser
  readonly quick: boolean
  readonly args: readonly string[]
  /** A server on a copy of the demo. */
  serve(): Promise<Served>
}

export interface Served {
  readonly url: string
  readonly dataDir: string
  start(): Promise<void>
  /** kill -9 */
  kill(): Promise<void>
  /** A command of the command line, while the server is down. */
  command(...args: string[]): void
  close(): Promise<void>
}

export type Case = (rig: Rig) => Promise<BenchRow[]>

export const root = join(import.meta.dirname, '..', '..', '..')
export const shared = join(root, '..', 'shared', 'data')
const environment = {
  ...process.env,
  NODE_ENV: 'production',
  LOG_LEVEL: 'warn',
  DATABASE_URL: '',
  PUBLIC_URL: '',
}

export async function openRig(args: readonly string[]): Promise<Rig & { close(): Promise<void> }> {
  const { buildWhenNeeded } = await import('../../../server/bin/build.js')
  if (!buildWhenNeeded()) throw new Error('the app could not be built')
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-bench-app-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  const demo = join(folder, 'demo')
  mkdirSync(demo)
  await seed(demo)
  const browser = await launchChromium()
  return {
    browser,
    quick: args.includes('--quick'),
    args,
    serve: () => serve(demo, mkdtempSync(join(folder, 'data-'))),
    close: () => browser.close(),
  }
}

/** As `npm start` does, once for all cases; `LYCEUM_DEMO` names a folder that is seeded already. */
async function seed(demo: string): Promise<void> {
  const given = process.env.LYCEUM_DEMO
  if (given !== undefined && existsSync(join(given, 'lyceum.sqlite')))
    return cpSync(given, demo, { recursive: true })
  const { seedDemo } = await import('#server/demo/seed.ts')
  const { createLog, readEnv } = await import('#server/env.ts')
  await seedDemo(readEnv({ DATA_DIR: demo }), createLog('error'), () => {})
}

async function serve(demo: string, dataDir: string): Promise<Served> {
  cpSync(demo, dataDir, { recursive: true })
  const port = await freePort()
  let child: ChildProcess | undefined
  const kill = async (): Promise<void> => {
    const ending = child
    child = undefined
    if (!ending || ending.exitCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGKILL')
    await ended
  }
  const served: Served = {
    url: `http://127.0.0.1:${port}`,
    dataDir,
    kill,
    async start() {
      const starting = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
        cwd: root,
        env: { ...environment, DATA_DIR: dataDir, PORT: String(port) },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      child = starting
      endWithUs(starting)
      let output = ''
      await new Promise<void>((resolve, reject) => {
        const listen = (chunk: Buffer): void => {
          output += chunk.toString()
          if (output.includes('Lyceum is open at')) resolve()
        }
        starting.stdout.on('data', listen)
        starting.stderr.on('data', listen)
        starting.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output}`)))
      })
    },
    command(...args) {
      const ran = spawnSync(process.execPath, ['--import', 'tsx', 'server/cli.ts', ...args], {
        cwd: root,
        env: { ...environment, DATA_DIR: dataDir },
        encoding: 'utf8',
      })
      if (ran.status !== 0) throw new Error(`${args.join(' ')}:\n${ran.stdout}${ran.stderr}`)
    },
    async close() {
      await kill()
      rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
  await served.start()
  return served
}

/** The session's cookie alone: the browser has fetched nothing of the app yet. */
export async function signIn(context: BrowserContext, served: Served, handle: string): Promise<void> {
  const answer = await context.request.post(`${served.url}/api/session`, {
    headers: { origin: served.url },
    data: { email: `${handle}@ballast.example`, password: 'ballast-demo' },
  })
  if (!answer.ok()) throw new Error(`${handle} could not sign in: ${answer.status()}`)
}

/** The shell serves itself, and the device has all that it should. */
export async function readyForOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await page.locator('[data-sync=ok]').first().waitFor()
}

export function row(work: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow {
  return { bench: 'app', work, value: Number(value.toPrecision(3)), unit, ...more }
}

/** With whether the aim is met. */
export function atMost(
  work: string,
  value: number,
  unit: string,
  aim: number,
  more: Partial<BenchRow> = {},
): BenchRow {
  return row(work, value, unit, { aim: `<=${aim}`, ok: value <= aim, ...more })
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]!
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
