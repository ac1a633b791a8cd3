import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from 'playwright-core'
import { chromiumAdvice, findChromium } from './find-chromium.js'

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A browser whose contexts forget everything; throws with advice when the machine has no Chromium. */
export async function launchChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: await chromiumPath(), args })
}

/** One person's browser: its storage lies in a folder, so it outlives `quit` and is there again after `open`. */
export interface Profile {
  readonly folder: string
  /** The running browser; a new one after each `open`. */
  readonly context: BrowserContext
  /** Quits the browser and keeps the storage. */
  quit(): Promise<void>
  /** Starts the browser again on the same storage. */
  open(): Promise<BrowserContext>
  /** Quits the browser and deletes the storage. */
  close(): Promise<void>
}

/** Starts a browser with an empty profile of its own in a temporary folder; `close` it when done. */
export async function newProfile(options: BrowserContextOptions = {}): Promise<Profile> {
  const executablePath = await chromiumPath()
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-profile-'))
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  process.once('exit', remove)
  const start = (): Promise<BrowserContext> =>
    chromium.launchPersistentContext(folder, { ...options, executablePath, args })
  let context = await start()
  return {
    folder,
    get context() {
      return context
    },
    async quit() {
      await context.close()
    },
    async open() {
      context = await start()
      return context
    },
    async close() {
      await context.close()
      process.off('exit', remove)
      remove()
    },
  }
}

async function chromiumPath(): Promise<string> {
  const path = await findChromium()
  if (path === undefined) throw new Error(chromiumAdvice)
  return path
}
