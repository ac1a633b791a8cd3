import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type FitSettings, fitMembers, modelOf } from '#server/train/fit.ts'
import { sampleCommunity } from '#server/train/sample.ts'
import { lastOf } from '#server/train/tune.ts'
import { chooseByLeavingOneOut, leaveOneOut } from './leave-one-out.ts'
import { readListsTask } from './lists.ts'
import { judge, modelScorer } from './measure.ts'
import type { Task } from './task.ts'

const { lists } = sampleCommunity({ members: 60, items: 130, seed: 2, median: 10, most: 25 })

function taskWith(held: (list: Int32Array, member: number) => ArrayLike<number>): Task {
  const folder = mkdtempSync(join(tmpdir(), 'choice-'))
  try {
    const written = (part: (list: Int32Array, member: number) => ArrayLike<number>): string =>
      lists.map((list, member) => [member, ...Array.from(part(list, member))].join(' ')).join('\n')
    writeFileSync(
      join(folder, 'train.txt'),
      written((list) => list.slice(2)),
    )
    writeFileSync(join(folder, 'test.txt'), written(held))
    return readListsTask(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const settings: FitSettings = {
  dimensions: 4,
  unobservedWeight: 0.1,
  regularisation: 0.02,
  frequencyExponent: 1,
  popularityShare: 0,
  epochs: 2,
  seed: 1,
}
const candidates: FitSettings[] = [
  settings,
  { ...settings, dimensions: 8 },
  { ...settings, linear: { memberExponent: 0.5, itemExponent: 0.3, ridge: 1 } },
]

function choiceFor(task: Task): Promise<unknown> {
  return chooseByLeavingOneOut(
    task,
    candidates,
    (validation, its) => {
      const { train, items } = validation
      const content = { dimensions: 1, vectors: new Float64Array(items.length) }
      const learnt = new Uint8Array(items.length).fill(1)
      const model = modelOf(lastOf(fitMembers({ met: train, items, learnt, content }, its)))
      return judge(validation, modelScorer(model, validation))['ndcg@10']!
    },
    1,
  )
}

test('a poisoned test set, or another one, changes nothing about the choice of settings', async () => {
  const honest = await choiceFor(taskWith((list) => list.slice(0, 2)))
  expect(await choiceFor(taskWith((list) => list))).toEqual(honest)
  expect(await choiceFor(taskWith((_, member) => [(7 * member) % 130]))).toEqual(honest)
})

test('one item a member is held out, among 99 that the member has not met', () => {
  const task = taskWith((list) => list.slice(0, 2))
  const { items, train, held, against } = leaveOneOut(task, 3)
  expect(train.columns).toBe(items.length)
  for (let member = 0; member < train.rows; member++) {
    const rows = new Map(items.map(({ id }, row) => [id, row]))
    const own = Array.from(
      task.train.index.subarray(task.train.start[member]!, task.train.start[member + 1]!),
      (item) => rows.get(task.items[item]!.id)!,
    ).sort((a, b) => a - b)
    const left = train.index.subarray(train.start[member]!, train.start[member + 1]!)
    const target = held.index.subarray(held.start[member]!, held.start[member + 1]!)
    expect([...left, ...target].sort((a, b) => a - b)).toEqual(own)
    expect(target.length).toBe(1)
    expect(against![member]!.length).toBe(99)
    expect([...against![member]!].some((item) => own.includes(item))).toBe(false)
  }
})
