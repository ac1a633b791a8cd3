/**
 * Lessons that open at a time that was chosen. Until then no row, document or page of theirs goes to members; a job
 * publishes the lesson anew when the time has come. What was put to another time, or removed, is none of that job's.
 */
import type { Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { isToOpen, type LessonTextRow } from '#shared/features/courses.ts'
import { publishLesson } from './publish.ts'
import { courseById, db, isToCome, type LessonRecord, lessonById } from './tables.ts'

interface Due {
  lessonId: string
}

/** Plans the moment, if there is one. */
export async function openLater(tx: Tx, { id, opens_at }: LessonRecord): Promise<void> {
  if (opens_at === null || opens_at <= tx.now) return
  const due: Due = { lessonId: id }
  await tx.later('courses.open_lesson', due, { at: opens_at, key: `courses.open_lesson:${id}:${opens_at}` })
}

/** The job. */
export async function openLesson(services: Services, { lessonId }: Due): Promise<void> {
  await services.transact(async (tx) => {
    const lesson = await lessonById(tx, lessonId)
    const course = lesson && (await courseById(tx, lesson.course_id))
    if (course && !isToCome(lesson, tx.now)) await publishLesson(tx, course, lesson)
  })
}

/** What was planned on a server that is no more (a copy of it was restored), or while courses were not in use. */
export async function planOpenings(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    const planned = await db(tx)
      .selectFrom('courses_lesson')
      .selectAll()
      .where('opens_at', 'is not', null)
      .execute()
    for (const lesson of planned) {
      await openLater(tx, lesson)
      const row = await tx.row<LessonTextRow>('lesson_texts', lesson.id)
      if (isToCome(lesson, tx.now) || !row || !isToOpen(row)) continue
      await publishLesson(tx, (await courseById(tx, lesson.course_id))!, lesson)
    }
  })
}
