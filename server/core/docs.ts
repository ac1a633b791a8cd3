/**
 * Rooms: one Yjs document each, its log in the database, and the connections that share it.
 *
 * Members' updates are gathered and taken in ticks: one tick is one transaction for all rooms that have something, and in
 * it one log row a room, then one broadcast, one ack.
 * Server-authored rooms change inside the transaction of the command that changes them. Either way the document is
 * touched only inside a transaction, and nothing of it is told to anybody before that transaction is durable: while a
 * room holds uncommitted changes it is *unsettled*, and whoever asks for its state waits. If the transaction fails, the
 * document is dropped and rebuilt from its log. A room that cannot be loaded is closed; it never serves an empty one.
 *
 * Locks are always taken in one order, database first: on SQLite a transaction holds the only connection, on
 * PostgreSQL the room's row is locked before its document is touched.
 */
import type { Kysely } from 'kysely'
import * as Y from 'yjs'
import { closeCode, limits } from '#shared/core/wire.ts'
import { become, createLiveRoom, isIdle, type LiveRoom, turnOut, unsettle } from './live-room.ts'
import { copyVisible } from './rebase.ts'
import type { Incoming, RoomPeer, Rooms, RoomsOptions, RoomTransaction } from './room.ts'
import {
  append,
  beginEpoch,
  bindClients,
  countRows,
  type Entry,
  epochOf,
  type Head,
  lockHeads,
  readLog,
  replaceBySnapshot,
  rowsAfter,
} from './room-log.ts'
import type { CoreTables } from './tables.ts'
import { applyInspected, inspect, onlyDeletes, UnusableUpdate } from './updates.ts'

/** What has come in for a room and can be applied. */
interface Batch {
  room: LiveRoom
  incoming: Incoming[]
}

interface Change {
  room: LiveRoom
  apply(doc: Y.Doc): void
  /** Members; none when it is the server itself. */
  writers: readonly string[]
  /** Once it is durable. */
  deliver(update: Uint8Array, sequence: number): void
}

/** Log rows beyond which an unloading room is written as a snapshot. */
const compactAbove = 100
/** The same for a room that stays open, as a busy one may for weeks. */
const compactOpenAbove = 2_000
/** Bytes of a document, beyond so many times those of what is visible in it, from which it is re-based when left. */
const heavyAbove = 32 * 1_024
const heavyRatio = 2
/** Rooms that share a transaction. */
const roomsPerTick = 256
/** After rows could not be derived from a room. */
const projectAgainAfter = 60_000

