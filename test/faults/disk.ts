/**
 * The server's disk: a folder in memory for the real SQLite. `fdatasync` takes a moment of simulated time, and what
 * the WAL held when it began is durable when it ends; a checkpoint makes all of it durable. So a power cut is a copy of
 * the file with a shorter WAL.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Machine } from './machine.ts'

/** In memory, and removed by whoever started this process. */
const folder = process.env.FAULTS_DISK ?? tmpdir()

let files = 0
let disk: { machine: Machine; onSync(): () => void; checkpointed(): void } | undefined

/** What every `fdatasync` of the process does from now on. Must be called before anything imports it by name. */
export function installDisk(): void {
  const fdatasync = (_fd: number, done: (error: Error | null) => void): void => {
    const on = disk
    if (!on) throw new Error('nobody simulates a disk')
    const durable = on.onSync()
    const { current } = on.machine
    const takes = current.dice.chance(0.12) ? current.dice.between(10, 120) : current.dice.between(0.5, 6)
    on.machine.after(takes, current, () => {
      durable()
      done(null)
    })
  }
  Object.assign(fs, { fdatasync })
  syncBuiltinESMExports()
}

/** The WAL has been written into the file, and the file synced. */
export function checkpointed(): void {
  disk?.checkpointed()
}

/** What a thread of the running process does beside it. */
export function later(work: () => void): void {
  const on = disk?.machine
  on?.after(on.current.dice.between(1, 10), on.current, work)
}

export interface Disk {
  /** Of the database file. */
  readonly path: string
  /**
   * The process is gone. `power`: so is all that was not synced, but for a random part of it.
   * @returns the disk that the next process finds
   */
  crash(power: boolean): Disk
  remove(): void
}

/** @param onDurable what is on the disk has grown by what the database had committed when `began` was called. */
export function createDisk(
  machine: Machine,
  content: { main: Uint8Array; wal?: Uint8Array },
  hooks: { began(): () => void },
): Disk {
  const path = join(folder, `${process.pid}-${++files}.sqlite`)
  const wal = `${path}-wal`
  fs.writeFileSync(path, content.main)
  if (content.wal) fs.writeFileSync(wal, content.wal)
  let durable = content.wal?.byteLength ?? 0
  let checkpoints = 0
  disk = {
    machine,
    onSync() {
      const size = sizeOf(wal)
      const before = checkpoints
      const finish = hooks.began()
      return () => {
        if (checkpoints === before) durable = Math.max(durable, size)
        finish()
      }
    },
    checkpointed() {
      checkpoints++
      durable = 0
    },
  }
  const remove = (): void => {
    for (const each of [path, wal, `${path}-shm`]) fs.rmSync(each, { force: true })
  }
  return {
    path,
    crash(power) {
      const main = fs.readFileSync(path)
      const all = fs.existsSync(wal) ? fs.readFileSync(wal) : Buffer.alloc(0)
      const { dice } = machine.current
      const kept = power
        ? durable + Math.floor((all.byteLength - durable) * (dice.chance(0.5) ? 0 : dice.next()))
        : all.byteLength
      return createDisk(machine, { main, wal: all.subarray(0, kept) }, hooks)
    },
    remove,
  }
}

function sizeOf(path: string): number {
  return fs.existsSync(path) ? fs.statSync(path).size : 0
}
