/**
 * What this member looked at on this device, for recommendations that are computed here. It is never sent from this
 * file; sharing is the recommendations feature's own command, for those who opted in.
 */
import { useCore } from './core.ts'
import type { Seen } from './database.ts'

export interface Behaviour {
  /** @param item `article:<id>`, `thread:<id>` … @param weight 0–10, added up. */
  seen(item: string, weight: number): Promise<void>
  all(): Promise<Seen[]>
  forget(): Promise<void>
}

export function useBehaviour(): Behaviour {
  return useCore().behaviour
}
