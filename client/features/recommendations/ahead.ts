import type { PlanRow } from '#shared/features/events.ts'
import { nameOf } from '#shared/features/recommendations.ts'
import { isOver, type Shelf, type ShelfItem } from './shelf.ts'

/** The sessions of a member's schedule that are still to come or under way, in time. */
export function scheduledOf(shelf: Shelf, plans: readonly PlanRow[], now: number): ShelfItem[] {
  return plans
    .flatMap(({ kind, subjectId }) => (kind === 'session' ? [shelf.get(nameOf('session', subjectId))] : []))
    .filter((item): item is ShelfItem => item !== undefined && !isOver(item, now))
    .sort((a, b) => a.start - b.start || (a.id < b.id ? -1 : 1))
}

export function eventsAheadOf(shelf: Shelf, now: number): ShelfItem[] {
  return [...shelf.values()]
    .filter((item) => item.kind === 'event' && !isOver(item, now))
    .sort((a, b) => a.start - b.start)
}
