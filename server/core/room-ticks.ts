/**
 * Ticks: members' updates are gathered and taken together. One tick is one transaction for all rooms that have
 * something, and in it one log row a room, then one broadcast and one acknowledgement for each sender. The next tick
 * begins when the last is durable; meanwhile updates gather.
 */
import * as Y from 'yjs'
import type { Refusal } from '#shared/core/result.ts'
import { closeCode, limits } from '#shared/core/wire.ts'
import { clientBounds, type LiveRoom } from './live-room.ts'
import type { Incoming, RoomPeer, RoomsOptions } from './room.ts'
import { type Change, change, changeAtOnce } from './room-changes.ts'
import { Behind, type Binding, bindAtOnce, bindClients } from './room-log.ts'
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
  /** In steps. */
  spent: number
}

/** A room's share of a transaction: what of its batch was taken in it, and what has to be asked about first. */
interface Part extends Change {
  taken: Incoming[]
  unsure: Incoming[]
  claims: ReadonlyMap<number, string>
}

/** Rooms that share a transaction, and what each of them may bring. */
const roomsPerTick = 256
const updatesPerTick = 1_000
const bytesPerTick = 64 * 1_024
/**
 * The same in the steps of `costs`: once a tick has so much to do, the rest waits for the next,
 * so that small updates which make much work hold nobody up together more than one of them would.
 */
const stepsPerTick = 100_000
/** Bytes of a document that are counted in one such step. */
const countedInStep = 32
/**
 * Telling a crowd costs more than taking what it says: after each tick a room with many peers rests until as much has
 * come in as the last time, or for so many milliseconds, so that under load more of it is told at once.
 */
const crowd = 50
const restPerPeer = 0.02
/** Where light rooms wait as well, a heavy one has each eighth tick. */
const heavyEvery = 8

