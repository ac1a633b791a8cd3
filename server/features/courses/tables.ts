/** Where courses, their lessons and what members did with them are kept. */
import type { Kysely } from 'kysely'
import type { Migration, Reader } from '#server/core/feature.ts'
import type { Opening } from '#shared/core/opening.ts'
import type { QuizKey, QuizKeyRow, QuizRow } from '#shared/features/course-quizzes.ts'
import type {
  AssignmentRow,
  Chapter,
  CourseRow,
  LessonRow,
  LessonShown,
  LessonTextRow,
} from '#shared/features/courses.ts'
import type { TaskTables } from './task-tables.ts'

export interface CourseRecord {
  id: string
  slug: string
  title: string
  description: string
  cover: string | null
  lang: 'zh' | 'en'
  /** JSON array. */
  tags: string
  /** JSON object. */
  opening: string
  author_id: string | null
  author_name: string
  /** JSON array of `{id, title}`, in order. */
  chapters: string
  /** First publication; `null`: never yet. */
  published_at: number | null
  /** 1: out of sight until it is published (again). */
  hidden: number
  /** Who took it out of sight; `null`: nobody has. */
  withdrawn_by: string | null
  created_at: number
  updated_at: number
  /** 1: its title and description are those of the last import, which the next one may change. */
  imported: number
}

export interface LessonRecord {
  id: string
  course_id: string
  chapter_id: string
  slug: string
  /** `text`; other kinds have what they need beside it. */
  kind: 'text'
  title: string
  position: number
  body: string
  words: number
  free: number
  /** `null`: it is open. */
  opens_at: number | null
  sequence: number
  updated_at: number
  /** `printOf` the text that the last import wrote; `null` = not imported. */
  imported_as: string | null
}

export interface EnrolmentRecord {
  id: string
  course_id: string
  member_id: string
  enrolled_at: number
  left_at: number | null
  completed_at: number | null
  /** 1: the whole course was once theirs to open. */
  opened: number
}

export interface CompletionRecord {
  /** `<memberId>:<lessonId>` */
  id: string
  course_id: string
  lesson_id: string
  member_id: string
  at: number
}

export interface AssignmentRecord {
  id: string
  course_id: string
  audience: string
  due_at: number | null
  by_id: string
  at: number
}

export interface QuizRecord {
  /** Of its lesson. */
  id: string
  course_id: string
  pass_mark: number
  attempts: number
  required: number
  shuffled: number
  /** JSON array. */
  questions: string
  /** JSON object. */
  answer_key: string
}

export interface QuizAttemptRecord {
  /** `<memberId>:<commandId>` */
  id: string
  course_id: string
  lesson_id: string
  member_id: string
  at: number
  /** JSON object. */
  answers: string
  /** JSON object. */
  marks: string
  score: number
  passed: number
}

export interface CertificateRecord {
  /** Cannot be guessed. */
  id: string
  member_id: string
  course_id: string
  title: string
  lang: 'zh' | 'en'
  at: number
  shown: number
  revoked_at: number | null
}

export interface CohortRecord {
  id: string
  course_id: string
  name: string
  starts_at: number
  joining: 'open' | 'closed'
  /** JSON object. */
  weeks: string
  /** What is due up to then has been told. */
  reminded_until: number
}

export interface Tables extends TaskTables {
  courses_cohort: CohortRecord
  /** `id`: `<cohortId>:<memberId>` */
  courses_cohort_member: { id: string; cohort_id: string; course_id: string; member_id: string; at: number }
  courses_certificate: CertificateRecord
  courses_quiz: QuizRecord
  courses_quiz_attempt: QuizAttemptRecord
  courses_course: CourseRecord
  courses_lesson: LessonRecord
  /** Ids of lessons that were removed: the room of one still holds its words, and must not be opened again. */
  courses_removed: { id: string }
  courses_enrolment: EnrolmentRecord
  courses_completion: CompletionRecord
  courses_assignment: AssignmentRecord
}

