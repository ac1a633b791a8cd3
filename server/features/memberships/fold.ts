/** What follows from a member's ledger: how each order stands, and what they have, from when, until when and why. Pure. */
import type { Because, EntitlementRow, OrderRow, OrderState } from '#shared/features/memberships.ts'
import type { Entry, EntryOf, Kind } from './ledger.ts'
import { layOut, type Span } from './spans.ts'

/** A subscription that renews itself is paid some time after its period has ended. */
export const renewalGrace = 3 * 86_400_000

export interface Standing {
  orders: Map<string, OrderRow>
  entitlements: Map<string, EntitlementRow>
}

export function fold(entries: readonly Entry[], now: number): Standing {
  // By when things happened, not by when they became known here.
  const sorted = [...entries].sort((a, b) => a.at - b.at || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  const of = <K extends Kind>(kind: K): EntryOf<K>[] =>
    sorted.filter((entry): entry is EntryOf<K> => entry.kind === kind)
  const payments = new Map(of('payment').map((payment) => [payment.id, paymentOf(payment, sorted)]))
  const subscriptions = new Map<string, EntryOf<'renewal'>>()
  for (const entry of of('renewal')) {
    const before = subscriptions.get(entry.orderId ?? '')
    if (before?.details.status !== 'canceled') subscriptions.set(entry.orderId ?? '', entry)
  }
  const orders = new Map(
    of('order').map((order) => [
      order.id,
      orderRow(order, {
        payments: [...payments.values()].filter(({ entry }) => entry.orderId === order.id),
        cancelled: of('cancel').some((entry) => entry.orderId === order.id),
        asked: of('refund_asked').filter((entry) => entry.orderId === order.id),
        renewal: renewalOf(subscriptions.get(order.id), of('failed'), of('payment'), order.id),
      }),
    ]),
  )
  const given = of('entitlement').map((entry) => ({
    entry,
    payment: entry.cause === null ? undefined : payments.get(entry.cause),
    ended: of('reversal').find((other) => other.details.entitlementId === entry.id && other.cause === null),
  }))
  const spans = layOut(
    given.map(({ entry, payment, ended }) => {
      const reversals = [payment?.reversedAt, ended?.at].filter((at) => at !== undefined)
      return {
        id: entry.id,
        subject: entry.details.subject,
        at: entry.at,
        rank: entry.details.subject.startsWith('tier:') ? entry.details.rank : undefined,
        term: withGrace(entry.details.term, subscriptions.get(entry.orderId ?? '')),
        net: payment ? payment.entry.amount - payment.refunded : 0,
        price: orders.get(entry.orderId ?? '')?.amount ?? 0,
        currency: entry.currency,
        reversedAt: reversals.length > 0 ? Math.min(...reversals) : undefined,
      }
    }),
  )
  const titles = new Map(given.map(({ entry }) => [entry.id, entry.details.title]))
  const entitlements = new Map(
    given.map(({ entry, payment, ended }) => {
      const span = spans.get(entry.id)!
      const reversed = payment?.reversedAt !== undefined || ended !== undefined
      const over = span.until !== null && span.until <= now
      const state = reversed || over ? 'ended' : payment?.frozen ? 'frozen' : 'granted'
      const row: EntitlementRow = {
        memberId: entry.memberId,
        subject: entry.details.subject,
        title: entry.details.title,
        source: entry.details.source,
        from: span.from,
        until: span.until,
        state,
        because: [
          ...because(entry, payment, orders.get(entry.orderId ?? ''), span, titles),
          ...(ended ? [{ what: 'ended', at: ended.at, note: ended.details.why } as const] : []),
          ...(over && !reversed && !span.convertedInto
            ? [{ what: 'expired', at: span.until!, note: '' } as const]
            : []),
        ],
      }
      return [entry.id, row]
    }),
  )
  return { orders, entitlements }
}

interface PaymentFacts {
  entry: EntryOf<'payment'>
  refunds: { at: number; amount: number; reason: string }[]
  disputes: (EntryOf<'freeze'> | EntryOf<'restore'>)[]
  refunded: number
  frozen: boolean
  reversedAt: number | undefined
}

function paymentOf(entry: EntryOf<'payment'>, all: readonly Entry[]): PaymentFacts {
  const about = all.filter((other) => other.cause === entry.id)
  const refunds = about.filter((other) => other.kind === 'refund')
  const disputes = about.filter((other) => other.kind === 'freeze' || other.kind === 'restore')
  const closed = new Set<string>([
    ...disputes.filter((other) => other.kind === 'restore').map((other) => other.details.dispute),
    ...refunds.map((other) => other.details.dispute ?? ''),
  ])
  const ending = refunds.filter(
    (refund) => refund.details.end || (entry.amount > 0 && refund.details.refunded >= entry.amount),
  )
  return {
    entry,
    refunds: shownRefunds(refunds, entry.amount),
    disputes,
    refunded: -refunds.reduce((sum, refund) => sum + refund.amount, 0),
    frozen: disputes.some((other) => other.kind === 'freeze' && !closed.has(other.details.dispute)),
    reversedAt: ending.length > 0 ? Math.min(...ending.map((refund) => refund.at)) : undefined,
  }
}

/**
 * What went back each time. Providers tell the sum, and may tell a later one first: then the ledger's own entries are of
 * the right sum, and these of the right times.
 */
function shownRefunds(refunds: readonly EntryOf<'refund'>[], most: number): PaymentFacts['refunds'] {
  let told = 0
  let sum = 0
  return refunds.flatMap(({ at, details }) => {
    const more = details.dispute === null ? details.refunded - told : details.refunded
    if (details.dispute === null) told = Math.max(told, details.refunded)
    const amount = Math.max(0, Math.min(more, most - sum))
    sum += amount
    return amount > 0 ? [{ at, amount, reason: details.reason }] : []
  })
}

function orderRow(
  order: EntryOf<'order'>,
  known: {
    payments: PaymentFacts[]
    cancelled: boolean
    asked: EntryOf<'refund_asked'>[]
    renewal: OrderRow['renewal']
  },
): OrderRow {
  const { payments } = known
  const paid = payments.reduce((sum, { entry }) => sum + entry.amount, 0)
  const refunded = payments.reduce((sum, payment) => sum + payment.refunded, 0)
  const { rank: _rank, ...shown } = order.details
  return {
    ...shown,
    memberId: order.memberId,
    currency: order.currency ?? '',
    at: order.at,
    state: stateOf({ ...known, paid, refunded, total: order.details.total }),
    payments: payments.map(({ entry }) => ({
      at: entry.at,
      amount: entry.amount,
      by: entry.details.by,
      note: entry.details.note,
    })),
    refunds: payments.flatMap(({ refunds }) => refunds),
    renewal: known.renewal,
    refunding: known.asked.reduce((sum, { details }) => sum + details.amount, 0) > refunded ? 1 : 0,
  }
}

function stateOf(known: {
  payments: PaymentFacts[]
  cancelled: boolean
  paid: number
  refunded: number
  total: number
}): OrderState {
  const { payments, paid, refunded } = known
  if (payments.some(({ frozen }) => frozen)) return 'disputed'
  if (refunded > 0) return refunded >= paid ? 'refunded' : 'part_refunded'
  if (payments.length > 0 && paid >= known.total) return 'paid'
  return known.cancelled ? 'cancelled' : 'open'
}

function renewalOf(
  subscription: EntryOf<'renewal'> | undefined,
  failures: readonly EntryOf<'failed'>[],
  payments: readonly EntryOf<'payment'>[],
  orderId: string,
): OrderRow['renewal'] {
  if (!subscription) return null
  const { status, ending } = subscription.details
  if (status === 'canceled' || status === 'incomplete_expired') return 'ended'
  const last = (list: readonly Entry[]): number =>
    Math.max(0, ...list.filter((entry) => entry.orderId === orderId).map((entry) => entry.at))
  if (last(failures) > last(payments) || status === 'past_due' || status === 'unpaid') return 'failing'
  return ending ? 'ending' : 'active'
}

function withGrace(
  term: EntryOf<'entitlement'>['details']['term'],
  subscription: EntryOf<'renewal'> | undefined,
): typeof term {
  if (term.kind !== 'span' || !subscription) return term
  const { status, ending } = subscription.details
  const renews = !ending && status !== 'canceled' && status !== 'incomplete_expired'
  return renews ? { ...term, until: term.until + renewalGrace } : term
}

function because(
  entry: EntryOf<'entitlement'>,
  payment: PaymentFacts | undefined,
  order: OrderRow | undefined,
  span: Span,
  titles: ReadonlyMap<string, { zh: string; en: string }>,
): Because[] {
  const chain: Because[] = []
  const named = (id: string): string => titles.get(id)?.en || titles.get(id)?.zh || ''
  const { source, note } = entry.details
  if (order) chain.push({ what: 'order', at: order.at, note: order.number })
  if (payment) {
    const { amount, at, currency, details } = payment.entry
    chain.push({ what: 'payment', at, note: details.note, amount, currency: currency ?? '' })
  } else chain.push({ what: source.startsWith('code:') ? 'code' : 'gift', at: entry.at, note })
  for (const { by, days } of span.extended)
    chain.push({ what: 'extended', at: entry.at, note: named(by), amount: days })
  const later: Because[] = [
    ...(payment?.refunds ?? []).map(
      (refund): Because => ({
        what: 'refund',
        at: refund.at,
        note: refund.reason,
        amount: refund.amount,
        currency: payment?.entry.currency ?? '',
      }),
    ),
    ...(payment?.disputes ?? []).map((other): Because => ({ what: other.kind, at: other.at, note: '' })),
    ...(span.convertedInto
      ? [{ what: 'converted', at: span.convertedInto.at, note: named(span.convertedInto.id) } as const]
      : []),
  ]
  return [...chain, ...later.sort((a, b) => a.at - b.at)]
}
