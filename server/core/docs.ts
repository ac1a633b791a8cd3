/**
 * Rooms: one Yjs document each, its log in the database, and the connections that share it.
 *
 * Members' updates are gathered and taken in ticks: one tick is one transaction, one log row, one broadcast, one ack.
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
import { copyVisible } from './rebase.ts'
import type { Incoming, RoomPeer, Rooms, RoomsOptions, RoomTransaction } from './room.ts'
import {
  append,
  beginEpoch,
  countRows,
  epochOf,
  lockHead,
  readLog,
  replaceBySnapshot,
  rowsAfter,
} from './room-log.ts'
import type { CoreTables } from './tables.ts'
import { applyInspected, inspect, onlyDeletes, UnusableUpdate } from './updates.ts'

interface LiveRoom {
  readonly name: string
  readonly peers: Set<RoomPeer>
  doc: Y.Doc
  /** Counts the document's histories. */
  epoch: number
  /** Whose Yjs clients they are. */
  owners: Map<number, string>
  sequence: number
  pending: Incoming[]
  ticking: boolean
  /** The transaction that has uncommitted changes in the document. */
  writer: RoomTransaction | undefined
  /** Transactions whose changes are in the document and not yet on the disk. */
  undurable: number
  /** Called when `undurable` is 0 again. */
  waiting: (() => void)[]
  /** The document holds changes that were rolled back, and must be read again before it is used. */
  stale: boolean
  projected: number
  /** Who changed it since rows were last derived from it. */
  writers: Set<string>
  /** Rows could not be derived: not tried again before then. */
  projectFrom: number
  /** Rows of its log. */
  logged: number
  /** At least as many bytes as the document would have as one update. */
  bytes: number
  /** Transactions that are about to change it. */
  holds: number
  usedAt: number
}

/** Log rows beyond which an unloading room is written as a snapshot. */
const compactAbove = 100
/** The same for a room that stays open, as a busy one may for weeks. */
const compactOpenAbove = 2_000
/** After rows could not be derived from a room. */
const projectAgainAfter = 60_000

