/**
 * The trainer's input: who met what, when, and how much that says. Members are numbers from the start: whoever they
 * are stays with the caller. The columns lie in shared memory, so that handing them to the training thread copies
 * nothing.
 */

export interface Interactions {
  /** Number of members; `member` counts from 0. */
  members: number
  itemIds: string[]
  member: Int32Array
  /** Positions in `itemIds`. */
  item: Int32Array
  /** Confidence above 0; 1 is "met once" (see shared/recommend/weights.ts). */
  weight: Float32Array
  /** ms since 1970; NaN when not known. */
  at: Float64Array
}

export interface InteractionsBuilder {
  /** @returns false, and adds nothing, when the weight is not a finite number above 0 */
  add(member: string, item: string, weight?: number, at?: number): boolean
  /** A member's number; `undefined` for one who met nothing. */
  numberOf(member: string): number | undefined
  build(): Interactions
}

/** Collects interactions in any order; the same pair may come several times and then counts more. */
export function createInteractions(): InteractionsBuilder {
  const memberRows = new Map<string, number>()
  const itemRows = new Map<string, number>()
  let capacity = 1024
  let size = 0
  let member = new Int32Array(capacity)
  let item = new Int32Array(capacity)
  let weight = new Float32Array(capacity)
  let at = new Float64Array(capacity)

  const grow = (): void => {
    capacity *= 2
    const grown = { member, item, weight, at }
    member = new Int32Array(capacity)
    item = new Int32Array(capacity)
    weight = new Float32Array(capacity)
    at = new Float64Array(capacity)
    member.set(grown.member)
    item.set(grown.item)
    weight.set(grown.weight)
    at.set(grown.at)
  }

  return {
    add(memberId, itemId, itsWeight = 1, itsTime = Number.NaN) {
      if (!(itsWeight > 0 && itsWeight < Number.POSITIVE_INFINITY)) return false
      if (size === capacity) grow()
      member[size] = rowFor(memberRows, memberId)
      item[size] = rowFor(itemRows, itemId)
      weight[size] = itsWeight
      at[size] = itsTime
      size += 1
      return true
    },
    numberOf: (memberId) => memberRows.get(memberId),
    build() {
      const shared = (bytes: number): SharedArrayBuffer => new SharedArrayBuffer(size * bytes)
      const columns = {
        member: new Int32Array(shared(4)),
        item: new Int32Array(shared(4)),
        weight: new Float32Array(shared(4)),
        at: new Float64Array(shared(8)),
      }
      columns.member.set(member.subarray(0, size))
      columns.item.set(item.subarray(0, size))
      columns.weight.set(weight.subarray(0, size))
      columns.at.set(at.subarray(0, size))
      return { members: memberRows.size, itemIds: [...itemRows.keys()], ...columns }
    },
  }
}

function rowFor(rows: Map<string, number>, id: string): number {
  const known = rows.get(id)
  if (known !== undefined) return known
  rows.set(id, rows.size)
  return rows.size - 1
}
