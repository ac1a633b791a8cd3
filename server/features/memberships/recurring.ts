/** What happens by the hour: what has expired is ended and told, what will end soon is announced, unpaid orders lapse. */
import type { Kysely } from 'kysely'
import type { Services } from '#server/core/services.ts'
import { cancel } from './buying.ts'
import { orderEntry } from './money.ts'
import { settle } from './standing.ts'
import type { Tables } from './tables.ts'

const day = 86_400_000
/** How long before its end something is announced, and how long an order may wait for its money. */
export const announceWithin = 7 * day
export const orderLapsesAfter = 14 * day

/**
 * Access ends by itself, by the `until` of its grant: this only says so. One member a transaction, so that it is never
 * long and can be ended at any point.
 */
export async function endExpired(services: Services): Promise<void> {
  const now = services.now()
  const db = services.database.kysely as unknown as Kysely<Tables>
  const over = await db
    .selectFrom('memberships_entitlement')
    .select('member_id')
    .distinct()
    .where('state', '=', 'granted')
    .where('until', '<=', now)
    .execute()
  for (const { member_id } of over) await services.transact((tx) => settle(tx, member_id))
  const ending = await db
    .selectFrom('memberships_entitlement')
    .select('id')
    .where('state', '=', 'granted')
    .where('reminded', '=', 0)
    .where('until', '<=', now + announceWithin)
    .where('until', '>', now)
    .execute()
  for (const { id } of ending) await announce(services, id)
  const lapsed = await db
    .selectFrom('memberships_order')
    .select('id')
    .where('state', '=', 'open')
    .where('at', '<=', now - orderLapsesAfter)
    .execute()
  for (const { id } of lapsed) {
    await services.transact(async (tx) => {
      const entry = await orderEntry(tx, id)
      if (entry) await cancel(tx, entry, 'expired')
    })
  }
}

async function announce(services: Services, id: string): Promise<void> {
  await services.transact(async (tx) => {
    const db = tx.tables<Tables>()
    const held = await db
      .selectFrom('memberships_entitlement')
      .selectAll()
      .where('id', '=', id)
      .where('reminded', '=', 0)
      .executeTakeFirst()
    if (!held || held.until === null || held.state !== 'granted') return
    await db.updateTable('memberships_entitlement').set({ reminded: 1 }).where('id', '=', id).execute()
    const { member_id: memberId, subject, until } = held
    // Whoever has renewed, or has it from elsewhere, loses nothing.
    const longer = await db
      .selectFrom('memberships_entitlement')
      .select('id')
      .where('member_id', '=', memberId)
      .where('subject', '=', subject)
      .where('state', '=', 'granted')
      .where((where) => where.or([where('until', 'is', null), where('until', '>', until)]))
      .executeTakeFirst()
    if (longer || (await renewsItself(tx, held.details))) return
    await tx.tell('memberships.ending', { memberId, entitlementId: id, subject, until })
  })
}

async function renewsItself(
  tx: Parameters<Parameters<Services['transact']>[0]>[0],
  details: string,
): Promise<boolean> {
  const { source } = JSON.parse(details) as { source: string }
  if (!source.startsWith('order:')) return false
  const order = await tx.row<{ renewal: string | null }>('orders', source.slice(6))
  return order?.renewal === 'active'
}
