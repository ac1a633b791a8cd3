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
import { type Holder, none, type Struct, UnusableUpdate } from './scan.ts'

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

export interface Lists {
  /** Inserts a new item between those that it names. @throws UnusableUpdate */
  insert(struct: Struct, left: Y.Item | Struct | undefined, right: Y.Item | Struct | undefined): void
  /** Makes what was inserted since the last call stay. */
  keep(): void
  /** Takes back what was inserted since the last `keep`. */
  undo(): void
}

/**
 * @param find the item that has an id, which must be known.
 * @param spend is told of every step, the unit being one comparison of Yjs (about 50 ns); may throw.
 * @param spendOnCut is told that Yjs will cut an item before a clock.
 */
export function createLists(
  find: (client: number, clock: number) => Y.Item | Struct,
  spend: (steps: number) => void,
  spendOnCut: (owner: Y.Item | Struct, clock: number) => void,
): Lists {
  const cut = new Map<Y.Item | Struct, Run[]>()
  /** First runs of the lists that have a new one. */
  const starts = new Map<Holder, Map<string | null, Run>>()
  const undos: (() => void)[] = []

  function runsOf(owner: Y.Item | Struct): Run[] {
    let runs = cut.get(owner)
    if (!runs) {
      runs = [owner instanceof Y.Item ? runOfItem(owner) : runOfStruct(owner)]
      cut.set(owner, runs)
    }
    return runs
  }

  function rightOf(run: Run): Run | null {
    if (run.right === undefined) {
      const next = (run.owner as Y.Item).right
      run.right = next ? runsOf(next)[0]! : null
    }
    return run.right
  }

  function startOf({ holder, key }: Struct): Run | null {
    const start = starts.get(holder)?.get(key)
    if (start) return start
    if (!(holder instanceof Y.AbstractType)) return null
    let item = key === null ? holder._start : (holder._map.get(key) ?? null)
    while (item?.left) {
      spend(1)
      item = item.left
    }
    return item && runsOf(item)[0]!
  }

  /** The run that ends with this clock. */
  function endingAt(owner: Y.Item | Struct, clock: number): Run {
    const runs = runsOf(owner)
    const at = indexOf(runs, clock)
    divide(runs, at, clock + 1)
    return runs[at]!
  }

  /** The run that begins with this clock. */
  function startingAt(owner: Y.Item | Struct, clock: number): Run {
    const runs = runsOf(owner)
    const at = indexOf(runs, clock)
    return divide(runs, at, clock) ? runs[at + 1]! : runs[at]!
  }

  /** Cuts a run before a clock within it; in a list that is no change. */
  function divide(runs: Run[], at: number, clock: number): boolean {
    const run = runs[at]!
    const length = clock - run.clock
    if (length === 0 || length === run.length) return false
    spendOnCut(run.owner, clock)
    spend(runs.length / copied)
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
    undos.push(() => {
      runs.splice(at + 1, 1)
      run.length += rest.length
      run.right = rest.right
    })
    return true
  }

  function originOf({ originClient, originClock }: Run): Run {
    const runs = runsOf(find(originClient, originClock))
    return runs[indexOf(runs, originClock)]!
  }

  /**
   * Whoever inserted something between two neighbours had all that these were once inserted between, and nothing of it
   * lay between them. Of two well-placed neighbours it is enough to look at what each of them names.
   */
  function checkNeighbours(left: Run | null, right: Run | null): void {
    if (left && right) {
      let between = rightOf(left)
      while (between !== right) {
        spend(walkCost)
        if (between === null || names(right, 'origin', between) || names(left, 'right', between))
          throw apart()
        between = rightOf(between)
      }
    } else if (right ? right.originClient !== none : left && left.rightClient !== none) throw apart()
  }

  /** The run after which a new one belongs; `null`: the start. */
  function placeOf(run: Run, left: Run | null, right: Run | null, first: Run | null): Run | null {
    if (first === right) return left
    let place = left
    const before = new Set<Run>()
    const conflicting = new Set<Run>()
    for (let other = first; other !== null && other !== right; other = rightOf(other)) {
      spend(1)
      before.add(other)
      conflicting.add(other)
      if (other.originClient === run.originClient && other.originClock === run.originClock) {
        if (other.client < run.client) {
          place = other
          conflicting.clear()
        } else if (other.rightClient === run.rightClient && other.rightClock === run.rightClock) break
      } else {
        const origin = other.originClient === none ? undefined : originOf(other)
        if (origin === undefined || !before.has(origin)) break
        if (!conflicting.has(origin)) {
          place = other
          conflicting.clear()
        }
      }
    }
    return place
  }

  function link(run: Run, struct: Struct, place: Run | null, start: Run | null): void {
    if (place) {
      run.right = rightOf(place)
      const before = run.right
      place.right = run
      undos.push(() => {
        place.right = before
      })
      return
    }
    const { holder, key } = struct
    run.right = start
    const keyed = starts.get(holder) ?? new Map<string | null, Run>()
    starts.set(holder, keyed.set(key, run))
    undos.push(() => {
      if (start) keyed.set(key, start)
      else keyed.delete(key)
    })
  }

  return {
    insert(struct, left, right) {
      const run = runOfStruct(struct)
      cut.set(struct, [run])
      let before = left ? endingAt(left, struct.originClock) : null
      const after = right ? startingAt(right, struct.rightClock) : null
      // The right one may have been within the left one.
      if (left && left === right) before = endingAt(left, struct.originClock)
      const start = before ? null : startOf(struct)
      checkNeighbours(before, after)
      link(run, struct, placeOf(run, before, after, before ? rightOf(before) : start), start)
    },
    keep() {
      undos.length = 0
    },
    undo() {
      for (const takeBack of undos.reverse()) takeBack()
      undos.length = 0
    },
  }
}

/** Entries of an array that are moved in the time of a step. */
const copied = 64
const walkCost = 1 / 8

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
