/**
 * Events in the app: what is coming, an event's programme and one's own schedule in it, a session's page; one's seat and
 * ticket; and for those who run it who comes, the door, and what was said afterwards.
 */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { CalendarIcon } from '#client/ui/icons.tsx'
import type { events as contract } from '#shared/features/events.ts'
import { overlays } from './overlays.ts'

export const events: ClientHalf<typeof contract> = {
  places: [{ in: 'main', href: '/events', word: 'app.events', icon: CalendarIcon, order: 50, keys: 'g e' }],

  routes: [
    {
      path: '/events',
      page: lazy(() => import('./list.tsx').then((module) => ({ default: module.ListPage }))),
    },
    {
      path: '/events/new',
      page: lazy(() => import('./new.tsx').then((module) => ({ default: module.NewEventPage }))),
      needs: 'moderator',
    },
    {
      path: '/events/:slug/ticket',
      page: lazy(() => import('./ticket.tsx').then((module) => ({ default: module.TicketPage }))),
      needs: 'member',
    },
    {
      path: '/events/:slug/staff',
      page: lazy(() => import('./staff.tsx').then((module) => ({ default: module.StaffPage }))),
      needs: 'member',
    },
    {
      path: '/events/:slug/check-in',
      page: lazy(() => import('./check-in.tsx').then((module) => ({ default: module.CheckInPage }))),
      needs: 'member',
    },
    {
      path: '/events/:slug/after',
      page: lazy(() => import('./after.tsx').then((module) => ({ default: module.AfterPage }))),
      needs: 'member',
    },
    {
      path: '/events/:slug/edit',
      page: lazy(() => import('./edit.tsx').then((module) => ({ default: module.EditEventPage }))),
      needs: 'member',
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
