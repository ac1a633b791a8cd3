/**
 * What providers told, done: once, and with the same end whatever order it came in. What is told of a payment that is
 * not known yet waits for it; everything else has its place in the ledger by its own time.
 */
import type { Tx } from '#server/core/feature.ts'
import type { Provider } from '#shared/features/memberships.ts'
import { append, type EntryOf, toEntry } from './ledger.ts'
import { keepRef, orderEntry, takePayment, takeRefund } from './money.ts'
import type { About, Told } from './providers.ts'
import { settle } from './standing.ts'
import type { Tables } from './tables.ts'

/** `waiting`: for what it is about. */
export async function take(tx: Tx, by: Provider, told: Told): Promise<'done' | 'waiting'> {
  const order = await orderOf(tx, told)
  if (!order) return 'waiting'
  const shared = { memberId: order.memberId, orderId: order.id, at: told.at }
  switch (told.what) {
    case 'linked':
      for (const ref of told.refs) await keepRef(tx, ref, order.id, null)
      return 'done'
    case 'paid': {
      const { key, at, amount, currency, period, refs } = told
      await takePayment(tx, order, {
        key,
        by,
        at,
        amount,
        currency,
        note: '',
        // A subscription's name is not this payment's: the next one has it, too.
        refs: refs.filter((ref) => !ref.startsWith('sub_')),
        ...(period ? { period } : {}),
      })
      for (const ref of refs) await keepRef(tx, ref, order.id, null)
      return 'done'
    }
    case 'renewal': {
      for (const ref of told.refs) await keepRef(tx, ref, order.id, null)
      const { subscription, status, ending } = told
      const key = `renewal:${by}:${told.key}`
      await append(tx, {
        ...shared,
        kind: 'renewal',
        key,
        cause: order.id,
        details: { subscription, status, ending },
      })
      await settle(tx, order.memberId)
      return 'done'
    }
    case 'failed': {
      const failed = await append(tx, {
        ...shared,
        kind: 'failed',
        key: `failed:${by}:${told.key}`,
        cause: order.id,
        details: { note: told.note },
      })
      await settle(tx, order.memberId)
      const { id: orderId, memberId, details } = order
      if (failed.fresh)
        await tx.tell('memberships.payment_failed', { orderId, memberId, subject: details.subject })
      return 'done'
    }
  }
  const payment = await paymentOf(tx, told)
  if (!payment) return 'waiting'
  switch (told.what) {
    case 'refunded': {
      const asked = await refundAsked(tx, payment.id)
      await takeRefund(tx, payment, {
        key: `${by}:${told.key}`,
        at: told.at,
        refunded: told.refunded,
        reason: asked?.reason ?? '',
        end: asked?.end ?? false,
      })
      return 'done'
    }
    case 'disputed':
      await append(tx, {
        ...shared,
        kind: 'freeze',
        key: `freeze:${by}:${told.dispute}`,
        cause: payment.id,
        details: { dispute: told.dispute },
      })
      await settle(tx, payment.memberId)
      return 'done'
    case 'settled':
      if (told.won) {
        await append(tx, {
          ...shared,
          kind: 'restore',
          key: `restore:${by}:${told.dispute}`,
          cause: payment.id,
          details: { dispute: told.dispute },
        })
        await settle(tx, payment.memberId)
      } else {
        await takeRefund(tx, payment, {
          key: `${by}:${told.dispute}`,
          at: told.at,
          refunded: told.amount,
          reason: '',
          end: true,
          dispute: told.dispute,
        })
      }
      return 'done'
  }
}

async function orderOf(tx: Tx, about: About): Promise<EntryOf<'order'> | undefined> {
  if (about.orderId !== undefined) {
    const order = await orderEntry(tx, about.orderId)
    if (order) return order
  }
  if (about.refs.length === 0) return undefined
  const found = await tx
    .tables<Tables>()
    .selectFrom('memberships_ref')
    .select('order_id')
    .where('ref', 'in', about.refs)
    .executeTakeFirst()
  return found && orderEntry(tx, found.order_id)
}

async function paymentOf(tx: Tx, about: About): Promise<EntryOf<'payment'> | undefined> {
  const found = await tx
    .tables<Tables>()
    .selectFrom('memberships_ref')
    .innerJoin('memberships_entry', 'memberships_entry.id', 'memberships_ref.entry_id')
    .selectAll('memberships_entry')
    .where('ref', 'in', about.refs)
    .executeTakeFirst()
  return found && (toEntry(found) as EntryOf<'payment'>)
}

/** What an owner wanted, when they asked for it here. */
async function refundAsked(
  tx: Tx,
  paymentId: string,
): Promise<EntryOf<'refund_asked'>['details'] | undefined> {
  const asked = await tx
    .tables<Tables>()
    .selectFrom('memberships_entry')
    .selectAll()
    .where('cause', '=', paymentId)
    .where('kind', '=', 'refund_asked')
    .orderBy('recorded_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return asked && (toEntry(asked) as EntryOf<'refund_asked'>).details
}
