/**
 * Where new items will come to lie in the lists of a document (a text's characters, an array's values, a map's successive
 * values of one key), found out before Yjs puts them there. It is Yjs's own algorithm (YATA, `Item.integrate`) on a thin
 * overlay over the document: only what new items touch is copied, and only links to the right.
 *
 * Two things are learnt by it. An item that names a right neighbour which lies left of its left neighbour comes to lie
 * here or there, depending on how a replica happens to have cut its text: such replicas never agree again, so it is
 * refused. And the steps are counted: at one place of a list every new item may have to be compared with all others, which
 * makes a megabyte of items that nobody writes by hand cost minutes.
 */
import * as Y from 'yjs'
import { costs, type Found, type Holder, none, type Struct, UnusableUpdate } from './structs.ts'

/** A stretch of an item that nothing has been put into. */
interface Run {
  readonly owner: Y.Item | Struct
  readonly client: number
  readonly clock: number
  length: number
  originClient: number
  originClock: number
  rightClient: number
  rightClock: number
  /** `undefined`: what the document has there. */
  right: Run | null | undefined
}

/** What the lists ask of those who know all ids. */
export interface Known {
  /** The struct that has an id, which must be known. */
  find(client: number, clock: number): Found
  /** Is told of what Yjs will have to do (`costs`). May throw. */
  spend(steps: number): void
  /** Is told that Yjs will cut an item before a clock. May throw. */
  spendOnCut(owner: Y.Item | Struct, clock: number): void
}

interface Insertion {
  struct: Struct
  left: Y.Item | Struct | undefined
  right: Y.Item | Struct | undefined
  kept: boolean
}

/**
 * The places of the new items of a tick. Most ticks bring one only, between neighbours that the document has beside each
 * other: as long as there is no other, it needs no overlay.
 */
export class Places {
  private readonly known: Known
  private only: Insertion | undefined
  private lists: Lists | undefined

  constructor(known: Known) {
    this.known = known
  }

  /** Inserts a new item between those that it names. @throws UnusableUpdate */
  insert(struct: Struct, left: Y.Item | Struct | undefined, right: Y.Item | Struct | undefined): void {
    const { only } = this
    if (!this.lists) {
      if (!only && isBetween(struct, left, right)) {
        if (left && left === right) this.known.spendOnCut(left, struct.rightClock)
        this.only = { struct, left, right, kept: false }
        return
      }
      this.lists = new Lists(this.known)
      if (only) this.lists.insert(only.struct, only.left, only.right)
      if (only?.kept) this.lists.keep()
      this.only = undefined
    }
    this.lists.insert(struct, left, right)
  }

  /** Makes what was inserted since the last call stay. */
  keep(): void {
    if (this.only) this.only.kept = true
    this.lists?.keep()
  }

  /** Takes back what was inserted since the last `keep`. */
  undo(): void {
    if (!this.only?.kept) this.only = undefined
    this.lists?.undo()
  }
}

class Lists {
  private readonly known: Known
  private readonly cut = new Map<Y.Item | Struct, Run[]>()
  /** First runs of the lists that have a new one. */
  private readonly starts = new Map<Holder, Map<string | null, Run>>()
  private readonly undos: (() => void)[] = []

  constructor(known: Known) {
    this.known = known
  }

  insert(struct: Struct, left: Y.Item | Struct | undefined, right: Y.Item | Struct | undefined): void {
    const run = runOfStruct(struct)
    this.cut.set(struct, [run])
    let before = left ? this.endingAt(left, struct.originClock) : null
    const after = right ? this.startingAt(right, struct.rightClock) : null
    // The right one may have been within the left one.
    if (left && left === right) before = this.endingAt(left, struct.originClock)
    const start = before ? null : this.startOf(struct)
    this.checkNeighbours(before, after)
    const place = this.placeOf(run, before, after, before ? this.rightOf(before) : start)
    if (place) this.linkAfter(place, run)
    else this.linkFirst(struct, run, start)
  }

  keep(): void {
    this.undos.length = 0
  }

  undo(): void {
    for (const takeBack of this.undos.reverse()) takeBack()
    this.undos.length = 0
  }

  private runsOf(owner: Y.Item | Struct): Run[] {
    let runs = this.cut.get(owner)
    if (!runs) {
      // Several comparisons take no longer than this.
      this.known.spend(costs.overlaid)
      runs = [owner instanceof Y.Item ? runOfItem(owner) : runOfStruct(owner)]
      this.cut.set(owner, runs)
    }
    return runs
  }

  private rightOf(run: Run): Run | null {
    if (run.right === undefined) {
      const next = (run.owner as Y.Item).right
      run.right = next ? this.runsOf(next)[0]! : null
    }
    return run.right
  }

  private startOf({ holder, key }: Struct): Run | null {
    const start = this.starts.get(holder)?.get(key) ?? this.startInDocument(holder, key)
    // Yjs has no link to the first value of a key: it goes back there from the last.
    if (start && key !== null) this.known.spend(this.cut.size * costs.back)
    return start
  }

  private startInDocument(holder: Holder, key: string | null): Run | null {
    if (!(holder instanceof Y.AbstractType)) return null
    let item = key === null ? holder._start : (holder._map.get(key) ?? null)
    for (; item?.left; item = item.left) this.known.spend(costs.back)
    return item && this.runsOf(item)[0]!
  }

  /** The run that ends with this clock. */
  private endingAt(owner: Y.Item | Struct, clock: number): Run {
    const runs = this.runsOf(owner)
    const at = indexOf(runs, clock)
    this.divide(runs, at, clock + 1)
    return runs[at]!
  }

