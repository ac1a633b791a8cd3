/**
 * Validation in the manner of the Neural Collaborative Filtering paper, from training data alone: one item of each
 * member is held out, and stands among 99 that the member has not met.
 */
import { columnCounts, only, onlyColumns } from '#server/train/matrix.ts'
import { createRandom } from '#server/train/random.ts'
import type { Task } from './task.ts'

const others = 99

/** Items that nobody met in training are left out: that they exist may have been read off the test set. */
export function leaveOneOut(task: Pick<Task, 'items' | 'train'>, seed: number): Task {
  const met = columnCounts(task.train).map((count) => Math.min(1, count))
  const items = task.items.filter((_, row) => met[row] === 1)
  const train = onlyColumns(task.train, Uint8Array.from(met))
  const random = createRandom(seed)
  const held = new Uint8Array(train.index.length)
  const against: Int32Array[] = []
  for (let member = 0; member < train.rows; member++) {
    const [from, to] = [train.start[member]!, train.start[member + 1]!]
    const own = new Set(train.index.subarray(from, to))
    if (to - from < 2 || train.columns - own.size < others) continue
    held[from + Math.floor(random() * (to - from))] = 1
    const drawn = new Int32Array(others)
    for (let i = 0; i < others; ) {
      const item = Math.floor(random() * train.columns)
      if (!own.has(item)) drawn[i++] = item
    }
    against[member] = drawn
  }
  return {
    items,
    train: only(train, (at) => held[at] === 0),
    held: only(train, (at) => held[at] === 1),
    against,
    cuts: { ndcg: [10], recall: [10] },
    remarks: [],
  }
}

/** The settings of greatest NDCG@10 on such a validation, and what each of them gave. It is given no test set. */
export async function chooseByLeavingOneOut<T>(
  task: Pick<Task, 'items' | 'train'>,
  candidates: readonly T[],
  measure: (validation: Task, candidate: T) => number | Promise<number>,
  seed: number,
): Promise<{ best: T; tried: { candidate: T; ndcg10: number }[] }> {
  const validation = leaveOneOut(task, seed)
  const tried: { candidate: T; ndcg10: number }[] = []
  for (const candidate of candidates) tried.push({ candidate, ndcg10: await measure(validation, candidate) })
  const best = tried.reduce((a, b) => (b.ndcg10 > a.ndcg10 ? b : a)).candidate
  return { best, tried }
}
