/** Courses, server half: see shared/features/courses.ts for what they are. */
import type { ServerHalf } from '#server/core/feature.ts'
import { holds } from '#shared/core/viewer.ts'
import {
  canTeach,
  catalogueAudience,
  type courses as contract,
  keyAudience,
  textAudience,
} from '#shared/features/courses.ts'
import { certificatePage, certificates, certificateView } from './certificates.ts'
import { onDeleted } from './deleted.ts'
import { importCourse } from './import/folder.ts'
import { learning } from './learning.ts'
import { pages, routes } from './pages.ts'
import { figuresOf, quizzes } from './quizzes.ts'
import { reportOn } from './report.ts'
import { migrations } from './tables.ts'
import { writing } from './writing.ts'

export const courses: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    courses_course: ['courses'],
    courses_lesson: ['lessons', 'lesson_texts', 'lesson'],
    courses_removed: 'server',
    courses_enrolment: ['enrolments', 'report'],
    courses_completion: ['enrolments', 'report'],
    courses_assignment: ['assignments'],
    courses_certificate: ['certificates', 'certificate', 'report'],
    courses_quiz: ['quizzes', 'quiz_keys'],
    courses_quiz_attempt: ['quiz_results', 'quiz_figures'],
  },
  commands: { ...writing, ...learning, ...quizzes, ...certificates },
  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  rows: {
    courses: { audience: (course, id) => catalogueAudience(course, id) },
    lessons: { audience: (lesson) => catalogueAudience(lesson, lesson.courseId) },
    lesson_texts: { audience: textAudience },
    enrolments: { audience: (_row, id) => `member:${id.slice(0, id.indexOf(':'))}` },
    certificates: { audience: (certificate) => `member:${certificate.memberId}` },
    quizzes: { audience: textAudience },
    quiz_keys: { audience: keyAudience },
    quiz_results: { audience: (_row, id) => `member:${id.slice(0, id.indexOf(':'))}` },
    assignments: { audience: (assignment) => [assignment.to, 'role:owner'] },
  },
  documents: { lesson: { access: 'row' } },
  queries: {
    report: {
      access: (viewer) => holds(viewer, 'owner'),
      run: ({ reader, services }, input) => reportOn(reader, services, input.courseId),
    },
    // Whoever has its address may check a certificate.
    certificate: { access: () => true, run: ({ reader }, input) => certificateView(reader, input.id) },
    quiz_figures: {
      access: canTeach,
      run: ({ reader, viewer }, input) => figuresOf(reader, viewer, input),
    },
  },
  routes,
  pages: [...pages, certificatePage],
  imports: { course: importCourse },
}
