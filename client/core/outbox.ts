/**
 * The outbox: members' acts in the order in which they acted, kept in IndexedDB until their effect has come back.
 *
 * An entry is `device` until a request carries it (`sent`), and again after a request that got no answer: the server
 * takes a command once, however often it is sent. `saved` and `held` entries stay, and go on drawing their overlay,
 * until the feed's cursor and the documents' sequences have reached the landing that the server named. `refused` ones
 * stay until their member edits or discards them; whatever depended on them is refused with them. Entries of a lane go
 * in order; one that the server cannot decide on blocks its own lane, and after eight internal failures is parked. What
 * the server does not know, since it is older than this client, stays on the device and is asked again; others pass it.
 */
import { isTransient, isUnknown, type Refusal } from '#shared/core/result.ts'
import {
  type CommandEnvelope,
  type CommandResult,
  decodeCursor,
  hasLanded,
  type Landing,
} from '#shared/core/wire.ts'
import type { Database, FeedMeta, OutboxRow } from './database.ts'
import { keepDone } from './done.ts'
import { backoff } from './surroundings.ts'

export const batchCommands = 50
export const batchBytes = 1_500_000
const failuresUntilParked = 8
/** A server is not updated every minute; whenever it is reached anew it is asked as well. */
const askAgainAfter = 15 * 60_000
/** An audience that the cursor does not know this long after the answer is not ours to wait for. */
const landingPatience = 30_000

export interface NewCommand {
  id: string
  name: string
  input: unknown
  after: string[]
  lane: string
}

export async function enqueue(db: Database, command: NewCommand, now: number): Promise<void> {
  await db.outbox.add({ ...command, at: now, state: 'device', attempts: 0, failures: 0, retryAt: 0 })
}

/** An act that another page could not store any more, as far as it knew. */
export function enqueueOnce(db: Database, { at, ...command }: NewCommand & { at: number }): Promise<void> {
  return db.transaction('rw', db.outbox, async () => {
    if ((await db.outbox.where('id').equals(command.id).count()) === 0) await enqueue(db, command, at)
  })
}

export function isUnacknowledged(entry: Pick<OutboxRow, 'state'>): boolean {
  return entry.state === 'device' || entry.state === 'sent' || entry.state === 'parked'
}

export interface Choice {
  batch: OutboxRow[]
  /** Waiting for something that was refused. */
  orphans: OutboxRow[]
  /** When the next entry may be tried, epoch ms. */
  wakeAt?: number
}

/** What to send next, of all entries in order. Pure. */
export function choose(entries: readonly OutboxRow[], now: number, most = batchCommands): Choice {
  const choice: Choice = { batch: [], orphans: [] }
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  const taken = new Set<string>()
  const refused = new Set(entries.filter((entry) => entry.state === 'refused').map((entry) => entry.id))
  const blocked = new Set<string>()
  /** For the server to know them, and what waits for those. */
  const unknown = new Set<string>()
  let bytes = 0
  for (const entry of entries) {
    if (entry.state === 'parked') blocked.add(entry.lane)
    if (entry.state !== 'device' && entry.state !== 'sent') continue
    if (entry.after.some((id) => refused.has(id))) {
      refused.add(entry.id)
      choice.orphans.push(entry)
      continue
    }
    if (blocked.has(entry.lane)) continue
    const awaited = entry.after.filter((id) => {
      const cause = byId.get(id)
      return cause !== undefined && isUnacknowledged(cause) && !taken.has(id)
    })
    const waits = awaited.length > 0
    if (waits || remaining(entry.retryAt, now) > 0) {
      if (waits ? awaited.every((id) => unknown.has(id)) : isUnknown(entry.refusal)) unknown.add(entry.id)
      else blocked.add(entry.lane)
      if (!waits) choice.wakeAt = Math.min(choice.wakeAt ?? entry.retryAt, entry.retryAt)
      continue
    }
    const size = JSON.stringify(entry.input ?? null).length + 300
    if (choice.batch.length >= most || (choice.batch.length > 0 && bytes + size > batchBytes)) break
    bytes += size
    taken.add(entry.id)
    choice.batch.push(entry)
  }
  return choice
}

/** Longer than anybody is ever asked to wait. */
const longestWait = 3_600_000

/** Milliseconds until a time by the device's clock; none when that clock must have been put back since it was noted. */
export function remaining(until: number, now: number): number {
  return until - now > longestWait ? 0 : Math.max(0, until - now)
}

export function toEnvelope(entry: OutboxRow): CommandEnvelope {
  return {
    id: entry.id,
    name: entry.name,
    input: entry.input,
    ...(entry.after.length > 0 ? { after: entry.after } : {}),
    at: entry.at,
  }
}

