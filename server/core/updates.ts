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
import { createLists } from './lists.ts'
import {
  type Block,
  bounds,
  type Holder,
  kinds,
  none,
  type Scan,
  type Struct,
  scan,
  types,
  UnusableUpdate,
} from './scan.ts'

export { UnusableUpdate } from './scan.ts'

/** Of one document. */
const most = { roots: 256, clients: 20_000, work: 2_000_000 }

/** Steps for cutting an item in two, wherever it is. */
const cutCost = 16
/** Entries of an array that are moved in the time of a step. */
const copied = 64

type Found = Struct | Y.Item | Y.GC

export type Shape = keyof typeof types

export interface InspectOptions {
  /** The member to whom a clientID is bound, by what was written before this tick. Absent: nothing is bound. */
  owner?(client: number): string | undefined
  /** What each root of such a document is, where that is known: a text then holds text, and so on. */
  roots?: Readonly<Record<string, Shape>>
}

/** What the updates of one tick bring, in their order, on top of a document. */
export interface Inspection {
  /**
   * @param memberId who sent it.
   * @returns what of it is new, to be applied in its place (nearly always itself).
   * @throws UnusableUpdate when this update cannot follow those before it; they are as if it had not come.
   */
  add(update: Uint8Array, memberId?: string | null): Uint8Array
  /** ClientIDs that were nobody's, by who wrote new structs under them. */
  claimed(): ReadonlyMap<number, string>
}

