/** Memberships on the server: a ledger, what follows from it, and the providers that money comes through. */
import type { ServerHalf } from '#server/core/feature.ts'
import { isMember } from '#shared/core/viewer.ts'
import { canSell, type memberships as contract, discountOf } from '#shared/features/memberships.ts'
import { cancelOrder, order, redeem, stopRenewal } from './buying.ts'
import { offerOf } from './catalogue.ts'
import { checkoutPage, offerProviders, refundAtProvider, stopRenewalAtProvider } from './charging.ts'
import { codesOf, endCodes, makeCodes } from './codes.ts'
import { openCoupon } from './coupons.ts'
import { onDeleted } from './deleted.ts'
import { pages } from './pages.ts'
import { providerOf } from './providers.ts'
import { endExpired } from './recurring.ts'
import { ledgerCsv, revenue } from './revenue.ts'
import * as selling from './selling.ts'
import { migrations } from './tables.ts'
import { applyTold, reconcile, routes } from './webhooks.ts'

const hour = 3_600_000
const day = 24 * hour

export const memberships: ServerHalf<typeof contract> = {
  migrations,
  tables: {
    memberships_tier: ['tiers'],
    memberships_price: ['prices'],
    memberships_setting: ['payment_ways'],
    memberships_entry: ['orders', 'entitlements', 'revenue', 'ledger'],
    memberships_order: ['orders'],
    memberships_entitlement: ['entitlements'],
    memberships_grant: 'server',
    memberships_ref: 'server',
    memberships_event: 'server',
    memberships_coupon: ['coupons', 'quote'],
    memberships_coupon_use: 'server',
    memberships_batch: ['code_batches'],
    memberships_code: ['codes'],
    memberships_redemption: 'server',
  },
  commands: {
    order,
    cancel_order: cancelOrder,
    stop_renewal: stopRenewal,
    redeem,
    save_tier: selling.saveTier,
    archive_tier: selling.archiveTier,
    rank_tiers: selling.rankTiers,
    set_price: selling.setPrice,
    describe_payment: selling.describePayment,
    mark_paid: selling.markPaid,
    refund: selling.refund,
    give: selling.give,
    end: selling.end,
    make_codes: makeCodes,
    end_codes: endCodes,
    save_coupon: selling.saveCoupon,
    end_coupon: selling.endCoupon,
  },
  on: { 'profiles.deleted': onDeleted },
  evenUnused: ['profiles.deleted'],
  rows: {
    tiers: { audience: () => 'everyone' },
    prices: { audience: () => 'everyone' },
    payment_ways: { audience: () => 'members' },
    // Members see their own money, owners everybody's, and nobody else any.
    orders: { audience: (row) => [`member:${row.memberId}`, 'role:owner'] },
    entitlements: { audience: (row) => [`member:${row.memberId}`, 'role:owner'] },
    coupons: { audience: () => 'role:owner' },
    code_batches: { audience: () => 'role:owner' },
  },
  documents: {},
  queries: {
    quote: {
      access: isMember,
      async run({ reader, viewer, services }, input) {
        const offer = await offerOf(reader, viewer, input.subject, input.priceId)
        if (!offer.ok) return { quote: null, reason: offer.error.reason ?? '' }
        const { amount, currency } = offer.value
        if (input.coupon === null) return { quote: { amount, currency, discount: 0, total: amount } }
        const memberId = viewer.id ?? ''
        if (!(await services.allowRate(`memberships.quote:${memberId}`, 30, 600)))
          return { quote: null, reason: 'memberships.coupon_slowly' }
        const coupon = await openCoupon(reader, { ...input, code: input.coupon, memberId, currency })
        if (!coupon.ok) return { quote: null, reason: coupon.error.reason ?? '' }
        const discount = discountOf(coupon.value.row, amount)
        return { quote: { amount, currency, discount, total: amount - discount } }
      },
    },
    checkout: {
      access: isMember,
      run: ({ services, reader, viewer }, input) => checkoutPage(services, reader, viewer, input.orderId),
    },
    codes: { access: canSell, run: ({ reader }, input) => codesOf(reader, input.batchId) },
    revenue: { access: canSell, run: ({ reader }) => revenue(reader) },
    ledger: { access: canSell, run: async ({ reader }) => ({ csv: await ledgerCsv(reader) }) },
  },
  routes,
  pages,
  jobs: {
    apply: applyTold,
    refund: refundAtProvider,
    stop_renewal: stopRenewalAtProvider,
    async reconcile(services) {
      // The next one first: it comes whatever becomes of this one.
      await services.transact((tx) =>
        tx.later('memberships.reconcile', {}, { at: tx.now + day, key: 'memberships.reconcile' }),
      )
      await reconcile(services)
    },
    async expire(services) {
      await services.transact((tx) =>
        tx.later('memberships.expire', {}, { at: tx.now + hour, key: 'memberships.expire' }),
      )
      await endExpired(services)
    },
  },
  async start(services) {
    await offerProviders(services)
    const provider = await providerOf(services)
    await services.transact(async (tx) => {
      await tx.later('memberships.expire', {}, { key: 'memberships.expire' })
      // Whatever did not arrive: once the server can be reached, so not at once.
      if (provider)
        await tx.later('memberships.reconcile', {}, { at: tx.now + hour, key: 'memberships.reconcile' })
      // Whatever was told before a crash and not done.
      await tx.later('memberships.apply', {}, { key: 'memberships.apply' })
    })
  },
}
