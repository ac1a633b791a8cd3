/** The member's library: what they want to read, what they marked, and what this device keeps. */
import { createMemo, createSignal, lazy, onCleanup } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { mirrorKey } from '#client/parts/own-map.ts'
import { BookmarkIcon } from '#client/ui/icons.tsx'
import { type library as contract, readingList, type Saved } from '#shared/features/library.ts'
import { keep } from './keep.ts'

export const library: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'me',
      href: '/me/library',
      word: 'library.title',
      about: 'library.lead',
      icon: BookmarkIcon,
      order: 5,
      needs: 'member',
      badge(core) {
        const saved = core.local.live<Record<string, Saved>>(mirrorKey('library'))
        const [now, setNow] = createSignal(Date.now())
        const timer = setInterval(() => setNow(Date.now()), 60_000)
        onCleanup(() => clearInterval(timer))
        const due = createMemo(() => readingList(new Map(Object.entries(saved() ?? {})), now()).due.length)
        return due
      },
    },
  ],
  routes: [
    {
      path: '/me/library',
      needs: 'member',
      page: lazy(() => import('./list.tsx').then((m) => ({ default: m.ListPage }))),
    },
    {
      path: '/me/library/highlights',
      needs: 'member',
      page: lazy(() => import('./marks.tsx').then((m) => ({ default: m.MarksPage }))),
    },
    {
      path: '/me/library/device',
      needs: 'member',
      page: lazy(() => import('./device.tsx').then((m) => ({ default: m.DevicePage }))),
    },
  ],
  panels: {
    'library.keep': lazy(() => import('./keep-button.tsx').then((m) => ({ default: m.KeepButton }))),
    'library.share': lazy(() => import('./share.tsx').then((m) => ({ default: m.SharePanel }))),
    'library.due': lazy(() => import('./due.tsx').then((m) => ({ default: m.DuePanel }))),
    'library.notice': lazy(() => import('./notice.tsx').then((m) => ({ default: m.DueNotice }))),
    'library.following': lazy(() => import('./following.tsx').then((m) => ({ default: m.Following }))),
  },
  overlays: {},
  keep,
}