/** @param doc must not change meanwhile. */
export function inspect(doc: Y.Doc, options: InspectOptions = {}): Inspection {
  const { store } = doc
  /** New structs of each client, in the order of their clocks, without gaps. */
  const fresh = new Map<number, Struct[]>()
  const roots = new Set<string>()
  const claims = new Map<number, string>()
  const lists = createLists(find as never, spend, spendOnCut)
  /** Steps that Yjs will take for the update at hand, as far as they can grow faster than its bytes. */
  let work = 0
  /** New values of lists. */
  let values = 0

  function spend(steps: number): void {
    work += steps
    if (work > most.work) throw new UnusableUpdate('the update would take too long')
  }

  /** The first clock of this client that is not known yet. */
  function known(client: number): number {
    const last = fresh.get(client)?.at(-1)
    return last ? last.clock + last.length : Y.getState(store, client)
  }

  /** The struct that has a clock, which must be known. */
  function find(client: number, clock: number): Found {
    const structs = store.clients.get(client)
    if (structs && clock < Y.getState(store, client)) return structs[Y.findIndexSS(structs, clock)]!
    return structAt(fresh.get(client)!, clock)
  }

  function cut(update: Uint8Array, { blocks }: Scan): Uint8Array {
    const overlapping = blocks.filter(({ client, structs }) => structs[0]!.clock < known(client))
    if (overlapping.length === 0) return update
    return Y.diffUpdate(
      update,
      Y.encodeStateVector(new Map(overlapping.map(({ client }) => [client, known(client)]))),
    )
  }

  /** @returns those clients that are nobody's yet. */
  function unowned({ blocks }: Scan, memberId: string | null): number[] {
    const found: number[] = []
    for (const { client } of blocks) {
      const owner = claims.get(client) ?? options.owner?.(client)
      if (owner === undefined) found.push(client)
      else if (owner !== memberId) {
        throw new UnusableUpdate('written under the clientID of somebody else', { foreign: true })
      }
    }
    return found
  }

  /** Takes new structs over in an order in which each finds what it refers to. */
  function integrate(blocks: readonly Block[]): void {
    const next = blocks.map(() => 0)
    let open = blocks.length
    while (open > 0) {
      let moved = false
      for (const [i, { client, structs }] of blocks.entries()) {
        let at = next[i]!
        if (at === structs.length) continue
        while (at < structs.length && isReady(client, structs[at]!)) take(client, structs[at++]!)
        if (at > next[i]!) moved = true
        if (at === structs.length) open--
        next[i] = at
      }
      if (!moved) throw stuck(blocks, next)
    }
  }

  function isReady(client: number, struct: Struct): boolean {
    if (struct.clock > known(client)) throw missing()
    return (
      isKnown(client, struct.originClient, struct.originClock) &&
      isKnown(client, struct.rightClient, struct.rightClock) &&
      isKnown(client, struct.parentClient, struct.parentClock)
    )
  }

  function isKnown(writer: number, client: number, clock: number): boolean {
    if (client === none || clock < known(client)) return true
    if (client === writer) throw new UnusableUpdate('the update refers to itself')
    return false
  }

  /** Nothing fits: what is referred to is missing, or the update refers to itself in a circle. */
  function stuck(blocks: readonly Block[], next: readonly number[]): UnusableUpdate {
    const ends = new Map<number, number>()
    for (const { client, structs } of blocks) ends.set(client, structs.at(-1)!.clock + structs.at(-1)!.length)
    const isBeyond = (client: number, clock: number): boolean =>
      client !== none && clock >= Math.max(known(client), ends.get(client) ?? 0)
    for (const [i, { structs }] of blocks.entries()) {
      const head = structs[next[i]!]
      if (!head) continue
      if (isBeyond(head.originClient, head.originClock)) return missing()
      if (isBeyond(head.rightClient, head.rightClock)) return missing()
      if (isBeyond(head.parentClient, head.parentClock)) return missing()
    }
    return new UnusableUpdate('the update refers to itself')
  }

  function take(client: number, struct: Struct): void {
    if (struct.kind !== kinds.gc) settle(struct)
    const own = fresh.get(client)
    if (own) own.push(struct)
    else fresh.set(client, [struct])
  }

  /** Finds out in what a new item will lie, and where; what builds on something that is gone is gone as well. */
  function settle(struct: Struct): void {
    const { originClient, rightClient } = struct
    const left = originClient === none ? undefined : find(originClient, struct.originClock)
    const right = rightClient === none ? undefined : find(rightClient, struct.rightClock)
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
      struct.holder = (doc.share.get(struct.root) as Y.AbstractType<unknown> | undefined) ?? struct.root
    } else {
      struct.holder = typeOf(find(struct.parentClient, struct.parentClock))
    }
    if (struct.holder === null) return
    fits(struct)
    if (struct.kind === kinds.type) {
      struct.depth = depthOf(struct.holder) + 1
      if (struct.depth > bounds.depth) throw new UnusableUpdate('a type is nested too deep')
    }
    if (struct.kind === kinds.any && struct.key === null) spendOnValues(struct, left)
    lists.insert(struct, left, right)
  }

  /** Yjs joins neighbouring values of one client to one array, from the last to the first. */
  function spendOnValues(struct: Struct, left: Y.Item | Struct | undefined): void {
    values += struct.length
    spend(
      (values + (left instanceof Y.Item && left.content instanceof Y.ContentAny ? left.length : 0)) / copied,
    )
  }

  /** Cutting an item moves those of its client that come after it, and copies its values if it has any. */
  function spendOnCut(owner: Y.Item | Struct, clock: number): void {
    const isDocs = owner instanceof Y.Item
    const structs = isDocs ? store.clients.get(owner.id.client)! : fresh.get(owner.client)
    const after = structs ? structs.length - (isDocs ? Y.findIndexSS(structs as Y.Item[], clock) : 0) : 0
    const isArray = isDocs ? owner.content instanceof Y.ContentAny : owner.kind === kinds.any
    spend(cutCost + (after + (isArray ? owner.length : 0)) / copied)
  }

  function fits({ holder, key, kind }: Struct): void {
    const shape = shapeOf(holder)
    if (shape === undefined || kind === kinds.deleted) return
    const good = shape === types.map ? key !== null && kind !== kinds.string : key === null
    if (!good || (kind === kinds.string) !== (shape === types.text)) {
      throw misplaced()
    }
  }

  function shapeOf(holder: Holder): number | undefined {
    if (holder === null) return undefined
    if (typeof holder === 'string') return declared(holder)
    if (!(holder instanceof Y.AbstractType)) return holder.type
    if (holder._item === null) return declared(Y.findRootTypeKey(holder))
    if (holder instanceof Y.Map) return types.map
    if (holder instanceof Y.Array) return types.array
    return holder instanceof Y.Text ? types.text : undefined
  }

  function declared(root: string): number | undefined {
    const shape = options.roots && Object.hasOwn(options.roots, root) ? options.roots[root] : undefined
    return shape && types[shape]
  }

  function newRoots(found: Scan): string[] {
    const named = found.roots.filter((name) => !doc.share.has(name) && !roots.has(name))
    if (doc.share.size + roots.size + named.length > most.roots) {
      throw new UnusableUpdate('the document would have too many roots')
    }
    return named
  }

  function checkDeletes({ deletes }: Scan): void {
    for (const { client, ranges } of deletes) {
      if (ranges.at(-2)! + ranges.at(-1)! > known(client)) throw missing()
      for (let i = 0; i < ranges.length; i += 2) {
        checkCut(client, ranges[i]!)
        checkCut(client, ranges[i]! + ranges[i + 1]!)
      }
    }
  }

  /** What a deletion cuts in two has its price. */
  function checkCut(client: number, clock: number): void {
    if (clock >= known(client)) return
    const item = find(client, clock)
    if (item instanceof Y.GC || (item instanceof Y.Item && item.deleted)) return
    if ((item instanceof Y.Item ? item.id.clock : item.clock) < clock) spendOnCut(item, clock)
  }

  return {
    add(update, memberId = null) {
      work = 0
      let found = scan(update)
      const part = cut(update, found)
      if (part !== update) found = scan(part)
      const claimable = unowned(found, memberId)
      const named = newRoots(found)
      const lengths = found.blocks.map(({ client }) => fresh.get(client)?.length ?? 0)
      try {
        integrate(found.blocks)
        checkDeletes(found)
        if (store.clients.size + fresh.size > most.clients) throw new UnusableUpdate('too many clients')
      } catch (error) {
        lists.undo()
        for (const [i, { client }] of found.blocks.entries()) {
          const own = fresh.get(client)
          if (own) own.length = lengths[i]!
        }
        throw error
      }
      lists.keep()
      for (const name of named) roots.add(name)
      if (memberId !== null) for (const client of claimable) claims.set(client, memberId)
      return part
    },
    claimed: () => claims,
  }
}

