/**
 * Transactions: serializable, retried on conflict, and resolved only when durable. What a transaction leads to outside
 * the database (feed delivery, room broadcasts, job starts, closed sockets) is collected while it runs, happens after
 * the disk has it, and never happens if it rolls back.
 */
import type { Kysely } from 'kysely'
import type { Doc } from 'yjs'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Role } from '#shared/core/viewer.ts'
import { createAnswers } from './access.ts'
import { besideRoom, besideRow } from './beside.ts'
import type { Database } from './db.ts'
import { mattersOf, type Reader, type Registry, type Tx } from './feature.ts'
import { publishRow, rowData } from './feed.ts'
import { dropParts, insertPart, insertPartedFile } from './file-parts.ts'
import { insertFile } from './files.ts'
import { forgetMember, privateRooms } from './forget.ts'
import { perform, refuseHeld } from './held.ts'
import { switchModules, usedIn } from './modules.ts'
import type { BriefTransaction, Rooms, RoomTransaction } from './room.ts'
import type { CoreTables } from './tables.ts'

/** What a transaction changed that others must hear of. */
export interface Effects {
  /** audience → newest sequence. */
  readonly feed: Map<string, number>
  /** room → newest log sequence. */
  readonly rooms: Map<string, number>
  /** Members whose role, audiences or sessions changed. */
  readonly accessChanged: Set<string>
  /** Rows (`table/id`) that somebody may have lost sight of. */
  readonly withdrawn: Set<string>
  jobs: boolean
  /** What the community does not use from now on. */
  unused?: readonly string[]
  /** Something was deleted that must not stay in the file. */
  erased: boolean
}

export interface CoreTx extends Tx, RoomTransaction {
  readonly effects: Effects
  /** Only the features that the community uses. */
  used(): Promise<Registry>
}

export interface TransactorOptions {
  database: Database
  registry: Registry
  now(): number
  rooms: Pick<Rooms, 'author' | 'rebase'>
  /** After durability, in commit order. */
  onCommit(effects: Effects): void
}

export interface Transact {
  <T>(work: (tx: CoreTx) => Promise<T>): Promise<T>
  /**
   * A transaction that waits for nothing, and changes nothing that others must hear of but rooms.
   * @returns what resolves when it is durable; `undefined`, and nothing was done, while others are under way (or where
   * statements have to be waited for). @throws what `work` throws.
   */
  atOnce(work: (tx: BriefTransaction) => void): Promise<void> | undefined
}

const attempts = 8
const ended = Promise.resolve()

export function createTransact(options: TransactorOptions): Transact {
  const { database } = options
  const { direct, durability } = database
  /** Transactions that were asked for and have not ended. */
  let open = 0
  // SQLite has one writer anyway: queueing here (and not at the connection) lets a rollback be dealt with before
  // the next transaction starts.
  const queue = database.engine === 'sqlite' ? createQueue() : <T>(work: () => Promise<T>) => work()

  async function attempt<T>(work: (tx: CoreTx) => Promise<T>): Promise<{ value: T; run: Run }> {
    const run = createRun()
    try {
      const begin = database.kysely.transaction()
      const isolated = database.engine === 'postgres' ? begin.setIsolationLevel('serializable') : begin
      const value = await isolated.execute((trx) => work(createTx(options, trx, run)))
      database.durability.committed()
      run.end(true)
      return { value, run }
    } catch (error) {
      run.end(false)
      throw error
    }
  }

  async function whenDurable(run: Run): Promise<void> {
    await durability.settled()
    run.durable()
  }

  /** Begins to wait for the disk before another may commit: what is durable is told in the order of commits. */
  async function committed<T>(
    work: (tx: CoreTx) => Promise<T>,
  ): Promise<{ value: T; run: Run; durable: Promise<void> }> {
    open++
    try {
      const { value, run } = await queue(() => attempt(work))
      return { value, run, durable: whenDurable(run) }
    } finally {
      open--
    }
  }

  async function transact<T>(work: (tx: CoreTx) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        const { value, run, durable } = await committed(work)
        await durable
        options.onCommit(run.effects)
        return value
      } catch (error) {
        if (!database.isConflict(error) || tries >= attempts) throw error
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10 * 2 ** tries))
      }
    }
  }

  function atOnce(work: (tx: BriefTransaction) => void): Promise<void> | undefined {
    if (!direct?.isFree || open > 0) return undefined
    const run = createRun()
    try {
      direct.transaction(() =>
        work({
          direct,
          now: options.now(),
          ended,
          onEnd: (then) => run.onEnd.push(then),
          onDurable: (then) => run.onDurable.push(then),
        }),
      )
    } catch (error) {
      run.end(false)
      throw error
    }
    durability.committed()
    run.end(true)
    return whenDurable(run)
  }

  return Object.assign(transact, { atOnce })
}

