/** Planning in the app: an event's board, what members propose, and recaps on an event's page. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import type { planning as contract } from '#shared/features/planning.ts'
import { keep } from './keep.ts'
import { overlays } from './overlays.ts'

export const planning: ClientHalf<typeof contract> = {
  routes: [
    {
      path: '/events/proposals',
      page: lazy(() => import('./proposals.tsx').then((m) => ({ default: m.ProposalsPage }))),
      needs: 'member',
    },
    {
      path: '/events/proposals/:id',
      page: lazy(() => import('./proposal.tsx').then((m) => ({ default: m.ProposalPage }))),
      needs: 'member',
    },
    {
      path: '/events/:slug/plan',
      page: lazy(() => import('./plan.tsx').then((m) => ({ default: m.PlanPage }))),
      needs: 'member',
    },
    {
      path: '/events/:slug/plan/:tab',
      page: lazy(() => import('./plan.tsx').then((m) => ({ default: m.PlanPage }))),
      needs: 'member',
    },
  ],
  panels: {
    'planning.of_events': lazy(() => import('./of-events.tsx').then((m) => ({ default: m.OfEvents }))),
    'planning.of_event': lazy(() => import('./of-event.tsx').then((m) => ({ default: m.OfEvent }))),
  },
  overlays,
  keep,
}