  /** The run that begins with this clock. */
  private startingAt(owner: Y.Item | Struct, clock: number): Run {
    const runs = this.runsOf(owner)
    const at = indexOf(runs, clock)
    return this.divide(runs, at, clock) ? runs[at + 1]! : runs[at]!
  }

  /** Cuts a run before a clock within it; in a list that is no change. */
  private divide(runs: Run[], at: number, clock: number): boolean {
    const run = runs[at]!
    const length = clock - run.clock
    if (length === 0 || length === run.length) return false
    this.known.spendOnCut(run.owner, clock)
    this.known.spend(runs.length / costs.movedInStep)
    const rest: Run = {
      ...run,
      clock,
      length: run.length - length,
      originClient: run.client,
      originClock: clock - 1,
    }
    runs.splice(at + 1, 0, rest)
    run.length = length
    run.right = rest
    this.undos.push(() => {
      runs.splice(at + 1, 1)
      run.length += rest.length
      run.right = rest.right
    })
    return true
  }

  /**
   * Whoever inserted something between two neighbours had all that these were once inserted between, and nothing of it
   * lay between them. Of two well-placed neighbours it is enough to look at what each of them names. (Yjs names others
   * now and then when it undoes the deletion of a type within a type, and its replicas may then not agree either.)
   */
  private checkNeighbours(left: Run | null, right: Run | null): void {
    if (left && right) {
      let between = this.rightOf(left)
      while (between !== right) {
        this.known.spend(costs.compared)
        if (between === null || names(right, 'origin', between) || names(left, 'right', between))
          throw apart()
        between = this.rightOf(between)
      }
    } else if (right ? right.originClient !== none : left && left.rightClient !== none) throw apart()
  }

  /** The run after which a new one belongs; `null`: the start. */
  private placeOf(run: Run, left: Run | null, right: Run | null, first: Run | null): Run | null {
    if (first === right) return left
    let place = left
    const before = new Set<Run>()
    const conflicting = new Set<Run>()
    for (let other = first; other !== null && other !== right; other = this.rightOf(other)) {
      this.known.spend(costs.compared)
      before.add(other)
      conflicting.add(other)
      if (other.originClient === run.originClient && other.originClock === run.originClock) {
        if (other.client < run.client) {
          place = other
          conflicting.clear()
        } else if (other.rightClient === run.rightClient && other.rightClock === run.rightClock) break
      } else {
        const origin = this.originOf(other)
        if (origin === undefined || !before.has(origin)) break
        if (!conflicting.has(origin)) {
          place = other
          conflicting.clear()
        }
      }
    }
    return place
  }

  private originOf({ originClient, originClock }: Run): Run | undefined {
    if (originClient === none) return undefined
    const runs = this.runsOf(this.known.find(originClient, originClock) as Y.Item | Struct)
    return runs[indexOf(runs, originClock)]!
  }

  private linkAfter(place: Run, run: Run): void {
    const right = this.rightOf(place)
    run.right = right
    place.right = run
    this.undos.push(() => {
      place.right = right
    })
  }

  private linkFirst({ holder, key }: Struct, run: Run, start: Run | null): void {
    run.right = start
    const keyed = this.starts.get(holder) ?? new Map<string | null, Run>()
    this.starts.set(holder, keyed.set(key, run))
    this.undos.push(() => {
      if (start) keyed.set(key, start)
      else keyed.delete(key)
    })
  }
}

/** Does it come to lie between neighbours that the document has beside each other? */
function isBetween(
  struct: Struct,
  left: Y.Item | Struct | undefined,
  right: Y.Item | Struct | undefined,
): boolean {
  const { holder, key, originClock, rightClock } = struct
  if (left) {
    if (!(left instanceof Y.Item)) return false
    if (originClock < left.id.clock + left.length - 1) return left === right && rightClock === originClock + 1
    if (right) return left.right === right && rightClock === left.right.id.clock
    return left.right === null && left.rightOrigin === null
  }
  if (!(holder instanceof Y.AbstractType)) return right === undefined
  if (key !== null) return right === undefined && !holder._map.has(key)
  const start = holder._start
  return (
    start === (right ?? null) && (start === null || (start.origin === null && start.id.clock === rightClock))
  )
}

function runOfItem(item: Y.Item): Run {
  const { id, length, origin, rightOrigin } = item
  return {
    owner: item,
    client: id.client,
    clock: id.clock,
    length,
    originClient: origin ? origin.client : none,
    originClock: origin ? origin.clock : none,
    rightClient: rightOrigin ? rightOrigin.client : none,
    rightClock: rightOrigin ? rightOrigin.clock : none,
    right: undefined,
  }
}

function runOfStruct(struct: Struct): Run {
  const { client, clock, length, originClient, originClock, rightClient, rightClock } = struct
  return {
    owner: struct,
    client,
    clock,
    length,
    originClient,
    originClock,
    rightClient,
    rightClock,
    right: null,
  }
}

/** Does the one name an element of the other as its neighbour on this side? */
function names(run: Run, side: 'origin' | 'right', other: Run): boolean {
  const client = side === 'origin' ? run.originClient : run.rightClient
  const clock = side === 'origin' ? run.originClock : run.rightClock
  return other.client === client && other.clock <= clock && clock < other.clock + other.length
}

function apart(): UnusableUpdate {
  return new UnusableUpdate('the update puts something between what are no neighbours')
}

function indexOf(runs: readonly Run[], clock: number): number {
  let low = 0
  let high = runs.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (runs[middle]!.clock <= clock) low = middle
    else high = middle - 1
  }
  return low
}
