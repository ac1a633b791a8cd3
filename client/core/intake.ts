/**
 * Brings the feed in, in the leading tab: over the socket while there is one, else by HTTP, and at first by HTTP too. A page and the cursor that
 * stands after it are stored in one transaction, so that a page is neither lost nor skipped, whenever the tab dies.
 *
 * After a restore the server's epoch is another one, and its feed starts anew. Rows carry the epoch in which they were
 * received: once the new feed has caught up, those of older epochs are swept, and until then they stay on screen.
 * Commands that the old server acknowledged are sent again (done.ts), and documents that it may have lost some of are
 * marked, to be compared with what it has before anything of them is sent (renewal.ts).
 */
import type { FeedPage, FeedRow } from '#shared/core/wire.ts'
import {
  type Database,
  type FeedMeta,
  readMeta,
  type SortKeys,
  type StoredRow,
  toStoredRow,
} from './database.ts'
import { doAgain } from './done.ts'
import { type Answer, requestJson } from './http.ts'
import { forgetLanded } from './outbox.ts'
import { roomsWithOwn } from './own.ts'
import type { Surroundings } from './surroundings.ts'
import { newDoc } from './update-log.ts'
import { dropCarried, type Withdrawal } from './withdrawal.ts'

const toldWithin = 10_000

const start: FeedMeta = { cursor: '', epoch: '', ready: false, sweep: false }

export async function readFeedMeta(db: Database): Promise<FeedMeta> {
  return (await readMeta<FeedMeta>(db, 'feed')) ?? start
}

/** Stores a page, its cursor, and forgets commands that have landed with it. @returns is the server's epoch a new one? */
export function applyPage(
  db: Database,
  keys: SortKeys,
  page: FeedPage,
  now: number,
  withdrawal?: Withdrawal,
): Promise<{ restored: boolean }> {
  const stores = [db.rows, db.outbox, db.docs, db.meta, db.updates, db.files]
  return db.transaction('rw', stores, async () => {
    const before = await readFeedMeta(db)
    const restored = before.epoch !== '' && before.epoch !== page.epoch
    const { put, gone } = lastWord(page.rows)
    if (withdrawal) await dropCarried(db, withdrawal, gone)
    await db.rows.bulkDelete(gone.map((row) => [row.table, row.id]))
    await db.rows.bulkPut(
      put.map((row) => toStoredRow(keys, row.table, row.id, row.data as StoredRow['data'], page.epoch)),
    )
    let sweep = before.sweep || restored
    if (restored) {
      await doAgain(db)
      await doubtCopies(db)
    }
    if (sweep && !page.more) {
      await db.rows.filter((row) => row.epoch !== page.epoch).delete()
      sweep = false
    }
    const after: FeedMeta = {
      cursor: page.cursor,
      epoch: page.epoch,
      ready: before.ready || !page.more,
      sweep,
    }
    await db.meta.put({ key: 'feed', value: after })
    await forgetLanded(db, now)
    return { restored }
  })
}

/** The server may have lost some of what the device holds: to be compared before anything of it is sent. */
async function doubtCopies(db: Database): Promise<void> {
  await db.docs.toCollection().modify((doc) => {
    if (doc.synced === 1 || doc.sequence > 0) doc.lost = 1
  })
  for (const room of await roomsWithOwn(db)) {
    if (!(await db.docs.get(room))) await db.docs.put({ ...newDoc(room), lost: 1 })
  }
}

/** A page may name a row more than once; the last one counts. */
function lastWord(rows: readonly FeedRow[]): { put: FeedRow[]; gone: FeedRow[] } {
  const last = new Map(rows.map((row) => [`${row.table} ${row.id}`, row]))
  const all = [...last.values()]
  return { put: all.filter((row) => row.data !== null), gone: all.filter((row) => row.data === null) }
}

export interface IntakeOptions {
  db: Database
  around: Surroundings
  keys: SortKeys
  withdrawal: Withdrawal
  memberId: string | null
  /** Over the socket: "tell me from here". */
  askFrom(cursor: string): void
  /** The feed is catching up, or has. */
  onBusy(busy: boolean): void
  /** Rows changed and the feed has caught up. */
  onMoved(): void
  /** The server's history is another one than before. */
  onRestored(): Promise<void>
  onReachable(reachable: boolean): void
  /** What the server says of itself with each page. */
  onReadOnly(readOnly: boolean): void
  onUnauthenticated(): void
  /** A page could not be stored: start over from the stored cursor. */
  onBroken(error: unknown): void
}

