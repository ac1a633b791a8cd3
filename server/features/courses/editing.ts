import type { Act } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { canEditCourse } from '#shared/features/courses.ts'
import { type CourseRecord, courseById } from './tables.ts'

/** The course, for whoever may change it and what belongs to it: lessons, quizzes, assignments, cohorts. */
export async function allowEditing({ tx, viewer }: Act, courseId: string): Promise<Result<CourseRecord>> {
  const course = await courseById(tx, courseId)
  if (!course) return refuse('not_found', 'no such course', { reason: 'courses.no_course' })
  return canEditCourse(viewer, { authorId: course.author_id })
    ? ok(course)
    : refuse('forbidden', 'the course is someone else’s', { reason: 'courses.not_yours' })
}
