/**
 * The whole product for browser tests: the built client and a real server process on a copy of the seeded demo, that
 * can be killed the hard way and started again on the same data.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page, WebSocketRoute } from 'playwright-core'
import { expect, inject } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { FeedPage } from '#shared/core/wire.ts'
import type { EventRow } from '#shared/features/events.ts'
import { freePort } from './ports.ts'

export interface App {
  readonly url: string
  readonly dataDir: string
  /** Starts the server on its port and data; resolves when it answers. */
  start(env?: Record<string, string>): Promise<void>
  /** kill -9: no goodbye, no flush. */
  kill(): Promise<void>
  stop(): Promise<void>
  /** What the server has printed. */
  output(): string
  /** Kills the server and deletes its data. */
  close(): Promise<void>
}

export const demoPassword = 'ballast-demo'
const root = join(import.meta.dirname, '..', '..')

/**
 * @param options.empty a fresh community, with its setup link in `output()`.
 * @param options.entry another script than the server's own. @param options.env of the first start
 */
export async function startApp(
  options: { empty?: boolean; entry?: string; env?: Record<string, string> } = {},
): Promise<App> {
  const dataDir = mkdtempSync(join(tmpdir(), 'lyceum-app-'))
  if (!options.empty) cpSync(inject('demo'), dataDir, { recursive: true })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let server: ChildProcess | undefined
  let output = ''

  async function end(signal: NodeJS.Signals): Promise<void> {
    const ending = server
    server = undefined
    if (!ending || ending.exitCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(signal)
    await ended
  }

  const app: App = {
    url,
    dataDir,
    async start(env = {}) {
      server = spawn(process.execPath, ['--import', 'tsx', options.entry ?? 'server/main.ts'], {
        cwd: root,
        env: {
          ...process.env,
          NODE_ENV: 'production',
          DATA_DIR: dataDir,
          PORT: String(port),
          LOG_LEVEL: 'warn',
          ...env,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const starting = server
      await new Promise<void>((resolve, reject) => {
        const listen = (chunk: Buffer): void => {
          output += chunk.toString()
          if (output.includes('Lyceum is open at')) resolve()
        }
        output = ''
        starting.stdout!.on('data', listen)
        starting.stderr!.on('data', listen)
        starting.once('exit', (code) => reject(new Error(`the server ended with ${code}:\n${output}`)))
      })
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    output: () => output,
    async close() {
      await end('SIGKILL')
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  await app.start(options.env)
  return app
}

/** Signs in as one of the demo's people and waits until the device holds the catalogue. */
export async function signIn(page: Page, app: App, handle: string): Promise<void> {
  await page.goto(`${app.url}/sign-in`)
  await page.getByLabel('Email').fill(`${handle}@ballast.example`)
  await page.getByLabel('Password', { exact: true }).fill(demoPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL(`${app.url}/`)
}

/** Rows of one table, as the signed-in page's viewer may see them. */
export async function rowsOf<R>(page: Page, app: App, table: string): Promise<{ id: string; data: R }[]> {
  const rows = new Map<string, R>()
  let cursor = ''
  for (let more = true; more; ) {
    const response = await page.request.get(`${app.url}/api/feed?cursor=${encodeURIComponent(cursor)}`)
    const next = (await response.json()) as FeedPage
    for (const row of next.rows) if (row.table === table && row.data !== null) rows.set(row.id, row.data as R)
    ;({ cursor, more } = next)
  }
  return [...rows].map(([id, data]) => ({ id, data }))
}

/** A command as the page's member would send it. */
export async function actAs(page: Page, app: App, name: string, input: object): Promise<void> {
  const envelope = { id: uuidv7(), name, input, at: Date.now() }
  const response = await page.request.post(`${app.url}/api/commands`, {
    headers: { origin: app.url },
    data: { commands: [envelope] },
  })
  expect(await response.json()).toMatchObject({ results: [{ ok: true }] })
}

export const newcomerPassword = 'a loom for algebra'

/** Somebody whom a moderator invited, signed in on a page that has opened nothing yet; their address is `<handle>@example.org`. */
export async function newcomerIn(
  context: BrowserContext,
  moderator: Page,
  app: App,
  name: string,
): Promise<Page> {
  const id = uuidv7()
  const handle = `${name}-${id.slice(-6)}`
  await actAs(moderator, app, 'accounts.invite', { id, role: 'member', note: '', uses: 1, days: 1 })
  const invite = (await rowsOf<{ token: string }>(moderator, app, 'invites')).find((row) => row.id === id)
  const page = await context.newPage()
  const joined = await page.request.post(`${app.url}/api/sign-up`, {
    headers: { origin: app.url },
    data: {
      invite: invite!.data.token,
      name: handle,
      handle,
      email: `${handle}@example.org`,
      password: newcomerPassword,
      language: 'en',
    },
  })
  expect(joined.status()).toBe(200)
  return page
}

/** The demo's conference, which came with a schedule; its other events were made in it. */
export async function conferenceOf(page: Page, app: App): Promise<{ id: string; data: EventRow }> {
  const found = (await rowsOf<EventRow>(page, app, 'events')).find(({ data }) => !data.opening)
  if (!found) throw new Error('the demo has no conference')
  return found
}

/** Waits until the service worker serves the shell, and the device holds what it should keep for offline. */
export async function readyForOffline(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  await page.locator('[data-sync=ok]').first().waitFor()
}

/** Every state word that the page has shown since, in order, without repeats. */
export async function watchStates(page: Page): Promise<() => Promise<string[]>> {
  const watch = (): void => {
    const seen: string[] = []
    Object.assign(window, { shownStates: seen })
    const look = (): void => {
      for (const element of document.querySelectorAll('main [data-state]')) {
        const state = element.getAttribute('data-state')!
        if (seen.at(-1) !== state) seen.push(state)
      }
    }
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-state'],
    })
  }
  await page.addInitScript(watch)
  await page.evaluate(watch)
  return () => page.evaluate(() => (window as unknown as { shownStates: string[] }).shownStates)
}

/** Collects what a page complains about: errors, warnings, violations of the content security policy. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    const text = message.text()
    // A server that is down on purpose is not a complaint.
    const expected =
      /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection to/.test(text)
    if (['error', 'warning'].includes(message.type()) && !expected) complaints.push(text)
  })
  return complaints
}

/** A network that one person can lose: emulated offline leaves open sockets open, so those are cut as well. */
export async function cuttable(
  context: BrowserContext,
): Promise<{ cut(): Promise<void>; mend(): Promise<void> }> {
  let offline = false
  const open = new Set<WebSocketRoute>()
  await context.routeWebSocket(/\/sync/, (socket) => {
    if (offline) return void socket.close({ code: 1001 })
    socket.connectToServer()
    open.add(socket)
  })
  return {
    async cut() {
      offline = true
      await context.setOffline(true)
      for (const socket of open) await socket.close({ code: 1001 })
      open.clear()
    },
    async mend() {
      offline = false
      await context.setOffline(false)
    },
  }
}
