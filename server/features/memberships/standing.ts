/**
 * Keeps what follows from the ledger (orders, entitlements, grants, and the rows that members see) as the ledger has it.
 * Called in the transaction of every change, so a payment and what it opens are one; nothing else writes these tables.
 */
import type { Reader, Tx } from '#server/core/feature.ts'
import type { Audience } from '#shared/core/viewer.ts'
import { type EntitlementRow, isInForce, type OrderRow, tierIdOf } from '#shared/features/memberships.ts'
import { fold, type Standing } from './fold.ts'
import { entriesOf } from './ledger.ts'
import type { Tables } from './tables.ts'

export async function settle(tx: Tx, memberId: string): Promise<Standing> {
  const standing = fold(await entriesOf(tx, memberId), tx.now)
  for (const [id, row] of standing.orders) await keepOrder(tx, id, row)
  for (const [id, row] of standing.entitlements) await keepEntitlement(tx, id, row)
  await keepGrants(tx, memberId, await grantsOf(tx, standing.entitlements.values()))
  return standing
}

async function keepOrder(tx: Tx, id: string, row: OrderRow): Promise<void> {
  const db = tx.tables<Tables>()
  const details = JSON.stringify(row)
  const before = await db
    .selectFrom('memberships_order')
    .select('details')
    .where('id', '=', id)
    .executeTakeFirst()
  if (before?.details === details) return
  const values = { number: row.number, member_id: row.memberId, state: row.state, at: row.at, details }
  await db
    .insertInto('memberships_order')
    .values({ id, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await tx.publish('orders', id, row)
}

async function keepEntitlement(tx: Tx, id: string, row: EntitlementRow): Promise<void> {
  const db = tx.tables<Tables>()
  const details = JSON.stringify(row)
  const before = await db
    .selectFrom('memberships_entitlement')
    .select(['details', 'until'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (before?.details === details) return
  const values = {
    member_id: row.memberId,
    subject: row.subject,
    state: row.state,
    until: row.until,
    details,
    // Another end is announced anew.
    ...(before?.until === row.until ? {} : { reminded: 0 }),
  }
  await db
    .insertInto('memberships_entitlement')
    .values({ id, reminded: 0, ...values })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(values))
    .execute()
  await tx.publish('entitlements', id, row)
}

export interface Grant {
  audience: Audience
  source: string
  until: number | null
}

/** What entitlements open: a tier opens all of lower rank, too. Of one audience and source the last end counts. */
export async function grantsOf(reader: Reader, entitlements: Iterable<EntitlementRow>): Promise<Grant[]> {
  const ranks = new Map(
    (await reader.tables<Tables>().selectFrom('memberships_tier').select(['id', 'rank']).execute()).map(
      ({ id, rank }) => [id, rank],
    ),
  )
  const grants = new Map<string, Grant>()
  for (const held of entitlements) {
    if (!isInForce(held, reader.now)) continue
    const rank = ranks.get(tierIdOf(held.subject) ?? '')
    const lower = [...ranks].filter(([, other]) => rank !== undefined && other < rank)
    for (const audience of [held.subject, ...lower.map(([id]) => `tier:${id}`)]) {
      const key = `${audience} ${held.source}`
      const before = grants.get(key)
      const until =
        before && (before.until === null || held.until === null)
          ? null
          : before
            ? Math.max(before.until!, held.until!)
            : held.until
      grants.set(key, { audience: audience as Audience, source: held.source, until })
    }
  }
  return [...grants.values()]
}

async function keepGrants(tx: Tx, memberId: string, wanted: readonly Grant[]): Promise<void> {
  const db = tx.tables<Tables>()
  const present = await db
    .selectFrom('memberships_grant')
    .selectAll()
    .where('member_id', '=', memberId)
    .execute()
  const same = (a: { audience: string; source: string }, b: { audience: string; source: string }): boolean =>
    a.audience === b.audience && a.source === b.source
  for (const { audience, source, until } of wanted) {
    const before = present.find((grant) => same(grant, { audience, source }))
    if (before && before.until === until) continue
    await tx.grant(memberId, audience, source, until ?? undefined)
    await db
      .insertInto('memberships_grant')
      .values({ member_id: memberId, audience, source, until })
      .onConflict((conflict) => conflict.columns(['member_id', 'audience', 'source']).doUpdateSet({ until }))
      .execute()
    await tx.tell('memberships.granted', { memberId, audience, source, until })
  }
  for (const { audience, source } of present.filter((grant) => !wanted.some((other) => same(grant, other)))) {
    await tx.revoke(memberId, audience as Audience, source)
    await db
      .deleteFrom('memberships_grant')
      .where('member_id', '=', memberId)
      .where('audience', '=', audience)
      .where('source', '=', source)
      .execute()
    await tx.tell('memberships.ended', { memberId, audience, source })
  }
}
