/** What an act on courses will change, shown before the server has answered. */
import type { Overlay, RowPatch } from '#client/core/feature.ts'
import { previewOf } from '#shared/core/preview.ts'
import { countWords } from '#shared/core/text.ts'
import { type CommunityRow, communityId, type MemberRow } from '#shared/features/accounts.ts'
import type { CertificateRow } from '#shared/features/course-certificates.ts'
import { type CohortMemberRow, type CohortRow, cohortMemberId } from '#shared/features/course-cohorts.ts'
import {
  type QuizKeyRow,
  type QuizResultRow,
  type QuizRow,
  quizParts,
  quizResultId,
  resultAfter,
} from '#shared/features/course-quizzes.ts'
import {
  type AssignmentRow,
  type CourseRow,
  type EnrolmentRow,
  enrolmentId,
  type LessonRow,
  type LessonTextRow,
  lessonRoom,
  quizPrint,
} from '#shared/features/courses.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { settingsOf } from '#shared/features/setup.ts'
import { taskOverlays } from './task-overlays.ts'

type Existing = Parameters<NonNullable<Overlay['rows']>>[2]

function found<R>(existing: Existing, table: string, id: string): R | undefined {
  return existing(table, id)?.data as R | undefined
}

function patch<R>(table: string, id: string, data: Partial<R> | null): RowPatch {
  return { table, id, data: data as Record<string, unknown> | null }
}

const startCourse: Overlay<CommandInput<'courses.start_course'>> = {
  rows(input, entry, existing, memberId) {
    const course: CourseRow = {
      id: input.courseId,
      // The server chooses the address; by its id a course is found in any case.
      slug: input.courseId,
      title: input.title,
      description: '',
      cover: null,
      lang: input.lang,
      tags: [],
      opening: settingsOf(found<CommunityRow>(existing, 'community', communityId)).opening,
      authorId: memberId,
      authorName: found<MemberRow>(existing, 'members', memberId)?.name ?? '',
      published: false,
      chapters: [],
      lessons: 0,
      previews: 0,
      words: 0,
      publishedAt: 0,
      updatedAt: entry.at,
    }
    return [patch('courses', input.courseId, course)]
  },
}

const describeCourse: Overlay<CommandInput<'courses.describe_course'>> = {
  rows: ({ courseId, cover, ...details }, entry) => [
    patch<CourseRow>('courses', courseId, {
      ...details,
      ...(cover === undefined ? {} : { cover }),
      updatedAt: entry.at,
    }),
  ],
}

const arrange: Overlay<CommandInput<'courses.arrange'>> = {
  rows({ courseId, chapters }, entry, existing) {
    const order = chapters.flatMap((chapter) => chapter.lessons.map((id) => ({ id, chapterId: chapter.id })))
    const lessons = order.flatMap(({ id, chapterId }, position) =>
      existing('lessons', id) ? [patch<LessonRow>('lessons', id, { chapterId, position })] : [],
    )
    const outline = chapters.map(({ id, title }) => ({ id, title }))
    return [patch<CourseRow>('courses', courseId, { chapters: outline, updatedAt: entry.at }), ...lessons]
  },
}

const saveLesson: Overlay<CommandInput<'courses.save_lesson'>> = {
  room: (input) => lessonRoom(input.lessonId),
  rows({ courseId, lessonId, chapterId, title, body, free, opensAt }, entry, existing) {
    const course = found<CourseRow>(existing, 'courses', courseId)
    const before = found<LessonRow>(existing, 'lessons', lessonId)
    const text = found<LessonTextRow>(existing, 'lesson_texts', lessonId)
    if (!course) return []
    const { opening, authorId, published, lang, tags } = course
    const at = opensAt === undefined ? (before?.opensAt ?? null) : opensAt
    const isLater = at !== null && at > entry.at
    const shown = { opening, authorId, published, courseId, free, opensAt: isLater ? at : null }
    const lesson: LessonRow = {
      id: lessonId,
      chapterId: before?.chapterId ?? chapterId,
      slug: before?.slug ?? lessonId,
      title,
      position: before?.position ?? course.lessons,
      words: countWords(body),
      preview: isLater ? '' : previewOf(body),
      lang,
      tags,
      updatedAt: entry.at,
      ...shown,
    }
    return [
      patch('lessons', lessonId, lesson),
      patch<LessonTextRow>('lesson_texts', lessonId, {
        sequence: text?.sequence ?? 0,
        ...shown,
      }),
      patch<CourseRow>('courses', courseId, {
        lessons: course.lessons + (before ? 0 : 1),
        updatedAt: entry.at,
      }),
    ]
  },
}

const removeLesson: Overlay<CommandInput<'courses.remove_lesson'>> = {
  rows({ courseId, lessonId }, _entry, existing) {
    const course = found<CourseRow>(existing, 'courses', courseId)
    return [
      patch('lessons', lessonId, null),
      patch('lesson_texts', lessonId, null),
      ...(course
        ? [patch<CourseRow>('courses', courseId, { lessons: Math.max(0, course.lessons - 1) })]
        : []),
    ]
  },
}

const publishCourse: Overlay<CommandInput<'courses.publish_course'>> = {
  rows({ courseId }, entry, existing) {
    const first = found<CourseRow>(existing, 'courses', courseId)?.publishedAt || entry.at
    return [patch<CourseRow>('courses', courseId, { published: true, publishedAt: first })]
  },
}

