/** Stripe: Checkout, subscriptions, refunds, and its webhooks in our words. The SDK is loaded when there are keys. */
import type Stripe from 'stripe'
import type { Term } from '#shared/features/membership-terms.ts'
import type { PaymentProvider, Told } from './providers.ts'

/** Those that `tellStripe` reads; the endpoint should send these and need not send others. */
const eventTypes = [
  'checkout.session.completed',
  'checkout.session.async_payment_succeeded',
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
  'invoice.paid',
  'invoice.payment_failed',
  'charge.refunded',
  'charge.dispute.created',
  'charge.dispute.closed',
] as const

/** Seconds that a signature is good for. */
const tolerance = 300

/** @param options.api another address of Stripe's API, for tests */
export async function openStripe(options: {
  key: string
  secret: string
  api?: string | undefined
}): Promise<PaymentProvider> {
  const { Stripe: Client } = await import('stripe')
  const api = options.api ? new URL(options.api) : undefined
  const client = new Client(options.key, {
    maxNetworkRetries: 2,
    timeout: 20_000,
    telemetry: false,
    ...(api
      ? { host: api.hostname, port: api.port, protocol: api.protocol === 'http:' ? 'http' : 'https' }
      : {}),
  })

  return {
    name: 'stripe',

    async checkout(order, back) {
      const metadata = { order: order.orderId }
      const interval = order.renewable ? intervalOf(order.term) : undefined
      const session = await client.checkout.sessions.create(
        {
          mode: interval ? 'subscription' : 'payment',
          metadata,
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: order.currency.toLowerCase(),
                unit_amount: order.total,
                product_data: { name: order.title, metadata: { number: order.number } },
                ...(interval ? { recurring: interval } : {}),
              },
            },
          ],
          // What Stripe makes of it carries our id, so that everything it tells of it can be understood in any order.
          ...(interval ? { subscription_data: { metadata } } : { payment_intent_data: { metadata } }),
          success_url: back,
          cancel_url: back,
        },
        { idempotencyKey: `checkout:${order.orderId}:${order.total}` },
      )
      if (!session.url) throw new Error('Stripe gave no address to pay at')
      return session.url
    },

    async refund({ refs, amount, refundId }) {
      const known = [...refs, ...(await paymentsOfInvoices(refs))]
      const intent = known.find((ref) => ref.startsWith('pi_'))
      const charge = known.find((ref) => ref.startsWith('ch_') || ref.startsWith('py_'))
      if (!intent && !charge) throw new Error(`no payment of Stripe's among ${refs.join(', ')}`)
      const what = intent ? { payment_intent: intent } : { charge: charge! }
      await client.refunds.create({ ...what, amount }, { idempotencyKey: `refund:${refundId}` })
    },

    async stopRenewal(subscription) {
      await client.subscriptions.update(subscription, { cancel_at_period_end: true })
    },

    async read(body, signature, now) {
      try {
        const event = client.webhooks.constructEvent(
          body,
          signature,
          options.secret,
          tolerance,
          undefined,
          now,
        )
        return event.id
      } catch {
        return undefined
      }
    },

    tell: (body) => tellStripe(JSON.parse(body) as Notice),

    async *toldSince(since) {
      const listed = client.events.list({
        types: [...eventTypes],
        created: { gte: Math.floor(since / 1000) },
        limit: 100,
      })
      for await (const event of listed) yield { id: event.id, body: JSON.stringify(event) }
    },

    async alsoKnownAs(refs) {
      const intent = refs.find((ref) => ref.startsWith('pi_'))
      if (!intent) return []
      // The notice is asked about again whenever another one comes.
      const found = await client.invoicePayments.list(
        { payment: { type: 'payment_intent', payment_intent: intent }, limit: 1 },
        { maxNetworkRetries: 0 },
      )
      return found.data.map(({ invoice }) => idOf(invoice)).filter((id) => id !== undefined)
    },
  }

  async function paymentsOfInvoices(refs: readonly string[]): Promise<string[]> {
    const invoice = refs.find((ref) => ref.startsWith('in_'))
    if (!invoice) return []
    const found = await client.invoicePayments.list({ invoice, limit: 10 })
    return found.data
      .flatMap(({ payment }) => [idOf(payment.payment_intent), idOf(payment.charge)])
      .filter((id) => id !== undefined)
  }
}

function intervalOf(term: Term): { interval: 'month' | 'year'; interval_count: number } | undefined {
  if (term.kind !== 'months') return undefined
  return term.count % 12 === 0
    ? { interval: 'year', interval_count: term.count / 12 }
    : { interval: 'month', interval_count: term.count }
}

