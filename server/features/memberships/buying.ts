/** What members do: order, take an order back, redeem a code. */
import { randomInt } from 'node:crypto'
import type { CommandHandler, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { canBuy, type memberships } from '#shared/features/memberships.ts'
import { createAttempts } from './attempts.ts'
import { offerOf, ways } from './catalogue.ts'
import { redeemCode } from './codes.ts'
import { giveCouponBack, openCoupon, useCoupon } from './coupons.ts'
import { fold } from './fold.ts'
import { append, type EntryOf, entriesOf, isTaken } from './ledger.ts'
import { orderEntry, renews, stopRenewing, takePayment } from './money.ts'
import { settle } from './standing.ts'

type Commands = typeof memberships.commands

const attempts = createAttempts()

export const order: CommandHandler<InputOf<Commands['order']>> = {
  allow: (act) => (canBuy(act.viewer) ? ok() : refuse('forbidden', 'not allowed')),
  async handle({ tx, viewer }, input) {
    const { id, subject } = input
    if (await isTaken(tx, id)) return refuse('conflict', 'an order has this id', { field: 'id' })
    const offer = await offerOf(tx, viewer, subject, input.priceId)
    if (!offer.ok) return offer
    const { amount, currency, title, term, rank } = offer.value
    if (amount !== input.amount || currency !== input.currency) {
      return refuse('conflict', 'the price has changed', {
        field: 'amount',
        reason: 'memberships.refused_price_changed',
      })
    }
    const hindered = await hindrance(tx, viewer.id, subject, amount)
    if (!hindered.ok) return hindered
    let discount = 0
    if (input.coupon !== null) {
      const took = await takeCoupon(tx, { ...input, coupon: input.coupon, memberId: viewer.id })
      if (!took.ok) return took
      discount = took.value
    }
    const total = amount - discount
    if (total > 0 && !(await ways(tx)).providers.includes(input.provider)) {
      return refuse('unavailable', `${input.provider} is off`, {
        field: 'provider',
        reason: 'memberships.refused_provider_off',
      })
    }
    const provider = total === 0 ? 'none' : input.provider
    const details = { number: orderNumber(tx.now), subject, title, term, rank, amount, discount, total }
    await append(tx, {
      id,
      kind: 'order',
      key: `order:${id}`,
      memberId: viewer.id,
      orderId: id,
      currency,
      details: { ...details, coupon: input.coupon, provider },
    })
    if (total === 0) {
      const entry = (await orderEntry(tx, id))!
      await takePayment(tx, entry, { key: id, by: 'none', at: tx.now, amount: 0, currency, note: '' })
    } else {
      await settle(tx, viewer.id)
      await tx.tell('memberships.ordered', {
        orderId: id,
        memberId: viewer.id,
        subject,
        provider: input.provider,
      })
    }
    return ok({ number: details.number, total })
  },
}

/** By hand these are read out and typed into a transfer's note: a date, and letters that look like no others. */
function orderNumber(now: number): string {
  const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
  const random = Array.from({ length: 6 }, () => letters[randomInt(letters.length)]).join('')
  return `${new Date(now).toISOString().slice(0, 10).replaceAll('-', '')}-${random}`
}

/** Nobody pays for what they have for good, nor twice for the same because they pressed on two devices. */
async function hindrance(
  tx: Tx,
  memberId: string,
  subject: string,
  amount: number,
): Promise<Result<unknown>> {
  const { orders, entitlements } = fold(await entriesOf(tx, memberId), tx.now)
  const forGood = [...entitlements.values()].some(
    (held) => held.subject === subject && held.state === 'granted' && held.until === null,
  )
  if (forGood) {
    return refuse('conflict', 'it is theirs already', {
      field: 'subject',
      reason: 'memberships.refused_yours_already',
    })
  }
  const others = [...orders.values()].filter((other) => other.subject === subject)
  if (others.some(({ renewal }) => renewal === 'active')) {
    return refuse('conflict', 'it renews itself', {
      field: 'subject',
      reason: 'memberships.refused_renews_already',
    })
  }
  if (amount === 0 && others.some((other) => other.amount === 0)) {
    return refuse('conflict', 'what costs nothing is had once', {
      field: 'subject',
      reason: 'memberships.refused_tried_already',
    })
  }
  const waiting = others.find(({ state }) => state === 'open')
  if (waiting) {
    return refuse('conflict', 'an order for it is open', {
      field: 'subject',
      reason: 'memberships.refused_order_open',
      params: { number: waiting.number },
    })
  }
  return ok()
}

async function takeCoupon(
  tx: Tx,
  asked: { id: string; coupon: string; memberId: string; subject: string; amount: number; currency: string },
): Promise<Result<number>> {
  const { memberId } = asked
  const allowed = attempts.allow(memberId, tx.now)
  if (!allowed.ok) return allowed
  const coupon = await openCoupon(tx, { ...asked, code: asked.coupon })
  if (!coupon.ok) {
    if (coupon.error.reason === 'memberships.coupon_unknown') attempts.missed(memberId, tx.now)
    return coupon
  }
  return useCoupon(tx, coupon.value, { id: asked.id, memberId, amount: asked.amount })
}

export const cancelOrder: CommandHandler<InputOf<Commands['cancel_order']>> = {
  async allow(act, input) {
    const entry = await orderEntry(act.tx, input.id)
    if (entry?.memberId !== act.viewer.id) return noOrder
    return ok()
  },
  async handle({ tx }, input) {
    const entry = (await orderEntry(tx, input.id))!
    return (await cancel(tx, entry, 'member'))
      ? ok({})
      : refuse('conflict', 'it has been paid', { reason: 'memberships.refused_paid_already' })
  },
}

export const noOrder: Result<never> = refuse('not_found', 'no such order', {
  reason: 'memberships.refused_no_order',
})

/** Only what has not been paid. */
export async function cancel(tx: Tx, entry: EntryOf<'order'>, why: 'member' | 'expired'): Promise<boolean> {
  const { orders } = fold(await entriesOf(tx, entry.memberId), tx.now)
  const state = orders.get(entry.id)?.state
  if (state !== 'open') return state === 'cancelled'
  await append(tx, {
    kind: 'cancel',
    key: `cancel:${entry.id}`,
    memberId: entry.memberId,
    orderId: entry.id,
    cause: entry.id,
    details: { why },
  })
  await giveCouponBack(tx, entry.id)
  await settle(tx, entry.memberId)
  return true
}

export const stopRenewal: CommandHandler<InputOf<Commands['stop_renewal']>> = {
  allow: cancelOrder.allow,
  async handle({ tx, viewer }, { id }) {
    const { orders } = fold(await entriesOf(tx, viewer.id), tx.now)
    const own = orders.get(id)
    if (!own || !renews(own)) {
      return refuse('conflict', 'it does not renew itself', { reason: 'memberships.refused_no_renewal' })
    }
    await stopRenewing(tx, id)
    return ok({})
  },
}

export const redeem: CommandHandler<InputOf<Commands['redeem']>> = {
  allow: (act) => (canBuy(act.viewer) ? ok() : refuse('forbidden', 'not allowed')),
  async handle({ tx, viewer }, input) {
    const allowed = attempts.allow(viewer.id, tx.now)
    if (!allowed.ok) return allowed
    if (await isTaken(tx, input.id)) return refuse('conflict', 'something has this id', { field: 'id' })
    const redeemed = await redeemCode(tx, viewer.id, input)
    if (!redeemed.ok && redeemed.error.code === 'not_found') attempts.missed(viewer.id, tx.now)
    return redeemed
  },
}
