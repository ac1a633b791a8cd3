/**
 * Courses: chapters of lessons, some of them free to try. A course's and a lesson's row are the catalogue, which may be
 * seen before it may be opened; a lesson's text is a server-authored document (`lesson/<id>`, under `body`) that is
 * carried by a row of its own, `lesson_texts`: whoever does not see that row has no room, no copy and no file of it.
 *
 * Progress is two things. What was *completed* are facts in the database, a set that only grows, so devices agree in
 * whatever order they come back. How far one has *read* is private: it lies in the member's own `me/<id>/reading`, one
 * entry for each device and lesson, of which the largest counts, so that the furthest point wins over every clock.
 */
import * as v from 'valibot'
import { command, defineContract, fact, query, row } from '../core/contract.ts'
import { line } from '../core/line.ts'
import { type Opening, opening, openTo, shownTo } from '../core/opening.ts'
import { type Audience, holds, type Viewer } from '../core/viewer.ts'
import { type CertificateRow, type CertificateView, certificateIdInput } from './course-certificates.ts'
import { type CohortMemberRow, type CohortReport, type CohortRow, cohortInput } from './course-cohorts.ts'
import { ownTexts } from './course-own.ts'
import {
  answersInput,
  type Question,
  type QuizFigures,
  type QuizKeyRow,
  type QuizResultRow,
  type QuizRow,
  quizInput,
} from './course-quizzes.ts'
import type { Report } from './course-report.ts'
import {
  type AnswerRow,
  answerText,
  judgement,
  type PeerAnswerRow,
  type ReviewRow,
  type TaskRow,
  taskInput,
} from './course-tasks.ts'

export const mostLessons = 300
export const mostChapters = 60
export const longestLesson = 500_000
/** Milliseconds ahead for which a lesson can be scheduled. */
export const longestLessonSchedule = 366 * 86_400_000

export interface Chapter {
  id: string
  title: string
}

/** What a course's rows need to know to say who may see them. */
export interface Shown {
  opening: Opening
  /** `null`: imported, by someone who is not a member. */
  authorId: string | null
  /** Drafts and withdrawn courses are seen by their author and the owners. */
  published: boolean
}

/** What the rows of a lesson need besides. */
export interface LessonShown extends Shown {
  courseId: string
  /** May be opened wherever the course is shown. */
  free: boolean
  /**
   * Epoch ms at which it opens: until then it is its author's and the owners'. `null` or absent: it is open. The server
   * publishes it anew when the time has come, so that nobody's clock opens anything.
   */
  opensAt?: number | null
}

export interface CourseRow extends Shown {
  id: string
  slug: string
  title: string
  description: string
  /** Address of a picture. */
  cover: string | null
  lang: 'zh' | 'en'
  tags: string[]
  authorName: string
  /** In their order. One without lessons is shown to its author only. */
  chapters: Chapter[]
  lessons: number
  /** Lessons that may be opened wherever the course is shown. */
  previews: number
  words: number
  /** First published; 0 = never yet. */
  publishedAt: number
  updatedAt: number
}

export interface LessonRow extends LessonShown {
  id: string
  chapterId: string
  slug: string
  title: string
  /** In the whole course: 0, 1, 2 … */
  position: number
  words: number
  /** What its author put above `<!-- more -->`; '' until it opens. */
  preview: string
  /** Of its course. */
  lang: 'zh' | 'en'
  tags: string[]
  /** When the lesson's own text last changed. */
  updatedAt: number
}

/** Carries the lesson's document; has its id. */
export interface LessonTextRow extends LessonShown {
  /** Log sequence of `lesson/<id>`; 0: not a word was ever written. */
  sequence: number
}

/** A member's own; the id is `enrolmentId(memberId, courseId)`. */
export interface EnrolmentRow {
  courseId: string
  enrolledAt: number
  /** Completed lessons, and when the server heard of it. */
  done: Record<string, number>
  /** When the last lesson was completed that there was then. */
  completedAt: number | null
}

/** A course that some members are to take. */
export interface AssignmentRow {
  id: string
  courseId: string
  /** `members` or `group:<id>` */
  to: Audience
  /** Epoch ms; `null` = some day. */
  dueAt: number | null
  at: number
}

const id = v.pipe(v.string(), v.uuid())
const tag = v.pipe(line(40), v.toLowerCase())
const title = line(200)
const moment = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000))
const onCourse = (input: { courseId: string }): string => `course:${input.courseId}`

