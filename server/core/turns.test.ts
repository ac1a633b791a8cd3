import { expect, test } from 'vitest'
import { createTurns } from './turns.ts'

test('a few go on in each turn of the event loop, in the order in which they came', async () => {
  const turn = createTurns(2)
  const gone: number[] = []
  const all = [1, 2, 3, 4, 5].map(async (number) => {
    await turn()
    gone.push(number)
  })
  const seen: number[][] = []
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setImmediate(resolve))
    seen.push([...gone])
  }
  await Promise.all(all)
  expect(seen[0]).toEqual([1, 2, 3, 4])
  expect(gone).toEqual([1, 2, 3, 4, 5])
})

test('whoever comes alone does not wait', async () => {
  const turn = createTurns(1)
  expect(turn()).toBeUndefined()
  await new Promise((resolve) => setImmediate(resolve))
  await new Promise((resolve) => setImmediate(resolve))
  expect(turn()).toBeUndefined()
})
