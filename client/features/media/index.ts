/** Films, recordings and files have no page of their own: they are shown with the lesson or article they belong to. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import type { media as contract } from '#shared/features/media.ts'
import { arrange } from './overlay.ts'

export const media: ClientHalf<typeof contract> = {
  places: [],
  routes: [],
  panels: {
    'media.player': lazy(() => import('./player.tsx').then((m) => ({ default: m.PlayerPanel }))),
    'media.files': lazy(() => import('./files.tsx').then((m) => ({ default: m.FilesPanel }))),
    'media.editor': lazy(() => import('./editor.tsx').then((m) => ({ default: m.MediaEditor }))),
    'media.kept': lazy(() => import('./kept.tsx').then((m) => ({ default: m.KeptMedia }))),
    'media.following': lazy(() => import('./following.tsx').then((m) => ({ default: m.Following }))),
  },
  overlays: {
    arrange,
  },
}
