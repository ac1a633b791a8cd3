/** Threads in the app: lists, a thread's page, panels under articles and sessions, and mentions. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { DiscussIcon } from '#client/ui/icons.tsx'
import type { discussions as contract } from '#shared/features/discussions.ts'
import { keep } from './keep.ts'
import { overlays } from './overlays.ts'
import { redraft } from './redraft.ts'

export const discussions: ClientHalf<typeof contract> = {
  places: [{ in: 'main', href: '/discuss', word: 'app.discuss', icon: DiscussIcon, order: 40, keys: 'g d' }],

  routes: [
    {
      path: '/discuss',
      needs: 'member',
      page: lazy(() => import('./list.tsx').then((module) => ({ default: module.ListPage }))),
    },
    {
      path: '/discuss/new',
      needs: 'member',
      page: lazy(() => import('./new.tsx').then((module) => ({ default: module.NewThreadPage }))),
    },
    {
      path: '/discuss/:id',
      needs: 'member',
      page: lazy(() => import('./thread.tsx').then((module) => ({ default: module.ThreadPage }))),
    },
  ],
  overlays,
  redraft,
  panels: {
    'discussions.under': lazy(() => import('./under.tsx').then((module) => ({ default: module.UnderPanel }))),
    'discussions.share': lazy(() => import('./share.tsx').then((module) => ({ default: module.SharePanel }))),
    'discussions.mentions': lazy(() =>
      import('./mentions.tsx').then((module) => ({ default: module.MentionsPanel })),
    ),
  },
  keep,
}
