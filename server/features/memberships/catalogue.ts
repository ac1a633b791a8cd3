/** What is for sale: tiers, single items, and how one pays. */
import type { Reader, Tx } from '#server/core/feature.ts'
import { ok, type Refusal, type Result, refuse } from '#shared/core/result.ts'
import type { Viewer } from '#shared/core/viewer.ts'
import type { Term } from '#shared/features/membership-terms.ts'
import {
  type Both,
  itemOf,
  type PriceRow,
  type TierRow,
  tierIdOf,
  type WaysRow,
  waysId,
} from '#shared/features/memberships.ts'
import type { Tables } from './tables.ts'

/** Where items' titles stand. */
const tables: Readonly<Record<string, string>> = { article: 'articles', course: 'courses', event: 'events' }

export async function tierById(reader: Reader, id: string): Promise<TierRow | null> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('memberships_tier')
    .select('details')
    .where('id', '=', id)
    .executeTakeFirst()
  return found ? (JSON.parse(found.details) as TierRow) : null
}

/** Lowest first. */
export async function allTiers(reader: Reader): Promise<{ id: string; tier: TierRow }[]> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('memberships_tier')
    .select(['id', 'details'])
    .orderBy('rank')
    .execute()
  return found.map(({ id, details }) => ({ id, tier: JSON.parse(details) as TierRow }))
}

export async function keepTier(tx: Tx, id: string, tier: TierRow): Promise<void> {
  const values = { rank: tier.rank, archived: tier.archived, details: JSON.stringify(tier) }
  await tx
    .tables<Tables>()
    .insertInto('memberships_tier')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await tx.publish('tiers', id, tier)
}

export async function priceOf(reader: Reader, subject: string): Promise<PriceRow | null> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('memberships_price')
    .select(['amount', 'currency'])
    .where('subject', '=', subject)
    .executeTakeFirst()
  return found ?? null
}

/** `undefined`: there is no such item, or not for this viewer. */
export async function titleOf(reader: Reader, viewer: Viewer, subject: string): Promise<Both | undefined> {
  const tierId = tierIdOf(subject)
  if (tierId !== null) return (await tierById(reader, tierId))?.name
  const item = itemOf(subject)
  const table = item && Object.hasOwn(tables, item.kind) ? tables[item.kind] : undefined
  if (!item || table === undefined || !(await reader.mayRead(viewer, table, item.id))) return undefined
  const row = await reader.row<{ title?: string }>(table, item.id)
  return row ? { zh: row.title ?? '', en: row.title ?? '' } : undefined
}

export interface Offer {
  title: Both
  term: Term
  rank: number
  amount: number
  currency: string
}

/** What is asked for this now; refuses what is not sold. */
export async function offerOf(
  reader: Reader,
  viewer: Viewer,
  subject: string,
  priceId: string | null,
): Promise<Result<Offer>> {
  const tierId = tierIdOf(subject)
  if (tierId === null) {
    const [price, title] = [await priceOf(reader, subject), await titleOf(reader, viewer, subject)]
    if (!price || !title) return { ok: false, error: notSold }
    return ok({ title, term: { kind: 'forever' }, rank: 0, ...price })
  }
  const tier = await tierById(reader, tierId)
  const price = tier?.prices.find(({ id }) => id === priceId)
  if (!tier || tier.archived || !price) return { ok: false, error: notSold }
  if (price.term.kind === 'until' && price.term.at <= reader.now) return { ok: false, error: notSold }
  const { amount, currency, term } = price
  return ok({ title: tier.name, term, rank: tier.rank, amount, currency })
}

const notSold: Refusal = {
  code: 'not_found',
  field: 'subject',
  message: 'this is not sold (any more)',
  reason: 'memberships.refused_not_sold',
}

export const noSubject: Result<never> = refuse('not_found', 'there is no such tier or item', {
  field: 'subject',
  reason: 'memberships.refused_no_subject',
})

export async function ways(reader: Reader): Promise<WaysRow> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('memberships_setting')
    .select('details')
    .where('id', '=', waysId)
    .executeTakeFirst()
  return found
    ? (JSON.parse(found.details) as WaysRow)
    : { currency: 'CNY', instructions: { zh: '', en: '' }, code: '', providers: ['manual'] }
}

export async function keepWays(tx: Tx, row: WaysRow): Promise<void> {
  const details = JSON.stringify(row)
  await tx
    .tables<Tables>()
    .insertInto('memberships_setting')
    .values({ id: waysId, details })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ details }))
    .execute()
  await tx.publish('payment_ways', waysId, row)
}
