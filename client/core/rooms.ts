/**
 * Which documents this tab holds, and why: pages look at them, other tabs have them open (when this one leads), edits
 * of theirs are not acknowledged yet, a command's effect is awaited in them, or the library fetches them. A document
 * is held while there is a reason, and linked to the server while this tab leads and the room may be opened.
 */

import { closeCode } from '#shared/core/wire.ts'
import { keepStrays, type Replacement } from './copies.ts'
import type { Database } from './database.ts'
import type { LiveRoom, RoomOptions } from './live-room.ts'
import { createRenewal, type Renewable } from './renewal.ts'
import { createRoom } from './room.ts'
import type { SharedSocket } from './socket.ts'
import type { Surroundings } from './surroundings.ts'
import type { TabMessage } from './tabs.ts'
import { dropLog, markOpened, refusedKey, unsentRooms } from './update-log.ts'
import { createVisits, type Visit, type Visiting } from './visits.ts'

export interface RoomsOptions {
  db: Database
  around: Surroundings
  tab: string
  inherited: Promise<void>
  holdEdit: RoomOptions['holdEdit']
  post(message: TabMessage): void
  whenGone(tab: string, then: () => void): void
  /** Only the server writes rooms of this kind. */
  isReadOnly(room: string): boolean
  /** An unacknowledged command will create this room. */
  isCreating(room: string): Promise<boolean>
  isAwaited(room: string): boolean
  /** The room cannot be had: nothing will land in it. */
  onClosed(room: string, code: number): void
  /** See `RenewalOptions`. */
  told(): Promise<void>
  isOwn(room: string): boolean
  offer: Replacement['offer']
}

export interface RoomHandle {
  readonly room: string
  /** Another one when the document had to be begun anew. */
  live(): LiveRoom
  /** @returns a function that ends it. */
  onChange(listener: () => void): () => void
  close(): void
}

export interface Rooms {
  open(room: string): RoomHandle
  visit: Visiting
  hear(message: TabMessage, from: string): void
  /** This tab leads from now on. */
  lead(socket: SharedSocket): void
  follow(): void
  /** Commands were acknowledged: rooms that waited for their creation may be there now. */
  retry(): void
  /** Lets go of what was refused, and of what was typed for a room that is closed to us and open here. */
  forget(room: string): Promise<void>
  /** Other tabs may have stored edits that they could not speak of any more: this one sends them, if it leads. */
  recount(): Promise<void>
  /** The server's history is another one: compares every copy with what it has. */
  restart(): Promise<void>
  readonly holding: ReadonlySet<string>
  /** Edits of this tab that are not even in IndexedDB yet, or that the server lacks. */
  readonly unsent: boolean
  flush(): Promise<void>
  close(): Promise<void>
}

interface Held extends Renewable {
  handles: number
  tabs: Set<string>
  visits: Set<Visit>
  listeners: Set<() => void>
  closing: boolean
}

/** A tab that still has edits of a former copy carries them over long before. */
const straysAfter = 10_000
/** For a room that is compared with the server's, milliseconds. */
const patience = 60_000

