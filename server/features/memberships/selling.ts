/** What owners do: tiers, prices, coupons, orders paid by hand, refunds, gifts. */
import type { Act, CommandHandler, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import {
  type CouponRow,
  canSell,
  type EntitlementRow,
  type memberships,
  type OrderRow,
  type TierRow,
} from '#shared/features/memberships.ts'
import { noOrder } from './buying.ts'
import { allTiers, keepTier, keepWays, noSubject, tierById, titleOf, ways } from './catalogue.ts'
import { rankOf } from './codes.ts'
import { publishCoupon } from './coupons.ts'
import { append, isTaken } from './ledger.ts'
import { orderEntry, paymentsOf, refundedOf, renews, stopRenewing, takePayment, takeRefund } from './money.ts'
import { settle } from './standing.ts'
import type { Tables } from './tables.ts'

type Input<K extends keyof typeof memberships.commands> = InputOf<(typeof memberships.commands)[K]>

const allow = (act: Act): Result<unknown> =>
  canSell(act.viewer) ? ok() : refuse('forbidden', 'only owners see money')

const noTier = refuse('not_found', 'no such tier', { field: 'id', reason: 'memberships.refused_no_subject' })

export const saveTier: CommandHandler<Input<'save_tier'>> = {
  allow,
  async handle({ tx }, input) {
    const { id, ...shown } = input
    const before = await tierById(tx, id)
    const tiers = await allTiers(tx)
    const top = Math.max(0, ...tiers.map(({ tier }) => tier.rank))
    const tier: TierRow = { rank: before?.rank ?? top + 1, archived: before?.archived ?? 0, ...shown }
    await keepTier(tx, id, tier)
    return ok({})
  },
}

export const archiveTier: CommandHandler<Input<'archive_tier'>> = {
  allow,
  async handle({ tx }, input) {
    const tier = await tierById(tx, input.id)
    if (!tier) return noTier
    await keepTier(tx, input.id, { ...tier, archived: input.archived ? 1 : 0 })
    return ok({})
  },
}

export const rankTiers: CommandHandler<Input<'rank_tiers'>> = {
  allow,
  async handle({ tx }, { ids }) {
    const tiers = await allTiers(tx)
    const known = tiers.map(({ id }) => id)
    if (new Set(ids).size !== known.length || !ids.every((id) => known.includes(id)))
      return refuse('conflict', 'not the tiers that there are', { field: 'ids' })
    for (const { id, tier } of tiers) {
      const rank = ids.indexOf(id) + 1
      if (rank !== tier.rank) await keepTier(tx, id, { ...tier, rank })
    }
    // What a tier opens besides itself follows from its rank, for whoever has one now.
    const held = await tx
      .tables<Tables>()
      .selectFrom('memberships_entitlement')
      .select('member_id')
      .distinct()
      .where('state', '=', 'granted')
      .where('subject', 'like', 'tier:%')
      .execute()
    for (const { member_id } of held) await settle(tx, member_id)
    return ok({})
  },
}

export const setPrice: CommandHandler<Input<'set_price'>> = {
  allow,
  async handle({ tx, viewer }, { item, amount, currency }) {
    if (!item.startsWith('item:') || !(await titleOf(tx, viewer, item))) return noSubject
    const db = tx.tables<Tables>()
    if (amount === null) {
      await db.deleteFrom('memberships_price').where('subject', '=', item).execute()
      await tx.publish('prices', item, null)
      return ok({})
    }
    await db
      .insertInto('memberships_price')
      .values({ subject: item, amount, currency })
      .onConflict((conflict) => conflict.column('subject').doUpdateSet({ amount, currency }))
      .execute()
    await tx.publish('prices', item, { amount, currency })
    return ok({})
  },
}

export const describePayment: CommandHandler<Input<'describe_payment'>> = {
  allow,
  async handle({ tx }, input) {
    const { providers } = await ways(tx)
    await keepWays(tx, { ...input, providers })
    return ok({})
  },
}

export const markPaid: CommandHandler<Input<'mark_paid'>> = {
  allow,
  async handle({ tx }, { orderId, note }) {
    const order = await orderEntry(tx, orderId)
    if (!order) return noOrder
    if ((await paymentsOf(tx, orderId)).length > 0) {
      return refuse('conflict', 'it has been paid', { reason: 'memberships.refused_paid_already' })
    }
    await takePayment(tx, order, {
      key: orderId,
      by: 'manual',
      at: tx.now,
      amount: order.details.total,
      currency: order.currency ?? '',
      note,
    })
    return ok({})
  },
}

export const refund: CommandHandler<Input<'refund'>> = {
  allow,
  async handle({ tx }, input) {
    if (!(await orderEntry(tx, input.orderId))) return noOrder
    // The newest payment first: of what renews itself that is the period which somebody does not want.
    const payments = (await paymentsOf(tx, input.orderId)).sort((a, b) => b.at - a.at)
    for (const payment of payments) {
      const refunded = await refundedOf(tx, payment.id)
      const left = payment.amount - refunded
      if (left < input.amount) continue
      if (payment === payments[0] && (input.end || input.amount === left)) await endRenewal(tx, input.orderId)
      if (payment.details.by === 'stripe') {
        await append(tx, {
          kind: 'refund_asked',
          key: `refund_asked:${input.id}`,
          memberId: payment.memberId,
          orderId: payment.orderId,
          cause: payment.id,
          details: { reason: input.reason, amount: input.amount, end: input.end },
        })
        await settle(tx, payment.memberId)
        await tx.later('memberships.refund', {
          paymentId: payment.id,
          amount: input.amount,
          refundId: input.id,
        })
        return ok({ state: 'asked' })
      }
      await takeRefund(tx, payment, {
        key: input.id,
        at: tx.now,
        refunded: refunded + input.amount,
        reason: input.reason,
        end: input.end,
      })
      return ok({ state: 'done' })
    }
    return refuse('conflict', 'more than was paid', {
      field: 'amount',
      reason: 'memberships.refused_too_much',
    })
  },
}

/** Whoever has nothing of it any more is not charged for it again. */
async function endRenewal(tx: Tx, orderId: string): Promise<void> {
  const order = await tx.row<OrderRow>('orders', orderId)
  if (order && renews(order)) await stopRenewing(tx, orderId)
}

export const give: CommandHandler<Input<'give'>> = {
  allow,
  async handle({ tx, viewer }, input) {
    const title = await titleOf(tx, viewer, input.subject)
    if (!title) return noSubject
    const receiver = await tx.viewerOf(input.memberId)
    if (receiver.id === null) return refuse('not_found', 'no such member', { field: 'memberId' })
    const { id, subject, term, memberId, reason } = input
    if (await isTaken(tx, id)) return refuse('conflict', 'something has this id', { field: 'id' })
    await append(tx, {
      id,
      kind: 'entitlement',
      key: `entitlement:admin:${id}`,
      memberId,
      details: {
        subject,
        title,
        term,
        note: reason,
        source: `admin:${id}`,
        rank: await rankOf(tx, subject),
      },
    })
    await settle(tx, memberId)
    return ok({})
  },
}

export const end: CommandHandler<Input<'end'>> = {
  allow,
  async handle({ tx }, { id, reason }) {
    const found = await tx
      .tables<Tables>()
      .selectFrom('memberships_entitlement')
      .select(['member_id', 'details'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!found) return refuse('not_found', 'no such entitlement', { field: 'id' })
    await append(tx, {
      kind: 'reversal',
      key: `reversal:admin:${id}`,
      memberId: found.member_id,
      details: { entitlementId: id, why: reason },
    })
    const { source } = JSON.parse(found.details) as EntitlementRow
    if (source.startsWith('order:')) await endRenewal(tx, source.slice('order:'.length))
    await settle(tx, found.member_id)
    return ok({})
  },
}

export const saveCoupon: CommandHandler<Input<'save_coupon'>> = {
  allow,
  async handle({ tx }, { id, ...input }) {
    const db = tx.tables<Tables>()
    const other = await db
      .selectFrom('memberships_coupon')
      .select('id')
      .where('code', '=', input.code)
      .executeTakeFirst()
    if (other && other.id !== id) {
      return refuse('conflict', 'another coupon has this code', {
        field: 'code',
        reason: 'memberships.refused_coupon_taken',
      })
    }
    const before = await db
      .selectFrom('memberships_coupon')
      .select('details')
      .where('id', '=', id)
      .executeTakeFirst()
    const at = before ? (JSON.parse(before.details) as CouponRow).at : tx.now
    const row: CouponRow = { ...input, used: 0, ended: 0, at }
    const values = { code: input.code, limit_of: input.limit, details: JSON.stringify(row) }
    await db
      .insertInto('memberships_coupon')
      .values({ id, used: 0, ...values })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
      .execute()
    await publishCoupon(tx, id)
    return ok({})
  },
}

export const endCoupon: CommandHandler<Input<'end_coupon'>> = {
  allow,
  async handle({ tx }, { id }) {
    const db = tx.tables<Tables>()
    const found = await db
      .selectFrom('memberships_coupon')
      .select('details')
      .where('id', '=', id)
      .executeTakeFirst()
    if (!found) return refuse('not_found', 'no such coupon', { field: 'id' })
    const row: CouponRow = { ...(JSON.parse(found.details) as CouponRow), ended: 1 }
    await db
      .updateTable('memberships_coupon')
      .set({ details: JSON.stringify(row) })
      .where('id', '=', id)
      .execute()
    await publishCoupon(tx, id)
    return ok({})
  },
}
