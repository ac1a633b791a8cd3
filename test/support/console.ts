import { afterEach, beforeEach, expect } from 'vitest'

const levels = ['error', 'warn'] as const
const original = { error: console.error, warn: console.warn }
let said: unknown[][] = []
let allowed = false

/** Lets the running test write to console.warn and console.error; without it either fails the test. */
export function allowConsole(): void {
  allowed = true
}

beforeEach(() => {
  said = []
  allowed = false
  for (const level of levels) {
    console[level] = (...data: unknown[]) => {
      said.push([level, ...data])
      original[level](...data)
    }
  }
})

afterEach(() => {
  Object.assign(console, original)
  if (!allowed) expect(said, 'stray console.error or console.warn').toEqual([])
})