export function createRooms(options: RoomsOptions): Rooms {
  const projectAfter = options.projectAfter ?? 1_500
  const idleAfter = options.idleAfter ?? 60_000
  const loading = new Map<string, Promise<LiveRoom>>()
  const live = new Map<string, LiveRoom>()
  let closed = false
  let tidying = Promise.resolve()

  async function load(db: Kysely<CoreTables>, name: string): Promise<LiveRoom> {
    const state = await readLog(db, name)
    return {
      name,
      doc: state.doc,
      epoch: state.epoch,
      owners: state.owners,
      sequence: state.sequence,
      projected: state.projected,
      peers: new Set(),
      pending: [],
      ticking: false,
      writer: undefined,
      undurable: 0,
      waiting: [],
      stale: false,
      writers: new Set(state.writers),
      projectFrom: 0,
      logged: state.logged,
      bytes: state.bytes,
      holds: 0,
      usedAt: options.now(),
    }
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

  /** Applies a change to the room's document within a transaction and puts it in the log. */
  async function change(
    tx: RoomTransaction,
    room: LiveRoom,
    apply: (doc: Y.Doc) => void,
    writers: readonly string[],
    deliver: (update: Uint8Array, sequence: number) => void,
  ): Promise<boolean> {
    const { seq, projected: before } = await lockUpToDate(tx, room)
    const updates: Uint8Array[] = []
    const collect = (update: Uint8Array) => updates.push(update)
    unsettle(tx, room)
    room.doc.on('update', collect)
    try {
      room.doc.transact(() => apply(room.doc))
    } finally {
      room.doc.off('update', collect)
    }
    if (updates.length === 0) return false
    const bytes = updates.length === 1 ? updates[0]! : Y.mergeUpdates(updates)
    const sequence = seq + 1
    // What the server itself wrote, whoever wrote it has told in rows already.
    const projected = writers.length === 0 && before === seq ? sequence : before
    await append(tx.trx, room.name, { seq: sequence, bytes, writers, at: tx.now, projected })
    room.sequence = sequence
    room.logged++
    tx.onDurable(() => {
      room.projected = Math.max(room.projected, projected)
      for (const writer of writers) room.writers.add(writer)
      deliver(bytes, sequence)
    })
    return true
  }

  /** Locks the room in the database; the document is then what the log says. */
  async function lockUpToDate(
    tx: RoomTransaction,
    room: LiveRoom,
  ): Promise<{ seq: number; projected: number; epoch: number }> {
    const head = await lockHead(tx.trx, room.name)
    if (room.writer && room.writer !== tx) await room.writer.ended
    if (room.stale) await refresh(room, tx.trx)
    if (head.epoch !== room.epoch) await takeOver(room, tx.trx)
    else if (head.seq > room.sequence) await catchUp(room, tx.trx)
    return head
  }

  /** From here until the transaction is durable, nobody is told the room's state. */
  function unsettle(tx: RoomTransaction, room: LiveRoom): void {
    if (room.writer === tx) return
    room.writer = tx
    room.undurable++
    const release = (): void => {
      room.undurable--
      if (room.undurable === 0) for (const wake of room.waiting.splice(0)) wake()
    }
    tx.onEnd((committed) => {
      room.writer = undefined
      if (!committed) {
        // Peers hold only what was committed, so they can stay: the document alone is read again.
        room.stale = true
        release()
      }
    })
    tx.onDurable(release)
  }

  async function refresh(room: LiveRoom, db: Kysely<CoreTables>): Promise<void> {
    const state = await readLog(db, room.name)
    // Somebody may have refreshed and changed it while we were reading.
    if (!room.stale) return state.doc.destroy()
    become(room, state)
    room.stale = false
  }

  function become(
    room: LiveRoom,
    state: Pick<LiveRoom, 'doc' | 'epoch' | 'owners' | 'sequence' | 'bytes' | 'logged'>,
  ): void {
    room.doc.destroy()
    room.doc = state.doc
    room.epoch = state.epoch
    room.owners = state.owners
    room.sequence = state.sequence
    room.bytes = state.bytes
    room.logged = state.logged
  }

  /** Another process began an epoch. */
  async function takeOver(room: LiveRoom, db: Kysely<CoreTables>): Promise<void> {
    become(room, await readLog(db, room.name))
    turnOut(room)
  }

  /** Those who sit in it hold copies of an epoch that is over. */
  function turnOut(room: LiveRoom): void {
    const former = [...room.peers]
    room.peers.clear()
    room.pending = []
    for (const peer of former) peer.close(closeCode.stale, String(room.epoch))
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
    room.ticking = true
    setImmediate(() => {
      void tick(room)
        .catch((error) => options.onError(room.name, error))
        .finally(() => {
          room.ticking = false
          if (room.pending.length > 0) schedule(room)
        })
    })
  }

  async function tick(room: LiveRoom): Promise<void> {
    const batch = usable(room, room.pending.splice(0))
    room.usedAt = options.now()
    if (batch.length === 0) return
    try {
      await take(room, batch)
    } catch (error) {
      if (batch.length === 1) return answer(room, batch[0]!, error)
      // One bad update must not take the others of its tick with it.
      for (const one of batch) await take(room, [one]).catch((reason) => answer(room, one, reason))
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

  async function take(room: LiveRoom, batch: Incoming[]): Promise<void> {
    const sender = new Set(batch.map((incoming) => incoming.from)).size === 1 ? batch[0]!.from : undefined
    const writers = [...new Set(batch.flatMap(({ from }) => from.memberId ?? []))]
    let taken: Incoming[] = []
    await options.transact(async (tx) => {
      await change(
        tx,
        room,
        (doc) => {
          taken = batch.filter(({ epoch }) => epoch === room.epoch)
          for (const { update } of taken) {
            makeRoom(room, update)
            applyInspected(doc, update)
            room.bytes += update.byteLength
          }
        },
        writers,
        (update, sequence) => {
          for (const peer of room.peers) {
            // The only author has it already; it still learns where the log stands.
            peer.deliver(peer === sender ? noUpdate : update, sequence)
          }
        },
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

  function isIdle(room: LiveRoom): boolean {
    const inUse = room.peers.size + room.pending.length + room.undurable + room.holds
    return inUse === 0 && !room.ticking
  }

  async function unload(room: LiveRoom): Promise<void> {
    await compact(room)
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
      await change(tx, room, apply, [], (update, sequence) => {
        for (const peer of room.peers) peer.deliver(update, sequence)
      })
      return room.sequence
    },
    async rebase(tx, name, write = copyVisible) {
      const room = await held(tx, name)
      const head = await lockUpToDate(tx, room)
      const epoch = head.epoch + 1
      const sequence = head.seq + 1
      const doc = new Y.Doc()
      doc.transact(() => write(room.doc, doc))
      const bytes = Y.encodeStateAsUpdate(doc)
      unsettle(tx, room)
      become(room, { doc, epoch, owners: new Map(), sequence, bytes: bytes.byteLength, logged: 0 })
      const projected = head.projected === head.seq ? sequence : head.projected
      await beginEpoch(tx.trx, name, { epoch, seq: sequence, bytes, projected })
      options.onErased(tx)
      tx.onDurable(() => {
        room.projected = Math.max(room.projected, projected)
        if (room.epoch === epoch) turnOut(room)
      })
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
      await this.tidy({ all: true })
      for (const room of live.values()) room.doc.destroy()
      live.clear()
    },
  }
}

const noUpdate = new Uint8Array(0)