export const courses = defineContract({
  name: 'courses',
  commands: {
    start_course: command(v.strictObject({ courseId: id, title, lang: v.picklist(['zh', 'en']) }), onCourse),
    describe_course: command(
      v.strictObject({
        courseId: id,
        title,
        description: v.pipe(v.string(), v.trim(), v.maxLength(1_000)),
        tags: v.pipe(v.array(tag), v.maxLength(8)),
        lang: v.picklist(['zh', 'en']),
        opening,
        /** A picture that its author added (`/api/files/<hash>`). Absent: as it was. */
        cover: v.optional(v.nullable(v.pipe(v.string(), v.regex(/^\/api\/files\/[0-9a-f]{64}$/)))),
      }),
      onCourse,
    ),
    /**
     * The whole outline, as its author sees it: chapters with their lessons, in order. Lessons that it does not name
     * (another device has just added them) stay at the end of their chapter, or of the last one.
     */
    arrange: command(
      v.strictObject({
        courseId: id,
        chapters: v.pipe(
          v.array(v.strictObject({ id, title, lessons: v.pipe(v.array(id), v.maxLength(mostLessons)) })),
          v.minLength(1),
          v.maxLength(mostChapters),
        ),
      }),
      onCourse,
    ),
    /** A new lesson or another version of one. */
    save_lesson: command(
      v.strictObject({
        courseId: id,
        lessonId: id,
        chapterId: id,
        title,
        body: v.pipe(v.string(), v.maxLength(longestLesson)),
        free: v.boolean(),
        /** `null`, or a time that has passed: at once. Absent, from earlier apps: as it was. */
        opensAt: v.optional(v.nullable(moment)),
        /** `printOf` the text that was changed; `null`: a new one. A text that others changed meanwhile is not overwritten. */
        base: v.nullable(v.pipe(v.string(), v.maxLength(40))),
      }),
      onCourse,
    ),
    remove_lesson: command(v.strictObject({ courseId: id, lessonId: id }), onCourse),
    publish_course: command(v.strictObject({ courseId: id }), onCourse),
    withdraw_course: command(v.strictObject({ courseId: id }), onCourse),
    enrol: command(v.strictObject({ courseId: id }), onCourse),
    /** What was completed is remembered, should the member come back. */
    leave: command(v.strictObject({ courseId: id }), onCourse),
    /** The quiz at the end of a lesson as it is to be from now on; `null`: none. */
    save_quiz: command(v.strictObject({ courseId: id, lessonId: id, quiz: v.nullable(quizInput) }), onCourse),
    /** One attempt. Enrols whoever was not. */
    answer_quiz: command(
      v.strictObject({
        courseId: id,
        lessonId: id,
        answers: answersInput,
        /** `quizPrint` of what they were asked: answers to other questions are no attempt. Of earlier devices absent. */
        asked: v.optional(v.pipe(v.string(), v.maxLength(40))),
      }),
      onCourse,
    ),
    /** The assignment at the end of a lesson as it is to be from now on; `null`: none. */
    save_task: command(v.strictObject({ courseId: id, lessonId: id, task: v.nullable(taskInput) }), onCourse),
    /** One attempt; it takes the place of one that still waits. Enrols whoever was not. */
    hand_in: command(
      v.strictObject({
        courseId: id,
        lessonId: id,
        answerId: id,
        /** Their attempt before, as far as the device knows: it shows at once what takes the place of what. */
        after: v.nullable(id),
        text: answerText,
      }),
      onCourse,
    ),
    /** By those who run the course. `decisions`: how often it had been decided when they looked. */
    review_answer: command(
      v.strictObject({
        courseId: id,
        answerId: id,
        decisions: v.pipe(v.number(), v.integer(), v.minValue(0)),
        passed: v.boolean(),
        ...judgement,
      }),
      onCourse,
    ),
    /** By a peer who was asked; `id`: of the row that asked them. */
    review_peer: command(v.strictObject({ courseId: id, id, ...judgement }), onCourse),
    /** Enrols whoever was not. */
    complete_lesson: command(v.strictObject({ courseId: id, lessonId: id }), onCourse),
    /** For what was completed before there were certificates. */
    claim_certificate: command(v.strictObject({ courseId: id }), onCourse),
    /** By its holder: whether others can check it. */
    show_certificate: command(
      v.strictObject({ id: certificateIdInput, on: v.boolean() }),
      (input) => `certificate:${input.id}`,
    ),
    /** By those who run the course. */
    revoke_certificate: command(
      v.strictObject({ id: certificateIdInput, on: v.boolean() }),
      (input) => `certificate:${input.id}`,
    ),
    save_cohort: command(v.strictObject(cohortInput), onCourse),
    end_cohort: command(v.strictObject({ id, courseId: id }), onCourse),
    /** By themselves, or by those who run the course. Enrols whoever was not. */
    set_cohort_member: command(v.strictObject({ id, courseId: id, memberId: id, on: v.boolean() }), onCourse),
    /** `to` and the date of an assignment can be changed by assigning again with its id. */
    assign: command(
      v.strictObject({
        id,
        courseId: id,
        to: v.pipe(v.string(), v.regex(/^(members|group:[\w-]{1,60})$/)),
        dueAt: v.nullable(moment),
      }),
      onCourse,
    ),
    unassign: command(v.strictObject({ id, courseId: id }), onCourse),
  },
  rows: {
    courses: row<CourseRow>('publishedAt', 'slug'),
    lessons: row<LessonRow>('courseId', 'slug'),
    lesson_texts: row<LessonTextRow>('courseId'),
    enrolments: row<EnrolmentRow>('courseId', 'enrolledAt'),
    assignments: row<AssignmentRow>('courseId'),
    cohorts: row<CohortRow>('courseId', 'startsAt'),
    cohort_members: row<CohortMemberRow>('courseId', 'cohortId'),
    certificates: row<CertificateRow>('courseId'),
    quizzes: row<QuizRow>('courseId'),
    quiz_keys: row<QuizKeyRow>('courseId'),
    quiz_results: row<QuizResultRow>('courseId'),
    lesson_tasks: row<TaskRow>('courseId'),
    task_answers: row<AnswerRow>('courseId', 'lessonId'),
    task_reviews: row<ReviewRow>('courseId', 'answerId'),
    peer_answers: row<PeerAnswerRow>('courseId', 'lessonId'),
  },
  documents: { lesson: { writers: 'server', row: 'lesson_texts' } },
  queries: {
    report: query<v.StrictObjectSchema<{ courseId: typeof id }, undefined>, Report | null>(
      v.strictObject({ courseId: id }),
    ),
    /** For those who may edit the course. */
    cohort_report: query<v.StrictObjectSchema<{ id: typeof id }, undefined>, CohortReport | null>(
      v.strictObject({ id }),
    ),
    /** `null`: no such certificate, or withdrawn. */
    certificate: query<
      v.StrictObjectSchema<{ id: typeof certificateIdInput }, undefined>,
      CertificateView | null
    >(v.strictObject({ id: certificateIdInput })),
    /** For those who may edit the course. */
    quiz_figures: query<
      v.StrictObjectSchema<{ courseId: typeof id; lessonId: typeof id }, undefined>,
      QuizFigures | null
    >(v.strictObject({ courseId: id, lessonId: id })),
  },
  facts: {
    enrolled: fact<{ courseId: string; memberId: string }>(),
    left: fact<{ courseId: string; memberId: string }>(),
    lesson_completed: fact<{
      courseId: string
      lessonId: string
      memberId: string
      authorId: string | null
    }>(),
    /** All its lessons; told once. */
    completed: fact<{ courseId: string; memberId: string; authorId: string | null }>(),
    published: fact<{ courseId: string; authorId: string | null; first: boolean }>(),
    withdrawn: fact<{ courseId: string }>(),
  },
  own: {
    rows: {
      enrolments: (_row, id, memberId) => id.startsWith(`${memberId}:`),
      cohort_members: (row: CohortMemberRow, _id, memberId) => row.memberId === memberId,
      certificates: (row: CertificateRow, _id, memberId) => row.memberId === memberId,
      quiz_results: (_row, id, memberId) => id.startsWith(`${memberId}:`),
      task_answers: (row: AnswerRow, _id, memberId) => row.memberId === memberId,
      task_reviews: (row: ReviewRow, _id, memberId) => row.by === memberId,
      courses: (row: CourseRow, _id, memberId) => row.authorId === memberId,
    },
    files: (source) => ownTexts(source, lessonRoom),
  },
})

