/**
 * What this member met, as the recommender wants it: the device's own log, and what their rows and their reading
 * position say about the other devices. None of it leaves this one.
 */
import type { Seen } from '#client/core/database.ts'
import type { EnrolmentRow } from '#shared/features/courses.ts'
import type { SeatRow } from '#shared/features/event-seats.ts'
import type { PlanRow } from '#shared/features/events.ts'
import { usualWeights, type WeightSettings } from '#shared/features/recommendation-models.ts'
import { nameOf } from '#shared/features/recommendations.ts'
import type { HistoryEntry } from '#shared/recommend/recommend.ts'
import { weightCap } from '#shared/recommend/weights.ts'
import type { ShelfItem } from './shelf.ts'

/** Of `me/<memberId>/reading`, as the reading page keeps it. */
export interface ReadingPosition {
  at: number
  fraction: number
  furthest?: number
}

export interface Traces {
  seen: readonly Seen[]
  plans: readonly PlanRow[]
  /** Asked for, whatever became of it. */
  seats?: readonly Pick<SeatRow, 'eventId' | 'subjectId' | 'at'>[]
  enrolments: readonly EnrolmentRow[]
  /** By article id. */
  reading: ReadonlyMap<string, ReadingPosition>
  /** Items that they wrote. */
  own: readonly Pick<ShelfItem, 'id' | 'at'>[]
}

/** Less than this of an article is a glance. */
const glance = 0.2

/**
 * Each item once.
 * @param acts what they weigh in this community, which the model's row says: the model was trained with these
 */
export function historyOf(
  { seen, plans, seats = [], enrolments, reading, own }: Traces,
  acts: WeightSettings['acts'] = usualWeights.acts,
): HistoryEntry[] {
  const entries = new Map<string, { item: string; weight: number; at: number }>()
  const add = (item: string, weight: number, at: number): void => {
    const entry = entries.get(item) ?? { item, weight: 0, at: 0 }
    entry.weight = Math.min(weightCap, entry.weight + weight)
    entry.at = Math.max(entry.at, at)
    entries.set(item, entry)
  }
  const share = acts.read / usualWeights.acts.read
  for (const { item, weight, at } of seen) add(item, weight * share, at)
  for (const [id, position] of reading) {
    const item = nameOf('article', id)
    const furthest = position.furthest ?? position.fraction
    // Read on this device: the log has it already.
    if (!entries.has(item) && furthest >= glance) add(item, acts.read * furthest, position.at)
  }
  for (const plan of plans) add(nameOf(plan.kind, plan.subjectId), acts.rsvp, plan.at)
  for (const { eventId, subjectId, at } of seats) {
    const item = nameOf(subjectId === eventId ? 'event' : 'session', subjectId)
    // Where they go, the plan says so.
    if (!entries.has(item)) add(item, acts.rsvp, at)
  }
  for (const { courseId, enrolledAt, done } of enrolments) {
    add(nameOf('course', courseId), acts.enrolled, enrolledAt)
    for (const [id, at] of Object.entries(done)) add(nameOf('lesson', id), acts.completed, at)
  }
  for (const { id, at } of own) add(id, acts.post, at)
  return [...entries.values()]
}
