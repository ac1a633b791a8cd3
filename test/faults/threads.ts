/**
 * In the place of `node:worker_threads`: the checkpointer, the only thread that matters to a history, done on this one.
 * It leaves the file alone until it has to scrub.
 */
import { EventEmitter } from 'node:events'
import Sqlite from 'better-sqlite3'
import { checkpointed, later } from './disk.ts'

export class Worker extends EventEmitter {
  private readonly path: string

  constructor(_script: string, options: { workerData: { path: string } }) {
    super()
    this.path = options.workerData.path
  }

  postMessage(asked: 'checkpoint' | 'scrub' | 'close'): void {
    if (asked === 'close') queueMicrotask(() => this.emit('exit', 0))
    if (asked !== 'scrub') return
    later(() => {
      const db = new Sqlite(this.path, { timeout: 0 })
      const [result] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[]
      db.close()
      if (!result?.busy) checkpointed()
      this.emit('message', { asked, why: result?.busy ? 'a reader is in the way' : undefined })
    })
  }

  unref(): void {}

  terminate(): Promise<number> {
    return Promise.resolve(0)
  }
}
