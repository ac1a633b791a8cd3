/**
 * Ticks: members' updates are gathered and taken together. One tick is one transaction for all rooms that have
 * something, and in it one log row a room, then one broadcast and one acknowledgement for each sender. The next tick
 * begins when the last is durable; meanwhile updates gather.
 */
import * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import { closeCode, limits } from '#shared/core/wire.ts'
import type { LiveRoom } from './live-room.ts'
import type { Incoming, RoomPeer, RoomsOptions } from './room.ts'
import { change } from './room-changes.ts'
import { bindClients, type Owner } from './room-log.ts'
import { applyInspected, inspect, onlyDeletes, UnusableUpdate } from './updates.ts'

export interface Ticks {
  receive(room: LiveRoom, incoming: Incoming): void
  /** Nothing is taken any more. */
  close(): void
}

/** What has come in for a room and can be applied. */
interface Batch {
  room: LiveRoom
  incoming: Incoming[]
  /** Yjs clients that were nobody's, and who wrote as them. */
  claims: ReadonlyMap<number, string>
}

/** Rooms that share a transaction, and what each of them may bring. */
const roomsPerTick = 256
const updatesPerTick = 1_000
const bytesPerTick = 64 * 1_024
const turnsPerTick = 8
/**
 * Telling a crowd costs more than taking what it says: after each tick a room with many peers rests for about as long
 * as telling them took, so that under load more of it is told at once. In milliseconds.
 */
const crowd = 50
const restPerPeer = 0.02
const restLeast = 1
/** Where light rooms wait as well, a heavy one has each eighth tick. */
const heavyEvery = 8

