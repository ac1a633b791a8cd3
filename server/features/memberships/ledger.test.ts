import fc from 'fast-check'
import { expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { openCommunity } from '../../../test/support/community.ts'
import { fold } from './fold.ts'
import { entriesOf } from './ledger.ts'
import { orderEntry, paymentsOf, takeRefund } from './money.ts'
import { endExpired } from './recurring.ts'
import { grantsOf } from './standing.ts'
import type { Tables } from './tables.ts'
import { take } from './told.ts'

const day = 86_400_000

type Step =
  | { what: 'order'; who: number; tier: number; coupon: boolean }
  | { what: 'pay' | 'cancel' | 'dispute' | 'settle' | 'lose'; which: number }
  | { what: 'refund'; which: number; share: number; end: boolean }
  | { what: 'redeem' | 'give'; who: number; tier: number }
  | { what: 'end'; which: number }
  | { what: 'rank' }
  | { what: 'wait'; days: number }
  | { what: 'night' }

const index = fc.nat({ max: 1_000 })
const who = fc.nat({ max: 1 })
const tier = fc.nat({ max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ what: fc.constant('order' as const), who, tier, coupon: fc.boolean() }),
  },
  { weight: 5, arbitrary: fc.record({ what: fc.constant('pay' as const), which: index }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('refund' as const),
      which: index,
      share: fc.constantFrom(1, 2, 3),
      end: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constantFrom('cancel', 'dispute', 'settle', 'lose'), which: index }),
  },
  { weight: 2, arbitrary: fc.record({ what: fc.constantFrom('redeem', 'give'), who, tier }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('end' as const), which: index }) },
  { weight: 1, arbitrary: fc.constant({ what: 'rank' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ what: fc.constant('wait' as const), days: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 2, arbitrary: fc.constant({ what: 'night' as const }) },
)

/** Lives through the steps by the real commands, then compares what is kept with what the ledger alone says. */
async function live(steps: readonly Step[]): Promise<void> {
  const community = await openCommunity()
  try {
    const { services, clock } = community
    const owner = await community.member({ role: 'owner' })
    const members = [await community.member(), await community.member()]
    const tiers = [uuidv7(), uuidv7(), uuidv7()]
    const prices = [1_000, 3_000, 9_999]
    const send = community.send
    for (const [i, id] of tiers.entries()) {
      const term = { kind: 'months', count: i === 2 ? 12 : 1 } as const
      await send(owner, 'memberships.save_tier', {
        id,
        name: { en: `Tier ${i}`, zh: '' },
        benefits: { en: '', zh: '' },
        prices: [{ id: 'p', amount: prices[i]!, currency: 'CNY', term }],
      })
    }
    await send(owner, 'memberships.save_coupon', {
      id: uuidv7(),
      code: 'THIRD',
      percent: 33,
      off: null,
      currency: 'CNY',
      limit: 3,
      perMember: 2,
      until: null,
      subjects: [],
    })
    const orders: string[] = []
    const pick = <T>(list: readonly T[], which: number): T | undefined =>
      list[which % Math.max(1, list.length)]

    async function act(step: Step): Promise<void> {
      // No two things happen at once.
      clock.advance(1_000)
      switch (step.what) {
        case 'order': {
          const id = uuidv7(clock.now)
          const sent = await send(members[step.who]!, 'memberships.order', {
            id,
            subject: `tier:${tiers[step.tier]}`,
            priceId: 'p',
            coupon: step.coupon ? 'third' : null,
            amount: prices[step.tier]!,
            currency: 'CNY',
            provider: 'manual',
          })
          if (sent.ok) orders.push(id)
          return
        }
        case 'pay':
        case 'cancel': {
          const orderId = pick(orders, step.which)
          if (!orderId) return
          if (step.what === 'pay') await send(owner, 'memberships.mark_paid', { orderId, note: '' })
          else for (const member of members) await send(member, 'memberships.cancel_order', { id: orderId })
          return
        }
        case 'refund': {
          const orderId = pick(orders, step.which)
          const order =
            orderId && (await services.read((reader) => reader.row<{ total: number }>('orders', orderId)))
          if (!orderId || !order) return
          const amount = Math.max(1, Math.floor(order.total / step.share))
          const refund = { id: uuidv7(clock.now), orderId, amount, reason: 'because', end: step.end }
          await send(owner, 'memberships.refund', refund)
          return
        }
        case 'dispute':
        case 'settle':
        case 'lose': {
          const orderId = pick(orders, step.which)
          if (!orderId) return
          await services.transact(async (tx) => {
            const payment = (await paymentsOf(tx, orderId))[0]
            const order = await orderEntry(tx, orderId)
            if (!payment || !order) return
            await tx
              .tables<Tables>()
              .insertInto('memberships_ref')
              .values({ ref: `pi_${orderId}`, order_id: orderId, entry_id: payment.id })
              .onConflict((conflict) => conflict.doNothing())
              .execute()
            const told = { refs: [`pi_${orderId}`], at: tx.now, dispute: `dp_${orderId}` }
            if (step.what === 'dispute') await take(tx, 'stripe', { ...told, what: 'disputed' })
            else if (step.what === 'settle')
              await take(tx, 'stripe', { ...told, what: 'settled', won: true, amount: 0 })
            else {
              const lost = {
                key: `lost:${orderId}`,
                at: tx.now,
                refunded: payment.amount,
                reason: '',
                end: true,
              }
              await takeRefund(tx, payment, { ...lost, dispute: told.dispute })
            }
          })
          return
        }
        case 'give': {
          const given = { id: uuidv7(clock.now), memberId: members[step.who]!.id, reason: 'thanks' }
          const term = { kind: 'days', count: 20 } as const
          await send(owner, 'memberships.give', { ...given, subject: `tier:${tiers[step.tier]}`, term })
          return
        }
        case 'redeem': {
          const id = uuidv7(clock.now)
          const term = { kind: 'days', count: 45 } as const
          const more = { note: 'gift', subject: `tier:${tiers[step.tier]}`, term, expiresAt: null }
          await send(owner, 'memberships.make_codes', { id, ...more, count: 1, uses: 1 })
          const found = await services.read((reader) =>
            reader
              .tables<Tables>()
              .selectFrom('memberships_code')
              .selectAll()
              .where('batch_id', '=', id)
              .execute(),
          )
          const redeemed = { id: uuidv7(clock.now), code: found[0]!.code }
          await send(members[step.who]!, 'memberships.redeem', redeemed)
          return
        }
        case 'end': {
          const held = await services.read((reader) => reader.rows('entitlements'))
          const one = pick(held, step.which)
          if (one) await send(owner, 'memberships.end', { id: one.id, reason: 'over' })
          return
        }
        case 'rank':
          tiers.reverse()
          prices.reverse()
          await send(owner, 'memberships.rank_tiers', { ids: tiers })
          return
        case 'wait':
          clock.advance(step.days * day)
          return
        case 'night':
          await endExpired(services)
          return
      }
    }
    for (const step of steps) await act(step)
    await endExpired(services)

    await services.read(async (reader) => {
      const db = reader.tables<Tables>()
      const entries = await entriesOf(reader)
      for (const { id } of members) {
        const { orders, entitlements } = fold(
          entries.filter(({ memberId }) => memberId === id),
          clock.now,
        )
        const keptOrders = await db
          .selectFrom('memberships_order')
          .select(['id', 'details'])
          .where('member_id', '=', id)
          .execute()
        expect(new Map(keptOrders.map((row) => [row.id, JSON.parse(row.details)]))).toEqual(orders)
        const kept = await db
          .selectFrom('memberships_entitlement')
          .select(['id', 'details'])
          .where('member_id', '=', id)
          .execute()
        expect(new Map(kept.map((row) => [row.id, JSON.parse(row.details)]))).toEqual(entitlements)
        // What core really grants now, and what devices are shown.
        const granted = await services.database.kysely
          .selectFrom('membership')
          .select(['audience', 'source', 'until'])
          .where('member_id', '=', id)
          .execute()
        const wanted = await grantsOf(reader, entitlements.values())
        const named = (
          list: readonly { audience: string; source: string; until: number | null }[],
        ): string[] => list.map(({ audience, source, until }) => `${audience} ${source} ${until}`).sort()
        expect(named(granted)).toEqual(named(wanted))
        for (const [orderId, row] of orders) expect(await reader.row('orders', orderId)).toEqual(row)
        for (const [heldId, row] of entitlements)
          expect(await reader.row('entitlements', heldId)).toEqual(row)
      }
      // Money adds up, and nothing has been given back that was not there.
      const sums = new Map<string, number>()
      for (const { orderId, amount } of entries)
        if (orderId) sums.set(orderId, (sums.get(orderId) ?? 0) + amount)
      for (const [orderId, sum] of sums) {
        const row = (await reader.row<{
          payments: { amount: number }[]
          refunds: { amount: number }[]
          total: number
        }>('orders', orderId))!
        const total = (list: { amount: number }[]): number =>
          list.reduce((all, { amount }) => all + amount, 0)
        expect(total(row.payments) - total(row.refunds)).toBe(sum)
        expect(sum).toBeGreaterThanOrEqual(0)
        expect(sum).toBeLessThanOrEqual(row.total)
      }
      for (const { amount } of entries) expect(Number.isSafeInteger(amount)).toBe(true)
    })
  } finally {
    await community.close()
  }
}

test('what is kept is what the ledger says, after any history', async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 50 }), live), {
    numRuns: 25,
    seed: 20_260_504,
    endOnFailure: true,
  })
}, 120_000)