/** Marks entries as refused because of what they depended on, and theirs, all the way. Inside a transaction on the outbox. */
export async function refuseDependants(
  db: Database,
  ids: readonly string[],
  because: Refusal,
): Promise<OutboxRow[]> {
  const causes = new Set(ids)
  const refused: OutboxRow[] = []
  for (const entry of await db.outbox.orderBy('order').toArray()) {
    if (!isUnacknowledged(entry) || !entry.after.some((id) => causes.has(id))) continue
    causes.add(entry.id)
    entry.state = 'refused'
    entry.refusal = { code: 'dependency', message: because.message, reason: 'core.refused_dependency' }
    refused.push(entry)
  }
  await db.outbox.bulkPut(refused)
  return refused
}

export interface Absorbed {
  /** Entries that the server decided on now, or that fell with one that it refused. */
  settled: OutboxRow[]
  unauthenticated: boolean
  /** The server takes no changes: some command came back for want of room. */
  readOnly: boolean
}

/** Takes the server's answers to a batch into the outbox; what has landed already is forgotten at once. */
export function absorb(
  db: Database,
  batch: readonly OutboxRow[],
  results: readonly CommandResult[],
  now: number,
  random: () => number,
): Promise<Absorbed> {
  const resultsById = new Map(results.map((result) => [result.id, result]))
  return db.transaction('rw', db.outbox, db.docs, db.meta, async () => {
    const outcome: Absorbed = { settled: [], unauthenticated: false, readOnly: false }
    for (const { order } of batch) {
      const entry = await db.outbox.get(order)
      if (entry?.state !== 'sent') continue
      const result = resultsById.get(entry.id)
      if (result?.ok) {
        Object.assign(entry, { state: result.state, landing: result.lands, data: result.data, savedAt: now })
        delete entry.refusal
        outcome.settled.push(entry)
        await keepDone(db, entry, now)
      } else if (result && isUnknown(result)) {
        const { id: _, ok: __, ...refusal } = result
        Object.assign(entry, { state: 'device', refusal, retryAt: now + askAgainAfter * (1 + random() / 4) })
      } else if (result && !isTransient(result.code)) {
        const { id: _, ok: __, ...refusal } = result
        Object.assign(entry, { state: 'refused', refusal })
        outcome.settled.push(entry, ...(await refuseDependants(db, [entry.id], refusal)))
      } else {
        const code = result?.code ?? 'unavailable'
        outcome.unauthenticated ||= code === 'unauthenticated'
        outcome.readOnly ||= result?.reason === 'core.read_only'
        postpone(entry, code === 'internal', now, random(), Number(result?.params?.seconds) * 1000)
      }
      await db.outbox.put(entry)
    }
    await forgetLanded(db, now)
    return outcome
  })
}

/** @param wait milliseconds that the server asked for; NaN: it did not. */
function postpone(entry: OutboxRow, failed: boolean, now: number, random: number, wait = Number.NaN): void {
  if (failed) entry.failures++
  entry.state = entry.failures >= failuresUntilParked ? 'parked' : 'device'
  entry.retryAt = now + (Number.isFinite(wait) ? wait + random * 1000 : backoff(entry.attempts, random))
}

/** A request failed inside the server with only this entry in it. */
export async function countFailure(db: Database, order: number, now: number, random: number): Promise<void> {
  await db.outbox
    .where('order')
    .equals(order)
    .modify((entry) => postpone(entry, true, now, random))
}

/** Nobody knows what became of these: they are sent again under the same ids. */
export async function takeBack(db: Database, orders?: readonly number[]): Promise<void> {
  const entries =
    orders === undefined ? db.outbox.toCollection() : db.outbox.where('order').anyOf([...orders])
  await entries.modify((entry) => {
    if (entry.state === 'sent') entry.state = 'device'
  })
}

/** The server may be another one than before: it is asked at once whether it knows by now what it did not. */
export async function askAnew(db: Database): Promise<void> {
  await db.outbox.toCollection().modify((entry) => {
    if (entry.state === 'device' && isUnknown(entry.refusal)) entry.retryAt = 0
  })
}

/** Has the entry's effect reached this device? */
export function hasArrived(
  landing: Landing | undefined,
  cursor: string,
  sequences: ReadonlyMap<string, number>,
  savedAt: number,
  now: number,
): boolean {
  const position = decodeCursor(cursor)
  const rooms = Object.entries(landing?.rooms ?? {})
  if (!rooms.every(([room, sequence]) => (sequences.get(room) ?? -1) >= sequence)) return false
  if (hasLanded(position, landing ?? {})) return true
  // Access was lost in between: those rows will never come.
  const known = Object.entries(landing?.feed ?? {}).filter(
    ([audience]) => (position?.at[audience] ?? -1) >= 0,
  )
  return now - savedAt > landingPatience && hasLanded(position, { feed: Object.fromEntries(known) })
}

