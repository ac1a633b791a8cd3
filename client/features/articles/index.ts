/** Articles in the app: the list, the reading view, drafts and their editor. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { BookIcon } from '#client/ui/icons.tsx'
import type { articles as contract } from '#shared/features/articles.ts'
import type { CommandInput } from '#shared/features/index.ts'
import { keep } from './keep.ts'
import { overlays } from './overlays.ts'

export const articles: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'main',
      href: '/read',
      word: 'app.read',
      icon: BookIcon,
      order: 20,
      keys: 'g r',
      under: ['/write'],
    },
  ],

  routes: [
    {
      path: '/read',
      page: lazy(() => import('./list.tsx').then((module) => ({ default: module.ListPage }))),
    },
    {
      path: '/read/:slug',
      page: lazy(() => import('./article.tsx').then((module) => ({ default: module.ArticlePage }))),
    },
    {
      path: '/write',
      needs: 'author',
      page: lazy(() => import('./drafts.tsx').then((module) => ({ default: module.DraftsPage }))),
    },
    {
      path: '/write/:id/versions',
      needs: 'author',
      page: lazy(() => import('./revisions.tsx').then((module) => ({ default: module.RevisionsPage }))),
    },
    {
      path: '/write/:id',
      needs: 'author',
      page: lazy(() => import('./draft.tsx').then((module) => ({ default: module.DraftPage }))),
    },
  ],
  overlays,
  redraft: {
    // The draft is where it was: publishing only took a copy.
    'articles.publish': (_core, input: CommandInput<'articles.publish'>) =>
      Promise.resolve(`/write/${input.draftId}`),
  },
  panels: {
    'articles.share': lazy(() => import('./share.tsx').then((module) => ({ default: module.SharePanel }))),
  },
  keep,
}
