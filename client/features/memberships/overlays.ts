/** What an act on orders and on what is sold will change, shown before the server has answered. */
import type { Overlay, RowPatch } from '#client/core/feature.ts'
import type { CommandInput } from '#shared/features/index.ts'
import {
  type Both,
  itemOf,
  type OrderRow,
  type Price,
  type TierRow,
  tierIdOf,
  waysId,
} from '#shared/features/memberships.ts'

type Existing = Parameters<NonNullable<Overlay['rows']>>[2]

const itemTables: Readonly<Record<string, string>> = {
  article: 'articles',
  course: 'courses',
  event: 'events',
}

/** Where the catalogue has what a subject names. */
export function catalogueRow(subject: string): { table: string; id: string } | undefined {
  const item = itemOf(subject)
  const table = item ? itemTables[item.kind] : undefined
  return item && table ? { table, id: item.id } : undefined
}

function sold(
  subject: string,
  priceId: string | null,
  existing: Existing,
): { title: Both; price: Price | undefined } {
  const tierId = tierIdOf(subject)
  if (tierId !== null) {
    const tier = existing('tiers', tierId)?.data as TierRow | undefined
    return {
      title: tier?.name ?? { zh: '', en: '' },
      price: tier?.prices.find(({ id }) => id === priceId),
    }
  }
  const row = catalogueRow(subject)
  const title = String(row ? (existing(row.table, row.id)?.data.title ?? '') : '')
  return { title: { zh: title, en: title }, price: undefined }
}

const order: Overlay<CommandInput<'memberships.order'>> = {
  rows(input, entry, existing, memberId) {
    const { title, price } = sold(input.subject, input.priceId, existing)
    const row: OrderRow = {
      number: '',
      memberId,
      subject: input.subject,
      title,
      term: price?.term ?? { kind: 'forever' },
      amount: input.amount,
      discount: 0,
      total: input.amount,
      currency: input.currency,
      coupon: input.coupon,
      provider: input.amount === 0 ? 'none' : input.provider,
      state: 'open',
      at: entry.at,
      payments: [],
      refunds: [],
      renewal: null,
      refunding: 0,
    }
    return [{ table: 'orders', id: input.id, data: { ...row } }]
  },
}

const patch = (table: string, id: string, data: object | null): RowPatch[] => [
  { table, id, data: data as Record<string, unknown> | null },
]

const saveTier: Overlay<CommandInput<'memberships.save_tier'>> = {
  rows({ id, ...shown }, _entry, existing) {
    const fresh = existing('tiers', id) ? {} : { rank: 1_000, archived: 0 }
    return patch('tiers', id, { ...fresh, ...shown })
  },
}

export const overlays = {
  order,
  cancel_order: {
    rows: (input) => patch('orders', input.id, { state: 'cancelled' }),
  } satisfies Overlay<CommandInput<'memberships.cancel_order'>>,
  stop_renewal: {
    rows: (input) => patch('orders', input.id, { renewal: 'ending' }),
  } satisfies Overlay<CommandInput<'memberships.stop_renewal'>>,
  redeem: {},
  save_tier: saveTier,
  archive_tier: {
    rows: (input) => patch('tiers', input.id, { archived: input.archived ? 1 : 0 }),
  } satisfies Overlay<CommandInput<'memberships.archive_tier'>>,
  rank_tiers: {
    rows: (input) => input.ids.flatMap((id, index) => patch('tiers', id, { rank: index + 1 })),
  } satisfies Overlay<CommandInput<'memberships.rank_tiers'>>,
  set_price: {
    rows: ({ item, amount, currency }) =>
      patch('prices', item, amount === null ? null : { amount, currency }),
  } satisfies Overlay<CommandInput<'memberships.set_price'>>,
  describe_payment: {
    rows: (input) => patch('payment_ways', waysId, input),
  } satisfies Overlay<CommandInput<'memberships.describe_payment'>>,
  mark_paid: {
    rows: (input) => patch('orders', input.orderId, { state: 'paid' }),
  } satisfies Overlay<CommandInput<'memberships.mark_paid'>>,
  // What a refund leaves is the ledger's to say.
  refund: {},
  give: {},
  end: {},
  make_codes: {},
  end_codes: { rows: (input) => patch('code_batches', input.id, { ended: 1 }) } satisfies Overlay<
    CommandInput<'memberships.end_codes'>
  >,
  save_coupon: {
    rows: ({ id, ...input }, entry) => patch('coupons', id, { ...input, used: 0, ended: 0, at: entry.at }),
  } satisfies Overlay<CommandInput<'memberships.save_coupon'>>,
  end_coupon: { rows: (input) => patch('coupons', input.id, { ended: 1 }) } satisfies Overlay<
    CommandInput<'memberships.end_coupon'>
  >,
}
