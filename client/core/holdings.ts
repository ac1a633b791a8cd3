/**
 * Fetches what the library should hold and drops what it no longer can: see library.ts. In the leading tab.
 */
import type { Database, StoredDoc } from './database.ts'
import type { ClientRegistry } from './feature.ts'
import { filesIn, keepFile } from './files.ts'
import { readFeedMeta } from './intake.ts'
import type { LiveRoom } from './live-room.ts'
import type { Rooms } from './rooms.ts'
import type { Surroundings } from './surroundings.ts'
import { dropLog, unsentRooms } from './update-log.ts'
import { dropOrphans, type Withdrawal } from './withdrawal.ts'

export interface Budget {
  rooms: number
  bytes: number
}

/** A room that does not get as far as the feed said must not hold up the others. */
const patience = 30_000
const budget: Budget = { rooms: 400, bytes: 50 * 1_048_576 }

export interface Wanted {
  room: string
  /** Log sequence that the room is known to have reached. */
  sequence?: number
}

export interface HoldingsOptions {
  db: Database
  around: Surroundings
  registry: ClientRegistry
  rooms: Rooms
  withdrawal: Withdrawal
  isLeading(): boolean
}

export async function fetchLibrary(options: HoldingsOptions): Promise<void> {
  const { db, rooms, withdrawal } = options
  if ((await readFeedMeta(db)).ready) await dropOrphans(db, withdrawal)
  const wanted = await wantedRooms(options)
  const docs = await db.docs.toArray()
  const protectedRooms = new Set([...rooms.holding, ...(await unsentRooms(db))])
  const plan = planHoldings(wanted, docs, protectedRooms, budget)
  for (const room of plan.drop) await dropLog(db, room, options.around.now())
  const files = new Set<string>()
  await Promise.all(
    plan.fetch.map(async ({ room, sequence = 0 }) => {
      const arrived = (live: LiveRoom): boolean => {
        const { refusal, synced, sequence: reached } = live.status()
        if (refusal || !synced || reached < sequence) return refusal !== undefined
        for (const hash of filesIn(live.doc.getText('body').toString())) files.add(hash)
        return true
      }
      if (options.isLeading()) await rooms.visit(room, arrived, { within: patience })
    }),
  )
  for (const hash of files) if (options.isLeading()) await keepFile(db, options.around, hash)
}

/** Every feature's wishes, its most wanted first, taken in turn. */
async function wantedRooms({ db, registry }: HoldingsOptions): Promise<Wanted[]> {
  const wishes: Wanted[][] = []
  for (const feature of Object.values(registry.features)) {
    if (!feature.keep) continue
    wishes.push(
      await feature.keep((table) =>
        db.rows.where('[table+id]').between([table, ''], [table, '\uffff']).toArray(),
      ),
    )
  }
  const wanted = new Map<string, Wanted>()
  for (let turn = 0; wishes.some((wish) => turn < wish.length); turn++) {
    for (const wish of wishes) {
      const each = wish[turn]
      if (each && !wanted.has(each.room)) wanted.set(each.room, each)
    }
  }
  return [...wanted.values()]
}

/**
 * What to fetch and what to drop. Wanted rooms come before those that the member opened, and those before the rest;
 * whatever does not fit goes, unless it is protected. Pure.
 */
export function planHoldings(
  wanted: readonly Wanted[],
  docs: readonly StoredDoc[],
  protectedRooms: ReadonlySet<string>,
  limit: Budget,
): { fetch: Wanted[]; drop: string[] } {
  const docsByRoom = new Map(docs.map((doc) => [doc.room, doc]))
  const chosen = wanted.slice(0, limit.rooms)
  const chosenRooms = new Set(chosen.map((each) => each.room))
  const others = docs
    .filter((doc) => !chosenRooms.has(doc.room))
    .sort((a, b) => b.openedAt - a.openedAt)
    .map((doc) => doc.room)
  const plan: { fetch: Wanted[]; drop: string[] } = { fetch: [], drop: [] }
  let rooms = 0
  let bytes = 0
  for (const room of [...chosenRooms, ...others]) {
    const doc = docsByRoom.get(room)
    const fits = rooms < limit.rooms && bytes + (doc?.bytes ?? 0) <= limit.bytes
    if (fits || protectedRooms.has(room)) {
      rooms++
      bytes += doc?.bytes ?? 0
    } else {
      chosenRooms.delete(room)
      if (doc) plan.drop.push(room)
    }
  }
  plan.fetch = chosen.filter(({ room, sequence }) => {
    if (!chosenRooms.has(room)) return false
    const doc = docsByRoom.get(room)
    return doc?.synced !== 1 || doc.sequence < (sequence ?? 0)
  })
  return plan
}
