import { expect, test } from 'vitest'
import { createHealth, type Health } from './health.ts'

/** Health on a gauge and a clock that the test moves. */
function patient(): {
  health: Health
  /** @param busy the share of a processor that the server has */
  feel(p50: number, looks?: number, busy?: number): void
  changes: boolean[]
} {
  let late = 0
  let share = 1
  let look = (): void => {}
  const changes: boolean[] = []
  const health = createHealth({
    gauge: () => ({ p50: late, p99: late * 2, busy: share }),
    random: () => 0.5,
    every(_milliseconds, work) {
      look = work
      return () => {}
    },
    onChange: (overloaded) => changes.push(overloaded),
  })
  return {
    health,
    changes,
    feel(p50, looks = 1, busy = 1) {
      late = p50
      share = busy
      for (let i = 0; i < looks; i++) look()
    },
  }
}

test('a moment of lateness is no overload; lateness that lasts is', () => {
  const { health, feel } = patient()
  feel(3_000)
  feel(5)
  feel(3_000, 2)
  expect(health.overloaded).toBe(false)
  feel(3_000)
  expect(health.overloaded).toBe(true)
})

test('between the two thresholds nothing changes, so that nobody is let in and turned away by turns', () => {
  const { health, feel, changes } = patient()
  feel(100, 50)
  expect(health.overloaded).toBe(false)
  feel(500, 3)
  feel(100, 50)
  expect(health.overloaded).toBe(true)
  feel(10, 7)
  expect(health.overloaded).toBe(true)
  feel(10)
  expect(health.overloaded).toBe(false)
  expect(changes).toEqual([true, false])
})

test('those who are sent away are not told to come again all at once', () => {
  const waits = new Set<number>()
  const health = createHealth({ gauge: () => ({ p50: 0, p99: 0, busy: 1 }) })
  for (let i = 0; i < 500; i++) waits.add(health.retryAfter())
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(5)
  expect(waits.size).toBeGreaterThan(10)
  health.close()
})

test('a server that is late because the machine is busy with something else sends nobody away', () => {
  const { health, feel } = patient()
  feel(5_000, 50, 0.2)
  expect(health.overloaded).toBe(false)
  feel(5_000, 3, 0.9)
  expect(health.overloaded).toBe(true)
  feel(5_000, 8, 0.2)
  expect(health.overloaded).toBe(false)
})
