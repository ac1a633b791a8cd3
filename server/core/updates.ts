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
const most = { roots: 256, clients: 20_000 }

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

  /** The first clock of this client that is not known yet. */
  function known(client: number): number {
    const last = fresh.get(client)?.at(-1)
    return last ? last.clock + last.length : Y.getState(store, client)
  }

  /** The struct that has a clock, which must be known. */
  function find(client: number, clock: number): Struct | Y.Item | Y.GC {
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
    if (struct.kind !== kinds.gc) {
      struct.holder = place(struct)
      fits(struct)
      if (struct.kind === kinds.type) {
        struct.depth = depthOf(struct.holder) + 1
        if (struct.depth > bounds.depth) throw new UnusableUpdate('a type is nested too deep')
      }
    }
    const own = fresh.get(client)
    if (own) own.push(struct)
    else fresh.set(client, [struct])
  }

  /** What an item will lie in; what builds on something that is gone is gone as well. */
  function place(struct: Struct): Holder {
    const { originClient, rightClient, root } = struct
    const left = originClient === none ? undefined : find(originClient, struct.originClock)
    const right = rightClient === none ? undefined : find(rightClient, struct.rightClock)
    if ((left && isGone(left)) || (right && isGone(right))) return null
    const beside = left ?? right
    if (beside) {
      struct.key = beside instanceof Y.Item ? beside.parentSub : (beside as Struct).key
      return beside instanceof Y.Item ? (beside.parent as Y.AbstractType<unknown>) : (beside as Struct).holder
    }
    if (root !== null) return (doc.share.get(root) as Y.AbstractType<unknown> | undefined) ?? root
    return typeOf(find(struct.parentClient, struct.parentClock))
  }

  function fits({ holder, key, kind }: Struct): void {
    const shape = shapeOf(holder)
    if (shape === undefined || kind === kinds.deleted) return
    const good = shape === types.map ? key !== null && kind !== kinds.string : key === null
    if (!good || (kind === kinds.string) !== (shape === types.text)) {
      throw new UnusableUpdate('the update puts into a type what does not belong there')
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
    }
  }

  return {
    add(update, memberId = null) {
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
        for (const [i, { client }] of found.blocks.entries()) {
          const own = fresh.get(client)
          if (own) own.length = lengths[i]!
        }
        throw error
      }
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
function isGone(struct: Struct | Y.Item | Y.GC): boolean {
  if (struct instanceof Y.GC) return true
  return !(struct instanceof Y.Item) && struct.holder === null
}

/** The type that an item holds; `null` when it has been deleted for good. */
function typeOf(item: Struct | Y.Item | Y.GC): Holder {
  if (isGone(item)) return null
  if (item instanceof Y.Item) {
    if (item.content instanceof Y.ContentType) return item.content.type
    if (item.content instanceof Y.ContentDeleted) return null
  } else {
    const struct = item as Struct
    if (struct.kind === kinds.type) return struct
    if (struct.kind === kinds.deleted) return null
  }
  throw new UnusableUpdate('the update puts something into what holds nothing')
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

function missing(): UnusableUpdate {
  return new UnusableUpdate('updates before this one are missing', { gap: true })
}
