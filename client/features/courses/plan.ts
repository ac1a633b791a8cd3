/** A course's outline as the form changes it. */

import { inOrder } from '#shared/features/course-progress.ts'
import type { CourseRow, LessonRow } from '#shared/features/courses.ts'

export type Plan = { id: string; title: string; lessons: string[] }[]

/** Lessons whose chapter has gone stand in the last one, as the server will have it. */
export function planOf(course: Pick<CourseRow, 'chapters'>, lessons: readonly LessonRow[]): Plan {
  const plan: Plan = course.chapters.map(({ id, title }) => ({ id, title, lessons: [] }))
  for (const lesson of inOrder(lessons)) {
    const home = plan.find((chapter) => chapter.id === lesson.chapterId) ?? plan.at(-1)
    home?.lessons.push(lesson.id)
  }
  return plan
}

/** One step up or down, over the edge into the neighbouring chapter; `undefined` where there is no way. */
export function moved(plan: Plan, lessonId: string, by: 1 | -1): Plan | undefined {
  const at = plan.findIndex((chapter) => chapter.lessons.includes(lessonId))
  const chapter = plan[at]
  if (!chapter) return undefined
  const from = chapter.lessons.indexOf(lessonId)
  const to = from + by
  const next = plan.map((each) => ({ ...each, lessons: [...each.lessons] }))
  const own = next[at]!.lessons
  own.splice(from, 1)
  if (to >= 0 && to < chapter.lessons.length) {
    own.splice(to, 0, lessonId)
    return next
  }
  const neighbour = next[at + by]
  if (!neighbour) return undefined
  if (by === 1) neighbour.lessons.unshift(lessonId)
  else neighbour.lessons.push(lessonId)
  return next
}
