import { expect, test } from 'vitest'
import { createDoubts } from './doubts.ts'

interface Looks {
  doubts: ReturnType<typeof createDoubts<string>>
  looked: string[]
  failed: string[]
  /** Lets what is being looked at be known. */
  open(): Promise<void>
}

function looks(): Looks {
  const looked: string[] = []
  const failed: string[] = []
  let waiting: (() => void)[] = []
  const doubts = createDoubts<string>({
    async look(one) {
      looked.push(one)
      await new Promise<void>((resolve) => waiting.push(resolve))
      if (one === 'broken') throw new Error('cannot look')
    },
    fail: (one) => failed.push(one),
  })
  return {
    doubts,
    looked,
    failed,
    async open() {
      const now = waiting
      waiting = []
      for (const go of now) go()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

test('what is in doubt counts again once it has been looked at, and not before', async () => {
  const { doubts, open } = looks()
  expect(doubts.settled('a')).toBeUndefined()
  doubts.about(['a'])
  let counts = false
  const settled = doubts.settled('a')?.then(() => {
    counts = true
  })
  await Promise.resolve()
  expect(counts).toBe(false)
  await open()
  await settled
  expect(doubts.settled('a')).toBeUndefined()
})

test('a doubt that arises while one looks is looked at anew', async () => {
  const { doubts, looked, open } = looks()
  doubts.about(['a'])
  doubts.about(['a'])
  await open()
  expect(looked).toEqual(['a', 'a'])
  expect(doubts.settled('a')).toBeDefined()
  await open()
  expect(doubts.settled('a')).toBeUndefined()
})

test('only a few are looked at at once, all of them in the end', async () => {
  const { doubts, looked, open } = looks()
  const all = Array.from({ length: 10 }, (_, i) => `c${i}`)
  doubts.about(all)
  expect(looked).toHaveLength(4)
  for (let i = 0; i < 3; i++) await open()
  expect(looked).toEqual(all)
  expect(all.filter((one) => doubts.settled(one))).toEqual([])
})

test('one that cannot be looked at keeps nobody else from being looked at', async () => {
  const { doubts, looked, failed, open } = looks()
  doubts.about(['broken', 'a'])
  await open()
  expect(looked).toEqual(['broken', 'a'])
  expect(failed).toEqual(['broken'])
  expect(doubts.settled('broken')).toBeUndefined()
})
