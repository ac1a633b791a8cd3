/** Coupons take something off a price. A use is taken when something is ordered, and given back when the order is not paid. */
import type { Reader, Tx } from '#server/core/feature.ts'
import { ok, type Refusal, type Result } from '#shared/core/result.ts'
import { type CouponRow, discountOf } from '#shared/features/memberships.ts'
import type { Tables } from './tables.ts'

const refusal = (reason: 'unknown' | 'used_up' | 'yours_used' | 'not_for_this'): Refusal => ({
  code: 'conflict',
  field: 'coupon',
  message: `the coupon does not work here: ${reason}`,
  reason: `memberships.coupon_${reason}`,
})

interface Found {
  id: string
  row: CouponRow
}

/** A coupon that works for this now. Says nothing about coupons that do not exist beyond that. */
export async function openCoupon(
  reader: Reader,
  asked: { code: string; memberId: string; subject: string; currency: string },
): Promise<Result<Found>> {
  const found = await reader
    .tables<Tables>()
    .selectFrom('memberships_coupon')
    .selectAll()
    .where('code', '=', asked.code)
    .executeTakeFirst()
  const row = found ? (JSON.parse(found.details) as CouponRow) : undefined
  if (!found || !row || row.ended || (row.until !== null && row.until <= reader.now))
    return { ok: false, error: refusal('unknown') }
  if (row.subjects.length > 0 && !row.subjects.includes(asked.subject))
    return { ok: false, error: refusal('not_for_this') }
  if (row.off !== null && row.currency !== asked.currency)
    return { ok: false, error: refusal('not_for_this') }
  if (found.limit_of !== null && found.used >= found.limit_of) return { ok: false, error: refusal('used_up') }
  const mine = await reader
    .tables<Tables>()
    .selectFrom('memberships_coupon_use')
    .select('order_id')
    .where('coupon_id', '=', found.id)
    .where('member_id', '=', asked.memberId)
    .execute()
  if (mine.length >= row.perMember) return { ok: false, error: refusal('yours_used') }
  return ok({ id: found.id, row })
}

/** Takes a use in one conditional write: of any number of simultaneous orders, as many succeed as there are uses left. */
export async function useCoupon(
  tx: Tx,
  coupon: Found,
  order: { id: string; memberId: string; amount: number },
): Promise<Result<number>> {
  const db = tx.tables<Tables>()
  const used = await db
    .updateTable('memberships_coupon')
    .set((row) => ({ used: row('used', '+', 1) }))
    .where('id', '=', coupon.id)
    .where((where) => where.or([where('limit_of', 'is', null), where('used', '<', where.ref('limit_of'))]))
    .executeTakeFirst()
  if (used.numUpdatedRows !== 1n) return { ok: false, error: refusal('used_up') }
  await db
    .insertInto('memberships_coupon_use')
    .values({ coupon_id: coupon.id, order_id: order.id, member_id: order.memberId })
    .execute()
  await publishCoupon(tx, coupon.id)
  return ok(discountOf(coupon.row, order.amount))
}

/** For an order that was paid after all: its price was the coupon's, even if another has used the place meanwhile. */
export async function keepCoupon(
  tx: Tx,
  order: { id: string; memberId: string; coupon: string },
): Promise<void> {
  const db = tx.tables<Tables>()
  const found = await db
    .selectFrom('memberships_coupon')
    .select('id')
    .where('code', '=', order.coupon)
    .executeTakeFirst()
  if (!found) return
  const kept = await db
    .insertInto('memberships_coupon_use')
    .values({ coupon_id: found.id, order_id: order.id, member_id: order.memberId })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  if ((kept.numInsertedOrUpdatedRows ?? 0n) === 0n) return
  await db
    .updateTable('memberships_coupon')
    .set((row) => ({ used: row('used', '+', 1) }))
    .where('id', '=', found.id)
    .execute()
  await publishCoupon(tx, found.id)
}

/** For an order that was not paid. */
export async function giveCouponBack(tx: Tx, orderId: string): Promise<void> {
  const db = tx.tables<Tables>()
  const use = await db
    .selectFrom('memberships_coupon_use')
    .select('coupon_id')
    .where('order_id', '=', orderId)
    .executeTakeFirst()
  if (!use) return
  await db.deleteFrom('memberships_coupon_use').where('order_id', '=', orderId).execute()
  await db
    .updateTable('memberships_coupon')
    .set((row) => ({ used: row('used', '-', 1) }))
    .where('id', '=', use.coupon_id)
    .execute()
  await publishCoupon(tx, use.coupon_id)
}

export async function publishCoupon(tx: Tx, id: string): Promise<void> {
  const found = await tx
    .tables<Tables>()
    .selectFrom('memberships_coupon')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  await tx.publish('coupons', id, { ...(JSON.parse(found.details) as CouponRow), used: found.used })
}