interface Run {
  effects: Effects
  ended: Promise<void>
  end(committed: boolean): void
  durable(): void
  onEnd: ((committed: boolean) => void)[]
  onDurable: (() => void)[]
}

function createRun(): Run {
  let resolveEnded = (): void => {}
  const run: Run = {
    effects: {
      feed: new Map(),
      rooms: new Map(),
      accessChanged: new Set(),
      withdrawn: new Set(),
      jobs: false,
      erased: false,
    },
    ended: new Promise((resolve) => {
      resolveEnded = resolve
    }),
    onEnd: [],
    onDurable: [],
    end(committed) {
      for (const then of run.onEnd) then(committed)
      resolveEnded()
    },
    durable() {
      // Each of them lets somebody go on who waits: none may be left out because another failed.
      const failures: unknown[] = []
      for (const then of run.onDurable) {
        try {
          then()
        } catch (error) {
          failures.push(error)
        }
      }
      if (failures.length > 0) throw failures[0]
    },
  }
  return run
}

/** One after another, in order of asking. */
function createQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return mine
  }
}

export function createReader(db: Kysely<CoreTables>, now: number): Reader {
  return {
    now,
    ...createAnswers(db, now),
    tables: <T>() => db as unknown as Kysely<T>,
    row: async <R>(table: string, id: string) => (await rowData(db, table, id)) as R | null,
    rows: async <R>(table: string, ids?: readonly string[]) => {
      if (ids?.length === 0) return []
      let find = db
        .selectFrom('feed')
        .select(['row_id', 'data'])
        .where('tbl', '=', table)
        .where('data', 'is not', null)
      if (ids) find = find.where('row_id', 'in', ids)
      const byId = new Map((await find.execute()).map((row) => [row.row_id, JSON.parse(row.data!) as R]))
      return [...byId].map(([id, data]) => ({ id, data }))
    },
  }
}

