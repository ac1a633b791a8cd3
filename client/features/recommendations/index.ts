/** Recommendations on the device: the Home page, where they are shown, and what a member decides about them. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import { HomeIcon, SparklesIcon } from '#client/ui/icons.tsx'
import { modelStateId } from '#shared/features/recommendation-models.ts'
import type { recommendations as contract } from '#shared/features/recommendations.ts'

export const recommendations: ClientHalf<typeof contract> = {
  places: [
    { in: 'main', href: '/', word: 'app.home', icon: HomeIcon, order: 10, keys: 'g h' },
    {
      in: 'me',
      href: '/me/portrait',
      word: 'recommendations.portrait',
      about: 'recommendations.portrait_lead',
      icon: SparklesIcon,
      order: 40,
      needs: 'member',
    },
    {
      in: 'admin',
      href: '/admin/portraits',
      word: 'recommendations.portraits',
      about: 'recommendations.portraits_lead',
      icon: SparklesIcon,
      group: 'insight',
      order: 75,
      needs: 'moderator',
    },
    {
      in: 'admin',
      href: '/admin/model',
      word: 'models.title',
      about: 'models.lead',
      icon: SparklesIcon,
      group: 'insight',
      order: 76,
      needs: 'owner',
    },
  ],

  routes: [
    { path: '/', page: lazy(() => import('./home.tsx').then((m) => ({ default: m.Home }))) },
    {
      path: '/me/portrait',
      page: lazy(() => import('./portrait.tsx').then((m) => ({ default: m.PortraitPage }))),
      needs: 'member',
    },
    {
      path: '/admin/portraits',
      page: lazy(() => import('./portrait-groups.tsx').then((m) => ({ default: m.PortraitGroupsPage }))),
      needs: 'moderator',
    },
    {
      path: '/admin/model',
      page: lazy(() => import('./model-page.tsx').then((m) => ({ default: m.ModelPage }))),
      needs: 'owner',
    },
  ],

  panels: {
    'recommendations.settings': lazy(() => import('./settings.tsx').then((m) => ({ default: m.Settings }))),
    'recommendations.related': lazy(() => import('./related.tsx').then((m) => ({ default: m.Related }))),
    'recommendations.similar': lazy(() => import('./similar.tsx').then((m) => ({ default: m.Similar }))),
    'recommendations.gaps': lazy(() => import('./gaps.tsx').then((m) => ({ default: m.GapsPanel }))),
    /** Draws nothing: fetches new models and sends what its member shares. Once, in the shell. */
    'recommendations.following': lazy(() =>
      import('./following.tsx').then((m) => ({ default: m.Following })),
    ),
  },

  overlays: {
    set_sharing: {
      rows: ({ on }, entry, existing, memberId) => {
        const items = on ? (existing('sharing', memberId)?.data.items ?? 0) : 0
        return [{ table: 'sharing', id: memberId, data: { on, items, at: entry.at } }]
      },
    },
    share_reads: {},
    retrain: {},
    cancel_training: {
      rows: (_input, _entry, existing) => {
        const run = existing('model_states', modelStateId)?.data.run
        return run
          ? [{ table: 'model_states', id: modelStateId, data: { run: { ...run, cancelling: true } } }]
          : []
      },
    },
    roll_back: {},
    unpin: { rows: () => [{ table: 'model_states', id: modelStateId, data: { pinned: null } }] },
    try_weights: {},
    set_weights: {
      rows: (weights) => [{ table: 'model_states', id: modelStateId, data: { weights } }],
    },
  },
}
