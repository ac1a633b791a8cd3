/**
 * Rooms: one Yjs document each, its log in the database, and the connections that share it. This is the hub of them: what
 * is open, who joins, what is put away. Members' updates are taken in ticks (room-ticks.ts), server-authored rooms
 * change inside the transaction of the command that changes them. Either way the document is touched only inside a
 * transaction (room-changes.ts), and nothing of it is told to anybody before that transaction is durable: while a
 * room holds uncommitted changes it is *unsettled*, and whoever asks for its state waits. If the transaction fails, the
 * document is dropped and rebuilt from its log. A room that cannot be loaded is closed; it never serves an empty one.
 *
 * Locks are always taken in one order, database first: on SQLite a transaction holds the only connection, on
 * PostgreSQL the room's row is locked before its document is touched.
 */
import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import { createLiveRoom, isIdle, type LiveRoom, takenOf, tellPosition } from './live-room.ts'
import type { RoomPeer, Rooms, RoomsOptions, RoomTransaction } from './room.ts'
import { catchUp, change, isHeavy, rebase, refresh } from './room-changes.ts'
import { countRows, readLog, readLogAtOnce, replaceBySnapshot } from './room-log.ts'
import { createTicks } from './room-ticks.ts'
import type { CoreTables } from './tables.ts'
import { stateFor } from './whole.ts'

/** Log rows beyond which an unloading room is written as a snapshot. */
const compactAbove = 100
/** The same for a room that stays open, as a busy one may for weeks. */
const compactOpenAbove = 2_000
/** Typing that does not pause must not keep rows from being derived. */
const projectAtLatest = 5_000
/** After rows could not be derived from a room. */
const projectAgainAfter = 60_000

