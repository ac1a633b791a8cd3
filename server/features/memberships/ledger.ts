/**
 * The ledger: what happened with money and with what was given for it, in integers of the currency's smallest unit. Rows
 * are added and never changed; each names the one that it follows from (order → payment → entitlement, refund →
 * reversal), and has a key that is unique by its cause, so that what is told twice is written once.
 */
import type { Reader, Tx } from '#server/core/feature.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { Term } from '#shared/features/membership-terms.ts'
import type { Both, Provider } from '#shared/features/memberships.ts'
import type { Tables } from './tables.ts'

interface Kinds {
  order: {
    number: string
    subject: string
    title: Both
    term: Term
    /** Of a tier, when it was ordered; 0 for items. */
    rank: number
    amount: number
    discount: number
    total: number
    coupon: string | null
    provider: Provider | 'none'
  }
  cancel: { why: 'member' | 'expired' }
  payment: { by: Provider | 'none'; note: string }
  entitlement: {
    subject: string
    title: Both
    source: string
    rank: number
    term: Term | { kind: 'span'; from: number; until: number }
    /** Name of the batch, reason of the gift. */
    note: string
  }
  /** `refunded`: how much of the payment has gone back with this, by the teller's count. */
  refund: { reason: string; refunded: number; end: boolean /** That was lost. */; dispute: string | null }
  /** The provider was asked to give money back; `refund` follows when it tells that it has. */
  refund_asked: { reason: string; amount: number; end: boolean }
  /** Of which entitlement; without a cause: an owner ended it. */
  reversal: { entitlementId: string; why: string }
  freeze: { dispute: string }
  restore: { dispute: string }
  /** How a subscription stands. */
  renewal: { subscription: string; status: string; ending: boolean }
  failed: { note: string }
}

export type Kind = keyof Kinds

export type Entry = {
  [K in Kind]: {
    id: string
    key: string
    kind: K
    at: number
    memberId: string
    orderId: string | null
    amount: number
    currency: string | null
    cause: string | null
    details: Kinds[K]
  }
}[Kind]

export type EntryOf<K extends Kind> = Extract<Entry, { kind: K }>

/** @returns the entry's id; of the one that is there already when its key is known. */
export async function append<K extends Kind>(
  tx: Tx,
  entry: Omit<EntryOf<K>, 'id' | 'at' | 'amount' | 'currency' | 'cause' | 'orderId'> &
    Partial<Pick<Entry, 'id' | 'at' | 'amount' | 'currency' | 'cause' | 'orderId'>> & { kind: K },
): Promise<{ id: string; fresh: boolean }> {
  const db = tx.tables<Tables>()
  const id = entry.id ?? uuidv7(tx.now)
  const added = await db
    .insertInto('memberships_entry')
    .values({
      id,
      entry_key: entry.key,
      kind: entry.kind,
      at: entry.at ?? tx.now,
      recorded_at: tx.now,
      member_id: entry.memberId,
      order_id: entry.orderId ?? null,
      amount: entry.amount ?? 0,
      currency: entry.currency ?? null,
      cause: entry.cause ?? null,
      details: JSON.stringify(entry.details),
    })
    .onConflict((conflict) => conflict.column('entry_key').doNothing())
    .executeTakeFirst()
  if ((added.numInsertedOrUpdatedRows ?? 0n) > 0n) return { id, fresh: true }
  const there = await db
    .selectFrom('memberships_entry')
    .select('id')
    .where('entry_key', '=', entry.key)
    .executeTakeFirstOrThrow()
  return { id: there.id, fresh: false }
}

/** All of a member's entries, of everybody's when no member is named. */
export async function entriesOf(reader: Reader, memberId?: string): Promise<Entry[]> {
  let find = reader.tables<Tables>().selectFrom('memberships_entry').selectAll()
  if (memberId !== undefined) find = find.where('member_id', '=', memberId)
  return (await find.execute()).map(toEntry)
}

export function toEntry(row: Tables['memberships_entry']): Entry {
  return {
    id: row.id,
    key: row.entry_key,
    kind: row.kind,
    at: row.at,
    memberId: row.member_id,
    orderId: row.order_id,
    amount: row.amount,
    currency: row.currency,
    cause: row.cause,
    details: JSON.parse(row.details),
  } as Entry
}

/** Does something have this id, of whomever? */
export async function isTaken(reader: Reader, id: string): Promise<boolean> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('memberships_entry')
    .select('id')
    .where('id', '=', id)
    .executeTakeFirst()
  return found !== undefined
}
