/**
 * What an act says about a member's interest, in units of "read an article once". The trainer (facts of the server)
 * and the device (its own history) weigh with the same table, so that a fold-in sees what training saw.
 */

export const actWeights = {
  read: 1,
  reaction: 1,
  note: 1.5,
  bookmark: 1.5,
  rsvp: 1.5,
  post: 1.5,
  question: 1.5,
  attended: 2,
  accepted: 2,
  enrolled: 2,
  completed: 2,
  purchased: 2,
} as const

export type Act = keyof typeof actWeights

/** Several acts on one item add up to at most this, lest one long thread drown the rest of a history. */
export const weightCap = 5

const day = 86_400_000
/** Unless those who run the community say otherwise. */
const usualHalfLifeDays = 180
/** An old interest fades, it does not vanish: a past event stays as evidence. */
const leastShare = 0.1

/**
 * A weight as it counts today: half after 180 days, never below a tenth.
 * @param at when it happened, in ms since 1970; absent or NaN: not faded
 */
export function fadedWeight(
  weight: number,
  at: number | undefined,
  now: number,
  halfLifeDays: number = usualHalfLifeDays,
): number {
  if (at === undefined || Number.isNaN(at)) return weight
  return weight * Math.max(leastShare, 2 ** (-Math.max(0, now - at) / (halfLifeDays * day)))
}

/** How new something is: 1 when just published, half after 30 days. NaN or 0 (unknown) counts as old. */
export function newness(at: number, now: number): number {
  return at > 0 ? 2 ** (-Math.max(0, now - at) / (30 * day)) : 0
}

/** Beyond 60 days nobody would call it new. */
export const stillNew = 60 * day