/** Forgets entries whose effect is here. Inside a transaction on outbox, docs and meta. */
export async function forgetLanded(db: Database, now: number): Promise<void> {
  const entries = await db.outbox
    .filter((entry) => entry.state === 'saved' || entry.state === 'held')
    .toArray()
  if (entries.length === 0) return
  const cursor = ((await db.meta.get('feed'))?.value as FeedMeta | undefined)?.cursor ?? ''
  const rooms = entries.flatMap((entry) => Object.keys(entry.landing?.rooms ?? {}))
  const docs = await db.docs.bulkGet(rooms)
  const sequences = new Map(docs.flatMap((doc) => (doc ? [[doc.room, doc.sequence] as const] : [])))
  const landed = entries.filter((entry) => {
    const { landing } = entry
    const nowhere = Object.keys({ ...landing?.feed, ...landing?.rooms }).length === 0
    // Held for review: there is nothing to wait for, and its member should go on seeing that it is held.
    if (entry.state === 'held' && nowhere) return false
    return hasArrived(landing, cursor, sequences, entry.savedAt ?? now, now)
  })
  await db.outbox.bulkDelete(landed.map((entry) => entry.order))
}

/** Rooms that saved entries still wait for. */
export async function roomsAwaited(db: Database): Promise<Map<string, number>> {
  const awaited = new Map<string, number>()
  for (const entry of await db.outbox.toArray()) {
    if (entry.state !== 'saved' && entry.state !== 'held') continue
    for (const [room, sequence] of Object.entries(entry.landing?.rooms ?? {})) {
      awaited.set(room, Math.max(sequence, awaited.get(room) ?? 0))
    }
  }
  return awaited
}

/** A room that we may not open (any longer): nothing will land there. */
export function waiveRoom(db: Database, room: string, now: number): Promise<void> {
  return db.transaction('rw', db.outbox, db.docs, db.meta, async () => {
    await db.outbox.toCollection().modify((entry) => {
      if (entry.landing?.rooms) delete entry.landing.rooms[room]
    })
    await forgetLanded(db, now)
  })
}

/** See `Commands.resend`. @param newId makes ids. @param unasked nobody wanted it: it stays what it was */
export function resend(
  db: Database,
  id: string,
  input: unknown,
  newId: () => string,
  unasked = false,
): Promise<string> {
  return db.transaction('rw', db.outbox, async () => {
    const entries = await db.outbox.orderBy('order').toArray()
    const first = entries.find((entry) => entry.id === id)
    if (!first || (first.state !== 'refused' && first.state !== 'parked')) return id
    const again = { state: 'device', attempts: 0, failures: 0, retryAt: 0, refusal: undefined } as const
    if (!unasked) for (const entry of entries) delete entry.again
    if (first.state === 'parked' && input === undefined) {
      // No verdict was ever given, so the id is still good, and safer: it may have been taken after all.
      await db.outbox.put({ ...first, ...again })
      return id
    }
    const newIds = new Map<string, string>()
    for (const entry of entries) {
      const follows =
        entry.state === 'refused' &&
        entry.refusal?.code === 'dependency' &&
        entry.after.some((cause) => newIds.has(cause))
      if (entry.id !== id && !follows) continue
      newIds.set(entry.id, newId())
      await db.outbox.put({
        ...entry,
        ...again,
        id: newIds.get(entry.id)!,
        input: entry.id === id && input !== undefined ? input : entry.input,
        after: entry.after.map((cause) => newIds.get(cause) ?? cause),
      })
    }
    return newIds.get(id)!
  })
}

/** See `Commands.discard`. What is on its way cannot be called back. @returns entries that fell with it. */
export function discard(db: Database, id: string): Promise<OutboxRow[]> {
  return db.transaction('rw', db.outbox, async () => {
    const entry = await db.outbox.where('id').equals(id).first()
    if (!entry || entry.state === 'sent' || entry.state === 'saved') return []
    await db.outbox.delete(entry.order)
    if (entry.state === 'held') return []
    return refuseDependants(
      db,
      [id],
      entry.refusal ?? { code: 'dependency', message: 'discarded by its member' },
    )
  })
}

/**
 * What was refused when it was sent again after a restore, because something of others was not there: perhaps it is by
 * now, since theirs is sent again as well.
 */
export async function tryAgain(db: Database, newId: () => string): Promise<void> {
  const refused = await db.outbox
    .filter((entry) => entry.again === true && entry.state === 'refused' && isPatient(entry.refusal))
    .toArray()
  for (const { id } of refused) await resend(db, id, undefined, newId, true)
}

function isPatient(refusal: Refusal | undefined): boolean {
  return refusal?.code === 'not_found' || refusal?.code === 'gone'
}
