/**
 * The durability barrier. SQLite commits with `synchronous=NORMAL`, which leaves the newest commits in the page
 * cache; nothing that depends on a commit may leave the process before the WAL is on the disk. `settled()` waits
 * for one asynchronous `fdatasync` of the WAL file that *began* after the commit, and every commit that waits at
 * that moment shares it, so the event loop never waits on the disk and one sync serves many commits.
 *
 * Automatic checkpoints are off, since a checkpoint syncs on the thread that runs it: a worker with a connection of
 * its own checkpoints. The writing connection stays open all the while, so the WAL file is never replaced.
 */
import { closeSync, fdatasync, fsyncSync, openSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'

export interface Durability {
  /** To be called right after each commit. */
  committed(): void
  /** Resolves once every commit so far is on the disk; at once when it already is. */
  settled(): Promise<void>
  /**
   * Resolves, with why, when a sync has failed. The kernel drops what it could not write, so a later sync succeeds
   * without it: from then on `settled` rejects, and the process has to start again from what the disk has.
   */
  readonly broken: Promise<unknown>
  /** Empties the WAL into the file, so that bytes deleted by commits so far are in neither. */
  scrub(): Promise<void>
  close(): Promise<void>
}

/** For databases that sync before `commit` returns (PostgreSQL) or that keep nothing (in memory). */
export const alreadyDurable: Durability = {
  committed: () => {},
  settled: () => Promise.resolve(),
  broken: new Promise(() => {}),
  scrub: () => Promise.resolve(),
  close: () => Promise.resolve(),
}

/** @param walPath the `-wal` file of an open database in WAL mode. @param sync replaced in tests. */
export function createDurability(
  walPath: string,
  options: {
    /** `onFull`: there was no room to write the WAL into the file. */
    checkpoint?: { databasePath: string; everyCommits?: number; onFull?(): void }
    sync?: (fd: number) => Promise<void>
  } = {},
): Durability {
  const fd = openSync(walPath, 'r')
  syncFolder(dirname(walPath))
  const sync = options.sync ?? syncFile
  const everyCommits = options.checkpoint?.everyCommits ?? 500
  const checkpointer = options.checkpoint
    ? createCheckpointer(options.checkpoint.databasePath, options.checkpoint.onFull)
    : undefined
  let commits = 0
  let synced = 0
  let sinceCheckpoint = 0
  let end: { why: unknown } | undefined
  let tellBroken = (_why: unknown): void => {}
  const broken = new Promise<unknown>((resolve) => {
    tellBroken = resolve
  })
  let running: Promise<void> | undefined
  /** In the order of their commits. */
  const waiting: Waiter[] = []

  /** Those who wait are let go in the order in which they committed: one sync at a time, and all of its own at its end. */
  function start(): void {
    const covers = commits
    running = sync(fd).then(
      () => {
        synced = covers
        const later = waiting.findIndex(({ commit }) => commit > covers)
        const durable = waiting.splice(0, later === -1 ? waiting.length : later)
        running = undefined
        if (waiting.length > 0) start()
        for (const { resolve } of durable) resolve()
      },
      (why: unknown) => {
        end ??= { why }
        tellBroken(why)
        running = undefined
        for (const { reject } of waiting.splice(0)) reject(end.why)
      },
    )
  }

  return {
    committed() {
      commits++
      if (checkpointer && ++sinceCheckpoint >= everyCommits) {
        sinceCheckpoint = 0
        checkpointer.checkpoint()
      }
    },
    broken,
    settled() {
      if (end) return Promise.reject(end.why)
      if (synced >= commits) return Promise.resolve()
      // The sync under way may have begun before our commit: then it is the one after it, shared by all who wait.
      return new Promise((resolve, reject) => {
        waiting.push({ commit: commits, resolve, reject })
        if (!running) start()
      })
    },
    scrub: () => checkpointer?.scrub() ?? Promise.resolve(),
    async close() {
      while (running) await running
      end ??= { why: new Error('the database is closed') }
      await checkpointer?.close()
      closeSync(fd)
    },
  }
}

interface Waiter {
  /** How many there were when it began to wait. */
  commit: number
  resolve(): void
  reject(why: unknown): void
}

/** A file that was made just now has to be found again after a power cut; where folders cannot be synced, it is. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r')
    fsyncSync(folder)
    closeSync(folder)
  } catch {
    // Windows.
  }
}

function syncFile(fd: number): Promise<void> {
  return new Promise((resolve, reject) => fdatasync(fd, (error) => (error ? reject(error) : resolve())))
}

const checkpointWorker = `
  const { parentPort, workerData } = require('node:worker_threads')
  const Database = require(workerData.driver)
  const db = new Database(workerData.path, { timeout: 5000 })
  parentPort.on('message', (asked) => {
    if (asked === 'close') { db.close(); parentPort.close(); return }
    const answer = { asked, why: undefined, code: undefined }
    try {
      db.pragma('wal_checkpoint(PASSIVE)')
      // Holds the write lock, but finds next to nothing left to copy.
      if (asked === 'scrub' && db.pragma('wal_checkpoint(TRUNCATE)')[0].busy) answer.why = 'a reader is in the way'
    } catch (error) { Object.assign(answer, { why: String(error), code: error.code }) }
    parentPort.postMessage(answer)
  })
`

interface Answer {
  asked: 'checkpoint' | 'scrub'
  /** Absent when it was done. */
  why: string | undefined
  code: string | undefined
}

interface Checkpointer {
  checkpoint(): void
  /** @throws when readers kept it from emptying the WAL. */
  scrub(): Promise<void>
  close(): Promise<void>
}

function createCheckpointer(path: string, onFull: () => void = () => {}): Checkpointer {
  const driver = createRequire(import.meta.url).resolve('better-sqlite3')
  // None of the process's own flags: they may say that scripts are modules.
  const worker = new Worker(checkpointWorker, { eval: true, execArgv: [], workerData: { path, driver } })
  worker.unref()
  /** In order of asking. */
  const scrubbing: ((answer: Answer) => void)[] = []
  worker.on('message', (answer: Answer) => {
    if (answer.code === 'SQLITE_FULL') onFull()
    if (answer.asked === 'scrub') scrubbing.shift()?.(answer)
  })
  return {
    checkpoint: () => worker.postMessage('checkpoint'),
    scrub: () =>
      new Promise((resolve, reject) => {
        scrubbing.push(({ why }) => (why === undefined ? resolve() : reject(new Error(why))))
        worker.postMessage('scrub')
      }),
    close: () =>
      new Promise((resolve) => {
        worker.once('exit', () => {
          for (const answer of scrubbing.splice(0))
            answer({ asked: 'scrub', why: 'the database was closed', code: undefined })
          resolve()
        })
        worker.postMessage('close')
      }),
  }
}
