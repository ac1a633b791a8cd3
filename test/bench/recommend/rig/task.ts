/** What every format comes down to: who met what, what was kept back, and how the answer is judged. */
import type { Interactions } from '#server/train/interactions.ts'
import { type SparseRows, sparseRows } from '#server/train/matrix.ts'
import type { TrainItem } from '#server/train/train.ts'

export interface Task {
  items: TrainItem[]
  /** members × items, in the order of `items`. */
  train: SparseRows
  /** The same shape; what the answers are compared with. */
  held: SparseRows
  /** Where the answer is the target's place among a few: the others, by member. */
  against?: Int32Array[]
  /** How many places count. */
  cuts: { ndcg: number[]; recall: number[] }
  /** What a reader should know about the data. */
  remarks: string[]
}

/** Numbers as they stand in files to rows without gaps. */
export interface Places {
  of(id: number): number
  size(): number
  ids(): number[]
}

export function places(): Places {
  const rows = new Map<number, number>()
  return {
    of(id) {
      const known = rows.get(id)
      if (known !== undefined) return known
      rows.set(id, rows.size)
      return rows.size - 1
    },
    size: () => rows.size,
    ids: () => [...rows.keys()],
  }
}

export interface Pairs {
  member: number[]
  item: number[]
}

export function matrixOf({ member, item }: Pairs, members: number, items: number): SparseRows {
  const ones = new Float32Array(member.length).fill(1)
  return sparseRows(members, items, Int32Array.from(member), Int32Array.from(item), ones, 1)
}

/** What the trainer takes: members keep their row numbers, also those who met nothing. */
export function interactionsOf(met: SparseRows, items: readonly { id: string }[]): Interactions {
  const member = new Int32Array(met.index.length)
  for (let row = 0; row < met.rows; row++) member.fill(row, met.start[row]!, met.start[row + 1]!)
  return {
    members: met.rows,
    itemIds: items.map(({ id }) => id),
    member,
    item: met.index,
    weight: met.weight,
    at: new Float64Array(met.index.length).fill(Number.NaN),
  }
}

export function plainItem(id: number): TrainItem {
  return { id: `${id}`, kind: 'item', tags: [], at: 0, text: '' }
}
