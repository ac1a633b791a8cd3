/** What happens with an order's money, whoever tells of it: an owner by hand, or a provider. */
import type { Tx } from '#server/core/feature.ts'
import type { OrderRow, Provider } from '#shared/features/memberships.ts'
import { keepCoupon } from './coupons.ts'
import type { Standing } from './fold.ts'
import { append, type EntryOf, toEntry } from './ledger.ts'
import { settle } from './standing.ts'
import type { Tables } from './tables.ts'

export interface PaymentTold {
  /** Unique over all payments of the provider. */
  key: string
  by: Provider | 'none'
  at: number
  amount: number
  currency: string
  note: string
  /** The provider's own period, of what it renews by itself. */
  period?: { from: number; until: number }
  /** What the provider calls it, for what it will tell later. */
  refs?: readonly string[]
}

export async function orderEntry(tx: Tx, orderId: string): Promise<EntryOf<'order'> | undefined> {
  const found = await tx
    .tables<Tables>()
    .selectFrom('memberships_entry')
    .selectAll()
    .where('id', '=', orderId)
    .where('kind', '=', 'order')
    .executeTakeFirst()
  return found && (toEntry(found) as EntryOf<'order'>)
}

/** The payment and what it gives, in one: there is no moment between them. */
export async function takePayment(tx: Tx, order: EntryOf<'order'>, told: PaymentTold): Promise<void> {
  const { memberId, details } = order
  const shared = { memberId, orderId: order.id, at: told.at, currency: told.currency }
  const payment = await append(tx, {
    ...shared,
    kind: 'payment',
    key: `payment:${told.by}:${told.key}`,
    amount: told.amount,
    cause: order.id,
    details: { by: told.by, note: told.note },
  })
  for (const ref of told.refs ?? []) await keepRef(tx, ref, order.id, payment.id)
  if (!payment.fresh) return
  if (details.coupon !== null) await keepCoupon(tx, { id: order.id, memberId, coupon: details.coupon })
  // Less than was asked for, or other money, opens nothing: it stays in the ledger for an owner to look at.
  const enough =
    told.currency === order.currency && (told.period !== undefined || told.amount >= details.total)
  if (enough) {
    const { subject, title, rank, term } = details
    await append(tx, {
      ...shared,
      kind: 'entitlement',
      // One order gives once, however it was paid; what renews itself gives with every payment.
      key: told.period ? `entitlement:${told.by}:${told.key}` : `entitlement:${order.id}`,
      cause: payment.id,
      details: {
        subject,
        title,
        rank,
        source: `order:${order.id}`,
        term: told.period ? { kind: 'span', ...told.period } : term,
        note: '',
      },
    })
  }
  const standing = await settle(tx, memberId)
  await stopOthers(tx, order, standing)
  await tx.tell('memberships.paid', {
    orderId: order.id,
    memberId,
    subject: details.subject,
    amount: told.amount,
    currency: told.currency,
  })
}

/** Nobody goes on paying for a tier that is part of the one which they have bought, nor for the same one twice. */
async function stopOthers(tx: Tx, order: EntryOf<'order'>, standing: Standing): Promise<void> {
  for (const [id, other] of standing.orders) {
    if (id === order.id || !other.subject.startsWith('tier:') || order.details.rank === 0) continue
    if (!renews(other)) continue
    const entry = await orderEntry(tx, id)
    const isFormer = entry?.details.subject === order.details.subject && entry.at < order.at
    if (entry && (isFormer || entry.details.rank < order.details.rank)) await stopRenewing(tx, id)
  }
}

export async function stopRenewing(tx: Tx, orderId: string): Promise<void> {
  await tx.later('memberships.stop_renewal', { orderId }, { key: `memberships.stop_renewal:${orderId}` })
}

export function renews({ renewal }: Pick<OrderRow, 'renewal'>): boolean {
  return renewal === 'active' || renewal === 'failing'
}

export interface RefundTold {
  key: string
  at: number
  /** How much of the payment has gone back in all, this time included; by a lost dispute: how much that took. */
  refunded: number
  reason: string
  /** Access ends although not all has gone back. */
  end: boolean
  dispute?: string
}

export async function paymentsOf(tx: Tx, orderId: string): Promise<EntryOf<'payment'>[]> {
  const found = await tx
    .tables<Tables>()
    .selectFrom('memberships_entry')
    .selectAll()
    .where('order_id', '=', orderId)
    .where('kind', '=', 'payment')
    .execute()
  return found.map((row) => toEntry(row) as EntryOf<'payment'>)
}

async function refundsOf(tx: Tx, paymentId: string): Promise<EntryOf<'refund'>[]> {
  const found = await tx
    .tables<Tables>()
    .selectFrom('memberships_entry')
    .selectAll()
    .where('cause', '=', paymentId)
    .where('kind', '=', 'refund')
    .execute()
  return found.map((row) => toEntry(row) as EntryOf<'refund'>)
}

const backWith = (refunds: readonly EntryOf<'refund'>[]): number =>
  -refunds.reduce((sum, { amount }) => sum + amount, 0)

/** How much of a payment has gone back. */
export async function refundedOf(tx: Tx, paymentId: string): Promise<number> {
  return backWith(await refundsOf(tx, paymentId))
}

/** Money went back. What a provider tells late or twice changes nothing: it tells the sum, and the ledger has the rest. */
export async function takeRefund(tx: Tx, payment: EntryOf<'payment'>, told: RefundTold): Promise<void> {
  const refunds = await refundsOf(tx, payment.id)
  // Refunds are told as a sum, each lost dispute by itself; together never more than there was.
  const counted = refunds.filter(({ details }) => details.dispute === (told.dispute ?? null))
  const back = Math.max(0, Math.min(told.refunded - backWith(counted), payment.amount - backWith(refunds)))
  const { memberId, orderId } = payment
  const refund = await append(tx, {
    kind: 'refund',
    key: `refund:${told.key}`,
    memberId,
    orderId,
    at: told.at,
    amount: back === 0 ? 0 : -back,
    currency: payment.currency,
    cause: payment.id,
    details: {
      reason: told.reason,
      refunded: told.refunded,
      end: told.end,
      dispute: told.dispute ?? null,
    },
  })
  if (!refund.fresh) return
  const full = told.refunded >= payment.amount
  if (full || told.end) {
    const given = await tx
      .tables<Tables>()
      .selectFrom('memberships_entry')
      .select('id')
      .where('cause', '=', payment.id)
      .where('kind', '=', 'entitlement')
      .executeTakeFirst()
    if (given) {
      await append(tx, {
        kind: 'reversal',
        key: `reversal:${given.id}`,
        memberId,
        orderId,
        at: told.at,
        cause: refund.id,
        details: { entitlementId: given.id, why: told.reason },
      })
    }
  }
  const standing = await settle(tx, memberId)
  if (back === 0) return
  await tx.tell('memberships.refunded', {
    orderId: orderId ?? '',
    memberId,
    subject: standing.orders.get(orderId ?? '')?.subject ?? '',
    amount: back,
    currency: payment.currency ?? '',
    full,
  })
}

/** Remembers what a provider calls an order, or a payment of it. */
export async function keepRef(tx: Tx, ref: string, orderId: string, entryId: string | null): Promise<void> {
  await tx
    .tables<Tables>()
    .insertInto('memberships_ref')
    .values({ ref, order_id: orderId, entry_id: entryId })
    .onConflict((conflict) =>
      entryId === null
        ? conflict.column('ref').doNothing()
        : conflict.column('ref').doUpdateSet({ entry_id: entryId }),
    )
    .execute()
}
