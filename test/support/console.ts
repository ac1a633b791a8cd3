import { afterEach, beforeEach, expect, vi } from 'vitest'

let allowed = false

/** Lets the running test write to console.warn and console.error; without it either fails the test. */
export function allowConsole(): void {
  allowed = true
}

beforeEach(() => {
  allowed = false
  vi.spyOn(console, 'error')
  vi.spyOn(console, 'warn')
})

afterEach(() => {
  const said = [...vi.mocked(console.error).mock.calls, ...vi.mocked(console.warn).mock.calls]
  vi.mocked(console.error).mockRestore()
  vi.mocked(console.warn).mockRestore()
  if (!allowed) expect(said, 'stray console.error or console.warn').toEqual([])
})