function structAt(structs: readonly Struct[], clock: number): Struct {
  let low = 0
  let high = structs.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (structs[middle]!.clock <= clock) low = middle
    else high = middle - 1
  }
  return structs[low]!
}

/** Garbage of Yjs, or what becomes it. */
function isGone(struct: Found | undefined): struct is Y.GC {
  if (struct === undefined || struct instanceof Y.Item) return false
  return struct instanceof Y.GC || struct.holder === null
}

function holderOf(item: Y.Item | Struct): Holder {
  return item instanceof Y.Item ? (item.parent as Y.AbstractType<unknown>) : item.holder
}

function keyOf(item: Y.Item | Struct): string | null {
  return item instanceof Y.Item ? item.parentSub : item.key
}

/** The type that an item holds; `null` when it has been deleted for good. */
function typeOf(item: Found): Holder {
  if (isGone(item)) return null
  if (item instanceof Y.Item) {
    if (item.content instanceof Y.ContentType) return item.content.type
    if (item.content instanceof Y.ContentDeleted) return null
  } else {
    if (item.kind === kinds.type) return item
    if (item.kind === kinds.deleted) return null
  }
  throw misplaced()
}

function depthOf(holder: Holder): number {
  if (holder === null || typeof holder === 'string') return 0
  if (!(holder instanceof Y.AbstractType)) return holder.depth
  let depth = 0
  for (let item = holder._item; item; item = (item.parent as Y.AbstractType<unknown>)._item) depth++
  return depth
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

function misplaced(): UnusableUpdate {
  return new UnusableUpdate('the update puts something where it does not belong')
}

function missing(): UnusableUpdate {
  return new UnusableUpdate('updates before this one are missing', { gap: true })
}