const create: Migration = async (db) => {
  await db.schema
    .createTable('courses_course')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('slug', 'text', (column) => column.notNull().unique())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('cover', 'text')
    .addColumn('lang', 'text', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('opening', 'text', (column) => column.notNull())
    .addColumn('author_id', 'text')
    .addColumn('author_name', 'text', (column) => column.notNull())
    .addColumn('chapters', 'text', (column) => column.notNull())
    .addColumn('published_at', 'bigint')
    .addColumn('hidden', 'integer', (column) => column.notNull())
    .addColumn('withdrawn_by', 'text')
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('imported', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('courses_lesson')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('chapter_id', 'text', (column) => column.notNull())
    .addColumn('slug', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('words', 'integer', (column) => column.notNull())
    .addColumn('free', 'integer', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('imported_as', 'text')
    .execute()
  await db.schema
    .createIndex('courses_lesson_slug')
    .on('courses_lesson')
    .columns(['course_id', 'slug'])
    .unique()
    .execute()
  await db.schema
    .createTable('courses_removed')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .execute()
  await db.schema
    .createTable('courses_enrolment')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('enrolled_at', 'bigint', (column) => column.notNull())
    .addColumn('left_at', 'bigint')
    .addColumn('completed_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('courses_enrolment_course')
    .on('courses_enrolment')
    .column('course_id')
    .execute()
  await db.schema
    .createTable('courses_completion')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('lesson_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('courses_completion_course')
    .on('courses_completion')
    .columns(['course_id', 'member_id'])
    .execute()
  await db.schema
    .createTable('courses_assignment')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('audience', 'text', (column) => column.notNull())
    .addColumn('due_at', 'bigint')
    .addColumn('by_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('courses_assignment_course')
    .on('courses_assignment')
    .column('course_id')
    .execute()
}

const addQuizzes: Migration = async (db) => {
  await db.schema
    .alterTable('courses_enrolment')
    .addColumn('opened', 'integer', (column) => column.notNull().defaultTo(0))
    .execute()
  await db.schema
    .createTable('courses_quiz')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('pass_mark', 'integer', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('required', 'integer', (column) => column.notNull())
    .addColumn('shuffled', 'integer', (column) => column.notNull())
    .addColumn('questions', 'text', (column) => column.notNull())
    .addColumn('answer_key', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('courses_quiz_attempt')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('lesson_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('answers', 'text', (column) => column.notNull())
    .addColumn('marks', 'text', (column) => column.notNull())
    .addColumn('score', 'integer', (column) => column.notNull())
    .addColumn('passed', 'integer', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('courses_quiz_attempt_lesson')
    .on('courses_quiz_attempt')
    .columns(['lesson_id', 'member_id'])
    .execute()
}

const addCertificates: Migration = async (db) => {
  await db.schema
    .createTable('courses_certificate')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('lang', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addColumn('shown', 'integer', (column) => column.notNull())
    .addColumn('revoked_at', 'bigint')
    .execute()
  await db.schema
    .createIndex('courses_certificate_member')
    .on('courses_certificate')
    .columns(['member_id', 'course_id'])
    .unique()
    .execute()
}

const addCohorts: Migration = async (db) => {
  await db.schema
    .createTable('courses_cohort')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('starts_at', 'bigint', (column) => column.notNull())
    .addColumn('joining', 'text', (column) => column.notNull())
    .addColumn('weeks', 'text', (column) => column.notNull())
    .addColumn('reminded_until', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('courses_cohort_course').on('courses_cohort').column('course_id').execute()
  await db.schema
    .createTable('courses_cohort_member')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('cohort_id', 'text', (column) => column.notNull())
    .addColumn('course_id', 'text', (column) => column.notNull())
    .addColumn('member_id', 'text', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('courses_cohort_member_cohort')
    .on('courses_cohort_member')
    .column('cohort_id')
    .execute()
}

const addOpening: Migration = async (db) => {
  await db.schema.alterTable('courses_lesson').addColumn('opens_at', 'bigint').execute()
}

export const migrations = {
  '001': create,
  '002': addQuizzes,
  '003': addCertificates,
  '004': addCohorts,
  '007': addOpening,
}

export function db(reader: Reader): Kysely<Tables> {
  return reader.tables<Tables>()
}

export function courseById(reader: Reader, id: string): Promise<CourseRecord | undefined> {
  return db(reader).selectFrom('courses_course').selectAll().where('id', '=', id).executeTakeFirst()
}

/** By its address, or by its id, which stands for the slug until the device has learnt it. */
export function courseAt(reader: Reader, slug: string): Promise<CourseRecord | undefined> {
  return db(reader)
    .selectFrom('courses_course')
    .selectAll()
    .where((where) => where.or([where('slug', '=', slug), where('id', '=', slug)]))
    .executeTakeFirst()
}

export function lessonById(reader: Reader, id: string): Promise<LessonRecord | undefined> {
  return db(reader).selectFrom('courses_lesson').selectAll().where('id', '=', id).executeTakeFirst()
}

/** In their order. */
export function lessonsOf(reader: Reader, courseId: string): Promise<LessonRecord[]> {
  return db(reader)
    .selectFrom('courses_lesson')
    .selectAll()
    .where('course_id', '=', courseId)
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** Has this id ever named a lesson? */
export async function isUsedLesson(reader: Reader, id: string): Promise<boolean> {
  if (await lessonById(reader, id)) return true
  const removed = await db(reader)
    .selectFrom('courses_removed')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return removed !== undefined
}

export function chaptersOf(course: CourseRecord): Chapter[] {
  return JSON.parse(course.chapters) as Chapter[]
}

export function shownAs(course: CourseRecord): Pick<CourseRow, 'opening' | 'authorId' | 'published'> {
  return {
    opening: JSON.parse(course.opening) as Opening,
    authorId: course.author_id,
    published: course.hidden === 0,
  }
}

/** What each row of a lesson says of who may see it, at this moment. */
export function lessonShownAs(course: CourseRecord, lesson: LessonRecord, now: number): LessonShown {
  return {
    courseId: course.id,
    free: lesson.free === 1,
    opensAt: isToCome(lesson, now) ? lesson.opens_at : null,
    ...shownAs(course),
  }
}

export function isToCome(lesson: Pick<LessonRecord, 'opens_at'>, now: number): boolean {
  return lesson.opens_at !== null && lesson.opens_at > now
}

export function toCourseRow(
  course: CourseRecord,
  lessons: readonly Pick<LessonRecord, 'free' | 'words'>[],
): CourseRow {
  return {
    id: course.id,
    slug: course.slug,
    title: course.title,
    description: course.description,
    cover: course.cover,
    lang: course.lang,
    tags: JSON.parse(course.tags) as string[],
    authorName: course.author_name,
    chapters: chaptersOf(course),
    lessons: lessons.length,
    previews: lessons.filter((lesson) => lesson.free === 1).length,
    words: lessons.reduce((sum, lesson) => sum + lesson.words, 0),
    publishedAt: course.published_at ?? 0,
    updatedAt: course.updated_at,
    ...shownAs(course),
  }
}

export function toLessonRow(
  course: CourseRecord,
  lesson: LessonRecord,
  preview: string,
  now: number,
): LessonRow {
  return {
    id: lesson.id,
    chapterId: lesson.chapter_id,
    slug: lesson.slug,
    title: lesson.title,
    position: lesson.position,
    words: lesson.words,
    preview,
    lang: course.lang,
    tags: JSON.parse(course.tags) as string[],
    updatedAt: lesson.updated_at,
    ...lessonShownAs(course, lesson, now),
  }
}

export function toTextRow(course: CourseRecord, lesson: LessonRecord, now: number): LessonTextRow {
  return { sequence: lesson.sequence, ...lessonShownAs(course, lesson, now) }
}

export function quizOf(reader: Reader, lessonId: string): Promise<QuizRecord | undefined> {
  return db(reader).selectFrom('courses_quiz').selectAll().where('id', '=', lessonId).executeTakeFirst()
}

export function toQuizRow(
  course: CourseRecord,
  lesson: LessonRecord,
  quiz: QuizRecord,
  now: number,
): QuizRow {
  return {
    passMark: quiz.pass_mark,
    attempts: quiz.attempts,
    required: quiz.required === 1,
    shuffled: quiz.shuffled === 1,
    questions: JSON.parse(quiz.questions) as QuizRow['questions'],
    ...lessonShownAs(course, lesson, now),
  }
}

export function toQuizKeyRow(
  course: CourseRecord,
  lesson: LessonRecord,
  quiz: QuizRecord,
  now: number,
): QuizKeyRow {
  return {
    attempts: quiz.attempts,
    key: keyOf(quiz),
    ...lessonShownAs(course, lesson, now),
  }
}

export function keyOf(quiz: QuizRecord): QuizKey {
  return JSON.parse(quiz.answer_key) as QuizKey
}

export function toAssignmentRow(record: AssignmentRecord): AssignmentRow {
  return {
    id: record.id,
    courseId: record.course_id,
    to: record.audience as AssignmentRow['to'],
    dueAt: record.due_at,
    at: record.at,
  }
}
