/**
 * Fetches what the library should hold and drops what it no longer can: see library.ts. In the leading tab.
 */
import { type Database, readMeta } from './database.ts'
import type { ClientRegistry } from './feature.ts'
import { filesIn, keepFile } from './files.ts'
import {
  budgetOf,
  type DeviceChoices,
  deviceKey,
  mergeWishes,
  noChoices,
  type Plan,
  planHoldings,
  reasonsKey,
  type Wanted,
} from './holdings-plan.ts'
import { readFeedMeta } from './intake.ts'
import type { LiveRoom } from './live-room.ts'
import type { Rooms } from './rooms.ts'
import type { Surroundings } from './surroundings.ts'
import { dropLog, unsentRooms } from './update-log.ts'
import { dropOrphans, type Withdrawal } from './withdrawal.ts'

/** A room that does not get as far as the feed said must not hold up the others. */
const patience = 30_000

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
  const choices = { ...noChoices, ...(await readMeta<DeviceChoices>(db, `local:${deviceKey}`)) }
  const plan = planHoldings(wanted, docs, {
    protectedRooms,
    limit: budgetOf(choices),
    dropped: choices.dropped,
    ahead: choices.ahead,
    line: options.around.line?.() ?? 'good',
    now: options.around.now(),
  })
  await tellReasons(db, plan.why)
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
      await feature.keep(
        (table) => db.rows.where('[table+id]').between([table, ''], [table, '\uffff']).toArray(),
        (key) => readMeta(db, `local:${key}`),
      ),
    )
  }
  return mergeWishes(wishes)
}

/** For the page that shows them. */
async function tellReasons(db: Database, why: Plan['why']): Promise<void> {
  const key = `local:${reasonsKey}`
  const value = Object.fromEntries(why)
  if (JSON.stringify(await readMeta(db, key)) !== JSON.stringify(value)) await db.meta.put({ key, value })
}
