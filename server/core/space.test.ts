import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createSpace, type Space } from './space.ts'

let folder: string
let ballast: string
let space: Space
/** What happened, in order. */
let story: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lyceum-space-'))
  ballast = join(folder, 'ballast')
  story = []
  space = createSpace({
    path: ballast,
    every: 1,
    relieve: async () => void story.push(existsSync(ballast) ? 'relieved in vain' : 'relieved'),
  })
  space.onChange((full) => void story.push(full ? 'full' : 'roomy'))
})
afterEach(async () => {
  await space.close()
  rmSync(folder, { recursive: true })
})

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setImmediate(resolve))
}

test('on a full disk the ballast goes first, and writing is on again when it could be put back', async () => {
  space.watch()
  await until(() => existsSync(ballast) && statSync(ballast).size >= 65_536)
  space.ranOut()
  expect(space.full).toBe(true)
  await until(() => !space.full)
  expect(story).toEqual(['full', 'relieved', 'roomy'])
  expect(statSync(ballast).size).toBeGreaterThanOrEqual(65_536)
})

test('running out twice is one emergency', async () => {
  space.watch()
  space.ranOut()
  space.ranOut()
  await until(() => !space.full)
  expect(story).toEqual(['full', 'relieved', 'roomy'])
})

test('the command line, which does not watch, leaves the ballast alone and is never held up', () => {
  space.ranOut()
  expect([space.full, existsSync(ballast)]).toEqual([false, false])
})