export interface Intake {
  /** The socket is open: ask it for everything after our cursor. Pages of an earlier socket no longer count. */
  socketOpened(): void
  socketClosed(): void
  /** Asks the socket for the same again: the server always answers. */
  askAgain(): Promise<void>
  /** @param text the JSON of a FeedPage */
  receive(text: string): void
  /** Reads by HTTP until the feed has caught up. Several calls at once are one. */
  poll(): Promise<void>
  /** Resolves once the server has said on this connection which history it has; at once without a socket. */
  told(): Promise<void>
  /** Resolves when all received pages are stored. */
  idle(): Promise<void>
}

export function createIntake(options: IntakeOptions): Intake {
  const { db, around, keys } = options
  let queue: Promise<void> = Promise.resolve()
  let connection = 0
  let open = false
  let polling: Promise<void> | undefined
  let hasTold = false
  const waiting: (() => void)[] = []

  function tell(): void {
    hasTold = true
    for (const wake of waiting.splice(0)) wake()
  }

  function enqueue(work: () => Promise<void>): void {
    const mine = connection
    queue = queue.then(async () => {
      if (mine !== connection) return
      try {
        await work()
      } catch (error) {
        if (mine === connection) options.onBroken(error)
      }
    })
  }

  async function take(page: FeedPage): Promise<void> {
    const { restored } = await applyPage(db, keys, page, around.now(), options.withdrawal)
    if (restored) await options.onRestored()
    tell()
    options.onReadOnly(page.readOnly === true)
    options.onBusy(page.more)
    if (!page.more) options.onMoved()
  }

  function ask(cursor: string): Promise<Answer> {
    return requestJson(around, `/api/feed?cursor=${encodeURIComponent(cursor)}`, {
      headers: options.memberId === null ? {} : { 'x-member': options.memberId },
    })
  }

  /**
   * A device that has nothing yet is told much at once: by HTTP that comes compressed, over the socket it does not.
   * Whatever goes wrong here, the socket is asked all the same.
   */
  async function readFirst(): Promise<void> {
    const mine = connection
    let { cursor } = await readFeedMeta(db)
    for (let more = cursor === ''; more; ) {
      const answer = await ask(cursor)
      if (mine !== connection || answer.kind !== 'ok') return
      const page = answer.body as FeedPage
      await take(page)
      ;({ cursor, more } = page)
    }
  }

  async function readByHttp(): Promise<void> {
    const mine = connection
    for (;;) {
      const { cursor } = await readFeedMeta(db)
      const answer = await ask(cursor)
      if (open || mine !== connection) return
      if (answer.kind === 'refused' && answer.refusal.code === 'unauthenticated')
        return options.onUnauthenticated()
      options.onReachable(answer.kind !== 'unreachable')
      if (answer.kind !== 'ok') return
      const page = answer.body as FeedPage
      await take(page)
      if (!page.more) return
    }
  }

  return {
    socketOpened() {
      connection++
      open = true
      hasTold = false
      options.onBusy(true)
      const mine = connection
      enqueue(async () => {
        await readFirst()
        if (mine === connection) options.askFrom((await readFeedMeta(db)).cursor)
      })
    },
    socketClosed() {
      connection++
      open = false
      options.onBusy(false)
      tell()
    },
    async told() {
      if (!open || hasTold) return
      await new Promise<void>((wake) => {
        waiting.push(wake)
        // It answers, though it has no feed for us.
        around.after(toldWithin, wake)
      })
    },
    async askAgain() {
      const { cursor } = await readFeedMeta(db)
      if (open) options.askFrom(cursor)
    },
    receive(text) {
      enqueue(() => take(JSON.parse(text) as FeedPage))
    },
    poll() {
      polling ??= readByHttp()
        .catch((error: unknown) => options.onBroken(error))
        .finally(() => {
          polling = undefined
        })
      return polling
    },
    idle: async () => {
      await queue
      await polling
    },
  }
}
