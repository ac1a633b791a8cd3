/**
 * What a Yjs update has to be before it touches a document, judged in two stages: by its bytes alone (scan.ts), then
 * here, by what it means on top of the document and of the updates that go before it in the same tick. Applying one that
 * is broken costs the document, which is then rebuilt from its log; judging it first costs microseconds.
 *
 * The second stage follows Yjs's own integration: it takes the structs in an order in which each finds what it builds
 * on, and knows of every new item in which type it will lie. So what it lets through leaves nothing pending.
 *
 * Clocks that the document has already are the sender's past, sent again: Yjs ignores their content, whoever sends them
 * and whatever it says, and they are cut off here, since Yjs still follows the references in them (and splits, or
 * throws, where these lie). That one clientID and clock stand for different content on a device that lied to itself can
 * therefore not be seen, and harms that device alone.
 */
import * as Y from 'yjs'
import { checkShape, depthOf, holderOf, isGone, keyOf, misplaced, type Roots, typeOf } from './holders.ts'
import { type Known, Places } from './lists.ts'
import { scan } from './scan.ts'
import {
  type Block,
  bounds,
  costs,
  type Deletes,
  type Found,
  isJoined,
  kinds,
  none,
  type Struct,
  structAt,
  UnusableUpdate,
} from './structs.ts'

export type { Shape } from './holders.ts'
export { UnusableUpdate } from './structs.ts'

/** Of one document. The trace of a real day of writing leaves two thousand structs. */
const most = {
  roots: 256,
  clients: 5_000,
  structs: 100_000,
  /** With what deletions cut in pieces, which are taken when nothing else is. */
  pieces: 125_000,
  structsOfClient: 10_000,
}

export interface InspectOptions {
  /** The member to whom a clientID is bound, by what was written before this tick. Absent: nothing is bound. */
  owner?(client: number): string | undefined
  /** May so many clientIDs that are nobody's become this member's, all of this tick's together? Absent: any number. */
  mayClaim?(memberId: string, count: number): boolean
  /** Is there room in the document for what is new of an update? Absent: for anything. */
  fits?(update: Uint8Array): boolean
  /** What the roots of such a document are: a text then holds text, and so on. */
  roots?: Roots
}

/** What the updates of one tick bring, in their order, on top of a document. */
export interface Inspection {
  /**
   * @param memberId who sent it.
   * @returns what of it is new, to be applied in its place (nearly always itself).
   * @throws UnusableUpdate when this update cannot follow those before it; they are as if it had not come.
   */
  add(update: Uint8Array, memberId?: string | null): Uint8Array
  /** What all of them so far make Yjs do, in the steps of `costs`. */
  readonly spent: number
  /** ClientIDs that were nobody's, by who wrote new structs under them. */
  claimed(): ReadonlyMap<number, string>
}

/** @param doc must not change meanwhile. */
export function inspect(doc: Y.Doc, options: InspectOptions = {}): Inspection {
  return new Inspector(doc, options)
}

/** At least as many structs as each document has; counted again when it seems to be full. */
const sizes = new WeakMap<Y.Doc, number>()

const noRoots: string[] = []
const noClaims: ReadonlyMap<number, string> = new Map()

/** A class, since one is made for every tick: closures would each cost as much as reading a keystroke. */
class Inspector implements Inspection, Known {
  private readonly doc: Y.Doc
  private readonly options: InspectOptions
  /** New structs of each client, in the order of their clocks, without gaps. */
  private readonly fresh = new Map<number, Struct[]>()
  private readonly places: Places
  private claims: Map<number, string> | undefined
  /** Names of roots that the document does not have yet. */
  private roots: string[] = noRoots
  /** Steps that Yjs will take for the update at hand, as far as they can grow faster than its bytes. */
  private work = 0
  spent = 0
  /** Items that Yjs will cut in two for the update at hand. */
  private cuts = 0
  /** New values of lists. */
  private values = 0

  constructor(doc: Y.Doc, options: InspectOptions) {
    this.doc = doc
    this.options = options
    this.places = new Places(this)
  }

