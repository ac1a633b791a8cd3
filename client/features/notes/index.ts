/** Shared notes in the app: a panel on a session's page, and a page of their own. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import type { notes as contract } from '#shared/features/notes.ts'
import { keep } from './keep.ts'
import { overlays } from './overlays.ts'

export const notes: ClientHalf<typeof contract> = {
  routes: [
    {
      path: '/events/:slug/:sessionId/notes',
      page: lazy(() => import('./page.tsx').then((module) => ({ default: module.NotesPage }))),
    },
    {
      path: '/events/:slug/:sessionId/notes/history',
      page: lazy(() => import('./history.tsx').then((module) => ({ default: module.HistoryPage }))),
    },
  ],
  overlays,
  panels: {
    'notes.of': lazy(() => import('./panel.tsx').then((module) => ({ default: module.NotesPanel }))),
  },
  keep,
}
