/** Money by month and by what it was for, from the ledger alone; and the ledger as a table. */
import type { Reader } from '#server/core/feature.ts'
import { toCsv } from '#shared/features/csv.ts'
import type { RevenueLine } from '#shared/features/memberships.ts'
import { plainMoney } from '#shared/features/money.ts'
import { type EntryOf, entriesOf } from './ledger.ts'

/** Newest month first. What went back counts in the month in which it went. */
export async function revenue(reader: Reader): Promise<RevenueLine[]> {
  const entries = await entriesOf(reader)
  const orders = new Map(
    entries
      .filter((entry): entry is EntryOf<'order'> => entry.kind === 'order')
      .map((order) => [order.id, order]),
  )
  const lines = new Map<string, RevenueLine>()
  for (const entry of entries) {
    if ((entry.kind !== 'payment' && entry.kind !== 'refund') || entry.amount === 0) continue
    const order = orders.get(entry.orderId ?? '')
    if (!order) continue
    const { subject, title } = order.details
    const currency = entry.currency ?? ''
    const month = new Date(entry.at).toISOString().slice(0, 7)
    const key = `${month} ${subject} ${currency}`
    const line = lines.get(key) ?? { month, subject, title, currency, paid: 0, refunded: 0, orders: 0 }
    lines.set(key, line)
    if (entry.kind === 'payment') {
      line.paid += entry.amount
      line.orders++
    } else line.refunded -= entry.amount
  }
  return [...lines.values()].sort(
    (a, b) => b.month.localeCompare(a.month) || b.paid - a.paid || a.subject.localeCompare(b.subject),
  )
}

const columns = ['at', 'kind', 'order', 'member', 'subject', 'amount', 'currency', 'note'] as const

/** Every entry, oldest first. */
export async function ledgerCsv(reader: Reader): Promise<string> {
  const entries = (await entriesOf(reader)).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  const orders = new Map(
    entries
      .filter((entry): entry is EntryOf<'order'> => entry.kind === 'order')
      .map((order) => [order.id, order.details]),
  )
  const rows = entries.map((entry) => {
    const order = orders.get(entry.orderId ?? '')
    const details = entry.details as { subject?: string; note?: string; reason?: string; why?: string }
    const { currency, amount } = entry
    return [
      new Date(entry.at).toISOString(),
      entry.kind,
      order?.number ?? '',
      entry.memberId,
      details.subject ?? order?.subject ?? '',
      currency === null || amount === 0 ? '' : plainMoney(amount, currency),
      currency ?? '',
      details.note ?? details.reason ?? details.why ?? '',
    ]
  })
  return toCsv([columns, ...rows])
}