  add(update: Uint8Array, memberId: string | null = null): Uint8Array {
    this.work = 0
    this.cuts = 0
    let found = scan(update)
    this.spent += found.work
    const part = this.cut(update, found.blocks)
    if (part !== update) found = scan(part)
    const { blocks } = found
    if (this.options.fits?.(part) === false) throw full()
    this.work = found.work
    this.spend(0)
    const isNew = this.checkOwners(blocks, memberId)
    const roots = this.newRoots(found.roots)
    try {
      this.integrate(blocks)
      for (const deletes of found.deletes) this.checkDeletes(deletes)
      if (blocks.length > 0 || this.cuts > 0) this.checkSize(blocks)
    } catch (error) {
      this.places.undo()
      for (const { client, structs } of blocks) {
        const own = this.fresh.get(client)
        const first = own?.indexOf(structs[0]!) ?? -1
        if (own && first >= 0) own.length = first
      }
      throw error
    } finally {
      this.spent += this.work - found.work
    }
    this.places.keep()
    this.roots = roots
    if (isNew && memberId !== null) for (const { client } of blocks) this.claim(client, memberId)
    return part
  }

  claimed(): ReadonlyMap<number, string> {
    return this.claims ?? noClaims
  }

  find(client: number, clock: number): Found {
    const structs = this.doc.store.clients.get(client)
    if (structs === undefined) return structAt(this.fresh.get(client)!, clock)
    // Whoever types goes on where they were.
    const last = structs[structs.length - 1]!
    if (clock < last.id.clock) return structs[Y.findIndexSS(structs, clock)]!
    return clock < last.id.clock + last.length ? last : structAt(this.fresh.get(client)!, clock)
  }

  /** Nearly always what the document has there, which is found faster so. */
  private findRight(left: Found | undefined, client: number, clock: number): Found {
    if (left instanceof Y.Item) {
      if (has(left, client, clock)) return left
      if (left.right && has(left.right, client, clock)) return left.right
    }
    return this.find(client, clock)
  }

  spend(steps: number): void {
    this.work += steps
    if (this.work > costs.most) throw new UnusableUpdate('the update would take too long', { tooLarge: true })
  }

  spendOnCut(owner: Y.Item | Struct, clock: number): void {
    this.cuts++
    if (isArray(owner)) this.spend((2 * owner.length) / costs.copiedInStep)
    this.spend(costs.cut + this.countAfter(owner, clock) / costs.movedInStep)
  }

  /** How many structs of its client come after this one. */
  private countAfter(owner: Y.Item | Struct, clock: number): number {
    if (!(owner instanceof Y.Item)) return this.fresh.get(owner.client)?.length ?? 0
    const structs = this.doc.store.clients.get(owner.id.client)!
    return structs.length - Y.findIndexSS(structs, clock)
  }

  /** The first clock of this client that is not known yet. */
  private known(client: number): number {
    const fresh = this.fresh.get(client)
    if (fresh !== undefined && fresh.length > 0) {
      const last = fresh[fresh.length - 1]!
      return last.clock + last.length
    }
    const structs = this.doc.store.clients.get(client)
    return structs ? endOf(structs) : 0
  }

  /** Leaves away what is known. */
  private cut(update: Uint8Array, blocks: readonly Block[]): Uint8Array {
    let overlaps = false
    for (const { client, structs } of blocks) overlaps ||= structs[0]!.clock < this.known(client)
    if (!overlaps) return update
    const states = new Map(blocks.map(({ client }) => [client, this.known(client)]))
    return Y.diffUpdate(update, Y.encodeStateVector(states))
  }

  /** @returns whether it writes under a clientID that is nobody's. */
  private checkOwners(blocks: readonly Block[], memberId: string | null): boolean {
    let count = 0
    for (const { client } of blocks) {
      const owner = this.claims?.get(client) ?? this.options.owner?.(client)
      if (owner !== undefined && owner !== memberId) {
        throw new UnusableUpdate('written under the clientID of somebody else', { foreign: true })
      }
      if (owner === undefined) count++
    }
    if (count === 0) return false
    if (memberId !== null && this.options.mayClaim) {
      for (const claimant of this.claims?.values() ?? []) if (claimant === memberId) count++
      if (!this.options.mayClaim(memberId, count))
        throw new UnusableUpdate('too many clientIDs of one member', { tooMany: true })
    }
    return true
  }

  private claim(client: number, memberId: string): void {
    if (this.options.owner?.(client) !== undefined) return
    this.claims ??= new Map()
    this.claims.set(client, memberId)
  }

