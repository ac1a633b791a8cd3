/** Until when the lessons of a course are to be done, by the cohorts that this member is in. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { dueByLesson } from '#shared/features/course-cohorts.ts'

export interface DueDates {
  /** Ids of the member's own cohorts. */
  mine: Accessor<ReadonlySet<string>>
  /** By lesson. */
  due: Accessor<ReadonlyMap<string, number>>
}

/** @param courseId `undefined`: of all courses. */
export function useDue(courseId: Accessor<string | undefined>): DueDates {
  const core = useCore()
  const range = () => {
    const equals = courseId()
    return equals === undefined ? {} : ({ by: 'courseId', equals } as const)
  }
  const cohorts = core.feed.rows('cohorts', range)
  const members = core.feed.rows('cohort_members', range)
  const mine = createMemo(() => {
    const { id } = core.session.viewer()
    return new Set(
      (members() ?? []).filter(({ data }) => data.memberId === id).map(({ data }) => data.cohortId),
    )
  })
  const due = createMemo(() =>
    dueByLesson((cohorts() ?? []).filter(({ id }) => mine().has(id)).map(({ data }) => data)),
  )
  return { mine, due }
}