export function createTicks(
  options: Pick<RoomsOptions, 'db' | 'transact' | 'atOnce' | 'now' | 'onError' | 'isFull'>,
): Ticks {
  /** Rooms that wait for the next tick. */
  const ready = new Set<LiveRoom>()
  let running = false
  let closed = false
  /** Ends a pause. */
  let wake: (() => void) | undefined

  function schedule(room: LiveRoom): void {
    if (closed) return
    ready.add(room)
    if (wake && !isResting(room)) wake()
    if (running) return
    running = true
    void tick()
  }

  /**
   * Takes what has come in, until nothing has. What comes while the disk is written makes up the next tick, so that
   * under load ticks grow instead of queueing, and an idle server answers at once.
   */
  async function tick(): Promise<void> {
    for (let count = 0; ready.size > 0; count++) {
      // What is on its way already shares the tick.
      await new Promise((resolve) => setImmediate(resolve))
      const rooms = choose(count)
      if (rooms.length === 0) {
        await rest()
        continue
      }
      const batches = usableOf(rooms)
      if (batches.length === 0) continue
      for (const { room } of batches) room.ticking = true
      await takeAll(batches)
      for (const { room, incoming } of batches) {
        room.ticking = false
        if (room.peers.size < crowd) continue
        room.restsUntil = performance.now() + room.peers.size * restPerPeer
        room.restsFor = incoming.length
      }
    }
    running = false
  }

  function usableOf(rooms: readonly LiveRoom[]): Batch[] {
    const batches: Batch[] = []
    let spent = 0
    for (const room of rooms) {
      if (spent > stepsPerTick) {
        ready.add(room)
        continue
      }
      const batch = usable(room, nextOf(room))
      spent += batch.spent
      if (batch.incoming.length > 0) batches.push(batch)
    }
    return batches
  }

  function isResting(room: LiveRoom): boolean {
    return room.pending.length < room.restsFor && performance.now() < room.restsUntil
  }

  /** All rooms that have something rest: until the first of them does no more. */
  function rest(): Promise<void> {
    const end = Math.min(...[...ready].map((room) => room.restsUntil))
    return new Promise((resolve) => {
      wake = () => {
        wake = undefined
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(wake, end - performance.now())
    })
  }

  /**
   * Rooms that do not rest. Those of which little has come in go together. One of which much has (somebody was offline
   * for long, or means harm) goes by itself, a part at a time, and while others have something only now and then.
   */
  function choose(count: number): LiveRoom[] {
    const [light, heavy]: [LiveRoom[], LiveRoom[]] = [[], []]
    for (const room of ready) {
      if (isResting(room)) continue
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
    let added = 0
    let counted = 0
    const inspection = inspect(room.doc, {
      owner(client) {
        const owner = room.owners.get(client)
        isRetired = owner !== undefined && owner.epoch < room.epoch
        return isRetired ? nobody : owner?.memberId
      },
      mayClaim(memberId, count) {
        let owned = count
        for (const owner of room.owners.values())
          if (owner.memberId === memberId && owner.epoch === room.epoch) owned++
        return owned <= clientBounds.ofMember
      },
      fits(update) {
        if (room.bytes + added + update.byteLength <= limits.document || onlyDeletes(update)) return true
        if (room.countedAt !== room.sequence) {
          room.bytes = Y.encodeStateAsUpdate(room.doc).byteLength
          room.countedAt = room.sequence
          counted += room.bytes / countedInStep
        }
        return room.bytes + added + update.byteLength <= limits.document
      },
      roots: room.roots,
    })
    for (const [index, one] of pending.entries()) {
      if (inspection.spent + counted > stepsPerTick) {
        room.pending.unshift(...pending.slice(index))
        ready.add(room)
        break
      }
      // Its peer hears that the epoch is over as soon as that is durable.
      if (one.epoch !== room.epoch) continue
      try {
        const update = inspection.add(one.update, one.from.memberId)
        incoming.push(update === one.update ? one : { ...one, update })
        added += update.byteLength
      } catch (error) {
        const isStale = error instanceof UnusableUpdate && error.foreign && isRetired
        if (isStale) dismiss(room, one.from)
        else answer(room, one, error)
      }
    }
    return { room, incoming, claims: inspection.claimed(), spent: inspection.spent + counted }
  }

  /** What it sends was written on an epoch that is over: a stock client that came back with its old document. */
  function dismiss(room: LiveRoom, peer: RoomPeer): void {
    room.peers.delete(peer)
    peer.close(closeCode.stale, String(room.epoch))
  }

  function answer(room: LiveRoom, { from, frame }: Incoming, error: unknown): void {
    if (error instanceof UnusableUpdate) {
      if (error.gap) from.resync(frame)
      else if (error.tooMany) from.refuse(frame, tooMany)
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

  /** @returns what resolves when all of it is durable, and told. */
  async function take(batches: readonly Batch[]): Promise<void> {
    const parts = batches.map(partOf)
    const done =
      takeAtOnce(parts) ??
      options.transact(async (tx) => {
        for (const { taken, unsure } of parts) taken.length = unsure.length = 0
        await change(tx, parts)
        await bindClients(
          tx.trx,
          parts.flatMap(({ room, claims }) => claim(room, claims)),
        )
      })
    await done
    for (const { taken, unsure, room } of parts) {
      // Also when the epoch has ended meanwhile: the next one began with this in it.
      for (const { from, frame } of taken) from.acknowledge(frame)
      for (const one of unsure) void reconsider(room, one)
    }
  }

  /** The same when nothing else is under way, as it nearly always is. */
  function takeAtOnce(parts: readonly Part[]): Promise<void> | undefined {
    try {
      return options.atOnce?.((tx) => {
        changeAtOnce(tx, options.db, parts)
        for (const { room, claims } of parts)
          for (const binding of claim(room, claims)) bindAtOnce(options.db, tx.direct, binding)
      })
    } catch (error) {
      if (error instanceof Behind) return undefined
      throw error
    }
  }

  function partOf({ room, incoming, claims }: Batch): Part {
    const [taken, unsure]: [Incoming[], Incoming[]] = [[], []]
    const author = incoming.every(({ from }) => from === incoming[0]!.from) && incoming[0]!.from
    return {
      room,
      taken,
      unsure,
      claims,
      writers: [...new Set(incoming.flatMap(({ from }) => from.memberId ?? []))],
      apply(doc) {
        for (const one of incoming) {
          if (one.epoch !== room.epoch) continue
          // Since it was sent, its sender's access may have ended.
          if (one.from.rights() !== 'write') {
            unsure.push(one)
            continue
          }
          applyInspected(doc, one.update)
          room.bytes += one.update.byteLength
          taken.push(one)
        }
      },
      deliver(update) {
        // An only author has it already.
        for (const peer of room.peers) if (peer !== author) peer.deliver(update)
      },
    }
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

function bytesOf(pending: readonly Incoming[]): number {
  return pending.reduce((sum, { update }) => sum + update.byteLength, 0)
}

/** @returns the bindings that the database lacks. */
function claim(room: LiveRoom, claims: ReadonlyMap<number, string>): Binding[] {
  const bindings: Binding[] = []
  for (const [client, memberId] of claims) {
    const owner = { memberId, epoch: room.epoch }
    room.owners.set(client, owner)
    bindings.push({ room: room.name, client, owner })
  }
  return bindings
}

const readOnly: Refusal = { code: 'invalid', message: 'this room is read-only here' }
const tooMany: Refusal = {
  code: 'too_many',
  message: 'too many clientIDs of one member: until the room has been left by everybody',
  params: { seconds: 60 },
}
const noSpace: Refusal = {
  code: 'unavailable',
  message: 'the disk is full',
  reason: 'core.read_only',
  params: { seconds: 5 },
}
/** Is no member's id. */
const nobody = ''