const withdrawCourse: Overlay<CommandInput<'courses.withdraw_course'>> = {
  rows: ({ courseId }) => [patch<CourseRow>('courses', courseId, { published: false })],
}

function enrolment(
  courseId: string,
  at: number,
  before: EnrolmentRow | undefined,
  done: Record<string, number> = {},
): EnrolmentRow {
  return {
    courseId,
    enrolledAt: before?.enrolledAt ?? at,
    done: { ...done, ...before?.done },
    completedAt: before?.completedAt ?? null,
  }
}

const enrol: Overlay<CommandInput<'courses.enrol'>> = {
  rows({ courseId }, entry, existing, memberId) {
    const id = enrolmentId(memberId, courseId)
    return [patch('enrolments', id, enrolment(courseId, entry.at, found(existing, 'enrolments', id)))]
  },
}

const leave: Overlay<CommandInput<'courses.leave'>> = {
  rows: ({ courseId }, _entry, _existing, memberId) => [
    patch('enrolments', enrolmentId(memberId, courseId), null),
  ],
}

const completeLesson: Overlay<CommandInput<'courses.complete_lesson'>> = {
  rows({ courseId, lessonId }, entry, existing, memberId) {
    const id = enrolmentId(memberId, courseId)
    const before = found<EnrolmentRow>(existing, 'enrolments', id)
    return [patch('enrolments', id, enrolment(courseId, entry.at, before, { [lessonId]: entry.at }))]
  },
}

const saveQuiz: Overlay<CommandInput<'courses.save_quiz'>> = {
  rows({ courseId, lessonId, quiz }, _entry, existing) {
    const lesson = found<LessonRow>(existing, 'lessons', lessonId)
    if (quiz === null) return [patch('quizzes', lessonId, null), patch('quiz_keys', lessonId, null)]
    if (!lesson) return []
    const { opening, authorId, published, free, opensAt = null } = lesson
    const { rules, questions, key } = quizParts(quiz)
    const shown = { courseId, free, opensAt, opening, authorId, published }
    return [
      patch<QuizRow>('quizzes', lessonId, { ...shown, ...rules, questions }),
      patch<QuizKeyRow>('quiz_keys', lessonId, { ...shown, attempts: rules.attempts, key }),
    ]
  },
}

/** Graded here where the key is here; the server's grade takes its place. */
const answerQuiz: Overlay<CommandInput<'courses.answer_quiz'>> = {
  rows({ courseId, lessonId, answers, asked }, entry, existing, memberId) {
    const quiz = found<QuizRow>(existing, 'quizzes', lessonId)
    if (!quiz || (asked !== undefined && asked !== quizPrint(quiz.questions))) return []
    const id = quizResultId(memberId, lessonId)
    const before = found<QuizResultRow>(existing, 'quiz_results', id)
    const key = found<QuizKeyRow>(existing, 'quiz_keys', lessonId)?.key ?? null
    const enrolled = enrolmentId(memberId, courseId)
    return [
      patch('quiz_results', id, resultAfter(quiz, lessonId, before, { at: entry.at, answers }, key)),
      patch('enrolments', enrolled, enrolment(courseId, entry.at, found(existing, 'enrolments', enrolled))),
    ]
  },
}

const showCertificate: Overlay<CommandInput<'courses.show_certificate'>> = {
  rows: ({ id, on }) => [patch<CertificateRow>('certificates', id, { shown: on })],
}

const saveCohort: Overlay<CommandInput<'courses.save_cohort'>> = {
  rows({ id, ...cohort }, _entry, existing) {
    const course = found<CourseRow>(existing, 'courses', cohort.courseId)
    if (!course) return []
    const { opening, authorId, published } = course
    return [patch<CohortRow>('cohorts', id, { ...cohort, opening, authorId, published })]
  },
}

const endCohort: Overlay<CommandInput<'courses.end_cohort'>> = {
  rows: ({ id }) => [patch('cohorts', id, null)],
}

const setCohortMember: Overlay<CommandInput<'courses.set_cohort_member'>> = {
  rows({ id, courseId, memberId, on }, entry, existing) {
    const rowId = cohortMemberId(id, memberId)
    if (!on) return [patch('cohort_members', rowId, null)]
    const authorId = found<CourseRow>(existing, 'courses', courseId)?.authorId ?? null
    const row: CohortMemberRow = { courseId, cohortId: id, memberId, authorId, at: entry.at }
    return [patch('cohort_members', rowId, row)]
  },
}

const assign: Overlay<CommandInput<'courses.assign'>> = {
  rows: ({ to, ...rest }, entry) => [
    patch<AssignmentRow>('assignments', rest.id, { ...rest, to: to as AssignmentRow['to'], at: entry.at }),
  ],
}

const unassign: Overlay<CommandInput<'courses.unassign'>> = {
  rows: ({ id }) => [patch('assignments', id, null)],
}

export const overlays = {
  start_course: startCourse,
  describe_course: describeCourse,
  arrange,
  save_lesson: saveLesson,
  remove_lesson: removeLesson,
  publish_course: publishCourse,
  withdraw_course: withdrawCourse,
  enrol,
  leave,
  complete_lesson: completeLesson,
  save_quiz: saveQuiz,
  answer_quiz: answerQuiz,
  ...taskOverlays,
  save_cohort: saveCohort,
  end_cohort: endCohort,
  set_cohort_member: setCohortMember,
  // The server chooses the id.
  claim_certificate: {},
  show_certificate: showCertificate,
  // Nobody who may revoke a certificate holds it.
  revoke_certificate: {},
  assign,
  unassign,
}