type Id = string | { id: string } | null | undefined

function idOf(value: Id): string | undefined {
  return typeof value === 'string' ? value : (value?.id ?? undefined)
}

/** What we read of a notice; its fields have moved between versions of Stripe's API, so each is looked for where it was, too. */
interface Notice {
  id: string
  type: string
  created: number
  data: { object: Fields }
}
interface Fields {
  id: string
  metadata?: { order?: string } | null
  mode?: Stripe.Checkout.Session['mode']
  payment_status?: Stripe.Checkout.Session['payment_status']
  amount?: number
  amount_total?: number | null
  amount_paid?: number
  amount_refunded?: number
  attempt_count?: number
  currency?: string
  payment_intent?: Id
  charge?: Id
  invoice?: Id
  subscription?: Id
  status?: string
  cancel_at_period_end?: boolean
  cancel_at?: number | null
  subscription_details?: { metadata?: { order?: string } | null } | null
  parent?: {
    subscription_details?: { metadata?: { order?: string } | null; subscription?: Id } | null
  } | null
  payments?: { data: { payment: { payment_intent?: Id; charge?: Id } }[] }
  lines?: { data: { period: { start: number; end: number }; metadata?: { order?: string } | null }[] }
}

/** `undefined`: nothing that concerns us. */
export function tellStripe(notice: Notice): Told | undefined {
  const of = notice.data.object
  const at = notice.created * 1000
  switch (notice.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      // Not its client_reference_id: of a payment link anybody puts into the address what they like.
      const orderId = of.metadata?.order
      const refs = names(of.id, of.payment_intent, of.subscription)
      // What renews itself is paid by its invoices; what is paid later says so later.
      if (of.mode !== 'payment' || of.payment_status !== 'paid') return { what: 'linked', orderId, refs, at }
      const key = idOf(of.payment_intent) ?? of.id
      return { what: 'paid', orderId, refs, at, key, amount: of.amount_total ?? 0, currency: currency(of) }
    }
    case 'customer.subscription.created':
    case 'customer.subscription.updated':
    case 'customer.subscription.deleted':
      return {
        what: 'renewal',
        orderId: of.metadata?.order,
        refs: [of.id],
        at,
        key: notice.id,
        subscription: of.id,
        status: notice.type.endsWith('deleted') ? 'canceled' : (of.status ?? ''),
        ending: Boolean(of.cancel_at_period_end) || Boolean(of.cancel_at),
      }
    case 'invoice.paid': {
      const lines = [...(of.lines?.data ?? [])].sort((a, b) => b.period.end - a.period.end)
      const period = lines[0]?.period
      if (!period) return undefined
      return {
        what: 'paid',
        ...ofInvoice(of),
        at,
        key: of.id,
        amount: of.amount_paid ?? 0,
        currency: currency(of),
        period: { from: period.start * 1000, until: period.end * 1000 },
      }
    }
    case 'invoice.payment_failed':
      return { what: 'failed', ...ofInvoice(of), at, key: `${of.id}:${of.attempt_count ?? 0}`, note: '' }
    case 'charge.refunded': {
      const refunded = of.amount_refunded ?? 0
      const refs = names(of.payment_intent, of.id, of.invoice)
      return { what: 'refunded', refs, at, key: `${of.id}:${refunded}:${notice.created}`, refunded }
    }
    case 'charge.dispute.created':
      return { what: 'disputed', refs: names(of.payment_intent, of.charge), at, dispute: of.id }
    case 'charge.dispute.closed':
      return {
        what: 'settled',
        refs: names(of.payment_intent, of.charge),
        at,
        dispute: of.id,
        won: of.status !== 'lost',
        amount: of.amount ?? 0,
      }
    default:
      return undefined
  }
}

function ofInvoice(of: Fields): { orderId: string | undefined; refs: string[] } {
  const details = of.parent?.subscription_details
  const inside = of.payments?.data.flatMap(({ payment }) => [payment.payment_intent, payment.charge]) ?? []
  return {
    orderId:
      details?.metadata?.order ??
      of.subscription_details?.metadata?.order ??
      of.lines?.data.map(({ metadata }) => metadata?.order).find(Boolean),
    refs: names(of.id, details?.subscription, of.subscription, of.payment_intent, of.charge, ...inside),
  }
}

function names(...values: Id[]): string[] {
  return values.map(idOf).filter((id) => id !== undefined)
}

function currency(of: Fields): string {
  return (of.currency ?? '').toUpperCase()
}
