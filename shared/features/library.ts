/**
 * What a member keeps for themselves: what they want to read, when to be reminded of it, and what they marked in texts.
 * It lies in their private rooms (`me/<memberId>/library`, `me/<memberId>/highlights`), which their devices share and
 * nobody else may open; whoever shares nothing has it on this device alone. There is nothing to command.
 */
import { defineContract } from '../core/contract.ts'

/** By item: `article:<id>` … */
export interface Saved {
  /** When it was put on the list. */
  at: number
  /** When it was ticked off; `null`: still to read. */
  readAt: number | null
  /** Epoch ms; `null`: no reminder. */
  remindAt: number | null
}

export const library = defineContract({
  name: 'library',
  always: true,
  commands: {},
  rows: {},
  documents: {},
  queries: {},
  facts: {},
})

/** To read, those with a reminder that is due first, then the latest; what was read comes apart, the latest first. */
export function readingList(
  saved: ReadonlyMap<string, Saved>,
  now: number,
): { due: string[]; toRead: string[]; read: string[] } {
  const all = [...saved]
  const isDue = ({ readAt, remindAt }: Saved): boolean =>
    readAt === null && remindAt !== null && remindAt <= now
  return {
    due: all
      .filter(([, each]) => isDue(each))
      .sort(([, a], [, b]) => a.remindAt! - b.remindAt!)
      .map(([item]) => item),
    toRead: all
      .filter(([, each]) => each.readAt === null && !isDue(each))
      .sort(([, a], [, b]) => b.at - a.at)
      .map(([item]) => item),
    read: all
      .filter(([, each]) => each.readAt !== null)
      .sort(([, a], [, b]) => b.readAt! - a.readAt!)
      .map(([item]) => item),
  }
}

/** Nine in the morning where the reader is: tomorrow, or on the next Monday. */
export function remindAt(when: 'tomorrow' | 'week', now: Date): number {
  const day = new Date(now)
  day.setHours(9, 0, 0, 0)
  const days = when === 'tomorrow' ? 1 : (8 - now.getDay()) % 7 || 7
  day.setDate(day.getDate() + days)
  return day.getTime()
}