function createTx(options: TransactorOptions, trx: Kysely<CoreTables>, run: Run): CoreTx {
  const { registry } = options
  const now = options.now()
  const { effects } = run
  let used: Promise<Registry> | undefined
  const tx: CoreTx = {
    ...createReader(trx, now),
    trx,
    effects,
    ended: run.ended,
    onEnd: (then) => run.onEnd.push(then),
    onDurable: (then) => run.onDurable.push(then),

    used() {
      used ??= usedIn(trx, registry)
      return used
    },

    async setUnused(names) {
      for (const [audience, sequence] of await switchModules(trx, registry, names))
        effects.feed.set(audience, sequence)
      used = undefined
      effects.unused = names
    },

    async publish(table, id, data, to) {
      const used = await tx.used()
      const { touched, withdrew, moved } = await publishRow(trx, registry, table, id, data, used, to)
      for (const [audience, sequence] of touched) effects.feed.set(audience, sequence)
      if (withdrew) effects.withdrawn.add(`${table}/${id}`)
      await besideRow(used, tx, table, id, data)
      if (!moved) return
      for (const feature of Object.values(used.features)) {
        if (feature.moved && Object.hasOwn(feature.moved, table)) await feature.moved[table]!(tx, id)
      }
    },

    async author(room, change) {
      let changed: Doc | undefined
      const sequence = await options.rooms.author(tx, room, (doc) => {
        change(doc)
        changed = doc
      })
      effects.rooms.set(room, sequence)
      if (changed) await besideRoom(await tx.used(), tx, room, changed)
      return sequence
    },

    async rebase(room, write) {
      let begun: Doc | undefined
      const writing =
        write &&
        ((from: Doc, to: Doc): void => {
          write(from, to)
          begun = to
        })
      const sequence = await options.rooms.rebase(tx, room, writing)
      effects.rooms.set(room, sequence)
      if (begun) await besideRoom(await tx.used(), tx, room, begun)
      return sequence
    },

    async tell(fact, data) {
      const { features } = await tx.used()
      for (const [name, feature] of Object.entries(registry.features)) {
        const heeds = Object.hasOwn(features, name) || feature.evenUnused?.includes(fact)
        if (heeds && feature.on && Object.hasOwn(feature.on, fact)) await feature.on[fact]!(tx, data)
      }
    },

    async later(job, payload, { at = now, key } = {}) {
      await trx
        .insertInto('job')
        .values({
          id: uuidv7(now),
          name: job,
          payload: JSON.stringify(payload),
          job_key: key ?? null,
          run_at: at,
          attempts: 0,
          error: null,
        })
        .onConflict((conflict) => conflict.column('job_key').doNothing())
        .execute()
      effects.jobs = true
    },

    async refer(table, id, hashes) {
      await trx.deleteFrom('file_ref').where('tbl', '=', table).where('row_id', '=', id).execute()
      const rows = [...new Set(hashes)].map((hash) => ({ hash, tbl: table, row_id: id }))
      if (rows.length > 0) await trx.insertInto('file_ref').values(rows).execute()
    },

    storeFile: (bytes, type, name = '') => insertFile(trx, bytes, type, name, now),

    storePart: (store, number, bytes) => insertPart(trx, store, number, bytes),
    storeParts: (file) => insertPartedFile(trx, { ...file, at: now }),

    async dropParts(keep, most) {
      const dropped = await dropParts(trx, keep, most)
      if (dropped > 0 && dropped < most) effects.erased = true
      return dropped
    },

    async dropFiles(hashes) {
      if (hashes.length === 0) return
      await trx
        .deleteFrom('file')
        .where('hash', 'in', [...hashes])
        .where('hash', 'not in', (eb) => eb.selectFrom('file_ref').select('file_ref.hash'))
        .execute()
      effects.erased = true
    },

    async grant(memberId, audience, source, until) {
      await trx
        .insertInto('membership')
        .values({ member_id: memberId, audience, source, until: until ?? null })
        .onConflict((conflict) =>
          conflict.columns(['member_id', 'audience', 'source']).doUpdateSet({ until: until ?? null }),
        )
        .execute()
      effects.accessChanged.add(memberId)
    },

    async revoke(memberId, audience, source) {
      await trx
        .deleteFrom('membership')
        .where('member_id', '=', memberId)
        .where('audience', '=', audience)
        .where('source', '=', source)
        .execute()
      effects.accessChanged.add(memberId)
    },

    async bar(memberId, until, why = '') {
      await trx.deleteFrom('bar').where('member_id', '=', memberId).execute()
      if (until !== null) {
        await trx.insertInto('bar').values({ member_id: memberId, until, why }).execute()
        // Ended and not forgotten: a device that comes back with one can be told why it is not let in.
        await trx
          .updateTable('session')
          .set({ expires_at: now })
          .where('member_id', '=', memberId)
          .where('expires_at', '>', now)
          .execute()
      }
      effects.accessChanged.add(memberId)
    },

    scrub() {
      effects.erased = true
    },

    matters: async () => mattersOf(await tx.used()),
    perform: (memberId, held) => perform(tx, memberId, held),
    refuseHeld: (memberId, commandId, refusal) => refuseHeld(tx, memberId, commandId, refusal),

    async setRole(memberId: string, role: Role | null) {
      if (role === null) await trx.deleteFrom('role').where('member_id', '=', memberId).execute()
      else {
        await trx
          .insertInto('role')
          .values({ member_id: memberId, role })
          .onConflict((conflict) => conflict.column('member_id').doUpdateSet({ role }))
          .execute()
      }
      effects.accessChanged.add(memberId)
    },

    async endSessions(memberId, except) {
      let ending = trx.deleteFrom('session').where('member_id', '=', memberId)
      if (except !== undefined) ending = ending.where('id', '!=', except)
      await ending.execute()
      effects.accessChanged.add(memberId)
    },

    async forget(memberId, traces = []) {
      await forgetMember(trx, memberId, [memberId, ...traces], now)
      for (const room of await privateRooms(trx, memberId)) await tx.rebase(room, () => {})
      effects.accessChanged.add(memberId)
      effects.erased = true
    },
  }
  return tx
}
