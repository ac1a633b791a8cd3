/** The courses on this device, each with where this member is in it. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { holds } from '#shared/core/viewer.ts'
import { openDue } from '#shared/features/course-cohorts.ts'
import { type Progress, progressOf } from '#shared/features/course-progress.ts'
import type { AssignmentRow, CourseRow, EnrolmentRow, LessonRow } from '#shared/features/courses.ts'
import { useDue } from './due.ts'
import { firstDue } from './find.ts'
import { useReading } from './reading.ts'
import { useToReview } from './to-review.ts'

export interface Shown {
  course: CourseRow
  enrolment: EnrolmentRow | undefined
  assignment: AssignmentRow | undefined
  progress: Progress
  /** Of what is not done and has a day in a cohort, the earliest. */
  nextDue: number | null
  /** Answers that wait for this member's review. */
  toReview: number
  /** When it was last read, on any device. */
  at: number
}

export interface Mine {
  /** `undefined` while loading. The newest first. */
  all: Accessor<Shown[] | undefined>
  /** What one takes or has to take: what is not completed first, and of that what was read last. */
  mine: Accessor<Shown[]>
  /** Where to go on. */
  current: Accessor<Shown | undefined>
}

export function useMine(): Mine {
  const core = useCore()
  const rows = core.feed.rows('courses', () => ({ by: 'publishedAt', reverse: true }))
  const lessons = core.feed.rows('lessons')
  const enrolments = core.feed.rows('enrolments')
  const assignments = core.feed.rows('assignments')
  const reading = useReading()
  const viewer = core.session.viewer
  const toReview = useToReview()
  const { due } = useDue(() => undefined)

  const all = createMemo((): Shown[] | undefined => {
    if (!rows() || !enrolments()) return undefined
    const taken = new Map((enrolments() ?? []).map(({ data }) => [data.courseId, data]))
    const byCourse = new Map<string, LessonRow[]>()
    for (const { data } of lessons() ?? []) {
      byCourse.set(data.courseId, [...(byCourse.get(data.courseId) ?? []), data])
    }
    const reached = reading.reached() ?? new Map()
    return (rows() ?? []).map(({ data: course }) => {
      const own = byCourse.get(course.id) ?? []
      const mine = (assignments() ?? [])
        .map(({ data }) => data)
        // Owners see whom else it is assigned to.
        .filter((each) => each.courseId === course.id && (each.to === 'members' || !holds(viewer(), 'owner')))
      const enrolment = taken.get(course.id)
      const last = Math.max(0, ...own.map((lesson) => reached.get(lesson.id)?.at ?? 0))
      return {
        course,
        enrolment,
        assignment: firstDue(mine),
        progress: progressOf(own, enrolment, reached),
        nextDue: openDue(own, due(), enrolment?.done ?? {})[0]?.at ?? null,
        toReview: toReview().get(course.id) ?? 0,
        at: Math.max(last, enrolment?.enrolledAt ?? 0),
      }
    })
  })
  const mine = createMemo(() =>
    (all() ?? [])
      .filter(({ course, enrolment, assignment }) => course.published && (enrolment || assignment))
      .sort((a, b) => Number(isOver(a)) - Number(isOver(b)) || b.at - a.at),
  )
  const current = createMemo(() => mine().find((each) => each.progress.next && each.enrolment))
  return { all, mine, current }
}

function isOver(each: Shown): boolean {
  return each.enrolment?.completedAt != null
}
