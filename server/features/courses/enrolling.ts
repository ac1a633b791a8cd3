/** Who takes a course, and how far they are: what completing a lesson and answering a quiz have in common. */
import type { Reader, Tx } from '#server/core/feature.ts'
import { isSold } from '#shared/core/opening.ts'
import type { Member, Viewer } from '#shared/core/viewer.ts'
import { type EnrolmentRow, enrolmentId } from '#shared/features/courses.ts'
import { courseById, db, type EnrolmentRecord, isToCome, lessonsOf, quizOf, shownAs } from './tables.ts'
import { answersOf, taskOf } from './task-tables.ts'

/** Takes part from now on; what was completed before counts again. */
export async function enrol(tx: Tx, viewer: Member, courseId: string): Promise<EnrolmentRecord> {
  const memberId = viewer.id
  const before = await enrolmentOf(tx, memberId, courseId)
  const opened = before?.opened === 1 || (await mayOpen(tx, viewer, courseId)) ? 1 : 0
  if (before && before.left_at === null && before.opened === opened) return before
  const record: EnrolmentRecord = {
    id: enrolmentId(memberId, courseId),
    course_id: courseId,
    member_id: memberId,
    enrolled_at: before?.enrolled_at ?? tx.now,
    left_at: null,
    completed_at: before?.completed_at ?? null,
    opened,
  }
  await db(tx)
    .insertInto('courses_enrolment')
    .values(record)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ left_at: null, opened }))
    .execute()
  if (before?.left_at === null) return record
  await tx.tell('courses.enrolled', { courseId, memberId })
  return record
}

export async function publishEnrolment(tx: Tx, memberId: string, courseId: string): Promise<void> {
  const record = (await enrolmentOf(tx, memberId, courseId))!
  const row: EnrolmentRow = {
    courseId,
    enrolledAt: record.enrolled_at,
    done: await doneBy(tx, memberId, courseId),
    completedAt: record.completed_at,
  }
  await tx.publish('enrolments', record.id, row)
}

export function enrolmentOf(
  reader: Reader,
  memberId: string,
  courseId: string,
): Promise<EnrolmentRecord | undefined> {
  return db(reader)
    .selectFrom('courses_enrolment')
    .selectAll()
    .where('id', '=', enrolmentId(memberId, courseId))
    .executeTakeFirst()
}

export async function doneBy(
  reader: Reader,
  memberId: string,
  courseId: string,
): Promise<Record<string, number>> {
  const completions = await db(reader)
    .selectFrom('courses_completion')
    .select(['lesson_id', 'at'])
    .where('course_id', '=', courseId)
    .where('member_id', '=', memberId)
    .orderBy('lesson_id')
    .execute()
  return Object.fromEntries(completions.map(({ lesson_id, at }) => [lesson_id, at]))
}

/** The whole course, and not its previews alone. */
export async function mayOpen(reader: Reader, viewer: Viewer, courseId: string): Promise<boolean> {
  const lessons = await lessonsOf(reader, courseId)
  const closed = lessons.filter((lesson) => lesson.free === 0)
  const open = closed.find((lesson) => !isToCome(lesson, reader.now))
  if (open) return reader.mayRead(viewer, 'lesson_texts', open.id)
  // Of what is still to come nobody has a text: who sees a course that is not sold may open it.
  if (!(await reader.mayRead(viewer, 'courses', courseId))) return false
  return closed.length === 0 || !isSold(shownAs((await courseById(reader, courseId))!).opening)
}

/** Of a lesson without a quiz that has to be passed, everybody has. */
export async function hasPassed(reader: Reader, memberId: string, lessonId: string): Promise<boolean> {
  const quiz = await quizOf(reader, lessonId)
  if (quiz?.required !== 1) return true
  const passed = await db(reader)
    .selectFrom('courses_quiz_attempt')
    .select('id')
    .where('lesson_id', '=', lessonId)
    .where('member_id', '=', memberId)
    .where('passed', '=', 1)
    .executeTakeFirst()
  return passed !== undefined
}

/** Of a lesson without an assignment that has to be passed, everybody has. */
export async function hasPassedTask(reader: Reader, memberId: string, lessonId: string): Promise<boolean> {
  const task = await taskOf(reader, lessonId)
  if (task?.required !== 1) return true
  return (await answersOf(reader, lessonId, memberId)).some(({ state }) => state === 'passed')
}
