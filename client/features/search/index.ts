/** Search in the app: its page, and the dialog that `/` and Ctrl-K open everywhere. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { SearchIcon } from '#client/ui/icons.tsx'
import type { search as contract } from '#shared/features/search.ts'

export const search: ClientHalf<typeof contract> = {
  places: [{ in: 'header', href: '/search', word: 'search.title', icon: SearchIcon, order: 5 }],
  routes: [
    { path: '/search', page: lazy(() => import('./page.tsx').then((m) => ({ default: m.SearchPage }))) },
  ],
  panels: {
    'search.following': lazy(() => import('./following.tsx').then((m) => ({ default: m.Following }))),
  },
  overlays: {},
}
