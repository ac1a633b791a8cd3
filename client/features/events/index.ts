/** Events in the app: what is coming, an event's programme and one's own schedule in it, a session's page. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { CalendarIcon } from '#client/ui/icons.tsx'
import type { events as contract } from '#shared/features/events.ts'
import { overlays } from './overlays.ts'

export const events: ClientHalf<typeof contract> = {
  places: [{ in: 'main', href: '/events', word: 'app.events', icon: CalendarIcon, order: 50 }],

  routes: [
    {
      path: '/events',
      page: lazy(() => import('./list.tsx').then((module) => ({ default: module.ListPage }))),
    },
    {
      path: '/events/:slug',
      page: lazy(() => import('./event.tsx').then((module) => ({ default: module.EventPage }))),
    },
    {
      path: '/events/:slug/:session',
      page: lazy(() => import('./session.tsx').then((module) => ({ default: module.SessionPage }))),
    },
  ],
  overlays,
}
