import { expect, test } from 'vitest'
import { trainInWorker } from './in-worker.ts'
import { interactionsOf, sampleCommunity } from './sample.ts'
import { type TrainInput, type TrainProgress, train } from './train.ts'

const now = 1_700_000_000_000

function community(members: number, items: number): TrainInput {
  const sample = sampleCommunity({ members, items, seed: 4 })
  return { items: sample.items, interactions: interactionsOf(sample.lists) }
}

test('the thread gives the very file that training here gives, and tells how far it is', async () => {
  const input = community(200, 60)
  const told: TrainProgress[] = []
  const there = await trainInWorker(input, { now }, { onProgress: (progress) => told.push(progress) })
  const here = await train(input, { now })
  expect(there).toEqual(here)
  expect([...new Set(told.map(({ stage }) => stage))]).toEqual([
    'reading',
    'tuning',
    'measuring',
    'training',
    'writing',
  ])
  expect(told.every(({ done }) => done >= 0 && done <= 1)).toBe(true)
})

test('while the thread trains the caller goes on answering', { timeout: 120_000 }, async () => {
  let training = true
  let turns = 0
  let steps = 0
  const turn = (): void => {
    turns += 1
    if (training) setImmediate(turn)
  }
  turn()
  const result = await trainInWorker(community(800, 150), { now }, { onProgress: () => (steps += 1) })
  training = false
  expect(result.ok).toBe(true)
  // Training here would leave the loop about one turn a step; no clock is asked, so a busy machine changes nothing.
  expect(turns).toBeGreaterThan(100 * steps)
})

test('a cancelled thread ends at once and gives no model', async () => {
  const controller = new AbortController()
  const told: string[] = []
  const result = await trainInWorker(
    community(800, 150),
    { now },
    {
      signal: controller.signal,
      onProgress({ stage }) {
        told.push(stage)
        if (stage === 'tuning') controller.abort()
      },
    },
  )
  expect(result).toEqual({ ok: false, error: 'cancelled' })
  expect(told).not.toContain('writing')
})

test('cancelled before it began, it never begins', async () => {
  const result = await trainInWorker(community(10, 10), { now }, { signal: AbortSignal.abort() })
  expect(result).toEqual({ ok: false, error: 'cancelled' })
})

test('a thread that needs more memory than it may have says so, and the caller lives', async () => {
  const result = await trainInWorker(community(1000, 200), { now }, { heapMegabytes: 4 })
  expect(result).toEqual({ ok: false, error: 'out_of_memory' })
})
