/** Analytics in the app: one page of figures for those who run the community. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { ChartIcon } from '#client/ui/icons.tsx'
import type { analytics as contract } from '#shared/features/analytics.ts'

export const analytics: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'admin',
      href: '/admin/figures',
      word: 'analytics.title',
      about: 'analytics.lead',
      icon: ChartIcon,
      group: 'insight',
      order: 5,
      needs: 'moderator',
    },
  ],
  routes: [
    {
      path: '/admin/figures',
      page: lazy(() => import('./figures.tsx').then((m) => ({ default: m.FiguresPage }))),
      needs: 'moderator',
    },
  ],
  overlays: {},
}