export function createRooms(options: RoomsOptions): Rooms {
  const projectAfter = options.projectAfter ?? 1_500
  const idleAfter = options.idleAfter ?? 60_000
  const loading = new Map<string, Promise<LiveRoom>>()
  const live = new Map<string, LiveRoom>()
  /** Rooms that wait for the next tick. */
  const ready = new Set<LiveRoom>()
  let closed = false
  let tidying = Promise.resolve()

  async function load(db: Kysely<CoreTables>, name: string): Promise<LiveRoom> {
    return createLiveRoom(name, await readLog(db, name), options.now())
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

  /** Applies changes to documents within a transaction, one a room, and puts them in the log. */
  async function change(tx: RoomTransaction, changes: readonly Change[]): Promise<void> {
    const heads = await lockUpToDate(
      tx,
      changes.map(({ room }) => room),
    )
    const entries: Entry[] = []
    for (const { room, apply, writers, deliver } of changes) {
      const { seq, projected: before } = heads.get(room.name)!
      const bytes = collect(tx, room, apply)
      if (!bytes) continue
      const sequence = seq + 1
      // What the server itself wrote, whoever wrote it has told in rows already.
      const projected = writers.length === 0 && before === seq ? sequence : before
      entries.push({ room: room.name, seq: sequence, bytes, writers, at: tx.now, projected })
      room.sequence = sequence
      room.logged++
      tx.onDurable(() => {
        room.projected = Math.max(room.projected, projected)
        for (const writer of writers) room.writers.add(writer)
        deliver(bytes, sequence)
      })
    }
    if (entries.length > 0) await append(tx.trx, entries)
  }

  /** Changes the document. @returns the update that others need, if anything is new. */
  function collect(tx: RoomTransaction, room: LiveRoom, apply: (doc: Y.Doc) => void): Uint8Array | undefined {
    const updates: Uint8Array[] = []
    const keep = (update: Uint8Array) => updates.push(update)
    unsettle(tx, room)
    room.doc.on('update', keep)
    try {
      room.doc.transact(() => apply(room.doc))
    } finally {
      room.doc.off('update', keep)
    }
    return updates.length > 1 ? Y.mergeUpdates(updates) : updates[0]
  }

  /** Locks rooms in the database; their documents are then what the log says. */
  async function lockUpToDate(tx: RoomTransaction, rooms: readonly LiveRoom[]): Promise<Map<string, Head>> {
    const heads = await lockHeads(
      tx.trx,
      rooms.map((room) => room.name),
    )
    for (const room of rooms) {
      const head = heads.get(room.name)!
      if (room.writer && room.writer !== tx) await room.writer.ended
      if (room.stale) await refresh(room, tx.trx)
      if (head.epoch !== room.epoch) await takeOver(room, tx.trx)
      else if (head.seq > room.sequence) await catchUp(room, tx.trx)
    }
    return heads
  }

  async function refresh(room: LiveRoom, db: Kysely<CoreTables>): Promise<void> {
    const state = await readLog(db, room.name)
    // Somebody may have refreshed and changed it while we were reading.
    if (!room.stale) return state.doc.destroy()
    become(room, state)
    room.stale = false
  }

  /** Another process began an epoch. */
  async function takeOver(room: LiveRoom, db: Kysely<CoreTables>): Promise<void> {
    become(room, await readLog(db, room.name))
    turnOut(room)
  }

  /** Another process (the command line, another node) appended to the room's log: takes it over, and passes it on. */
  async function catchUp(room: LiveRoom, db: Kysely<CoreTables>): Promise<void> {
    if ((await epochOf(db, room.name)) !== room.epoch) return takeOver(room, db)
    for (const { seq, bytes } of await rowsAfter(db, room.name, room.sequence)) {
      if (seq <= room.sequence) continue
      Y.applyUpdate(room.doc, bytes)
      room.sequence = seq
      for (const peer of room.peers) peer.deliver(bytes, seq)
    }
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

  function schedule(room: LiveRoom): void {
    if (room.ticking || closed) return
    ready.add(room)
    if (ready.size === 1) setImmediate(tick)
  }

  /** Takes what has come in for all rooms that are not being written: one transaction, one sync of the disk. */
  function tick(): void {
    const batches: Batch[] = []
    for (const room of ready) {
      const incoming = usable(room, room.pending.splice(0))
      room.usedAt = options.now()
      if (incoming.length === 0) continue
      room.ticking = true
      batches.push({ room, incoming })
    }
    ready.clear()
    for (let from = 0; from < batches.length; from += roomsPerTick) {
      const some = batches.slice(from, from + roomsPerTick)
      void takeAll(some).finally(() => {
        for (const { room } of some) {
          room.ticking = false
          if (room.pending.length > 0) schedule(room)
        }
      })
    }
  }

  /** One bad update must not take others with it: what fails together is tried room by room, then one by one. */
  async function takeAll(batches: readonly Batch[]): Promise<void> {
    try {
      await take(batches)
    } catch (error) {
      const [first] = batches
      if (batches.length > 1) for (const batch of batches) await takeAll([batch])
      else if (first!.incoming.length === 1) answer(first!.room, first!.incoming[0]!, error)
      else for (const one of first!.incoming) await takeAll([{ room: first!.room, incoming: [one] }])
    }
  }

  /** Those that can be applied one after the other; the rest is answered, and costs no transaction. */
  function usable(room: LiveRoom, batch: Incoming[]): Incoming[] {
    const inspection = inspect(room.doc)
    return batch.filter((incoming) => {
      // Its peer hears that the epoch is over as soon as that is durable.
      if (incoming.epoch !== room.epoch) return false
      try {
        inspection.add(incoming.update)
        return true
      } catch (error) {
        answer(room, incoming, error)
        return false
      }
    })
  }

  function answer(room: LiveRoom, { from, frame }: Incoming, error: unknown): void {
    if (error instanceof UnusableUpdate) {
      if (error.gap) from.resync(frame)
      else from.refuse(frame, error.tooLarge ? 'too_large' : 'invalid', error.message)
      return
    }
    // The update may be good and the database not: nothing is acknowledged, and the peer sends it again.
    from.close(closeCode.failed, 'could not be stored')
    options.onError(room.name, error)
  }

  async function take(batches: readonly Batch[]): Promise<void> {
    const taken: Incoming[] = []
    await options.transact(async (tx) => {
      taken.length = 0
      await change(
        tx,
        batches.map(({ room, incoming }) => ({
          room,
          writers: [...new Set(incoming.flatMap(({ from }) => from.memberId ?? []))],
          apply(doc) {
            for (const one of incoming) {
              if (one.epoch !== room.epoch) continue
              makeRoom(room, one.update)
              applyInspected(doc, one.update)
              room.bytes += one.update.byteLength
              taken.push(one)
            }
          },
          deliver(update, sequence) {
            const sender = incoming.every(({ from }) => from === incoming[0]!.from) && incoming[0]!.from
            for (const peer of room.peers) {
              // The only author has it already; it still learns where the log stands.
              peer.deliver(peer === sender ? noUpdate : update, sequence)
            }
          },
        })),
      )
    })
    // Also when the epoch has ended meanwhile: the next one began with this in it.
    for (const { from, frame } of taken) from.acknowledge(frame)
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
        for (const writer of writers) room.writers.delete(writer)
      })
    })
  }

  /** @throws UnusableUpdate when the document would become too large; deletions are always taken. */
  function makeRoom(room: LiveRoom, update: Uint8Array): void {
    if (room.bytes + update.byteLength <= limits.document || onlyDeletes(update)) return
    room.bytes = Y.encodeStateAsUpdate(room.doc).byteLength
    if (room.bytes + update.byteLength <= limits.document) return
    throw new UnusableUpdate('the document is full', { tooLarge: true })
  }

  async function unload(room: LiveRoom): Promise<void> {
    await compact(room)
    if (live.get(room.name) !== room || !isIdle(room)) return
    if (isHeavy(room)) await options.transact((tx) => rebase(tx, room.name))
    if (live.get(room.name) !== room || !isIdle(room)) return
    live.delete(room.name)
    room.doc.destroy()
  }

  async function tidyRoom(room: LiveRoom, all: boolean): Promise<void> {
    const now = options.now()
    // The clock was put back.
    if (now < room.usedAt) room.usedAt = now
    if (all || (now - room.usedAt >= projectAfter && now >= room.projectFrom)) await projectRoom(room)
    // Behind: it stays, and is tried again.
    if (!all && room.projected < room.sequence) return
    if (room.logged > compactOpenAbove) await compact(room)
    if (isIdle(room) && (all || now - room.usedAt >= idleAfter)) await unload(room)
  }

  /** Begins a new epoch: see `Rooms.rebase`. */
  async function rebase(
    tx: RoomTransaction,
    name: string,
    write: (from: Y.Doc, to: Y.Doc) => void = copyVisible,
  ): Promise<number> {
    const room = await held(tx, name)
    const head = (await lockUpToDate(tx, [room])).get(name)!
    const [epoch, sequence] = [head.epoch + 1, head.seq + 1]
    const doc = new Y.Doc()
    doc.transact(() => write(room.doc, doc))
    const bytes = Y.encodeStateAsUpdate(doc)
    // Whoever comes back with the old document, as one of its clients, is known by that.
    const former = [...room.doc.store.clients.keys()].filter((client) => !room.owners.has(client))
    const retired = former.map((client) => ({
      room: name,
      client,
      owner: { memberId: '', epoch: head.epoch },
    }))
    const owners = new Map([...room.owners, ...retired.map(({ client, owner }) => [client, owner] as const)])
    unsettle(tx, room)
    become(room, { doc, epoch, owners, sequence, bytes: bytes.byteLength, logged: 0 })
    const projected = head.projected === head.seq ? sequence : head.projected
    await beginEpoch(tx.trx, name, { epoch, seq: sequence, bytes, projected })
    await bindClients(tx.trx, retired)
    options.onErased(tx)
    tx.onDurable(() => {
      room.projected = Math.max(room.projected, projected)
      if (room.epoch === epoch) turnOut(room)
    })
    return sequence
  }

  /** Is most of the document a past that nobody sees? */
  function isHeavy(room: LiveRoom): boolean {
    if (room.bytes < heavyAbove) return false
    room.bytes = Y.encodeStateAsUpdate(room.doc).byteLength
    if (room.bytes < heavyAbove) return false
    const visible = new Y.Doc()
    visible.transact(() => copyVisible(room.doc, visible))
    const bytes = Y.encodeStateAsUpdate(visible).byteLength
    visible.destroy()
    return room.bytes > heavyAbove + heavyRatio * bytes
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
        update: Y.encodeStateAsUpdate(room.doc, stateVector),
        stateVector: Y.encodeStateVector(room.doc),
        sequence: room.sequence,
        epoch: room.epoch,
      }
    },
    async docOf(name) {
      return (await quiet(name)).doc
    },
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
          deliver: () => {},
          acknowledge: () => resolve(),
          refuse: (_frame, _code, reason) => reject(new Error(reason)),
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
      room.pending.push(incoming)
      schedule(room)
    },
    async author(tx, name, apply) {
      const room = await held(tx, name)
      const deliver = (update: Uint8Array, sequence: number): void => {
        for (const peer of room.peers) peer.deliver(update, sequence)
      }
      await change(tx, [{ room, apply, writers: [], deliver }])
      return room.sequence
    },
    rebase,
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
      await this.tidy({ all: true })
      for (const room of live.values()) room.doc.destroy()
      live.clear()
    },
  }
}

const noUpdate = new Uint8Array(0)
