/** Settings from the environment, with the defaults that README lists. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { type Bounds, bounds } from './core/bounds.ts'
import type { Env, Log } from './core/services.ts'

/** A setting that cannot be used: said in one line, without a stack. */
export class UnusableSetting extends Error {}

/** @throws UnusableSetting */
export function readEnv(from: NodeJS.ProcessEnv): Env {
  const port = Number(from.PORT || 8787)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UnusableSetting(`PORT is not a port: ${from.PORT}`)
  const host = from.HOST || '127.0.0.1'
  const dataDir = resolve(from.DATA_DIR || './data')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    const probe = join(dataDir, `.probe-${process.pid}`)
    writeFileSync(probe, '')
    rmSync(probe)
  } catch (error) {
    throw new UnusableSetting(
      `DATA_DIR ${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code})`,
    )
  }
  const named = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host
  const publicUrl = (from.PUBLIC_URL || `http://${named}:${port}`).replace(/\/+$/, '')
  // `localhost:8787` is a URL too, of a scheme called localhost, and its origin is "null", which pages in sandboxes have.
  if (!URL.canParse(publicUrl) || !/^https?:$/.test(new URL(publicUrl).protocol))
    throw new UnusableSetting(`PUBLIC_URL is not a URL: ${publicUrl}`)
  const logLevel = from.LOG_LEVEL || 'info'
  if (!isLevel(logLevel))
    throw new UnusableSetting(`LOG_LEVEL is one of ${levels.join(', ')}, not ${logLevel}`)
  return {
    port,
    host,
    dataDir,
    databaseUrl: from.DATABASE_URL || undefined,
    publicUrl,
    secret: from.SECRET || keptSecret(dataDir),
    logLevel,
    mailUrl: from.MAIL_URL || undefined,
    mailFrom: from.MAIL_FROM || 'Lyceum <noreply@localhost>',
    vars: from,
    ...(from.BOUNDS ? { bounds: readBounds(from.BOUNDS) } : {}),
  }
}

/** JSON, as `{"socketsPerMember": 100}`. */
function readBounds(text: string): Partial<Bounds> {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    throw new UnusableSetting(`BOUNDS is not JSON: ${text}`)
  }
  for (const [name, value] of Object.entries(read ?? {})) {
    if (!Object.hasOwn(bounds, name)) throw new UnusableSetting(`BOUNDS has no ${name}`)
    if (typeof value !== 'number' || !(value > 0)) throw new UnusableSetting(`BOUNDS.${name} is not a number`)
  }
  return read as Partial<Bounds>
}

const levels = ['debug', 'info', 'warn', 'error'] as const

function isLevel(text: string): text is Env['logLevel'] {
  return (levels as readonly string[]).includes(text)
}

function keptSecret(dataDir: string): string {
  const path = join(dataDir, 'secret')
  try {
    const kept = existsSync(path) ? readFileSync(path, 'utf8').trim() : ''
    // Empty when a disk was full: anybody can sign with that.
    if (kept !== '') return kept
    const secret = randomBytes(32).toString('base64url')
    const fresh = `${path}.${process.pid}`
    // What is signed with it leaves the server: a power cut must not take it back.
    const file = openSync(fresh, 'w', 0o600)
    writeSync(file, `${secret}\n`)
    fsyncSync(file)
    closeSync(file)
    renameSync(fresh, path)
    return secret
  } catch (error) {
    throw new UnusableSetting(
      `the secret in ${path} cannot be used (${(error as NodeJS.ErrnoException).code})`,
    )
  }
}

/** JSON lines for machines when the output is not a terminal; short lines for people when it is. */
export function createLog(
  level: Env['logLevel'],
  write: (line: string) => void = (line) => console.error(line),
): Log {
  const from = levels.indexOf(level)
  const say =
    (at: Env['logLevel']) =>
    (message: string, fields: object = {}): void => {
      if (levels.indexOf(at) < from) return
      if (process.stderr.isTTY) {
        write(
          `${at}: ${message}${Object.entries(fields)
            .map(([key, value]) => ` ${key}=${String(value)}`)
            .join('')}`,
        )
      } else write(JSON.stringify({ at: new Date().toISOString(), level: at, message, ...fields }))
    }
  return { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') }
}
