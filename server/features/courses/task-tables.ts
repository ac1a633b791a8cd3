/** Where assignments are kept, with what was handed in and how it was reviewed. */
import type { Migration, Reader } from '#server/core/feature.ts'
import type {
  AnswerRow,
  AnswerState,
  Criterion,
  PeerAnswerRow,
  Review,
  ReviewLine,
  ReviewRow,
  TaskRow,
} from '#shared/features/course-tasks.ts'
import { type CourseRecord, db, type LessonRecord, lessonShownAs } from './tables.ts'

export interface TaskRecord {
  /** Of its lesson. */
  id: string
  course_id: string
  text: string
  /** JSON array. */
  criteria: string
  due_at: number | null
  pass_mark: number
  required: number
  reviewed_by: 'authors' | 'peers'
  peers: number
}

export interface AnswerRecord {
  id: string
  course_id: string
  lesson_id: string
  member_id: string
  /** Which attempt, from 1. */
  n: number
  at: number
  due_at: number | null
  text: string
  state: AnswerState
  score: number | null
  decisions: number
  /** Taken out of sight by those who keep order: from then on its member alone sees it. */
  hidden_at: number | null
}

export interface ReviewRecord {
  id: string
  answer_id: string
  course_id: string
  lesson_id: string
  /** `null`: somebody who has left. */
  by_id: string | null
  /** 1: by a peer, who was asked. */
  peer: number
  asked_at: number
  /** `null`: asked, not given yet. */
  at: number | null
  /** JSON array. */
  lines: string
  said: string
  score: number
  passed: number
}

export interface TaskTables {
  courses_task: TaskRecord
  courses_answer: AnswerRecord
  courses_review: ReviewRecord
}

export const addTasks: Migration = async (db) => {
  await db.schema
    .createTable('courses_task')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('criteria', 'text', (column) => column.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('pass_mark', 'integer', (column) => column.notNull())
    .addColumn('required', 'integer', (column) => column.notNull())
    .addColumn('reviewed_by', 'text', (column) => column.notNull())
    .addColumn('peers', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('courses_answer')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('lesson_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('n', 'integer', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('score', 'integer')
    .addColumn('decisions', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('courses_answer_lesson')
    .on('courses_answer')
    .columns(['lesson_id', 'member_id'])
    .execute()
  await db.schema
    .createTable('courses_review')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('answer_id', 'text', (column) => column.notNull())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('lesson_id', 'text', (column) => column.notNull())
    .addColumn('by_id', 'text')
    .addColumn('peer', 'integer', (column) => column.notNull())
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint')
    .addColumn('lines', 'text', (column) => column.notNull())
    .addColumn('said', 'text', (column) => column.notNull())
    .addColumn('score', 'integer', (column) => column.notNull())
    .addColumn('passed', 'integer', (column) => column.notNull())
    .execute()
  for (const column of ['lesson_id', 'answer_id']) {
    await db.schema
      .createIndex(`courses_review_${column.slice(0, -3)}`)
      .on('courses_review')
      .column(column)
      .execute()
  }
}

export const addHiding: Migration = async (db) => {
  await db.schema.alterTable('courses_answer').addColumn('hidden_at', 'bigint').execute()
}

export function taskOf(reader: Reader, lessonId: string): Promise<TaskRecord | undefined> {
  return db(reader).selectFrom('courses_task').selectAll().where('id', '=', lessonId).executeTakeFirst()
}

export function answerById(reader: Reader, id: string): Promise<AnswerRecord | undefined> {
  return db(reader).selectFrom('courses_answer').selectAll().where('id', '=', id).executeTakeFirst()
}

/** The oldest first. */
export function answersOf(reader: Reader, lessonId: string, memberId?: string): Promise<AnswerRecord[]> {
  const found = db(reader).selectFrom('courses_answer').selectAll().where('lesson_id', '=', lessonId)
  return (memberId === undefined ? found : found.where('member_id', '=', memberId))
    .orderBy('at')
    .orderBy('n')
    .orderBy('id')
    .execute()
}

export function reviewById(reader: Reader, id: string): Promise<ReviewRecord | undefined> {
  return db(reader).selectFrom('courses_review').selectAll().where('id', '=', id).executeTakeFirst()
}

export function reviewsOf(reader: Reader, answerId: string): Promise<ReviewRecord[]> {
  return db(reader)
    .selectFrom('courses_review')
    .selectAll()
    .where('answer_id', '=', answerId)
    .orderBy('asked_at')
    .orderBy('id')
    .execute()
}

export function criteriaOf(task: TaskRecord): Criterion[] {
  return JSON.parse(task.criteria) as Criterion[]
}

export function toTaskRow(
  course: CourseRecord,
  lesson: LessonRecord,
  task: TaskRecord,
  now: number,
): TaskRow {
  return {
    text: task.text,
    criteria: criteriaOf(task),
    dueAt: task.due_at,
    passMark: task.pass_mark,
    required: task.required === 1,
    reviewedBy: task.reviewed_by,
    peers: task.peers,
    ...lessonShownAs(course, lesson, now),
  }
}

export function toAnswerRow(course: CourseRecord, answer: AnswerRecord): AnswerRow {
  return {
    courseId: answer.course_id,
    lessonId: answer.lesson_id,
    memberId: answer.member_id,
    authorId: course.author_id,
    n: answer.n,
    at: answer.at,
    dueAt: answer.due_at,
    text: answer.text,
    state: answer.state,
    score: answer.score,
    decisions: answer.decisions,
  }
}

/** `null`: it was not given yet. */
function given(review: ReviewRecord): Review | null {
  if (review.at === null) return null
  const { at, said, score } = review
  return { at, lines: JSON.parse(review.lines) as ReviewLine[], said, score, passed: review.passed === 1 }
}

export function toReviewRow(
  course: CourseRecord,
  answer: AnswerRecord,
  review: ReviewRecord,
): ReviewRow | null {
  const said = given(review)
  return (
    said && {
      courseId: answer.course_id,
      lessonId: answer.lesson_id,
      answerId: answer.id,
      memberId: answer.member_id,
      authorId: course.author_id,
      by: review.peer === 1 ? null : review.by_id,
      ...said,
    }
  )
}

/** `null`: there is no such peer any more, or the answer is out of sight. */
export function toPeerAnswerRow(
  course: CourseRecord,
  answer: AnswerRecord,
  review: ReviewRecord,
): PeerAnswerRow | null {
  if (review.by_id === null || answer.hidden_at !== null) return null
  return {
    courseId: answer.course_id,
    lessonId: answer.lesson_id,
    answerId: answer.id,
    memberId: review.by_id,
    authorId: course.author_id,
    at: review.asked_at,
    text: answer.text,
    review: given(review),
  }
}
