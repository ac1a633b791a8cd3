/** One's own data in the app: everything of mine as a file, and leaving for good. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { DownloadIcon } from '#client/ui/icons.tsx'
import type { profiles as contract } from '#shared/features/profiles.ts'

export const profiles: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'me',
      href: '/me/data',
      word: 'profiles.data',
      about: 'profiles.data_lead',
      icon: DownloadIcon,
      group: 'settings',
      order: 90,
      needs: 'member',
    },
  ],
  routes: [
    {
      path: '/me/data',
      page: lazy(() => import('./data.tsx').then((m) => ({ default: m.DataPage }))),
      needs: 'member',
    },
  ],
  panels: {
    /** Over every page, for as long as one is about to leave. */
    'profiles.notice': lazy(() => import('./leaving.tsx').then((m) => ({ default: m.LeavingNotice }))),
  },
  overlays: {
    stay: {
      rows: (_input, _entry, _existing, memberId) => [{ table: 'leavings', id: memberId, data: null }],
    },
  },
}
