/** Growth in the app: one's own points and badges, boards, challenges, what is featured, and the rules for owners. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { AwardIcon, TrophyIcon } from '#client/ui/icons.tsx'
import type { growth as contract } from '#shared/features/growth.ts'
import { overlays } from './overlays.ts'

export const growth: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'me',
      href: '/me/growth',
      word: 'growth.mine',
      about: 'growth.mine_lead',
      icon: AwardIcon,
      order: 30,
      needs: 'member',
    },
    {
      in: 'me',
      href: '/growth',
      word: 'growth.title',
      about: 'growth.lead',
      icon: TrophyIcon,
      order: 31,
      needs: 'member',
    },
    {
      in: 'admin',
      href: '/admin/growth',
      word: 'growth.admin',
      about: 'growth.admin_lead',
      icon: AwardIcon,
      group: 'settings',
      order: 60,
      needs: 'owner',
    },
  ],
  routes: [
    {
      path: '/me/growth',
      page: lazy(() => import('./mine.tsx').then((m) => ({ default: m.MinePage }))),
      needs: 'member',
    },
    {
      path: '/growth',
      page: lazy(() => import('./boards.tsx').then((m) => ({ default: m.BoardsPage }))),
      needs: 'member',
    },
    {
      path: '/growth/challenges',
      page: lazy(() => import('./challenges.tsx').then((m) => ({ default: m.ChallengesPage }))),
      needs: 'member',
    },
    {
      path: '/growth/featured',
      page: lazy(() => import('./featured.tsx').then((m) => ({ default: m.FeaturedPage }))),
      needs: 'member',
    },
    {
      path: '/admin/growth',
      page: lazy(() => import('./admin.tsx').then((m) => ({ default: m.AdminGrowth }))),
      needs: 'owner',
    },
  ],
  panels: {
    'growth.of_member': lazy(() => import('./of-member.tsx').then((m) => ({ default: m.OfMember }))),
    'growth.honour': lazy(() => import('./honour.tsx').then((m) => ({ default: m.Honour }))),
  },
  overlays,
}
