/**
 * Where one is in a course: pure sums over what was completed and how far was read, the same on every device. Lessons
 * that have gone do not count, and ones that were added are simply not done yet.
 */
import { type EnrolmentRow, isToOpen, type LessonRow } from './courses.ts'

/** How far one device has come in a lesson. */
export interface Reached {
  /** Epoch ms, by that device's clock. */
  at: number
  /** Share of the text above the lower edge of the window, 0 to 1, when it was left. */
  fraction: number
  /** The largest share ever. */
  furthest: number
}

/** Entries of `me/<id>/reading` under `lessons`: each device has its own, so that no two ever write the same one. */
export function reachedKey(lessonId: string, deviceId: string): string {
  return `${lessonId}/${deviceId}`
}

/** By lesson: the furthest point of all devices, and where the last one stopped. */
export function mergeReached(entries: Iterable<[string, unknown]>): Map<string, Reached> {
  const merged = new Map<string, Reached>()
  for (const [key, value] of entries) {
    if (!isReached(value)) continue
    const lessonId = key.split('/', 1)[0]!
    const before = merged.get(lessonId)
    if (!before) {
      merged.set(lessonId, { at: value.at, fraction: value.fraction, furthest: value.furthest })
      continue
    }
    const later = value.at > before.at
    merged.set(lessonId, {
      at: later ? value.at : before.at,
      fraction: later ? value.fraction : before.fraction,
      furthest: Math.max(before.furthest, value.furthest),
    })
  }
  return merged
}

function isReached(value: unknown): value is Reached {
  const found = value as Partial<Reached> | null
  return (
    typeof found === 'object' &&
    found !== null &&
    [found.at, found.fraction, found.furthest].every(
      (each) => typeof each === 'number' && Number.isFinite(each),
    )
  )
}

export interface Place {
  lesson: LessonRow
  /** Was it begun, here or on another device? */
  begun: boolean
}

export interface Progress {
  done: number
  lessons: number
  /** 0 to 1. */
  share: number
  /** Where to go on; `undefined` when all that is open is done. */
  next: Place | undefined
}

/** @param lessons of one course, in any order. */
export function progressOf(
  lessons: readonly LessonRow[],
  enrolment: Pick<EnrolmentRow, 'done'> | undefined,
  reached: ReadonlyMap<string, Reached>,
): Progress {
  const ordered = inOrder(lessons)
  const isDone = (lesson: LessonRow): boolean => enrolment?.done[lesson.id] !== undefined
  const done = ordered.filter(isDone).length
  return {
    done,
    lessons: ordered.length,
    share: ordered.length === 0 ? 0 : done / ordered.length,
    next: nextOf(ordered, isDone, reached),
  }
}

/**
 * The lesson that was last read, if it is not done; after a done one, the first that is not done further on, or else
 * the first that was left out. What has not opened yet is no place to go on.
 */
function nextOf(
  ordered: readonly LessonRow[],
  isDone: (lesson: LessonRow) => boolean,
  reached: ReadonlyMap<string, Reached>,
): Place | undefined {
  const open = ordered.filter((lesson) => !isDone(lesson) && !isToOpen(lesson))
  let last: LessonRow | undefined
  for (const lesson of ordered) {
    const at = reached.get(lesson.id)?.at ?? 0
    if (at > 0 && at >= (last ? (reached.get(last.id)?.at ?? 0) : 0)) last = lesson
  }
  const from = last ? ordered.indexOf(last) : 0
  const lesson = open.find((each) => ordered.indexOf(each) >= from) ?? open[0]
  return lesson && { lesson, begun: reached.has(lesson.id) }
}

export function inOrder(lessons: readonly LessonRow[]): LessonRow[] {
  return [...lessons].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))
}

/** The lessons before and after one. */
export function neighboursOf(
  lessons: readonly LessonRow[],
  lessonId: string,
): { before: LessonRow | undefined; after: LessonRow | undefined } {
  const ordered = inOrder(lessons)
  const index = ordered.findIndex((lesson) => lesson.id === lessonId)
  return { before: ordered[index - 1], after: index < 0 ? undefined : ordered[index + 1] }
}

const day = 86_400_000

export type Due = 'done' | 'late' | 'soon' | 'later' | 'open'

/** How an assigned course stands at a moment; a week before its date it is soon. */
export function dueState(dueAt: number | null, completedAt: number | null, now: number): Due {
  if (completedAt !== null) return 'done'
  if (dueAt === null) return 'open'
  if (dueAt < now) return 'late'
  return dueAt - now <= 7 * day ? 'soon' : 'later'
}
