/** What members do with a course: take it, leave it, complete its lessons. */
import type { Act, Reader, ServerHalf } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { courses as contract } from '#shared/features/courses.ts'
import { releasePeers } from './answers.ts'
import { issueCertificate } from './certificates.ts'
import { leaveCohorts } from './cohorts.ts'
import {
  doneBy,
  enrol,
  enrolmentOf,
  hasPassed,
  hasPassedTask,
  mayOpen,
  publishEnrolment,
} from './enrolling.ts'
import {
  type CourseRecord,
  courseById,
  db,
  type EnrolmentRecord,
  isToCome,
  lessonById,
  lessonsOf,
} from './tables.ts'

type Commands = ServerHalf<typeof contract>['commands']

export const learning: Pick<Commands, 'enrol' | 'leave' | 'complete_lesson'> = {
  enrol: {
    async allow({ tx, viewer }, input) {
      const course = await visibleCourse(tx, viewer, input.courseId)
      if (!course) return noCourse()
      return (await mayOpen(tx, viewer, course.id)) ? ok() : locked()
    },
    async handle({ tx, viewer }, input) {
      await enrol(tx, viewer, input.courseId)
      await publishEnrolment(tx, viewer.id, input.courseId)
      return ok()
    },
  },

  leave: {
    allow: () => ok(),
    async handle({ tx, viewer }, input) {
      const enrolment = await enrolmentOf(tx, viewer.id, input.courseId)
      if (!enrolment || enrolment.left_at !== null) return ok()
      await db(tx)
        .updateTable('courses_enrolment')
        .set({ left_at: tx.now })
        .where('id', '=', enrolment.id)
        .execute()
      await tx.publish('enrolments', enrolment.id, null)
      await leaveCohorts(tx, viewer.id, input.courseId)
      await releasePeers(tx, { memberId: viewer.id, courseId: input.courseId })
      await tx.tell('courses.left', { courseId: input.courseId, memberId: viewer.id })
      return ok()
    },
  },

  complete_lesson: {
    async allow({ tx, viewer }, input) {
      const lesson = await lessonById(tx, input.lessonId)
      if (lesson?.course_id !== input.courseId) {
        return refuse('gone', 'no such lesson', { reason: 'courses.no_lesson' })
      }
      if (await tx.mayRead(viewer, 'lesson_texts', lesson.id)) return ok()
      if (isToCome(lesson, tx.now))
        return refuse('forbidden', 'its time is to come', { reason: 'courses.not_open_yet' })
      // Read while it was open to them, and told only now: what one has done stays done. Who took a free preview and no
      // more never read this one.
      const enrolment = await enrolmentOf(tx, viewer.id, input.courseId)
      return enrolment?.opened === 1 ? ok() : locked()
    },
    async handle(act, input) {
      const { tx, viewer } = act
      if (!(await hasPassed(tx, viewer.id, input.lessonId))) {
        return refuse('conflict', 'its quiz has to be passed first', { reason: 'quizzes.pass_first' })
      }
      if (!(await hasPassedTask(tx, viewer.id, input.lessonId))) {
        return refuse('conflict', 'its assignment has to be passed first', { reason: 'tasks.pass_first' })
      }
      const enrolment = await enrol(tx, viewer, input.courseId)
      const id = `${viewer.id}:${input.lessonId}`
      const known = await db(tx)
        .selectFrom('courses_completion')
        .select('id')
        .where('id', '=', id)
        .executeTakeFirst()
      if (!known) await complete(act, input, enrolment)
      await publishEnrolment(tx, viewer.id, input.courseId)
      return ok()
    },
  },
}

async function complete(
  { tx, viewer }: Act,
  input: { courseId: string; lessonId: string },
  enrolment: EnrolmentRecord,
): Promise<void> {
  await db(tx)
    .insertInto('courses_completion')
    .values({
      id: `${viewer.id}:${input.lessonId}`,
      course_id: input.courseId,
      lesson_id: input.lessonId,
      member_id: viewer.id,
      at: tx.now,
    })
    .execute()
  const authorId = (await courseById(tx, input.courseId))?.author_id ?? null
  await tx.tell('courses.lesson_completed', { ...input, memberId: viewer.id, authorId })
  if (enrolment.completed_at !== null) return
  const done = await doneBy(tx, viewer.id, input.courseId)
  const lessons = await lessonsOf(tx, input.courseId)
  if (!lessons.every((lesson) => done[lesson.id] !== undefined)) return
  await db(tx)
    .updateTable('courses_enrolment')
    .set({ completed_at: tx.now })
    .where('id', '=', enrolment.id)
    .execute()
  await issueCertificate(tx, viewer.id, input.courseId, tx.now)
  await tx.tell('courses.completed', { courseId: input.courseId, memberId: viewer.id, authorId })
}

async function visibleCourse(
  reader: Reader,
  viewer: Viewer,
  courseId: string,
): Promise<CourseRecord | undefined> {
  return (await reader.mayRead(viewer, 'courses', courseId)) ? courseById(reader, courseId) : undefined
}

function noCourse(): Result<never> {
  return refuse('not_found', 'no such course', { reason: 'courses.no_course' })
}

function locked(): Result<never> {
  return refuse('forbidden', 'the course is not open to them', { reason: 'courses.not_open' })
}
