/** Notices in the app: the inbox in the header, what one hears of and where, and which threads one follows. */
import { createMemo, lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { BellIcon } from '#client/ui/icons.tsx'
import type { notifications as contract } from '#shared/features/notifications.ts'
import { overlays } from './overlays.ts'

export const notifications: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'header',
      href: '/inbox',
      word: 'notifications.title',
      icon: BellIcon,
      order: 10,
      keys: 'g i',
      needs: 'member',
      badge(core) {
        const notices = core.feed.rows('notices', () => ({ by: 'at', reverse: true }))
        const unread = createMemo(() => notices()?.filter(({ data }) => data.readAt === null).length ?? 0)
        return unread
      },
    },
    {
      in: 'me',
      href: '/me/notices',
      word: 'notifications.settings',
      about: 'notifications.settings_about',
      icon: BellIcon,
      group: 'settings',
      order: 50,
      needs: 'member',
    },
  ],
  routes: [
    {
      path: '/inbox',
      page: lazy(() => import('./inbox.tsx').then((m) => ({ default: m.InboxPage }))),
      needs: 'member',
    },
    {
      path: '/me/notices',
      page: lazy(() => import('./settings.tsx').then((m) => ({ default: m.SettingsPage }))),
      needs: 'member',
    },
  ],
  panels: {
    'notifications.follow': lazy(() => import('./follow.tsx').then((m) => ({ default: m.Follow }))),
    'notifications.following': lazy(() => import('./following.tsx').then((m) => ({ default: m.Following }))),
  },
  overlays,
}
