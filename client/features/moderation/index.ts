/** Moderation in the app: reporting, the queue, rules and log of moderators, and what was decided about oneself. */
import { type Accessor, lazy } from 'solid-js'
import type { Core } from '#client/core/core.ts'
import type { ClientHalf } from '#client/core/feature.ts'
import { FlagIcon, ShieldIcon } from '#client/ui/icons.tsx'
import { canModerate, type moderation as contract } from '#shared/features/moderation.ts'
import { overlays } from './overlays.ts'

function countItems(core: Core): Accessor<number> {
  const items = core.feed.rows('review_items', () => (canModerate(core.session.viewer()) ? {} : undefined))
  return () => items()?.length ?? 0
}

export const moderation: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'admin',
      href: '/admin/moderation',
      word: 'moderation.admin',
      about: 'moderation.admin_lead',
      icon: ShieldIcon,
      order: 5,
      needs: 'moderator',
      badge: countItems,
    },
    {
      in: 'me',
      href: '/me/decisions',
      word: 'moderation.mine',
      about: 'moderation.mine_lead',
      icon: FlagIcon,
      group: 'settings',
      order: 70,
      needs: 'member',
    },
  ],
  routes: [
    {
      path: '/admin/moderation',
      page: lazy(() => import('./queue.tsx').then((m) => ({ default: m.QueuePage }))),
      needs: 'moderator',
    },
    {
      path: '/admin/moderation/rules',
      page: lazy(() => import('./rules.tsx').then((m) => ({ default: m.RulesPage }))),
      needs: 'moderator',
    },
    {
      path: '/admin/moderation/log',
      page: lazy(() => import('./log.tsx').then((m) => ({ default: m.LogPage }))),
      needs: 'moderator',
    },
    {
      path: '/me/decisions',
      page: lazy(() => import('./mine.tsx').then((m) => ({ default: m.MinePage }))),
      needs: 'member',
    },
  ],
  panels: {
    'moderation.report': lazy(() => import('./report.tsx').then((m) => ({ default: m.ReportDialog }))),
    'moderation.take_down': lazy(() =>
      import('./take-down.tsx').then((m) => ({ default: m.TakeDownDialog })),
    ),
    'moderation.actions': lazy(() => import('./actions.tsx').then((m) => ({ default: m.Actions }))),
    'moderation.held': lazy(() => import('./held.tsx').then((m) => ({ default: m.HeldAbout }))),
    'moderation.own_text': lazy(() => import('./own-text.tsx').then((m) => ({ default: m.OwnText }))),
    'moderation.of_member': lazy(() => import('./of-member.tsx').then((m) => ({ default: m.OfMember }))),
  },
  overlays,
}
