/**
 * A disk of a few megabytes that can be filled to the last byte: a tmpfs, mounted by root, or by nobody in a namespace
 * of their own (then the server has to be started inside it). Whoever can have neither is told so.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface SmallDisk {
  /** How it was made. */
  readonly how: string
  /** Where programs that run in it find it. */
  readonly path: string
  /** To be put before a command that shall see the disk. */
  readonly prefix: readonly string[]
  /** Leaves `left` bytes at most, in whole pages; @returns the bytes that were taken. */
  fill(left?: number): number
  /** Gives back what was filled. */
  free(): void
  /** Where this process finds a path of the disk. */
  reach(path: string): string
  close(): void
}

const page = 4096

/** @param bytes its size. @returns why there is none. */
export async function createSmallDisk(bytes: number): Promise<SmallDisk | string> {
  const path = mkdtempSync(join(tmpdir(), 'lyceum-small-'))
  const options = `size=${bytes},mode=0777`
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path])
  if (mounted.status === 0) {
    return small('a tmpfs', path, [], '', () => {
      spawnSync('umount', ['-l', path])
      rmSync(path, { recursive: true, force: true })
    })
  }
  const keeper = spawn(
    'unshare',
    ['-rm', 'sh', '-c', `mount -t tmpfs -o ${options} tmpfs "$0" && echo ready && exec sleep 3600`, path],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const why = await ready(keeper)
  if (why !== undefined) {
    rmSync(path, { recursive: true, force: true })
    return `no small disk can be made here: mount says ${mounted.stderr?.toString().trim() || mounted.error}, unshare ${why}`
  }
  const enter = ['nsenter', '-t', String(keeper.pid), '-U', '-m', '--preserve-credentials']
  return small('a tmpfs in a namespace', path, enter, `/proc/${keeper.pid}/root`, () => {
    keeper.kill('SIGKILL')
    rmSync(path, { recursive: true, force: true })
  })
}

function ready(keeper: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let said = ''
    keeper.on('error', (error) => resolve(String(error)))
    keeper.on('exit', (code) => resolve(`ended with ${code}: ${said.trim()}`))
    for (const stream of [keeper.stdout!, keeper.stderr!]) {
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString()
        if (said.includes('ready')) resolve(undefined)
      })
    }
  })
}

function small(
  how: string,
  path: string,
  prefix: readonly string[],
  root: string,
  close: () => void,
): SmallDisk {
  const reach = (inside: string): string => root + inside
  const filler = reach(join(path, 'filler'))
  return {
    how,
    path,
    prefix,
    fill(left = 0) {
      let taken = 0
      const fd = openSync(filler, 'a')
      try {
        for (const size of [64 * page, page]) {
          const bytes = Buffer.alloc(size, 1)
          for (;;) {
            try {
              taken += writeSync(fd, bytes)
            } catch {
              break
            }
          }
        }
      } finally {
        closeSync(fd)
      }
      if (left > 0) truncateSync(filler, Math.max(0, statSync(filler).size - left))
      return taken
    },
    free: () => rmSync(filler, { force: true }),
    reach,
    close,
  }
}