export function createTicks(
  options: Pick<RoomsOptions, 'transact' | 'now' | 'onError' | 'rootsOf' | 'isFull'>,
): Ticks {
  /** Rooms that wait for the next tick. */
  const ready = new Set<LiveRoom>()
  let running = false
  const received = 0
  let closed = false

  function schedule(room: LiveRoom): void {
    if (closed) return
    ready.add(room)
    if (running) return
    running = true
    void tick()
  }

  /** Until a turn of the event loop brings nothing more: what is on its way already shares the tick. */
  async function gather(): Promise<void> {
    for (let turn = 0; turn < turnsPerTick; turn++) {
      const before = received
      await new Promise((resolve) => setImmediate(resolve))
      if (received === before) return
    }
  }

  /**
   * Takes what has come in, until nothing has. What comes while the disk is written makes up the next tick, so that
   * under load ticks grow instead of queueing, and an idle server answers at once.
   */
  async function tick(): Promise<void> {
    for (let count = 0; ready.size > 0; count++) {
      await gather()
      const rooms = choose(count)
      if (rooms.length === 0) await pause(restLeast)
      const batches = rooms
        .map((room) => usable(room, nextOf(room)))
        .filter((batch) => batch.incoming.length > 0)
      for (const { room } of batches) room.ticking = true
      if (batches.length > 0) await takeAll(batches)
      for (const { room } of batches) {
        room.ticking = false
        if (room.peers.size >= crowd) room.restsUntil = performance.now() + room.peers.size * restPerPeer
      }
    }
    running = false
  }

  /**
   * Rooms that do not rest. Those of which little has come in go together. One of which much has (somebody was offline for long, or means
   * harm) goes by itself, a part at a time, and while others have something only now and then.
   */
  function choose(count: number): LiveRoom[] {
    const [light, heavy]: [LiveRoom[], LiveRoom[]] = [[], []]
    const now = performance.now()
    for (const room of ready) {
      if (room.restsUntil > now) continue
      if (bytesOf(room.pending) > bytesPerTick) heavy.push(room)
      else if (light.length < roomsPerTick) light.push(room)
    }
    const chosen =
      light.length > 0 && (heavy.length === 0 || count % heavyEvery > 0) ? light : heavy.slice(0, 1)
    for (const room of chosen) ready.delete(room)
    return chosen
  }

  /** Takes from what has come in as much as a tick allows, and at least one. */
  function nextOf(room: LiveRoom): Incoming[] {
    room.usedAt = options.now()
    let bytes = 0
    const end = room.pending.findIndex(({ update }, index) => {
      bytes += update.byteLength
      return index > 0 && (bytes > bytesPerTick || index === updatesPerTick)
    })
    const taken = room.pending.splice(0, end === -1 ? room.pending.length : end)
    if (room.pending.length > 0) ready.add(room)
    return taken
  }

  /** One bad update must not take others with it: what fails together is tried room by room, then one by one. */
  async function takeAll(batches: readonly Batch[]): Promise<void> {
    try {
      await take(batches)
    } catch (error) {
      const first = batches[0]!
      if (batches.length > 1) for (const batch of batches) await takeAll([batch])
      else if (first.incoming.length === 1) answer(first.room, first.incoming[0]!, error)
      else for (const one of first.incoming) await takeAll([{ ...first, incoming: [one] }])
    }
  }

  /** Those that can be applied one after the other; the rest is answered, and costs no transaction. */
  function usable(room: LiveRoom, pending: readonly Incoming[]): Batch {
    const incoming: Incoming[] = []
    /** Of the client that was asked for last. */
    let isRetired = false
    const inspection = inspect(room.doc, {
      owner(client) {
        const owner = room.owners.get(client)
        isRetired = owner !== undefined && owner.epoch < room.epoch
        return isRetired ? nobody : owner?.memberId
      },
      roots: options.rootsOf(room.name),
    })
    for (const one of pending) {
      // Its peer hears that the epoch is over as soon as that is durable.
      if (one.epoch !== room.epoch) continue
      try {
        const update = inspection.add(one.update, one.from.memberId)
        incoming.push(update === one.update ? one : { ...one, update })
      } catch (error) {
        const isStale = error instanceof UnusableUpdate && error.foreign && isRetired
        if (isStale) dismiss(room, one.from)
        else answer(room, one, error)
      }
    }
    return { room, incoming, claims: inspection.claimed() }
  }

  /** What it sends was written on an epoch that is over: a stock client that came back with its old document. */
  function dismiss(room: LiveRoom, peer: RoomPeer): void {
    room.peers.delete(peer)
    peer.close(closeCode.stale, String(room.epoch))
  }

  function answer(room: LiveRoom, { from, frame }: Incoming, error: unknown): void {
    if (error instanceof UnusableUpdate) {
      if (error.gap) from.resync(frame)
      else from.refuse(frame, { code: error.tooLarge ? 'too_large' : 'invalid', message: error.message })
      return
    }
    if (options.isFull(error)) {
      from.refuse(frame, noSpace)
      return
    }
    // The update may be good and the database not: nothing is acknowledged, and the peer sends it again.
    from.close(closeCode.failed, 'could not be stored')
    options.onError(room.name, error)
  }

  async function take(batches: readonly Batch[]): Promise<void> {
    const taken: Incoming[] = []
    const unsure: { room: LiveRoom; one: Incoming }[] = []
    await options.transact(async (tx) => {
      taken.length = 0
      unsure.length = 0
      await change(
        tx,
        batches.map(({ room, incoming }) => ({
          room,
          writers: [...new Set(incoming.flatMap(({ from }) => from.memberId ?? []))],
          apply(doc) {
            for (const one of incoming) {
              if (one.epoch !== room.epoch) continue
              // Since it was sent, its sender's access may have ended.
              if (one.from.rights() !== 'write') {
                unsure.push({ room, one })
                continue
              }
              makeRoom(room, one.update)
              applyInspected(doc, one.update)
              room.bytes += one.update.byteLength
              taken.push(one)
            }
          },
          deliver(update) {
            // An only author has it already.
            const author = incoming.every(({ from }) => from === incoming[0]!.from) && incoming[0]!.from
            for (const peer of room.peers) if (peer !== author) peer.deliver(update)
          },
        })),
      )
      await bindClients(
        tx.trx,
        batches.flatMap(({ room, claims }) => claim(room, claims)),
      )
    })
    // Also when the epoch has ended meanwhile: the next one began with this in it.
    for (const { from, frame } of taken) from.acknowledge(frame)
    for (const { room, one } of unsure) void reconsider(room, one)
  }

  /** What came from somebody whose access was in doubt is taken when it turns out that they still have it. */
  async function reconsider(room: LiveRoom, one: Incoming): Promise<void> {
    const rights = one.from.rights()
    if (rights === 'none') return one.from.refuse(one.frame, readOnly)
    if (rights !== 'write') await rights
    receive(room, one)
  }

  function receive(room: LiveRoom, incoming: Incoming): void {
    room.pending.push(incoming)
    schedule(room)
  }

  return {
    receive,
    close() {
      closed = true
    },
  }
}

/** @throws UnusableUpdate when the document would become too large; deletions are always taken. */
function makeRoom(room: LiveRoom, update: Uint8Array): void {
  if (room.bytes + update.byteLength <= limits.document || onlyDeletes(update)) return
  room.bytes = Y.encodeStateAsUpdate(room.doc).byteLength
  if (room.bytes + update.byteLength <= limits.document) return
  throw new UnusableUpdate('the document is full', { tooLarge: true })
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

function bytesOf(pending: readonly Incoming[]): number {
  return pending.reduce((sum, { update }) => sum + update.byteLength, 0)
}

/** @returns the bindings that the database lacks. */
function claim(
  room: LiveRoom,
  claims: ReadonlyMap<number, string>,
): { room: string; client: number; owner: Owner }[] {
  const bindings = []
  for (const [client, memberId] of claims) {
    const owner = { memberId, epoch: room.epoch }
    room.owners.set(client, owner)
    bindings.push({ room: room.name, client, owner })
  }
  return bindings
}

const readOnly: Refusal = { code: 'invalid', message: 'this room is read-only here' }
const noSpace: Refusal = {
  code: 'unavailable',
  message: 'the disk is full',
  reason: 'core.read_only',
  params: { seconds: 5 },
}
/** Is no member's id. */
const nobody = ''
