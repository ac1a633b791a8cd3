/** Courses, server half: see shared/features/courses.ts for what they are. */
import type { ServerHalf } from '#server/core/feature.ts'
import { holds } from '#shared/core/viewer.ts'
import {
  canTeach,
  catalogueAudience,
  type courses as contract,
  keyAudience,
  reviewedAudience,
  textAudience,
} from '#shared/features/courses.ts'
import { onSeeingLess, releaseAbsent } from './answers.ts'
import { certificatePage, certificates, certificateView } from './certificates.ts'
import { cohortMorning, cohortReport, cohorts, remindCohorts } from './cohorts.ts'
import { onDeleted } from './deleted.ts'
import { importCourse } from './import/folder.ts'
import { learning } from './learning.ts'
import { matters } from './matters.ts'
import { openLesson, planOpenings } from './opening.ts'
import { pages, routes } from './pages.ts'
import { figuresOf, quizzes } from './quizzes.ts'
import { reportOn } from './report.ts'
import { migrations } from './tables.ts'
import { remindTasks } from './task-reminders.ts'
import { addHiding, addTasks } from './task-tables.ts'
import { tasks } from './tasks.ts'
import { writing } from './writing.ts'

export const courses: ServerHalf<typeof contract> = {
  migrations: { ...migrations, '005': addTasks, '006': addHiding },
  tables: {
    courses_course: ['courses'],
    courses_lesson: ['lessons', 'lesson_texts', 'lesson'],
    courses_removed: 'server',
    courses_enrolment: ['enrolments', 'report'],
    courses_completion: ['enrolments', 'report'],
    courses_assignment: ['assignments'],
    courses_certificate: ['certificates', 'certificate', 'report'],
    courses_cohort: ['cohorts', 'cohort_report'],
    courses_cohort_member: ['cohort_members', 'cohort_report'],
    courses_quiz: ['quizzes', 'quiz_keys'],
    courses_quiz_attempt: ['quiz_results', 'quiz_figures'],
    courses_task: ['lesson_tasks'],
    courses_answer: ['task_answers', 'peer_answers'],
    courses_review: ['task_reviews', 'peer_answers'],
  },
  commands: { ...writing, ...learning, ...quizzes, ...tasks, ...certificates, ...cohorts },
  on: { 'profiles.deleted': onDeleted, ...onSeeingLess },
  evenUnused: ['profiles.deleted'],
  rows: {
    courses: { audience: (course, id) => catalogueAudience(course, id) },
    lessons: { audience: (lesson) => catalogueAudience(lesson, lesson.courseId) },
    lesson_texts: { audience: textAudience },
    enrolments: { audience: (_row, id) => `member:${id.slice(0, id.indexOf(':'))}` },
    cohorts: { audience: (cohort) => catalogueAudience(cohort, cohort.courseId) },
    cohort_members: { audience: reviewedAudience },
    certificates: { audience: (certificate) => `member:${certificate.memberId}` },
    quizzes: { audience: textAudience },
    quiz_keys: { audience: keyAudience },
    quiz_results: { audience: (_row, id) => `member:${id.slice(0, id.indexOf(':'))}` },
    lesson_tasks: { audience: textAudience },
    task_answers: { audience: reviewedAudience },
    task_reviews: { audience: reviewedAudience },
    peer_answers: { audience: reviewedAudience },
    assignments: { audience: (assignment) => [assignment.to, 'role:owner'] },
  },
  matters,
  documents: { lesson: { access: 'row' } },
  queries: {
    report: {
      access: (viewer) => holds(viewer, 'owner'),
      run: ({ reader, services }, input) => reportOn(reader, services, input.courseId),
    },
    cohort_report: {
      access: canTeach,
      run: ({ reader, viewer }, input) => cohortReport(reader, viewer, input.id),
    },
    // Whoever has its address may check a certificate.
    certificate: { access: () => true, run: ({ reader }, input) => certificateView(reader, input.id) },
    quiz_figures: {
      access: canTeach,
      run: ({ reader, viewer }, input) => figuresOf(reader, viewer, input),
    },
  },
  jobs: {
    open_lesson: openLesson,
    async remind(services) {
      await remindCohorts(services)
      await remindTasks(services)
      // What time has ended nobody has told of.
      await services.transact((tx) => releaseAbsent(tx))
    },
  },
  async start(services) {
    await services.transact(cohortMorning)
    await planOpenings(services)
  },
  routes,
  pages: [...pages, certificatePage],
  imports: { course: importCourse },
}
