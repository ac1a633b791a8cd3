import { monitorEventLoopDelay } from 'node:perf_hooks'
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

test('while the thread trains the caller goes on answering', async () => {
  const input = community(800, 150)
  const delay = monitorEventLoopDelay({ resolution: 5 })
  delay.enable()
  const busy = process.cpuUsage()
  const result = await trainInWorker(input, { now })
  delay.disable()
  const worked = process.cpuUsage(busy).user / 1000
  expect(result.ok).toBe(true)
  // The process computes for longer than this, on another thread: no turn of the loop here waits for it.
  expect(worked).toBeGreaterThan(500)
  expect(delay.percentile(99) / 1e6).toBeLessThan(60)
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
