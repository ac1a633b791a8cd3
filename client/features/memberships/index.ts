/** Memberships in the app: prices, orders, one's own membership, and what stands in place of what is locked. */
import { lazy } from 'solid-js'
import type { Core } from '#client/core/core.ts'
import type { ClientHalf } from '#client/core/feature.ts'
import { ChartIcon, ReceiptIcon, StarIcon, TagIcon, TicketIcon } from '#client/ui/icons.tsx'
import type { memberships as contract } from '#shared/features/memberships.ts'
import { overlays } from './overlays.ts'

function isSomethingSold(core: Core): () => boolean {
  const tiers = core.feed.rows('tiers', () => ({ by: 'rank' }))
  return () => (tiers() ?? []).some(({ data }) => !data.archived)
}

/** Orders that wait for somebody to look for their money. */
function waitingOrders(core: Core): () => number {
  const open = core.feed.rows('orders', () => ({ by: 'state', equals: 'open' }))
  return () => (open() ?? []).filter(({ data }) => data.provider === 'manual').length
}

export const memberships: ClientHalf<typeof contract> = {
  places: [
    {
      in: 'me',
      href: '/me/membership',
      word: 'memberships.title',
      about: 'memberships.me_about',
      icon: TicketIcon,
      order: 20,
      needs: 'member',
    },
    {
      in: 'me',
      href: '/pricing',
      word: 'memberships.pricing',
      about: 'memberships.pricing_lead',
      icon: TagIcon,
      order: 21,
      shown: isSomethingSold,
    },
    {
      in: 'admin',
      href: '/admin/orders',
      word: 'memberships.admin_orders',
      about: 'memberships.admin_orders_lead',
      icon: ReceiptIcon,
      group: 'money',
      order: 200,
      needs: 'owner',
      badge: waitingOrders,
    },
    {
      in: 'admin',
      href: '/admin/tiers',
      word: 'memberships.admin_tiers',
      about: 'memberships.admin_tiers_lead',
      icon: TagIcon,
      group: 'money',
      order: 210,
      needs: 'owner',
    },
    {
      in: 'admin',
      href: '/admin/codes',
      word: 'memberships.admin_codes',
      about: 'memberships.admin_codes_lead',
      icon: StarIcon,
      group: 'money',
      order: 220,
      needs: 'owner',
    },
    {
      in: 'admin',
      href: '/admin/entitlements',
      word: 'memberships.admin_holdings',
      about: 'memberships.admin_holdings_lead',
      icon: TicketIcon,
      group: 'money',
      order: 230,
      needs: 'owner',
    },
    {
      in: 'admin',
      href: '/admin/revenue',
      word: 'memberships.admin_revenue',
      about: 'memberships.admin_revenue_lead',
      icon: ChartIcon,
      group: 'money',
      order: 240,
      needs: 'owner',
    },
  ],
  routes: [
    { path: '/pricing', page: lazy(() => import('./pricing.tsx').then((m) => ({ default: m.Pricing }))) },
    {
      path: '/buy/:subject',
      page: lazy(() => import('./buy.tsx').then((m) => ({ default: m.Buy }))),
      needs: 'member',
    },
    {
      path: '/me/membership',
      page: lazy(() => import('./membership.tsx').then((m) => ({ default: m.Membership }))),
      needs: 'member',
    },
    {
      path: '/me/orders/:id',
      page: lazy(() => import('./order.tsx').then((m) => ({ default: m.Order }))),
      needs: 'member',
    },
    {
      path: '/admin/orders',
      page: lazy(() => import('./admin-orders.tsx').then((m) => ({ default: m.AdminOrders }))),
      needs: 'owner',
    },
    {
      path: '/admin/tiers',
      page: lazy(() => import('./admin-tiers.tsx').then((m) => ({ default: m.AdminTiers }))),
      needs: 'owner',
    },
    {
      path: '/admin/codes',
      page: lazy(() => import('./admin-codes.tsx').then((m) => ({ default: m.AdminCodes }))),
      needs: 'owner',
    },
    {
      path: '/admin/entitlements',
      page: lazy(() => import('./admin-holdings.tsx').then((m) => ({ default: m.AdminHoldings }))),
      needs: 'owner',
    },
    {
      path: '/admin/revenue',
      page: lazy(() => import('./admin-revenue.tsx').then((m) => ({ default: m.AdminRevenue }))),
      needs: 'owner',
    },
  ],
  overlays,
  panels: {
    'memberships.locked': lazy(() => import('./locked.tsx').then((m) => ({ default: m.Locked }))),
  },
}
