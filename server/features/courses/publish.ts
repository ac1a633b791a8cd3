/**
 * What the tables hold, put on the feed. A course's opening, its author and whether it is published stand in each of
 * its rows, since each row says for itself who may see it; when one of those changes, all of them are published anew.
 */
import type { Reader, Tx } from '#server/core/feature.ts'
import { plainText } from '#server/core/markdown.ts'
import { previewOf } from '#shared/core/preview.ts'
import { countWords, slugify } from '#shared/core/text.ts'
import { spliceToward } from '#shared/core/text-diff.ts'
import { lessonRoom } from '#shared/features/courses.ts'
import { filesIn } from '#shared/features/pictures.ts'
import { releasePeers } from './answers.ts'
import {
  type CourseRecord,
  courseById,
  db,
  isToCome,
  type LessonRecord,
  lessonsOf,
  quizOf,
  toCourseRow,
  toLessonRow,
  toQuizKeyRow,
  toQuizRow,
  toTextRow,
} from './tables.ts'
import { taskOf, toTaskRow } from './task-tables.ts'

/** The course's own row: its title, its outline, its sums. */
export async function publishCourseRow(tx: Tx, course: CourseRecord): Promise<void> {
  await tx.publish('courses', course.id, toCourseRow(course, await lessonsOf(tx, course.id)))
  await tx.refer('courses', course.id, filesIn(course.cover ?? ''))
}

export async function publishLesson(tx: Tx, course: CourseRecord, lesson: LessonRecord): Promise<void> {
  const preview = isToCome(lesson, tx.now) ? '' : previewOf(lesson.body)
  await tx.publish('lessons', lesson.id, toLessonRow(course, lesson, preview, tx.now))
  await tx.refer('lessons', lesson.id, filesIn(preview))
  await tx.publish('lesson_texts', lesson.id, toTextRow(course, lesson, tx.now))
  await tx.refer('lesson_texts', lesson.id, filesIn(lesson.body))
  await publishQuiz(tx, course, lesson)
  await publishTask(tx, course, lesson)
}

/** A quiz is for those whom its lesson is for. */
export async function publishQuiz(tx: Tx, course: CourseRecord, lesson: LessonRecord): Promise<void> {
  const quiz = await quizOf(tx, lesson.id)
  if (!quiz) return
  await tx.publish('quizzes', lesson.id, toQuizRow(course, lesson, quiz, tx.now))
  await tx.publish('quiz_keys', lesson.id, toQuizKeyRow(course, lesson, quiz, tx.now))
}

/** So is an assignment. */
export async function publishTask(tx: Tx, course: CourseRecord, lesson: LessonRecord): Promise<void> {
  const task = await taskOf(tx, lesson.id)
  if (!task) return
  await tx.publish('lesson_tasks', lesson.id, toTaskRow(course, lesson, task, tx.now))
  await tx.refer('lesson_tasks', lesson.id, filesIn(task.text))
}

/** What was handed in stays its member's, and no peer need review it. */
export async function dropTask(tx: Tx, lessonId: string): Promise<void> {
  await releasePeers(tx, { lessonId })
  await db(tx).deleteFrom('courses_task').where('id', '=', lessonId).execute()
  await tx.publish('lesson_tasks', lessonId, null)
  await tx.refer('lesson_tasks', lessonId, [])
}

export async function dropQuiz(tx: Tx, lessonId: string): Promise<void> {
  await db(tx).deleteFrom('courses_quiz').where('id', '=', lessonId).execute()
  await tx.publish('quizzes', lessonId, null)
  await tx.publish('quiz_keys', lessonId, null)
}

/** The course and all its lessons. */
export async function publishAll(tx: Tx, courseId: string): Promise<void> {
  const course = (await courseById(tx, courseId))!
  for (const lesson of await lessonsOf(tx, courseId)) await publishLesson(tx, course, lesson)
  await publishCourseRow(tx, course)
}

/** Takes a lesson away, with its words. */
export async function dropLesson(tx: Tx, lessonId: string): Promise<void> {
  await db(tx).deleteFrom('courses_lesson').where('id', '=', lessonId).execute()
  await db(tx).insertInto('courses_removed').values({ id: lessonId }).execute()
  await tx.rebase(lessonRoom(lessonId), () => {})
  await dropQuiz(tx, lessonId)
  await dropTask(tx, lessonId)
  for (const table of ['lessons', 'lesson_texts']) {
    await tx.publish(table, lessonId, null)
    await tx.refer(table, lessonId, [])
  }
}

export type Writing = Pick<
  LessonRecord,
  'id' | 'course_id' | 'chapter_id' | 'slug' | 'title' | 'position' | 'body'
> & {
  free: boolean
  /** Absent: as it was. */
  opensAt?: number | null
  importedAs?: string
}

/** Writes a lesson's document and record; readers who hold the last version receive the difference. */
export async function writeLesson(
  tx: Tx,
  before: LessonRecord | undefined,
  { free, opensAt, importedAs, ...writing }: Writing,
): Promise<LessonRecord> {
  const isSameText = before?.body === writing.body
  const sequence = isSameText
    ? before.sequence
    : await tx.author(lessonRoom(writing.id), (doc) => {
        spliceToward(doc.getText('body'), writing.body)
      })
  const record: LessonRecord = {
    ...writing,
    kind: 'text',
    free: free ? 1 : 0,
    opens_at: opensAt === undefined ? (before?.opens_at ?? null) : opensAt,
    words: isSameText ? before.words : countWords(plainText(writing.body)),
    sequence,
    updated_at: isSameText ? before.updated_at : tx.now,
    imported_as: importedAs ?? before?.imported_as ?? null,
  }
  const { id: _, ...changes } = record
  await db(tx)
    .insertInto('courses_lesson')
    .values(record)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
    .execute()
  return record
}

/** The first of `wanted`, `wanted-2` … that is not taken. */
export function freeSlug(title: string, id: string, isTaken: (slug: string) => boolean): string {
  const wanted = slugify(title, id)
  let slug = wanted
  for (let number = 2; isTaken(slug); number++) slug = `${wanted}-${number}`
  return slug
}

/** Something to read, to hear or to see: a course without any is not published. */
export async function hasContent(reader: Reader, lessons: readonly LessonRecord[]): Promise<boolean> {
  if (lessons.some(({ body }) => body.trim() !== '')) return true
  const subjects = lessons.map(({ id }) => `lesson:${id}`)
  return subjects.length > 0 && (await reader.rows('attachments', subjects)).length > 0
}
