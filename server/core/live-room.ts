/**
 * A room in memory: its document, who sits in it, and what of it is still on its way to the disk.
 */
import type * as Y from 'yjs'
import { closeCode } from '#shared/core/wire.ts'
import type { Incoming, RoomPeer, RoomWork } from './room.ts'
import type { LoggedRoom, Owner } from './room-log.ts'
import type { Shape } from './updates.ts'

export interface LiveRoom {
  readonly name: string
  readonly peers: Set<RoomPeer>
  /** What the roots of its document are, where its contract says so. */
  readonly roots: Readonly<Record<string, Shape>> | undefined
  doc: Y.Doc
  /** Counts the document's histories. */
  epoch: number
  /** Whose Yjs clients they are. */
  owners: Map<number, Owner>
  sequence: number
  pending: Incoming[]
  ticking: boolean
  /** By the process's own clock (`performance.now()`): nothing of it is taken before. */
  restsUntil: number
  /** Unless so many updates have come in. */
  restsFor: number
  /** The transaction that has uncommitted changes in the document. */
  writer: RoomWork | undefined
  /** Transactions whose changes are in the document and not yet on the disk. */
  undurable: number
  /** Called when `undurable` is 0 again. */
  waiting: (() => void)[]
  /** The document holds changes that were rolled back, and must be read again before it is used. */
  stale: boolean
  /** Up to here the log is durable, and its peers have it. */
  delivered: number
  /** What of it they were told in numbers. */
  told: number
  projected: number
  /** Who changed it since rows were last derived from it. */
  writers: Set<string>
  /** Time of the first change since. */
  changedAt: number | undefined
  /** Rows could not be derived: not tried again before then. */
  projectFrom: number
  /** Rows of its log. */
  logged: number
  /** At least as many bytes as the document would have as one update. */
  bytes: number
  /** The sequence at which they were counted, and are exact. */
  countedAt: number
  /** Transactions that are about to change it. */
  holds: number
  usedAt: number
}

export function createLiveRoom(
  name: string,
  state: LoggedRoom,
  { now, roots }: { now: number; roots: LiveRoom['roots'] },
): LiveRoom {
  return {
    name,
    roots,
    doc: state.doc,
    epoch: state.epoch,
    owners: state.owners,
    sequence: state.sequence,
    delivered: state.sequence,
    told: state.sequence,
    projected: state.projected,
    peers: new Set(),
    pending: [],
    ticking: false,
    restsUntil: 0,
    restsFor: 0,
    writer: undefined,
    undurable: 0,
    waiting: [],
    stale: false,
    writers: new Set(state.writers),
    changedAt: state.projected < state.sequence ? now : undefined,
    projectFrom: 0,
    logged: state.logged,
    bytes: state.bytes,
    countedAt: -1,
    holds: 0,
    usedAt: now,
  }
}

/** The room's document is another one from here on. */
export function become(
  room: LiveRoom,
  state: Pick<LiveRoom, 'doc' | 'epoch' | 'owners' | 'sequence' | 'bytes' | 'logged'>,
): void {
  room.doc.destroy()
  room.doc = state.doc
  room.epoch = state.epoch
  room.owners = state.owners
  room.sequence = state.sequence
  room.bytes = state.bytes
  room.countedAt = -1
  room.logged = state.logged
}

/** Those who sit in it hold copies of an epoch that is over. */
export function turnOut(room: LiveRoom): void {
  const former = [...room.peers]
  room.peers.clear()
  room.pending = []
  for (const peer of former) peer.close(closeCode.stale, String(room.epoch))
}

/**
 * Yjs clients of a room. A device has one for each time that one of its tabs opens the room and writes in it; whoever
 * comes with a new one for every word would fill the document, which has room for a few thousand, and the database.
 */
export const clientBounds = {
  /** A member's in one epoch. More wait until the room has begun another. */
  ofMember: 1_000,
  /** Beyond so many the room begins another epoch when everybody has left it. */
  ofRoom: 500,
  /** A member's of epochs that are over: the oldest are forgotten. With them nothing can come back but their own words. */
  retiredOfMember: 10_000,
} as const

/** Of one 4409. A device has one client for each time that one of its tabs has opened the room. */
const mostTaken = 2_000

/**
 * How far an epoch that is over had come with a member's clients when it ended: client → clock.
 * @param epoch the present one: whichever of them it was that was over
 */
export function takenOf(room: LiveRoom, memberId: string | null, epoch: number): Map<number, number> {
  const taken = new Map<number, number>()
  for (const [client, owner] of room.owners) {
    const isMeant = owner.epoch === epoch || epoch === room.epoch
    if (owner.memberId !== memberId || !isMeant || !owner.clock) continue
    taken.set(client, owner.clock)
    if (taken.size === mostTaken) break
  }
  return taken
}

export function isIdle(room: LiveRoom): boolean {
  return room.peers.size + room.pending.length + room.undurable + room.holds === 0 && !room.ticking
}

/** From here until the transaction is durable, nobody is told the room's state. */
export function unsettle(tx: RoomWork, room: LiveRoom): void {
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

/** Tells everybody in the room how far they have come. */
export function tellPosition(room: LiveRoom): void {
  if (room.told === room.delivered) return
  room.told = room.delivered
  for (const peer of room.peers) peer.tell(room.told)
}
