/** What is asked of a provider: a page to pay at, money back, no more renewals. Each from a job or a query, never inside a transaction. */
import type { Reader } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import { inLanguage, type OrderRow } from '#shared/features/memberships.ts'
import { keepWays, ways } from './catalogue.ts'
import { type EntryOf, toEntry } from './ledger.ts'
import { type PaymentProvider, providerOf } from './providers.ts'
import type { Tables } from './tables.ts'

type Page = { url: string | null; reason: string | null }

/** Only for whoever ordered it, and only while it is to be paid. */
export async function checkoutPage(
  services: Services,
  reader: Reader,
  viewer: Viewer,
  orderId: string,
): Promise<Page> {
  const order = await reader.row<OrderRow>('orders', orderId)
  if (order?.memberId !== viewer.id) return { url: null, reason: 'memberships.refused_no_order' }
  if (order.state !== 'open') return { url: null, reason: 'memberships.refused_paid_already' }
  const provider = await providerOf(services)
  if (provider?.name !== order.provider) return { url: null, reason: 'memberships.refused_provider_off' }
  const { number, title, total, currency, term } = order
  try {
    const toPay = { orderId, number, total, currency, term, renewable: order.discount === 0 }
    const back = `${services.env.publicUrl}/me/orders/${orderId}`
    return { url: await provider.checkout({ ...toPay, title: inLanguage(title, 'zh') }, back), reason: null }
  } catch (error) {
    services.log.warn('a payment provider gave no page to pay at', { error: String(error) })
    return { url: null, reason: 'memberships.refused_provider_failed' }
  }
}

/** The ledger has it when the provider tells that it is done. */
export async function refundAtProvider(
  services: Services,
  asked: { paymentId: string; amount: number; refundId: string },
): Promise<void> {
  const provider = await needed(services)
  const refs = await services.read((reader) =>
    reader
      .tables<Tables>()
      .selectFrom('memberships_ref')
      .select('ref')
      .where('entry_id', '=', asked.paymentId)
      .execute(),
  )
  await provider.refund({ ...asked, refs: refs.map(({ ref }) => ref) })
}

export async function stopRenewalAtProvider(services: Services, asked: { orderId: string }): Promise<void> {
  const provider = await needed(services)
  const last = await services.read((reader) =>
    reader
      .tables<Tables>()
      .selectFrom('memberships_entry')
      .selectAll()
      .where('order_id', '=', asked.orderId)
      .where('kind', '=', 'renewal')
      .orderBy('at', 'desc')
      .limit(1)
      .executeTakeFirst(),
  )
  if (!last) return
  await provider.stopRenewal((toEntry(last) as EntryOf<'renewal'>).details.subscription)
}

async function needed(services: Services): Promise<PaymentProvider> {
  const provider = await providerOf(services)
  if (!provider) throw new Error('the payment provider is off')
  return provider
}

/** Tells devices which providers are on, when that has changed since the server last ran. */
export async function offerProviders(services: Services): Promise<void> {
  const provider = await providerOf(services)
  const providers = [...(provider ? [provider.name] : []), 'manual' as const]
  await services.transact(async (tx) => {
    const before = await ways(tx)
    const shown = await tx.row('payment_ways', 'ways')
    if (shown && before.providers.join() === providers.join()) return
    await keepWays(tx, { ...before, providers })
  })
}