export function courseItem(courseId: string): string {
  return `course:${courseId}`
}

/** Who may know of a course and of what its lessons are called. */
export function catalogueAudience(shown: Shown, courseId: string): Audience[] {
  if (!shown.published) return [...own(shown), 'role:owner']
  return withAuthor(shown, shownTo(shown.opening, courseItem(courseId)))
}

/** Who may open a lesson: of what is sold, previews go as far as the catalogue does; before its time nobody. */
export function textAudience(text: LessonShown): Audience[] {
  if (isToOpen(text)) return [...own(text), 'role:owner']
  if (!text.published || text.free) return catalogueAudience(text, text.courseId)
  return withAuthor(text, openTo(text.opening, courseItem(text.courseId)))
}

/** Where attempts are counted, nobody who takes the quiz may know what is right. */
export function keyAudience(row: QuizKeyRow): Audience[] {
  return row.attempts > 0 ? [...own(row), 'role:owner'] : textAudience(row)
}

/** What is a member's own, and of those who run the course. */
export function reviewedAudience(row: { memberId: string; authorId: string | null }): Audience[] {
  return [`member:${row.memberId}`, ...own(row), 'role:owner']
}

function own(shown: Pick<Shown, 'authorId'>): Audience[] {
  return shown.authorId === null ? [] : [`member:${shown.authorId}`]
}

