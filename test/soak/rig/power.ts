/**
 * A disk that loses power: the server runs with shim.c loaded, which keeps a twin of its folder with nothing but what
 * was synced. A crash replaces the folder by the twin, and now and then lets some of what was not synced survive as
 * well, sector by sector and in no order, as disks do.
 */
import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dice } from './random.ts'
import type { Disk } from './rounds.ts'

const sector = 512

export interface Shim {
  path: string
  remove(): void
}

/** @returns why there is none, when it cannot be compiled here. */
export function compileShim(): Shim | string {
  if (process.platform !== 'linux')
    return `the disk that loses power needs Linux, this is ${process.platform}`
  const folder = mkdtempSync(join(tmpdir(), 'lyceum-shim-'))
  const path = join(folder, 'shim.so')
  const source = join(import.meta.dirname, 'shim.c')
  const tried: string[] = []
  for (const compiler of ['cc', 'gcc', 'clang']) {
    const made = spawnSync(compiler, ['-O2', '-shared', '-fPIC', '-o', path, source, '-ldl', '-lpthread'])
    if (made.status === 0) return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
    if (!made.error) tried.push(`${compiler}: ${made.stderr.toString()}`)
  }
  rmSync(folder, { recursive: true, force: true })
  return `no C compiler could make the disk that loses power\n${tried.join('\n')}`
}

/** @param env `SHIM_LIE` or `SHIM_FAIL`, to plant what must not go unnoticed. */
export function createPowerDisk(dataDir: string, shim: Shim, env: Record<string, string> = {}): Disk {
  const folder = realpathSync(dataDir)
  const twin = mkdtempSync(join(tmpdir(), 'lyceum-twin-'))
  const remember = (): void => {
    rmSync(twin, { recursive: true, force: true })
    cpSync(folder, twin, { recursive: true, filter: (path) => !path.endsWith('-shm') })
  }
  remember()
  return {
    // The shim does not see what goes to the kernel through a ring.
    env: { LD_PRELOAD: shim.path, SHIM_DATA: folder, SHIM_SHADOW: twin, UV_USE_IO_URING: '0', ...env },
    crash(dice) {
      const survives = chooseSurvivors(dice)
      for (const name of new Set([...filesIn(folder), ...filesIn(twin)])) {
        const path = join(folder, name)
        const kept = survives(read(join(twin, name)), read(path))
        if (kept && !name.endsWith('-shm')) writeFileSync(path, kept)
        else rmSync(path, { force: true })
      }
      remember()
    },
    close: () => rmSync(twin, { recursive: true, force: true }),
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).isFile())
}

function read(path: string): Buffer | undefined {
  return existsSync(path) ? readFileSync(path) : undefined
}

type Survivors = (synced: Buffer | undefined, written: Buffer | undefined) => Buffer | undefined

/** What of the unsynced sectors is there after this crash: none, those that came first, or any. */
function chooseSurvivors(dice: Dice): Survivors {
  const kind = dice()
  if (kind < 0.4) return (synced) => synced
  const share = dice.pick([0.1, 0.5, 0.9])
  const until = dice()
  return (synced, written) => {
    if (!written || (!synced && dice() < 0.5)) return synced
    const differing = sectorsThatDiffer(synced, written)
    const chosen =
      kind < 0.6
        ? differing.slice(0, Math.floor(differing.length * until))
        : differing.filter(() => dice() < share)
    const size = Math.max(
      synced?.length ?? 0,
      ...chosen.slice(-1).map((at) => Math.min(written.length, at + sector)),
    )
    const result = Buffer.alloc(size)
    synced?.copy(result)
    for (const at of chosen) written.copy(result, at, at, at + sector)
    return result
  }
}

function sectorsThatDiffer(synced: Buffer | undefined, written: Buffer): number[] {
  const differing: number[] = []
  for (let at = 0; at < written.length; at += sector) {
    const now = written.subarray(at, at + sector)
    if (!synced?.subarray(at, at + sector).equals(now)) differing.push(at)
  }
  return differing
}