export function createRooms(options: RoomsOptions): Rooms {
  const { db, around } = options
  const held = new Map<string, Held>()
  const tabsSeen = new Set<string>()
  let socket: SharedSocket | undefined
  let closed = false

  /** The database was closed under what was still going on: nobody is left who wants to know. */
  function report(error: unknown): void {
    if (!closed) console.error(error)
  }

  function hold(room: string): Held {
    const known = held.get(room)
    if (known) return known
    const entry: Held = {
      live: undefined as unknown as LiveRoom,
      handles: 0,
      tabs: new Set(),
      visits: new Set(),
      listeners: new Set(),
      closing: false,
      fetching: undefined,
      renewing: Promise.resolve(),
    }
    held.set(room, entry)
    entry.live = fill(room, entry)
    entry.live.attend(false)
    void connect(room, entry).catch(report)
    return entry
  }

  /** A document for the entry, from the log. */
  function fill(room: string, entry: Held): LiveRoom {
    const live = createRoom({
      db,
      around,
      room,
      tab: options.tab,
      readOnly: options.isReadOnly(room),
      inherited: options.inherited,
      holdEdit: options.holdEdit,
      post: options.post,
      onChange: () => {
        if (entry.live === live) changed(room, entry)
      },
      onRefused: (refusal) => void renewal.refuse(room, entry, live, refusal).catch(report),
      onStale: (stale) => void renewal.takeUp(room, entry, live, stale).catch(report),
      onReplaced: () => void renewal.catchUp(room, entry).catch(report),
      onClosed: (code) => closedForGood(room, entry, code),
      isAwaited: () => options.isAwaited(room),
    })
    return live
  }

  const renewal = createRenewal<Held>({
    db,
    around,
    post: options.post,
    socket: () => socket,
    isHeld: (room, entry) => held.get(room) === entry,
    fill,
    changed(room, entry) {
      entry.live.attend(entry.handles > 0)
      changed(room, entry)
    },
    connect,
    report,
    told: options.told,
    isOwn: options.isOwn,
    offer: options.offer,
  })

  function changed(room: string, entry: Held): void {
    for (const visit of [...entry.visits]) if (visit.done(entry.live)) visit.end()
    for (const listener of [...entry.listeners]) listener()
    release(room, entry)
  }

  /** Links the document when this tab leads and the room exists as far as we know. */
  async function connect(room: string, entry: Held): Promise<void> {
    const { live } = entry
    await live.loaded
    if (!canLink(room, entry, live)) return
    if ((!live.everSynced || live.lost) && (await options.isCreating(room))) return
    if (!canLink(room, entry, live)) return
    if (live.lost) await renewal.takeUp(room, entry, live, { isLost: true, taken: new Map() })
    else live.link(socket!)
  }

  function canLink(room: string, entry: Held, live: LiveRoom): boolean {
    const isCurrent = live === entry.live && held.get(room) === entry
    return socket !== undefined && isCurrent && !live.linked && !entry.fetching
  }

  function release(room: string, entry: Held): void {
    const wanted = entry.handles > 0 || entry.tabs.size > 0 || entry.visits.size > 0
    // The leader stays until what was typed is acknowledged; a follower's edits are in the log, and the leader's to send.
    if (wanted || entry.closing || (socket && entry.live.unsent && !entry.live.status().refusal)) return
    entry.closing = true
    void entry.live.flush().then(() => {
      entry.closing = false
      if (held.get(room) !== entry || entry.handles + entry.tabs.size + entry.visits.size > 0) return
      if (socket && entry.live.unsent && !entry.live.status().refusal) return
      held.delete(room)
      entry.fetching?.cancel()
      if (!socket) options.post({ type: 'close', room })
      void entry.live.close()
    })
  }

  function closedForGood(room: string, entry: Held, code: number): void {
    for (const visit of [...entry.visits]) visit.end()
    const isGone = [closeCode.gone, closeCode.refused, closeCode.ended].some((one) => one === code)
    if (isGone && options.isReadOnly(room)) {
      void entry.live
        .flush()
        .then(() => dropLog(db, room, around.now()))
        .catch(report)
    }
    options.onClosed(room, code)
  }

  const visit = createVisits({
    around,
    mayVisit: () => !closed && socket !== undefined,
    hold,
    release,
  })

  /** Edits that an earlier session left behind. */
  async function sendLeftovers(): Promise<void> {
    await options.inherited
    await recount()
    await compareLost()
  }

  async function recount(): Promise<void> {
    for (const room of await unsentRooms(db)) {
      if (!socket || closed) return
      await held.get(room)?.live.recount()
      sendUnsent(room)
    }
  }

  async function settleStrays(): Promise<void> {
    if (!socket || closed) return
    for (const room of await unsentRooms(db)) await keepStrays(db, room, around.now())
  }

  /** What the server may have lost some of, when it was restored. */
  async function compareLost(): Promise<void> {
    for (const room of await db.docs.filter((doc) => doc.lost === 1).primaryKeys()) {
      if (!socket || closed) return
      void visit(room, (live) => live.status().loaded && !live.lost, { within: patience })
    }
  }

  function sendUnsent(room: string): void {
    void visit(room, (live) => live.status().loaded && !live.unsent)
  }

  function endVisits(): void {
    for (const entry of held.values()) for (const each of [...entry.visits]) each.end()
  }

  return {
    open(room) {
      const entry = hold(room)
      entry.handles++
      entry.live.attend(true)
      if (!socket && entry.handles === 1) options.post({ type: 'open', room })
      void entry.live.loaded
        .then(async () => {
          if (!closed) await markOpened(db, room, around.now())
        })
        .catch(report)
      if (socket && !entry.live.linked) void connect(room, entry).catch(report)
      const listeners = new Set<() => void>()
      let open = true
      return {
        room,
        live: () => entry.live,
        onChange(listener) {
          listeners.add(listener)
          entry.listeners.add(listener)
          return () => {
            listeners.delete(listener)
            entry.listeners.delete(listener)
          }
        },
        close() {
          if (!open) return
          open = false
          for (const listener of listeners) entry.listeners.delete(listener)
          entry.handles--
          entry.live.attend(entry.handles > 0)
          release(room, entry)
        },
      }
    },

    visit,

    hear(message, from) {
      if (message.type === 'leader') {
        for (const [room, entry] of held) if (entry.handles > 0) options.post({ type: 'open', room })
        return
      }
      if (!('room' in message)) return
      if (message.type === 'open') {
        if (!socket) return
        hold(message.room).tabs.add(from)
        if (!tabsSeen.has(from)) {
          tabsSeen.add(from)
          options.whenGone(from, () => {
            tabsSeen.delete(from)
            for (const [room, entry] of held) if (entry.tabs.delete(from)) release(room, entry)
          })
        }
        return
      }
      const entry = held.get(message.room)
      if (!entry) {
        // Left behind by a tab that is gone.
        if (message.type === 'edit' && socket) sendUnsent(message.room)
        return
      }
      if (message.type === 'close') {
        entry.tabs.delete(from)
        release(message.room, entry)
      } else if (message.type === 'reset') void renewal.renew(message.room, entry, message)
      else entry.live.hear(message, from)
    },

    lead(shared) {
      socket = shared
      for (const [room, entry] of held) void connect(room, entry).catch(report)
      void sendLeftovers().catch(report)
      around.after(straysAfter, () => void settleStrays().catch(report))
    },

    follow() {
      socket = undefined
      endVisits()
      for (const [room, entry] of held) {
        entry.tabs.clear()
        entry.fetching?.cancel()
        entry.live.unlink()
        if (entry.handles > 0) options.post({ type: 'open', room })
        else release(room, entry)
      }
    },

    retry() {
      for (const [room, entry] of held) {
        // A room that was there and was closed to us is not created by a command.
        if (!entry.live.linked && !(entry.live.everSynced && entry.live.status().refusal))
          void connect(room, entry).catch(report)
      }
    },

    recount,

    async forget(room) {
      const entry = held.get(room)
      const closed = entry?.live.status().closed
      // What is typed after a refusal, in a document that goes on, is none of it.
      if (entry && closed && entry.live.unsent) await renewal.refuse(room, entry, entry.live, closed)
      await db.meta.delete(refusedKey(room))
      held.get(room)?.live.forgiven()
      options.post({ type: 'forgot', room })
    },

    async restart() {
      for (const [room, entry] of held) {
        await entry.live.loaded
        if (held.get(room) !== entry || (await db.docs.get(room))?.lost === undefined) continue
        entry.live.lose()
        entry.live.unlink()
        void connect(room, entry).catch(report)
      }
      await compareLost()
    },

    get holding() {
      return new Set(held.keys())
    },

    get unsent() {
      return [...held.values()].some((entry) => entry.live.unsent)
    },

    async flush() {
      await Promise.all([...held.values()].map((entry) => entry.live.flush()))
    },

    async close() {
      closed = true
      endVisits()
      const all = [...held.values()]
      held.clear()
      for (const entry of all) entry.fetching?.cancel()
      await Promise.all(all.map((entry) => entry.live.close()))
    },
  }
}
