/** Does the simulator find what was planted? */
import type { Answer, Pool } from './pool.ts'

export interface Hunt {
  name: string
  /** Histories that it took; `undefined`: it was not found. */
  after: number | undefined
  found: Answer | undefined
}

/** Plays histories with the bug until one fails, on all processes. @param most histories before it is given up */
export async function hunt(pool: Pool, name: string, most: number, seed = 'hunt'): Promise<Hunt> {
  let next = 0
  let done = 0
  let found: Answer | undefined
  const work = async (): Promise<void> => {
    while (next < most && !found) {
      const answer = await pool.run({ seed: `${seed}.${next++}`, planted: name })
      done++
      if (answer.problems.length > 0) found ??= answer
    }
  }
  await Promise.all(Array.from({ length: pool.size }, work))
  return { name, after: found ? done : undefined, found }
}
