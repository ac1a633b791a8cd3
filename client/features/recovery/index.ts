/** Recovery copies, client half: what this device offers, and the list for whoever looks after the community. */
import { lazy } from 'solid-js'
import type { ClientHalf } from '#client/core/feature.ts'
import type { recovery as contract } from '#shared/features/recovery.ts'
import { offerOf } from './offer.ts'

export const recovery: ClientHalf<typeof contract> = {
  routes: [],
  panels: {
    'recovery.copies': lazy(() => import('./copies.tsx').then((m) => ({ default: m.Copies }))),
  },
  overlays: {
    offer: {},
    discard: { rows: (input) => [{ table: 'recoveries', id: input.id, data: null }] },
  },
  offer: offerOf,
}
