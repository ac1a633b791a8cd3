/** Memberships in the app: prices, orders, one's own membership, and what stands in place of what is locked. */
import type { ClientHalf } from '#client/core/feature.ts'
import type { memberships as contract } from '#shared/features/memberships.ts'

export const memberships: ClientHalf<typeof contract> = {
  routes: [],
  overlays: {},
  panels: {},
}
