/**
 * Sends the outbox, one request at a time, in the leading tab. A request that fails as a whole is made smaller until
 * it is clear which command is to blame; failures of the network and of the way to the server are nobody's fault and
 * only make it wait.
 */
import { isTransient } from '#shared/core/result.ts'
import type { CommandsResponse } from '#shared/core/wire.ts'
import type { Database, OutboxRow } from './database.ts'
import { type Answer, postJson } from './http.ts'
import {
  absorb,
  askAnew,
  batchCommands,
  choose,
  countFailure,
  refuseDependants,
  remaining,
  takeBack,
  toEnvelope,
} from './outbox.ts'
import { backoff, type Surroundings } from './surroundings.ts'

export interface SenderOptions {
  db: Database
  around: Surroundings
  /** Says whose outbox this is, so that a changed cookie cannot send one member's acts as another's. */
  memberId: string | null
  /** Resolves once it is known which history the server has: what we send may rest on what it has lost. */
  told(): Promise<void>
  onSettled(entries: OutboxRow[]): void
  /** The server no longer knows the session; nothing is sent until `start` is called again. */
  onUnauthenticated(): void
  onReachable(reachable: boolean): void
  onReadOnly(readOnly: boolean): void
  onBusy(busy: boolean): void
  onError(error: unknown): void
}

export interface Sender {
  start(): void
  stop(): void
  /** There may be something to send. @param now also forget how long we meant to wait (the network is back). */
  poke(now?: boolean): void
  /** Resolves when nothing is under way; for tests and for handing over. */
  idle(): Promise<void>
}

export function createSender(options: SenderOptions): Sender {
  const { db, around } = options
  let started = false
  let poked = false
  let isAnew = false
  let running: Promise<void> | undefined
  let cancelWake = (): void => {}
  let holdUntil = 0
  let misses = 0
  let most = batchCommands

  async function run(): Promise<void> {
    while (started) {
      poked = false
      if (isAnew) await askAnew(db)
      isAnew = false
      const now = around.now()
      if (remaining(holdUntil, now) > 0) return wakeAt(holdUntil)
      await options.told()
      if (!started) return
      const entries = await db.outbox.orderBy('order').toArray()
      const { batch, orphans, wakeAt: next } = choose(entries, now, most)
      if (orphans.length > 0) {
        await settleOrphans(orphans)
        continue
      }
      if (batch.length === 0) {
        if (next !== undefined) wakeAt(next)
        if (!poked) return
        continue
      }
      options.onBusy(true)
      await sendBatch(batch).finally(() => options.onBusy(false))
    }
  }

  async function settleOrphans(orphans: OutboxRow[]): Promise<void> {
    const causes = orphans.flatMap((entry) => entry.after)
    const fallen = await db.transaction('rw', db.outbox, async () => {
      const refused = await db.outbox
        .where('id')
        .anyOf(causes)
        .and((entry) => entry.state === 'refused')
        .toArray()
      return refuseDependants(
        db,
        refused.map((entry) => entry.id),
        { code: 'dependency', message: 'refused' },
      )
    })
    options.onSettled(fallen)
  }

  async function sendBatch(batch: OutboxRow[]): Promise<void> {
    const orders = batch.map((entry) => entry.order)
    await db.outbox
      .where('order')
      .anyOf(orders)
      .modify((entry) => {
        entry.state = 'sent'
        entry.attempts++
      })
    const answer = await postJson(
      around,
      '/api/commands',
      { commands: batch.map(toEnvelope) },
      { headers: options.memberId === null ? {} : { 'x-member': options.memberId } },
    )
    const results = answer.kind === 'ok' ? (answer.body as CommandsResponse | null)?.results : undefined
    if (answer.kind === 'ok' && Array.isArray(results)) {
      misses = 0
      most = Math.min(batchCommands, most * 2)
      options.onReachable(true)
      const sent = batch.map((entry) => ({ ...entry, state: 'sent' as const }))
      const outcome = await absorb(db, sent, results, around.now(), around.random)
      options.onReadOnly(outcome.readOnly)
      if (outcome.settled.length > 0) options.onSettled(outcome.settled)
      if (outcome.unauthenticated) endSession()
      return
    }
    await absorbFailure(batch, orders, answer.kind === 'ok' ? { kind: 'unreachable' } : answer)
  }

  async function absorbFailure(batch: OutboxRow[], orders: number[], answer: Answer): Promise<void> {
    if (answer.kind !== 'refused') {
      await takeBack(db, orders)
      options.onReachable(false)
      return hold()
    }
    options.onReachable(true)
    const { status, refusal } = answer
    if (refusal.code === 'unauthenticated') {
      await takeBack(db, orders)
      return endSession()
    }
    if (refusal.code === 'too_many' || refusal.code === 'upgrade' || [502, 503, 504, 507].includes(status)) {
      await takeBack(db, orders)
      options.onReadOnly(refusal.reason === 'core.read_only')
      return hold(answer.retryAfter)
    }
    if (batch.length > 1) {
      await takeBack(db, orders)
      most = refusal.code === 'too_large' ? Math.ceil(batch.length / 2) : 1
      return
    }
    if (isTransient(refusal.code)) {
      await countFailure(db, orders[0]!, around.now(), around.random())
      return
    }
    const result = { id: batch[0]!.id, ok: false as const, ...refusal }
    const outcome = await absorb(db, batch, [result], around.now(), around.random)
    options.onSettled(outcome.settled)
  }

  function endSession(): void {
    started = false
    options.onUnauthenticated()
  }

  /** @param wait milliseconds that the server asked for. */
  function hold(wait?: number): void {
    misses++
    // Not to the second: others were told the same.
    holdUntil =
      around.now() +
      (wait === undefined ? backoff(misses, around.random()) : wait * (1 + around.random() / 4))
  }

  function wakeAt(time: number): void {
    cancelWake()
    cancelWake = around.after(Math.max(0, time - around.now()), () => poke())
  }

  function poke(now = false): void {
    poked = true
    if (now) {
      holdUntil = 0
      misses = 0
      isAnew = true
    }
    if (!started || running) return
    running = run()
      .catch((error: unknown) => {
        // The database failed or was closed: entries that were on their way are taken back at the next start.
        hold()
        if (started) options.onError(error)
      })
      .finally(() => {
        running = undefined
        if (started && remaining(holdUntil, around.now()) > 0) wakeAt(holdUntil)
        else if (poked && started) poke()
      })
  }

  return {
    start() {
      if (started) return
      started = true
      void takeBack(db)
        .then(() => poke(true))
        .catch(options.onError)
    },
    stop() {
      started = false
      cancelWake()
    },
    poke,
    async idle() {
      while (running) await running
    },
  }
}