  private newRoots(named: readonly string[]): string[] {
    if (named.length === 0) return this.roots
    const { share } = this.doc
    const added = named.filter((name) => !share.has(name) && !this.roots.includes(name))
    if (share.size + this.roots.length + added.length > most.roots) {
      throw new UnusableUpdate('the document would have too many roots')
    }
    return added.length === 0 ? this.roots : [...this.roots, ...added]
  }

  /** Takes new structs over in an order in which each finds what it refers to. */
  private integrate(blocks: readonly Block[]): void {
    if (blocks.length === 1) {
      for (const struct of blocks[0]!.structs) {
        if (!this.isReady(struct)) throw missing()
        this.take(struct)
      }
      return
    }
    const next = blocks.map(() => 0)
    let open = blocks.length
    while (open > 0) {
      let moved = false
      for (let i = 0; i < blocks.length; i++) {
        const { structs } = blocks[i]!
        let at = next[i]!
        if (at === structs.length) continue
        while (at < structs.length && this.isReady(structs[at]!)) this.take(structs[at++]!)
        if (at > next[i]!) moved = true
        if (at === structs.length) open--
        else this.spend(costs.compared)
        next[i] = at
      }
      if (!moved) throw this.stuck(blocks, next)
    }
  }

  private isReady(struct: Struct): boolean {
    const { client } = struct
    if (struct.clock > this.known(client)) throw missing()
    return (
      this.isKnown(client, struct.originClient, struct.originClock) &&
      this.isKnown(client, struct.rightClient, struct.rightClock) &&
      this.isKnown(client, struct.parentClient, struct.parentClock)
    )
  }

  private isKnown(writer: number, client: number, clock: number): boolean {
    if (client === none || clock < this.known(client)) return true
    if (client === writer) throw circular()
    return false
  }

  /** Nothing fits: what is referred to is missing, or the update refers to itself in a circle. */
  private stuck(blocks: readonly Block[], next: readonly number[]): UnusableUpdate {
    const ends = new Map<number, number>()
    for (const { client, structs } of blocks) ends.set(client, structs.at(-1)!.clock + structs.at(-1)!.length)
    const isBeyond = (client: number, clock: number): boolean =>
      client !== none && clock >= (ends.get(client) ?? this.known(client))
    for (const [i, { structs }] of blocks.entries()) {
      const head = structs[next[i]!]
      if (!head) continue
      if (isBeyond(head.originClient, head.originClock)) return missing()
      if (isBeyond(head.rightClient, head.rightClock)) return missing()
      if (isBeyond(head.parentClient, head.parentClock)) return missing()
    }
    return circular()
  }

  private take(struct: Struct): void {
    if (struct.kind !== kinds.gc) this.settle(struct)
    const own = this.fresh.get(struct.client)
    const before = own?.[own.length - 1]
    struct.unjoined = before ? before.unjoined + (isJoined(before, struct) ? 0 : 1) : 1
    if (own) own.push(struct)
    else this.fresh.set(struct.client, [struct])
  }

  /** Finds out in what a new item will lie, and where; what builds on something that is gone is gone as well. */
  private settle(struct: Struct): void {
    const { originClient, rightClient } = struct
    const left = originClient === none ? undefined : this.find(originClient, struct.originClock)
    const right = rightClient === none ? undefined : this.findRight(left, rightClient, struct.rightClock)
    if (isGone(left) || isGone(right)) {
      // A list goes as a whole. Yjs would still cut the neighbour that is left, and tell nobody of it.
      if ((left && !isGone(left)) || (right && !isGone(right))) throw misplaced()
      return
    }
    const beside = left ?? right
    if (beside) {
      struct.holder = holderOf(beside)
      struct.key = keyOf(beside)
      if (right && (holderOf(right) !== struct.holder || keyOf(right) !== struct.key)) throw misplaced()
    } else if (struct.root !== null) {
      struct.holder = (this.doc.share.get(struct.root) as Y.AbstractType<unknown> | undefined) ?? struct.root
    } else {
      struct.holder = typeOf(this.find(struct.parentClient, struct.parentClock))
    }
    if (struct.holder === null) return
    checkShape(struct, this.doc, this.options.roots)
    if (struct.kind === kinds.type) {
      struct.depth = depthOf(struct.holder) + 1
      if (struct.depth > bounds.depth) throw new UnusableUpdate('a type is nested too deep')
    }
    if (struct.kind === kinds.any && struct.key === null) this.spendOnValues(struct, left)
    this.places.insert(struct, left, right)
  }