export function createRooms(options: RoomsOptions): Rooms {
  const projectAfter = options.projectAfter ?? 1_500
  const idleAfter = options.idleAfter ?? 60_000
  const loading = new Map<string, Promise<LiveRoom>>()
  const live = new Map<string, LiveRoom>()
  const ticks = createTicks(options)
  let closed = false
  let tidying = Promise.resolve()

  async function load(db: Kysely<CoreTables>, name: string): Promise<LiveRoom> {
    const { direct } = options
    // Inside a transaction there is more to see than what is committed.
    const state = direct?.isFree ? readLogAtOnce(db, direct, name) : await readLog(db, name)
    return createLiveRoom(name, state, { now: options.now(), roots: options.rootsOf(name) })
  }

  async function open(name: string, db: Kysely<CoreTables> = options.db): Promise<LiveRoom> {
    const known = live.get(name)
    if (known) {
      known.usedAt = options.now()
      return known
    }
    // Inside a transaction never wait for a load outside it: that one may be queued behind this very transaction.
    if (db !== options.db) {
      const room = live.get(name) ?? (await load(db, name))
      const raced = live.get(name)
      if (raced) return raced
      live.set(name, room)
      return room
    }
    let pending = loading.get(name)
    if (!pending) {
      pending = load(db, name)
        .then((room) => {
          const raced = live.get(name)
          if (raced) {
            room.doc.destroy()
            return raced
          }
          live.set(name, room)
          return room
        })
        .finally(() => loading.delete(name))
      loading.set(name, pending)
    }
    return pending
  }

  /** The room, at a moment when it is the one that is served: it may be put away between `open` and its caller. */
  async function openFor<T>(name: string, use: (room: LiveRoom) => T, db?: Kysely<CoreTables>): Promise<T> {
    for (;;) {
      const room = await open(name, db)
      if (live.get(name) === room) return use(room)
    }
  }

  /** The room, kept open until the transaction ends. */
  function held(tx: RoomTransaction, name: string): Promise<LiveRoom> {
    return openFor(
      name,
      (room) => {
        room.holds++
        tx.onEnd(() => room.holds--)
        return room
      },
      tx.trx,
    )
  }

  /** The room, once everything in its document is durable. */
  async function quiet(name: string): Promise<LiveRoom> {
    const room = await open(name)
    while (room.undurable > 0 || room.stale) {
      if (room.undurable > 0) await new Promise<void>((wake) => room.waiting.push(wake))
      else await refresh(room, options.db)
    }
    return room
  }

  async function projectRoom(room: LiveRoom): Promise<void> {
    if (room.projected >= room.sequence) return
    await options.transact(async (tx) => {
      const sequence = room.sequence
      await tx.trx
        .updateTable('doc_room')
        .set({ projected: sequence })
        .where('room', '=', room.name)
        .execute()
      if (room.stale) await refresh(room, tx.trx)
      const writers = [...room.writers]
      await options.project(tx, room.name, { doc: room.doc, sequence, memberIds: writers })
      tx.onDurable(() => {
        room.projected = Math.max(room.projected, sequence)
        room.changedAt = room.projected < room.sequence ? tx.now : undefined
        for (const writer of writers) room.writers.delete(writer)
      })
    })
  }

  async function unload(room: LiveRoom): Promise<void> {
    await compact(room)
    if (live.get(room.name) !== room || !isIdle(room)) return
    if (isHeavy(room)) await options.transact((tx) => rebase(tx, room))
    if (live.get(room.name) !== room || !isIdle(room)) return
    live.delete(room.name)
    room.doc.destroy()
  }

  async function tidyRoom(room: LiveRoom, all: boolean): Promise<void> {
    const now = options.now()
    tellPosition(room)
    // The clock was put back.
    if (now < room.usedAt) room.usedAt = now
    if (room.changedAt !== undefined && now < room.changedAt) room.changedAt = now
    const rested = now - room.usedAt >= projectAfter
    const overdue = room.changedAt !== undefined && now - room.changedAt >= projectAtLatest
    if (all || ((rested || overdue) && now >= room.projectFrom)) await projectRoom(room)
    // Behind: it stays, and is tried again.
    if (!all && room.projected < room.sequence) return
    if (room.logged > compactOpenAbove) await compact(room)
    if (isIdle(room) && (all || now - room.usedAt >= idleAfter)) await unload(room)
  }

  /** Replaces a long log by one snapshot of the committed document. */
  async function compact(room: LiveRoom): Promise<void> {
    if ((await countRows(options.db, room.name)) <= compactAbove) return
    await options.transact(async (tx) => {
      await replaceBySnapshot(tx.trx, room.name)
      tx.onDurable(() => {
        room.logged = 0
      })
    })
  }

  return {
    async join(name, peer, epoch) {
      for (;;) {
        const room = await quiet(name)
        if (live.get(name) !== room) continue
        if (epoch !== undefined && epoch !== room.epoch) return { ok: false, epoch: room.epoch }
        room.peers.add(peer)
        return { ok: true, epoch: room.epoch }
      }
    },
    leave(name, peer) {
      const room = live.get(name)
      room?.peers.delete(peer)
      if (room) room.usedAt = options.now()
    },
    async read(name, stateVector) {
      const room = await quiet(name)
      return {
        update: stateFor(room.doc, stateVector),
        sequence: room.sequence,
        epoch: room.epoch,
      }
    },
    async vector(name) {
      return Y.encodeStateVector((await quiet(name)).doc)
    },
    async docOf(name) {
      return (await quiet(name)).doc
    },
    takenOf(name, memberId, epoch) {
      const room = live.get(name)
      return room ? takenOf(room, memberId, epoch) : new Map()
    },
    ownerOf: (name, client) => live.get(name)?.owners.get(client)?.memberId,
    async edit(name, memberId, change) {
      const { doc, epoch } = await quiet(name)
      const device = new Y.Doc()
      Y.applyUpdate(device, Y.encodeStateAsUpdate(doc))
      const before = Y.encodeStateVector(device)
      device.transact(() => change(device))
      const update = Y.encodeStateAsUpdate(device, before)
      device.destroy()
      await new Promise<void>((resolve, reject) => {
        const from: RoomPeer = {
          memberId,
          rights: () => 'write',
          deliver: () => {},
          tell: () => {},
          acknowledge: () => resolve(),
          refuse: (_frame, refusal) => reject(new Error(refusal.message)),
          resync: () => reject(new Error('the room changed meanwhile')),
          close: (_code, reason) => reject(new Error(reason)),
        }
        this.receive(name, { update, from, frame: 1, epoch })
      })
    },
    receive(name, incoming) {
      const room = live.get(name)
      if (!room || closed) {
        incoming.from.close(1011, 'room is closed')
        return
      }
      ticks.receive(room, incoming)
    },
    async author(tx, name, apply) {
      const room = await held(tx, name)
      const deliver = (update: Uint8Array): void => {
        for (const peer of room.peers) peer.deliver(update)
        // The author of the command waits for it.
        tellPosition(room)
      }
      await change(tx, [{ room, apply, writers: [], deliver }])
      return room.sequence
    },
    async rebase(tx, name, write) {
      const sequence = await rebase(tx, await held(tx, name), write)
      options.onErased(tx)
      return sequence
    },
    async recover() {
      const behind = await options.db
        .selectFrom('doc_room')
        .select('room')
        .whereRef('projected', '<', 'seq')
        .execute()
      for (const { room } of behind) await open(room).catch((error) => options.onError(room, error))
    },
    async catchUp() {
      // A room that is being written at this moment catches up by itself.
      for (const room of live.values()) if (!room.writer && !room.stale) await catchUp(room, options.db)
    },
    tidy({ all = false } = {}) {
      tidying = tidying.then(async () => {
        for (const room of [...live.values()]) {
          await tidyRoom(room, all).catch((error) => {
            room.projectFrom = options.now() + projectAgainAfter
            options.onError(room.name, error)
          })
        }
      })
      return tidying
    },
    async close() {
      while ([...live.values()].some((room) => room.pending.length > 0 || room.ticking)) {
        await new Promise((resolve) => setImmediate(resolve))
      }
      closed = true
      ticks.close()
      await this.tidy({ all: true })
      for (const room of live.values()) room.doc.destroy()
      live.clear()
    },
  }
}
