/** Does the simulator find what was planted? */
import type { Planted } from './build.ts'
import type { Answer, Pool } from './pool.ts'

export interface Hunt {
  name: string
  /** Histories that it took; `undefined`: it was not found. */
  after: number | undefined
  found: Answer | undefined
}

/**
 * Plays histories with the bug, one after the other, until one fails: first the one that found it last time, which it
 * goes on doing until the source has changed much. @param most histories before it is given up
 */
export async function hunt(pool: Pool, { name, foundBy }: Planted, most: number): Promise<Hunt> {
  for (let after = 0; after <= most; after++) {
    const seed = after === 0 && foundBy ? foundBy : `hunt.${after}`
    const found = await pool.run({ seed, planted: name })
    if (found.problems.length > 0) return { name, after, found }
  }
  return { name, after: undefined, found: undefined }
}