  /** Yjs joins neighbouring values of one client to one array, from the last to the first. */
  private spendOnValues(struct: Struct, left: Y.Item | Struct | undefined): void {
    this.values += struct.length
    const joined = left instanceof Y.Item && isArray(left) ? left.length : 0
    this.spend((this.values + joined) / costs.copiedInStep)
  }

  private checkDeletes({ client, ranges }: Deletes): void {
    const known = this.known(client)
    let covered = 0
    for (let i = 1; i < ranges.length; i += 2) covered += ranges[i]!
    this.spent += costs.deleted * Math.min(covered, this.doc.store.clients.get(client)?.length ?? 0)
    if (ranges[ranges.length - 2]! + ranges[ranges.length - 1]! > known) throw missing()
    for (let i = 0; i < ranges.length; i += 2) {
      const end = ranges[i]! + ranges[i + 1]!
      const first = this.find(client, ranges[i]!)
      this.checkCut(first, ranges[i]!)
      const firstEnd = clockOf(first) + first.length
      if (end < firstEnd) this.checkCut(first, end)
      else if (end > firstEnd && end < known) this.checkCut(this.find(client, end), end)
    }
  }

  /**
   * Deletions are taken however full it is, unless they make many pieces of it. A client's structs are one array in Yjs, from which it may have to take
   * every third: that is why they are counted for each client, too (runs of typing, which Yjs joins, once).
   */
  private checkSize(blocks: readonly Block[]): void {
    const { clients } = this.doc.store
    let size = this.cuts + (sizes.get(this.doc) ?? Number.POSITIVE_INFINITY)
    for (const { client, structs } of blocks) {
      size += structs.length
      const own = (clients.get(client)?.length ?? 0) + structs.at(-1)!.unjoined
      if (own > most.structsOfClient) throw full()
    }
    if (size > most.structs) {
      size = this.cuts
      for (const structs of clients.values()) size += structs.length
      for (const structs of this.fresh.values()) size += structs.at(-1)?.unjoined ?? 0
    }
    sizes.set(this.doc, size)
    if (size > (blocks.length > 0 ? most.structs : most.pieces)) throw full()
    if (blocks.length > 0 && clients.size + this.fresh.size > most.clients) throw full()
  }

  /** What a deletion cuts in two has its price. */
  private checkCut(item: Found, clock: number): void {
    if (item instanceof Y.GC || (item instanceof Y.Item && item.deleted)) return
    if (clockOf(item) < clock) this.spendOnCut(item, clock)
  }
}

function full(): UnusableUpdate {
  return new UnusableUpdate('the document is full', { tooLarge: true })
}

function endOf(structs: readonly (Y.Item | Y.GC)[]): number {
  const last = structs[structs.length - 1]!
  return last.id.clock + last.length
}

function isArray(item: Y.Item | Struct): boolean {
  return item instanceof Y.Item ? item.content instanceof Y.ContentAny : item.kind === kinds.any
}

function has({ id, length }: Y.Item, client: number, clock: number): boolean {
  return id.client === client && id.clock <= clock && clock < id.clock + length
}

function clockOf(struct: Found): number {
  return struct instanceof Y.Item || struct instanceof Y.GC ? struct.id.clock : struct.clock
}

/** @throws UnusableUpdate; the document is then spoilt. */
export function applyInspected(doc: Y.Doc, update: Uint8Array): void {
  try {
    Y.applyUpdate(doc, update)
  } catch {
    throw new UnusableUpdate('not a Yjs update')
  }
  // Kept structs that wait for others would be sent to everybody who joins, and never be seen by anyone.
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null) throw missing()
}

export function onlyDeletes(update: Uint8Array): boolean {
  return update[0] === 0
}

function circular(): UnusableUpdate {
  return new UnusableUpdate('the update refers to itself')
}

function missing(): UnusableUpdate {
  return new UnusableUpdate('updates before this one are missing', { gap: true })
}