function withAuthor(shown: Shown, audiences: Audience[]): Audience[] {
  const includesThem = audiences.includes('everyone') || audiences.includes('members')
  return includesThem ? audiences : [...audiences, ...own(shown)]
}

/** Is its time still to come? */
export function isToOpen(lesson: Pick<LessonShown, 'opensAt'>): boolean {
  return lesson.opensAt !== null && lesson.opensAt !== undefined
}

export function canTeach(viewer: Viewer): boolean {
  return holds(viewer, 'author')
}

/** Imported courses have no author among the members: owners look after them. */
export function canEditCourse(viewer: Viewer, course: Pick<Shown, 'authorId'>): boolean {
  return holds(viewer, 'owner') || (canTeach(viewer) && viewer.id === course.authorId)
}

export function canWithdrawCourse(viewer: Viewer, course: Pick<Shown, 'authorId'>): boolean {
  return holds(viewer, 'moderator') || canEditCourse(viewer, course)
}

export function canAssign(viewer: Viewer): boolean {
  return holds(viewer, 'owner')
}

/** Nobody can be made to take a course that they may not open. */
export function isOpenFor(rule: Opening, to: string): boolean {
  if (rule.to === 'public' || rule.to === 'members') return true
  return rule.to === 'groups' && (rule.groups ?? []).some((group) => to === `group:${group}`)
}

export function enrolmentId(memberId: string, courseId: string): string {
  return `${memberId}:${courseId}`
}

export function lessonRoom(lessonId: string): string {
  return `lesson/${lessonId}`
}

/** A course or lesson that is still on its way to the server has its id for a slug. */
export function coursePath(course: Pick<CourseRow, 'slug'>): string {
  return `/learn/${encodeURIComponent(course.slug)}`
}

export function lessonPath(course: Pick<CourseRow, 'slug'>, lesson: Pick<LessonRow, 'slug'>): string {
  return `${coursePath(course)}/${encodeURIComponent(lesson.slug)}`
}

/** Where the app has pages of its own. */
export const reservedCourseSlugs: ReadonlySet<string> = new Set(['new'])
export const reservedLessonSlugs: ReadonlySet<string> = new Set(['edit', 'report', 'cohorts', 'assignments'])

/**
 * At 220 words of English or 400 characters of 中文 a minute. 0: nothing is known that would take time.
 * @param seconds of its film or recording
 */
export function lessonMinutes(lesson: Pick<LessonRow, 'words' | 'lang'>, seconds = 0): number {
  const minutes = lesson.words / (lesson.lang === 'zh' ? 400 : 220) + seconds / 60
  return minutes === 0 ? 0 : Math.max(1, Math.round(minutes))
}

/** Short, and different for different texts: to notice that a text is not the one that was changed. No secret. */
export function printOf(text: string): string {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    high = Math.imul(high ^ code, 2_654_435_761)
    low = Math.imul(low ^ code, 1_597_334_677)
  }
  return `${text.length.toString(36)}-${(high >>> 0).toString(36)}-${(low >>> 0).toString(36)}`
}

export function quizPrint(questions: readonly Question[]): string {
  return printOf(JSON.stringify(questions))
}
