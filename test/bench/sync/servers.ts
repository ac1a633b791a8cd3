/**
 * The servers that are compared, each a process of its own on a folder of its own. While one is measured the others are
 * frozen (SIGSTOP), so that what they still have to store disturbs nobody.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../support/ports.ts'
import { endWithUs } from './children.ts'
import type { ServerName } from './dialects.ts'
import type { Loader } from './loader.ts'
import { cpuOf, sleep } from './measure.ts'
import type { Target } from './room-client.ts'
import type { Plan } from './seed.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const peers = join(import.meta.dirname, '..', 'peers')

export interface BenchServer {
  readonly name: ServerName
  /** What clients have to know of it. */
  readonly target: Target
  /** With its version, for tables. */
  readonly title: string
  /** Where its database lies. */
  readonly folder: string
  freeze(): void
  thaw(): void
  /** Waits until it has nothing more to do (stores that were put off, rows that follow from a document). */
  quiet(): Promise<void>
  stop(): Promise<void>
}

/** @param options.loader fills our server's database @param options.profile folder for CPU profiles of our server */
export async function startServer(
  name: ServerName,
  options: { loader: Loader; plan: Plan; profile: string | undefined },
): Promise<BenchServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-bench-'))
  const port = await freePort()
  const { cookies } =
    name === 'lyceum'
      ? await options.loader.run('seed', { folder, port, plan: options.plan })
      : { cookies: [] }
  const profiling =
    options.profile && name === 'lyceum' ? ['--import', join(import.meta.dirname, 'profiler.js')] : []
  const script =
    name === 'lyceum' ? ['--import', 'tsx', join(root, 'server/main.ts')] : [join(peers, `${name}.js`)]
  const child = spawn(process.execPath, [...profiling, ...script], {
    cwd: root,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      DATA_DIR: folder,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      DATABASE_URL: '',
      PUBLIC_URL: '',
      PROFILE_DIR: options.profile ?? '',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  endWithUs(child, folder)
  await opened(child)
  const pid = child.pid!
  return {
    name,
    target: { server: name, port, pid, cookies, profiled: profiling.length > 0 },
    title: titleOf(name),
    folder,
    freeze: () => void process.kill(pid, 'SIGSTOP'),
    thaw: () => void process.kill(pid, 'SIGCONT'),
    async quiet() {
      for (let still = 0, tries = 0; still < 3 && tries < 60; tries++) {
        const before = cpuOf(pid)
        await sleep(400)
        still = cpuOf(pid) - before <= 20 ? still + 1 : 0
      }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        // What it has not stored yet nobody needs.
        child.kill('SIGKILL')
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function opened(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = ''
    const hear = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-4_000)
      if (/\bopen\b/.test(output)) resolve()
    }
    child.stdout!.on('data', hear)
    child.stderr!.on('data', (chunk: Buffer) => {
      hear(chunk)
      process.stderr.write(chunk)
    })
    child.once('exit', (code) => reject(new Error(`a server ended with ${code}:\n${output}`)))
  })
}

function titleOf(name: ServerName): string {
  if (name === 'lyceum') return 'lyceum'
  const id = name === 'hocuspocus' ? '@hocuspocus/server' : '@y/websocket-server'
  const { version } = JSON.parse(readFileSync(join(peers, 'node_modules', id, 'package.json'), 'utf8')) as {
    version: string
  }
  return name === 'hocuspocus' ? `Hocuspocus ${version} + SQLite` : `${id} ${version}`
}

/** Installs the peers where they are not yet. @throws when that fails: nothing can be compared then. */
export function installPeers(): void {
  if (existsSync(join(peers, 'node_modules', '.package-lock.json'))) return
  console.log('Installing the peers under test/bench/peers …')
  const npm = spawnSync('npm', ['ci', '--prefix', peers, '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: peers,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  if (npm.status !== 0) throw new Error(`the peers could not be installed:\n${npm.stderr?.toString() ?? ''}`)
}
