/** How many answers wait for whoever looks: those that they decide as running a course, those that they are asked to review. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { canEditCourse } from '#shared/features/courses.ts'

/** By course. */
export function useToReview(): Accessor<ReadonlyMap<string, number>> {
  const core = useCore()
  const answers = core.feed.rows('task_answers')
  const asked = core.feed.rows('peer_answers')
  const tasks = core.feed.rows('lesson_tasks')
  const counts = createMemo(() => {
    const viewer = core.session.viewer()
    const byAuthors = new Set(
      (tasks() ?? []).filter(({ data }) => data.reviewedBy === 'authors').map(({ id }) => id),
    )
    const found = new Map<string, number>()
    const count = (courseId: string): void => void found.set(courseId, (found.get(courseId) ?? 0) + 1)
    for (const { data } of answers() ?? []) {
      const isTheirs = canEditCourse(viewer, data) && data.memberId !== viewer.id
      if (isTheirs && data.state === 'waiting' && byAuthors.has(data.lessonId)) count(data.courseId)
    }
    for (const { data } of asked() ?? []) {
      if (data.memberId === viewer.id && data.review === null) count(data.courseId)
    }
    return found
  })
  return counts
}
