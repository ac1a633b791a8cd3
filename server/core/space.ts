/**
 * Room on the disk. When a write fails for want of it, the database takes nothing more until there is some again: nothing
 * is tried that is bound to fail, reading goes on, and devices are told. A file of nothing but ballast is kept for that
 * day. On a full disk even deleting needs room, so the ballast is given up: what it leaves lets the WAL be emptied and
 * members sign in and out. That it can be put back is how we know that there is room, and nobody has to start anything
 * again.
 */

import { randomBytes } from 'node:crypto'
import { open, rm, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'

export interface Space {
  /** Nothing is taken that needs room. */
  readonly full: boolean
  /** A write has failed for want of room. */
  ranOut(): void
  /** Puts the ballast down, and from then on looks after the room. */
  watch(): void
  onChange(listener: (full: boolean) => void): void
  close(): Promise<void>
}

/** Of databases in memory, and of those that look after themselves. */
export const endlessSpace: Space = {
  full: false,
  ranOut: () => {},
  watch: () => {},
  onChange: () => {},
  close: () => Promise.resolve(),
}

/** What a write meets while there is no room; tried again later it may succeed. */
export class NoRoom extends Error {
  readonly code = 'SQLITE_FULL'
  constructor() {
    super('there is no room on the disk')
  }
}

const most = 8 * 1_048_576
const least = 65_536
/** The ballast's share of the disk. */
const share = 1 / 64

/**
 * @param options.path of the ballast.
 * @param options.relieve empties the WAL, once the ballast is gone. @param options.every milliseconds between looks.
 */
export function createSpace(options: { path: string; relieve(): Promise<void>; every?: number }): Space {
  const { path } = options
  const listeners: ((full: boolean) => void)[] = []
  let full = false
  let watching = false
  let closed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let work: Promise<void> = Promise.resolve()

  function become(now: boolean): void {
    if (full === now) return
    full = now
    for (const listener of listeners) listener(now)
  }

  function inTurn(step: () => Promise<void>): void {
    work = work.then(() => (closed ? undefined : step())).catch(() => lookLater())
  }

  function lookLater(): void {
    clearTimeout(timer)
    if (closed) return
    timer = setTimeout(() => inTurn(lookAgain), options.every ?? 1_000)
    timer.unref()
  }

  async function begin(): Promise<void> {
    const kept = await stat(path).catch(() => undefined)
    const { size } = await look()
    if ((kept?.size ?? 0) < size && !(await putDown())) await giveUp()
  }

  async function giveUp(): Promise<void> {
    become(true)
    await rm(path, { force: true })
    await options.relieve().catch(() => {})
    lookLater()
  }

  async function look(): Promise<{ size: number; free: number }> {
    const { blocks, bavail, bsize } = await statfs(dirname(path))
    return { size: Math.max(least, Math.min(most, Math.floor(blocks * bsize * share))), free: bavail * bsize }
  }

  /** @returns whether there was room, and as much again: nobody's last is taken, and nothing comes and goes at the edge. */
  async function putDown(): Promise<boolean> {
    const { size, free } = await look()
    return free >= 2 * size && (await fill(path, size))
  }

  async function lookAgain(): Promise<void> {
    if (await putDown()) become(false)
    else lookLater()
  }

  return {
    get full() {
      return full
    },
    ranOut() {
      if (!watching || full) return
      become(true)
      inTurn(giveUp)
    },
    watch() {
      if (watching) return
      watching = true
      inTurn(begin)
    },
    onChange: (listener) => void listeners.push(listener),
    async close() {
      closed = true
      clearTimeout(timer)
      await work
    },
  }
}

/** Noise, since some file systems give zeros no room. @returns whether there was room for all of it. */
async function fill(path: string, size: number): Promise<boolean> {
  const file = await open(path, 'w', 0o600)
  try {
    for (let left = size; left > 0; left -= least) await file.write(randomBytes(Math.min(left, least)))
    await file.datasync()
    return true
  } catch {
    await file.truncate(0).catch(() => {})
    return false
  } finally {
    await file.close()
  }
}
