/** What a member has in their schedule: sessions that they gathered, and where they have a seat, or are offered one. */
import type { SeatRow } from '#shared/features/event-seats.ts'
import type { PlanRow } from '#shared/features/events.ts'
import { nameOf } from '#shared/features/recommendations.ts'
import type { Busy } from './fitting.ts'
import type { Shelf } from './shelf.ts'

/** In time. What is cancelled takes no time. */
export function scheduleOf(
  shelf: Shelf,
  plans: readonly Pick<PlanRow, 'kind' | 'subjectId'>[],
  seats: readonly Pick<SeatRow, 'eventId' | 'subjectId' | 'status'>[],
): Busy[] {
  const ids = new Set([
    ...plans.map(({ kind, subjectId }) => nameOf(kind, subjectId)),
    ...seats
      .filter(({ status }) => status === 'going' || status === 'offered')
      .map(({ eventId, subjectId }) => nameOf(subjectId === eventId ? 'event' : 'session', subjectId)),
  ])
  return [...ids]
    .flatMap((id) => shelf.get(id) ?? [])
    .filter(({ start, off }) => start > 0 && !off)
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
}
