/** Courses in the app: the catalogue, a course, a lesson, and the forms of those who make them. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { LearnIcon } from '#client/ui/icons.tsx'
import type { courses as contract } from '#shared/features/courses.ts'
import { keep } from './keep.ts'
import { overlays } from './overlays.ts'

export const courses: ClientHalf<typeof contract> = {
  places: [
    { in: 'main', href: '/learn', word: 'courses.place', icon: LearnIcon, order: 30, keys: 'g l' },
    {
      in: 'admin',
      href: '/admin/courses',
      word: 'courses.admin_title',
      about: 'courses.admin_lead',
      icon: LearnIcon,
      order: 300,
      needs: 'owner',
    },
  ],

  routes: [
    {
      path: '/learn',
      page: lazy(() => import('./list.tsx').then((module) => ({ default: module.ListPage }))),
    },
    {
      path: '/learn/new',
      needs: 'author',
      page: lazy(() => import('./new.tsx').then((module) => ({ default: module.NewPage }))),
    },
    {
      path: '/learn/:course',
      page: lazy(() => import('./course.tsx').then((module) => ({ default: module.CoursePage }))),
    },
    {
      path: '/learn/:course/edit',
      needs: 'author',
      page: lazy(() => import('./edit.tsx').then((module) => ({ default: module.EditPage }))),
    },
    {
      path: '/learn/:course/edit/:lesson',
      needs: 'author',
      page: lazy(() => import('./edit-lesson.tsx').then((module) => ({ default: module.EditLessonPage }))),
    },
    {
      path: '/learn/:course/edit/:lesson/quiz',
      needs: 'author',
      page: lazy(() => import('./edit-quiz.tsx').then((module) => ({ default: module.EditQuizPage }))),
    },
    {
      path: '/learn/:course/edit/:lesson/assignment',
      needs: 'author',
      page: lazy(() => import('./edit-task.tsx').then((module) => ({ default: module.EditTaskPage }))),
    },
    {
      path: '/learn/:course/assignments',
      needs: 'member',
      page: lazy(() => import('./assignments.tsx').then((module) => ({ default: module.AssignmentsPage }))),
    },
    {
      path: '/learn/:course/cohorts',
      needs: 'author',
      page: lazy(() => import('./cohorts.tsx').then((module) => ({ default: module.CohortsPage }))),
    },
    {
      path: '/learn/:course/report',
      needs: 'owner',
      page: lazy(() => import('./report.tsx').then((module) => ({ default: module.ReportPage }))),
    },
    {
      path: '/certificates/:id',
      page: lazy(() => import('./certificate.tsx').then((module) => ({ default: module.CertificatePage }))),
    },
    {
      path: '/admin/courses',
      needs: 'owner',
      page: lazy(() => import('./admin.tsx').then((module) => ({ default: module.AdminCourses }))),
    },
    {
      path: '/learn/:course/:lesson',
      page: lazy(() => import('./lesson.tsx').then((module) => ({ default: module.LessonPage }))),
    },
  ],
  panels: {
    'courses.continue': lazy(() =>
      import('./continue.tsx').then((module) => ({ default: module.ContinuePanel })),
    ),
  },
  overlays,
  keep,
}
