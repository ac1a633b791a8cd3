import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createDurability } from './durability.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-'))
  writeFileSync(join(folder, 'wal'), 'x')
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A disk that syncs when told to. */
function slowDisk(): { sync(): Promise<void>; finish(): void; count: number } {
  const waiting: (() => void)[] = []
  const disk = {
    count: 0,
    sync: () => {
      disk.count++
      return new Promise<void>((resolve) => waiting.push(resolve))
    },
    finish: () => waiting.shift()!(),
  }
  return disk
}

const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a commit made while a sync is under way waits for the next one', async () => {
  const disk = slowDisk()
  const barrier = createDurability(join(folder, 'wal'), { sync: disk.sync })
  const settled: string[] = []
  barrier.committed()
  void barrier.settled().then(() => settled.push('first'))
  barrier.committed()
  void barrier.settled().then(() => settled.push('second'))
  disk.finish()
  await flush()
  expect(settled).toEqual(['first'])
  disk.finish()
  await flush()
  expect(settled).toEqual(['first', 'second'])
  await barrier.close()
})

test('one sync serves all commits that wait for it', async () => {
  const disk = slowDisk()
  const barrier = createDurability(join(folder, 'wal'), { sync: disk.sync })
  barrier.committed()
  const waiting = [barrier.settled()]
  for (let i = 0; i < 100; i++) {
    barrier.committed()
    waiting.push(barrier.settled())
  }
  disk.finish()
  await flush()
  disk.finish()
  await Promise.all(waiting)
  expect(disk.count).toBe(2)
  await barrier.close()
})

test('with nothing new there is nothing to wait for', async () => {
  const disk = slowDisk()
  const barrier = createDurability(join(folder, 'wal'), { sync: disk.sync })
  await barrier.settled()
  expect(disk.count).toBe(0)
  await barrier.close()
})

test('a failed sync is told to whoever waited for it', async () => {
  const barrier = createDurability(join(folder, 'wal'), { sync: () => Promise.reject(new Error('EIO')) })
  barrier.committed()
  await expect(barrier.settled()).rejects.toThrow('EIO')
  await barrier.close()
})

test('once a sync has failed nothing is called durable any more: the next one would not bring the bytes back', async () => {
  let failing = true
  const durability = createDurability(join(folder, 'wal'), {
    sync: async () => {
      if (failing) throw new Error('EIO')
    },
  })
  durability.committed()
  await expect(durability.settled()).rejects.toThrow('EIO')
  failing = false
  durability.committed()
  await expect(durability.settled()).rejects.toThrow('EIO')
  await durability.close()
})

test('a commit that comes after the end is not called durable', async () => {
  const durability = createDurability(join(folder, 'wal'), { sync: async () => {} })
  await durability.close()
  durability.committed()
  await expect(durability.settled()).rejects.toThrow()
})
