/** Courses and lessons as pages look for them: by address, or by id while the server has not chosen one. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { isSold } from '#shared/core/opening.ts'
import { isMember } from '#shared/core/viewer.ts'
import { inOrder } from '#shared/features/course-progress.ts'
import {
  type AssignmentRow,
  type CourseRow,
  canEditCourse,
  courseItem,
  type EnrolmentRow,
  enrolmentId,
  isToOpen,
  type LessonRow,
} from '#shared/features/courses.ts'

/** `undefined` while loading, `null` when there is none on this device. */
export function useCourse(slug: Accessor<string>): Accessor<Stored<CourseRow> | null | undefined> {
  const core = useCore()
  const bySlug = core.feed.rows('courses', () => ({ by: 'slug', equals: slug(), limit: 1 }))
  const byId = core.feed.row('courses', slug)
  const found = createMemo(() => {
    const rows = bySlug()
    return rows === undefined ? undefined : (rows[0] ?? byId())
  })
  return found
}

export interface Lessons {
  /** In order; `undefined` while loading. */
  all: Accessor<LessonRow[] | undefined>
  /** Ids of those that can be opened here and now. */
  open: Accessor<ReadonlySet<string>>
  /** All of them are this viewer's to open, were it not for the lease. */
  entitled: Accessor<boolean>
}

/** The lessons of a course, and which of them may be opened here and now: the row of its text is there, the lease holds. */
export function useLessons(course: Accessor<CourseRow | undefined>): Lessons {
  const core = useCore()
  const courseId = createMemo(() => course()?.id)
  const range = () => {
    const equals = courseId()
    return equals === undefined ? undefined : ({ by: 'courseId', equals } as const)
  }
  const rows = core.feed.rows('lessons', range)
  const texts = core.feed.rows('lesson_texts', range)
  const all = createMemo(() => {
    const found = rows()
    return found && texts() ? inOrder(found.map((row) => row.data)) : undefined
  })
  const open = createMemo(() => {
    const known = course()
    const viewer = core.session.viewer()
    const isOwn = known !== undefined && canEditCourse(viewer, known)
    const holds = known !== undefined && (isOwn || core.lease.opens(known.opening, courseItem(known.id)))
    return new Set((texts() ?? []).filter(({ data }) => data.free || holds).map((row) => row.id))
  })
  const entitled = createMemo(() => {
    const held = new Set((texts() ?? []).map((row) => row.id))
    const closed = (all() ?? []).filter((lesson) => !lesson.free)
    const now = closed.filter((lesson) => !isToOpen(lesson) || held.has(lesson.id))
    // Of what is still to come nobody has a text that would say so.
    if (now.length === 0 && closed.length > 0) return !isSold(closed[0]!.opening)
    return now.every((lesson) => held.has(lesson.id))
  })
  return { all, open, entitled }
}

export function useEnrolment(courseId: Accessor<string | undefined>): Accessor<EnrolmentRow | undefined> {
  const core = useCore()
  const row = core.feed.row('enrolments', () => {
    const id = courseId()
    const viewer = core.session.viewer()
    return id !== undefined && isMember(viewer) ? enrolmentId(viewer.id, id) : undefined
  })
  return () => row()?.data
}

/** The assignment of this course that has to be done first. Owners see all of them: only those to everyone are theirs. */
export function firstDue(assignments: readonly AssignmentRow[]): AssignmentRow | undefined {
  return [...assignments].sort((a, b) => (a.dueAt ?? Infinity) - (b.dueAt ?? Infinity))[0]
}

/** An address as people write it; the router leaves it encoded. */
export function decoded(segment: string | undefined): string {
  try {
    return decodeURIComponent(segment ?? '')
  } catch {
    return segment ?? ''
  }
}
