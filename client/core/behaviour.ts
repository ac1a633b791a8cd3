/**
 * What this member looked at on this device, for recommendations that are computed here. It is never sent from this
 * file; sharing is the recommendations feature's own command, for those who opted in.
 */
import { type Accessor, untrack } from 'solid-js'
import { type Seen, whileOpen } from './database.ts'
import type { Home } from './home.ts'

export interface Behaviour {
  /** @param item `article:<id>`, `thread:<id>` … @param weight 0–10, added up. */
  seen(item: string, weight: number): Promise<void>
  all(): Promise<Seen[]>
  forget(): Promise<void>
}

export function createBehaviour(home: Accessor<Home>, now: () => number): Behaviour {
  return {
    async seen(item, weight) {
      const { db } = untrack(home)
      const noted = db.transaction('rw', db.seen, async () => {
        const before = await db.seen.get(item)
        await db.seen.put({
          item,
          weight: (before?.weight ?? 0) + weight,
          times: (before?.times ?? 0) + 1,
          at: now(),
        })
      })
      await whileOpen(noted, undefined)
    },
    all: () => whileOpen(untrack(home).db.seen.toArray(), []),
    forget: () => whileOpen(untrack(home).db.seen.clear(), undefined),
  }
}
