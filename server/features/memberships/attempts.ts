/**
 * How often somebody has typed a code that does not exist. Kept in memory: a wrong code is refused, and a refusal takes
 * back everything that its transaction wrote.
 */
import { ok, type Result, refuse } from '#shared/core/result.ts'

const most = 10
const within = 60 * 60 * 1000

export interface Attempts {
  /** Refuses whoever has missed too often lately. */
  allow(memberId: string, now: number): Result<unknown>
  missed(memberId: string, now: number): void
}

export function createAttempts(): Attempts {
  const misses = new Map<string, number[]>()
  const recent = (memberId: string, now: number): number[] =>
    (misses.get(memberId) ?? []).filter((at) => at > now - within)
  return {
    allow(memberId, now) {
      const found = recent(memberId, now)
      if (found.length < most) return ok()
      return refuse('too_many', 'too many wrong codes', {
        params: { seconds: Math.ceil((found[0]! + within - now) / 1000) },
      })
    },
    missed(memberId, now) {
      const found = [...recent(memberId, now), now].slice(-most)
      misses.delete(memberId)
      misses.set(memberId, found)
      // The oldest go: nobody can fill the memory with names.
      if (misses.size > 10_000) misses.delete(misses.keys().next().value!)
    },
  }
}
