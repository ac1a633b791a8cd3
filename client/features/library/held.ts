/** What lies on this device, a line for each thing that people know by a name, and why it is here. */

import type { StoredDoc } from '#client/core/database.ts'
import { baseOf, type Reason, reasons } from '#client/core/holdings-plan.ts'

export interface Held {
  /** Without the numbers of its pages: what is dropped. */
  room: string
  /** `article:<id>` …; a draft, a board or one's own list has none. */
  item: string | undefined
  bytes: number
  why: Reason
}

const kinds: Record<string, string> = {
  content: 'article',
  lesson: 'lesson',
  thread: 'thread',
  notes: 'session',
}

export function itemOfRoom(room: string): string | undefined {
  const [kind, id] = room.split('/', 2) as [string, string]
  return Object.hasOwn(kinds, kind) ? `${kinds[kind]}:${id}` : undefined
}

/** The largest first; of several pages the best reason counts. */
export function heldOf(
  docs: readonly StoredDoc[],
  why: Readonly<Record<string, Reason>>,
  dropped: Readonly<Record<string, number>>,
): Held[] {
  const held = new Map<string, Held>()
  for (const { room, bytes, synced } of docs) {
    const base = baseOf(room)
    if (synced !== 1 || Object.hasOwn(dropped, base)) continue
    const reason = why[room] ?? (room.startsWith('me/') ? 'own' : 'rest')
    const known = held.get(base)
    held.set(base, {
      room: base,
      item: itemOfRoom(base),
      bytes: bytes + (known?.bytes ?? 0),
      why: known && reasons.indexOf(known.why) < reasons.indexOf(reason) ? known.why : reason,
    })
  }
  return [...held.values()].sort((a, b) => b.bytes - a.bytes)
}
