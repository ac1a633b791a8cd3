/** What the library should hold on this device, and what goes first when there is no room: decided here, done in holdings.ts. */
import type { StoredDoc } from './database.ts'

/**
 * Why something is kept, what stays longest first: somebody pinned it; it is their own or calls them; it is on their
 * reading list; they take or planned it; they read it lately; it may be what they read next; it is new; it was read once.
 */
export const reasons = ['pinned', 'own', 'saved', 'taken', 'read', 'ahead', 'new', 'rest'] as const
export type Reason = (typeof reasons)[number]

export interface Wanted {
  room: string
  /** Log sequence that the room is known to have reached. */
  sequence?: number
  /** Unless told: it is new. */
  why?: Exclude<Reason, 'read' | 'rest'>
}

export interface Budget {
  rooms: number
  bytes: number
}

/** What its member decided about this device. Under `keep.device` in local values. */
export interface DeviceChoices {
  /** Items that stay, whatever the budget says → since when. */
  pinned: Record<string, number>
  /** Rooms, without the numbers of their pages, that are not to be kept → since when. */
  dropped: Record<string, number>
  /** Bytes that texts may take. */
  bytes: number
  /** Bytes that films, recordings and files may take that somebody asked to have here. Absent: `usualMediaBytes`. */
  mediaBytes?: number
  /** Fetch what is recommended before it is asked for. */
  ahead: boolean
}

export const megabyte = 1_048_576
export const noChoices: DeviceChoices = { pinned: {}, dropped: {}, bytes: 50 * megabyte, ahead: true }
export const usualMediaBytes = 1_000 * megabyte
export const deviceKey = 'keep.device'
/** Room → why it is kept, as the library found when it last looked. */
export const reasonsKey = 'library.reasons'

const roomsPerByte = 400 / (50 * megabyte)
const fewestRooms = 400

export function budgetOf({ bytes }: Pick<DeviceChoices, 'bytes'>): Budget {
  return { bytes, rooms: Math.max(fewestRooms, Math.round(bytes * roomsPerByte)) }
}

/** `thread/<id>/3` → `thread/<id>`. */
export function baseOf(room: string): string {
  return room.split('/', 2).join('/')
}

/** How the network is: `frugal` fetches nothing that nobody asked for, `fair` nothing that is only likely. */
export type Line = 'good' | 'fair' | 'frugal'

/** Opened since then counts as read lately. */
const lately = 30 * 86_400_000

export interface Situation {
  protectedRooms: ReadonlySet<string>
  limit: Budget
  dropped: Readonly<Record<string, number>>
  ahead: boolean
  line: Line
  now: number
}

export interface Plan {
  fetch: Wanted[]
  drop: string[]
  /** Of what is here or on its way. */
  why: Map<string, Reason>
}

/** What to fetch and what to drop. What is pinned, and what holds unsent work or is open, stays beyond the budget. Pure. */
export function planHoldings(
  wanted: readonly Wanted[],
  docs: readonly StoredDoc[],
  { protectedRooms, limit, dropped, ahead, line, now }: Situation,
): Plan {
  const docsByRoom = new Map(docs.map((doc) => [doc.room, doc]))
  const isDropped = (room: string): boolean => Object.hasOwn(dropped, baseOf(room))
  const wantedByRoom = new Map(
    wanted
      .filter(({ room, why }) => !isDropped(room) && (ahead || why !== 'ahead'))
      .map((each) => [each.room, each]),
  )
  const whyOf = (room: string): Reason => {
    if (room.startsWith('me/')) return 'own'
    const why = wantedByRoom.get(room)?.why
    const doc = docsByRoom.get(room)
    const isRead = doc !== undefined && doc.openedAt > now - lately
    if (isRead && (why === undefined || rankOf(why) > rankOf('read'))) return 'read'
    return why ?? (wantedByRoom.has(room) ? 'new' : 'rest')
  }
  const others = docs
    .filter(({ room }) => !wantedByRoom.has(room))
    .sort((a, b) => b.openedAt - a.openedAt)
    .map(({ room }) => room)
  const order = [...wantedByRoom.keys(), ...others]
    .map((room, at) => ({ room, why: whyOf(room), at }))
    .sort((a, b) => rankOf(a.why) - rankOf(b.why) || a.at - b.at)
  const plan: Plan = { fetch: [], drop: [], why: new Map() }
  let rooms = 0
  let bytes = 0
  for (const { room, why } of order) {
    const doc = docsByRoom.get(room)
    const stays = protectedRooms.has(room) || why === 'pinned' || room.startsWith('me/')
    const fits = !isDropped(room) && rooms < limit.rooms && bytes + (doc?.bytes ?? 0) <= limit.bytes
    if (!fits && !stays) {
      if (doc) plan.drop.push(room)
      continue
    }
    rooms++
    bytes += doc?.bytes ?? 0
    plan.why.set(room, why)
    const each = wantedByRoom.get(room)
    if (!each || (!doc && !isWorth(each.why, line))) continue
    if (doc?.synced !== 1 || doc.sequence < (each.sequence ?? 0)) plan.fetch.push(each)
  }
  return plan
}

function rankOf(why: Reason): number {
  return reasons.indexOf(why)
}

function isWorth(why: Wanted['why'] = 'new', line: Line): boolean {
  if (why === 'ahead') return line === 'good'
  return why !== 'new' || line !== 'frugal'
}

/** Every wish once, for its best reason and with the most that is known of it. */
export function mergeWishes(wishes: readonly (readonly Wanted[])[]): Wanted[] {
  const wanted = new Map<string, Wanted>()
  for (let turn = 0; wishes.some((wish) => turn < wish.length); turn++) {
    for (const wish of wishes) {
      const each = wish[turn]
      if (!each) continue
      const known = wanted.get(each.room)
      const why = known && rankOf(known.why ?? 'new') <= rankOf(each.why ?? 'new') ? known.why : each.why
      const sequence = Math.max(known?.sequence ?? 0, each.sequence ?? 0)
      wanted.set(each.room, { ...each, ...(why ? { why } : {}), ...(sequence > 0 ? { sequence } : {}) })
    }
  }
  return [...wanted.values()]
}
