/**
 * One copy of a room takes the place of another, in this tab and in the others, without anything that is being typed
 * getting lost: see copies.ts. The pages keep the former document until the new one can be shown.
 */
import type { Refusal } from '#shared/core/result.ts'
import { keepCopy, keepMore, offerLost, type Replacement, refuseLog, type Swap, swapLog } from './copies.ts'
import type { Database } from './database.ts'
import type { Stale } from './link.ts'
import type { LiveRoom } from './live-room.ts'
import { type Fetching, fetchPresent, type Present } from './present.ts'
import { replay } from './replay.ts'
import type { SharedSocket } from './socket.ts'
import type { Surroundings } from './surroundings.ts'
import type { TabMessage } from './tabs.ts'
import { textOf } from './update-log.ts'

/** After the device could not store what the server sent. */
const retryAfter = 5_000

export interface Renewable {
  live: LiveRoom
  /** The server's present document is on its way here, to take the place of this one. */
  fetching: Fetching | undefined
  /** One copy takes the place of another, in turn. */
  renewing: Promise<void>
}

export interface RenewalOptions<E extends Renewable> {
  db: Database
  around: Surroundings
  post(message: TabMessage): void
  /** In the leading tab. */
  socket(): SharedSocket | undefined
  isHeld(room: string, entry: E): boolean
  /** A document from the log. */
  fill(room: string, entry: E): LiveRoom
  /** The entry has another document. */
  changed(room: string, entry: E): void
  connect(room: string, entry: E): Promise<void>
  report(error: unknown): void
  /** Resolves once the server has said which history it has. */
  told(): Promise<void>
  /** See `Replacement`. */
  isOwn(room: string): boolean
  offer: Replacement['offer']
}

export interface Renewal<E extends Renewable> {
  refuse(room: string, entry: E, live: LiveRoom, refusal: Refusal): Promise<void>
  takeUp(room: string, entry: E, live: LiveRoom, stale: Stale): Promise<void>
  catchUp(room: string, entry: E): Promise<void>
  renew(room: string, entry: E, swap: Swap): Promise<void>
}

export function createRenewal<E extends Renewable>(options: RenewalOptions<E>): Renewal<E> {
  const { db, around, connect, report } = options

  /** The server did not take edits: keeps the text, and starts again from the server's. */
  async function refuse(room: string, entry: E, live: LiveRoom, refusal: Refusal): Promise<void> {
    live.unlink()
    await live.flush()
    if (live !== entry.live || live.copy === undefined) return
    const text = textOf(live.doc)
    const swap = await refuseLog(db, live.copy, { room, text, refusal, at: around.now() })
    if (swap) await announce(room, entry, swap)
    else await catchUp(room, entry)
  }

  /**
   * The server's room has another history than ours. What it has is fetched first, and shown in place of the former
   * once it is here and stored; until then nothing changes for whoever looks at it.
   */
  async function takeUp(room: string, entry: E, live: LiveRoom, stale: Stale): Promise<void> {
    const socket = options.socket()
    if (!socket || entry.fetching || live !== entry.live) return
    const fetching = fetchPresent(socket, room)
    entry.fetching = fetching
    live.unlink()
    try {
      const fetched = await fetching.result
      await options.told()
      if (fetched?.ok) await take(room, entry, live, fetched.present, stale)
      else if (fetched && live === entry.live) {
        await offerLost(db, room, around.now(), options.offer)
        return live.shut(fetched.code, fetched.reason)
      }
    } catch (error) {
      report(error)
      around.after(retryAfter, () => void connect(room, entry).catch(report))
      return
    } finally {
      if (entry.fetching === fetching) entry.fetching = undefined
    }
    await connect(room, entry)
  }

  async function take(room: string, entry: E, live: LiveRoom, present: Present, stale: Stale): Promise<void> {
    const former = live.copy ?? 0
    try {
      await live.flush()
      // Whose clients are of an earlier epoch is turned out however much the present one has.
      if (stale.isLost && live.isWithin(present)) return await found(room, entry, live)
      const swap = await swapLog(db, room, {
        former,
        present,
        now: around.now(),
        ...stale,
        isOwn: options.isOwn(room),
        offer: options.offer,
      })
      if (swap) await announce(room, entry, swap)
      else await catchUp(room, entry)
    } finally {
      present.doc.destroy()
    }
  }

  /** Nothing is lost. */
  async function found(room: string, entry: E, live: LiveRoom): Promise<void> {
    const isKept = await keepCopy(db, room, live.copy ?? 0)
    live.found()
    if (!isKept) await catchUp(room, entry)
  }

  async function announce(room: string, entry: E, swap: Swap): Promise<void> {
    options.post({ type: 'reset', room, ...swap })
    await renew(room, entry, swap)
  }

  /** Another tab has replaced the copy, and was gone before it could say so. */
  async function catchUp(room: string, entry: E): Promise<void> {
    const copy = (await db.docs.get(room))?.copy ?? 0
    const rows = await db.updates.bulkGet(entry.live.added)
    const gone = entry.live.added.filter((_, i) => rows[i] === undefined)
    await renew(room, entry, { copy, gone, was: undefined })
  }

  /** Takes up the copy that the log holds by now, with what this tab has added to the former. */
  function renew(room: string, entry: E, swap: Swap): Promise<void> {
    entry.renewing = entry.renewing.then(() => change(room, entry, swap)).catch(report)
    return entry.renewing
  }

  async function change(room: string, entry: E, swap: Swap): Promise<void> {
    const former = entry.live
    await former.loaded
    if (!options.isHeld(room, entry) || (former.copy ?? 0) >= swap.copy) return
    const next = options.fill(room, entry)
    await next.loaded
    if (!options.isHeld(room, entry) || next.copy === undefined) {
      await next.close()
      return
    }
    // From here until the pages have the new document, nothing can be typed.
    const unsaid = former.unsaid(swap.gone)
    const isCarried = unsaid.length === 0 || (swap.was !== undefined && replay(swap.was, unsaid, next.doc))
    if (!isCarried) void keepMore(db, room, textOf(former.doc), around.now()).catch(report)
    const added = former.added.filter((key) => !swap.gone.includes(key))
    former.abandon()
    entry.live = next
    options.changed(room, entry)
    void connect(room, entry).catch(report)
    await next.flush()
    if (!next.storing) await db.updates.bulkDelete(added)
    await former.close()
  }

  return { refuse, takeUp, catchUp, renew }
}
