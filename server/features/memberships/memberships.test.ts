import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import { isTransient } from '#shared/core/result.ts'
import type { EntitlementRow, OrderRow } from '#shared/features/memberships.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'

const day = 86_400_000
const months = (count: number) => ({ kind: 'months', count }) as const

let community: TestCommunity
let owner: TestMember
let ada: TestMember
let reader: string
let patron: string

beforeEach(async () => {
  community = await openCommunity()
  owner = await community.member({ role: 'owner' })
  ada = await community.member({ handle: `ada-${uuidv7().slice(-6)}` })
  reader = await tier('Reader', 3_000)
  patron = await tier('Patron', 10_000)
})
afterEach(() => community.close())

async function tier(name: string, amount: number): Promise<string> {
  const id = uuidv7()
  const price = { id: 'month', amount, currency: 'CNY', term: months(1) }
  await good(
    community.send(owner, 'memberships.save_tier', {
      id,
      name: { en: name, zh: '' },
      benefits: { en: '', zh: '' },
      prices: [price],
    }),
  )
  return id
}

async function good(sent: ReturnType<TestCommunity['send']>): Promise<unknown> {
  const result = await sent
  if (!result.ok) throw new Error(`${result.code} ${result.field ?? ''} ${result.message}`)
  return result.data
}

function buy(
  tierId: string,
  more: { as?: TestMember; amount?: number; coupon?: string; id?: string } = {},
): ReturnType<TestCommunity['send']> {
  return community.send(more.as ?? ada, 'memberships.order', {
    id: more.id ?? uuidv7(),
    subject: `tier:${tierId}`,
    priceId: 'month',
    coupon: more.coupon ?? null,
    amount: more.amount ?? (tierId === reader ? 3_000 : 10_000),
    currency: 'CNY',
    provider: 'manual',
  })
}

async function bought(tierId: string, more: { as?: TestMember; coupon?: string } = {}): Promise<string> {
  const id = uuidv7()
  await good(buy(tierId, { ...more, id }))
  await good(community.send(owner, 'memberships.mark_paid', { orderId: id, note: '' }))
  return id
}

const audiences = async (member: TestMember): Promise<string[]> =>
  (
    await community.services.database.kysely
      .selectFrom('membership')
      .select(['audience', 'until'])
      .where('member_id', '=', member.id)
      .execute()
  )
    .filter((grant) => grant.until === null || grant.until > community.clock.now)
    .map((grant) => grant.audience)
    .sort()

const rows = async <R>(member: TestMember, table: string): Promise<R[]> => [
  ...((await community.feed(member)).get(table)?.values() ?? []),
]
const held = (member: TestMember): Promise<EntitlementRow[]> => rows(member, 'entitlements')

describe('an order paid by hand', () => {
  test('opens what it is for from the moment that an owner marks it paid, until its term ends', async () => {
    const id = uuidv7()
    await good(buy(reader, { id }))
    expect(await audiences(ada)).toEqual([])
    await good(community.send(owner, 'memberships.mark_paid', { orderId: id, note: 'seen' }))
    expect(await audiences(ada)).toEqual([`tier:${reader}`])
    const [order] = await rows<OrderRow>(ada, 'orders')
    expect(order).toMatchObject({ state: 'paid', total: 3_000, provider: 'manual' })
    expect((await held(ada))[0]!.because.map(({ what }) => what)).toEqual(['order', 'payment'])
    community.clock.advance(32 * day)
    expect(await audiences(ada)).toEqual([])
  })

  test('is taken at the price that the buyer saw, or not at all', async () => {
    expect(await buy(reader, { amount: 2_000 })).toMatchObject({
      ok: false,
      reason: 'memberships.refused_price_changed',
    })
  })

  test('is marked paid once', async () => {
    const id = await bought(reader)
    const again = await community.send(owner, 'memberships.mark_paid', { orderId: id, note: '' })
    expect(again).toMatchObject({ ok: false, reason: 'memberships.refused_paid_already' })
  })

  test('is seen by its buyer and the owners, and by nobody else', async () => {
    await bought(reader)
    const moderator = await community.member({ role: 'moderator' })
    const other = await community.member()
    expect(await rows(owner, 'orders')).toHaveLength(1)
    for (const member of [moderator, other]) {
      expect(await rows(member, 'orders')).toEqual([])
      expect(await rows(member, 'entitlements')).toEqual([])
    }
  })

  test('cannot be marked paid, refunded or given away by anybody but an owner', async () => {
    const id = uuidv7()
    await good(buy(reader, { id }))
    const moderator = await community.member({ role: 'moderator' })
    for (const member of [ada, moderator]) {
      expect(await community.send(member, 'memberships.mark_paid', { orderId: id, note: '' })).toMatchObject({
        ok: false,
        code: 'forbidden',
      })
    }
  })

  test('that is free is paid at once', async () => {
    const free = uuidv7()
    await good(
      community.send(owner, 'memberships.save_tier', {
        id: free,
        name: { en: 'Free', zh: '免费' },
        benefits: { en: '', zh: '' },
        prices: [{ id: 'month', amount: 0, currency: 'CNY', term: { kind: 'forever' } }],
      }),
    )
    await good(buy(free, { amount: 0 }))
    expect(await audiences(ada)).toContain(`tier:${free}`)
    expect(await buy(free, { amount: 0 })).toMatchObject({ reason: 'memberships.refused_yours_already' })
  })

  test('that is free for a while is had once', async () => {
    const trial = uuidv7()
    await good(
      community.send(owner, 'memberships.save_tier', {
        id: trial,
        name: { en: 'Trial', zh: '体验' },
        benefits: { en: '', zh: '' },
        prices: [{ id: 'month', amount: 0, currency: 'CNY', term: { kind: 'days', count: 7 } }],
      }),
    )
    await good(buy(trial, { amount: 0 }))
    community.clock.advance(8 * day)
    expect(await audiences(ada)).toEqual([])
    expect(await buy(trial, { amount: 0 })).toMatchObject({ reason: 'memberships.refused_tried_already' })
  })

  test('can be taken back until it is paid, and a second one for the same waits for the first', async () => {
    const id = uuidv7()
    await good(buy(reader, { id }))
    expect(await buy(reader)).toMatchObject({ ok: false, reason: 'memberships.refused_order_open' })
    await good(community.send(ada, 'memberships.cancel_order', { id }))
    const second = await bought(reader)
    expect(await community.send(ada, 'memberships.cancel_order', { id: second })).toMatchObject({
      reason: 'memberships.refused_paid_already',
    })
  })

  test('of somebody else is out of reach', async () => {
    const id = uuidv7()
    await good(buy(reader, { id }))
    const other = await community.member()
    expect(await community.send(other, 'memberships.cancel_order', { id })).toMatchObject({
      code: 'not_found',
    })
    expect(await buy(reader, { as: other, id })).toMatchObject({ code: 'conflict', field: 'id' })
  })

  test('lapses when nobody pays', async () => {
    await good(buy(reader))
    community.clock.advance(15 * day)
    await runDaily()
    expect((await rows<OrderRow>(ada, 'orders'))[0]!.state).toBe('cancelled')
  })
})

async function runDaily(): Promise<void> {
  const { endExpired } = await import('./recurring.ts')
  await endExpired(community.services)
}

describe('time', () => {
  test('a renewal extends from the current end', async () => {
    const start = community.clock.now
    await bought(reader)
    community.clock.advance(10 * day)
    await bought(reader)
    const ends = (await held(ada)).map(({ until }) => until).sort()
    expect(new Date(ends[0]!).getUTCMonth()).toBe(new Date(start).getUTCMonth() + 1)
    expect(new Date(ends[1]!).getUTCMonth()).toBe(new Date(start).getUTCMonth() + 2)
  })

  test('a higher tier opens all of lower ones, and takes over what is unused of a lower one as time', async () => {
    await bought(reader)
    community.clock.advance(15 * day)
    const before = community.clock.now
    await bought(patron)
    expect(await audiences(ada)).toEqual([`tier:${patron}`, `tier:${reader}`].sort())
    const [lower, higher] = (await held(ada)).sort((a, b) => a.from - b.from)
    expect(lower).toMatchObject({ state: 'ended', until: before })
    expect(lower!.because.at(-1)).toMatchObject({ what: 'converted' })
    // 16 of 31 days of 30 yuan are 15.48; at 100 yuan for 30 days that is 4.6 days.
    const days = (higher!.until! - before) / day
    expect(days).toBeGreaterThan(30 + 4.5)
    expect(days).toBeLessThan(31 + 5)
    expect(higher!.because.map(({ what }) => what)).toContain('extended')
  })

  test('a refunded upgrade leaves the lower tier as it was', async () => {
    await bought(reader)
    const end = (await held(ada))[0]!.until
    community.clock.advance(10 * day)
    const id = await bought(patron)
    await good(
      community.send(owner, 'memberships.refund', {
        id: uuidv7(),
        orderId: id,
        amount: 10_000,
        reason: 'a mistake',
        end: false,
      }),
    )
    expect(await audiences(ada)).toEqual([`tier:${reader}`])
    expect((await held(ada)).find(({ subject }) => subject === `tier:${reader}`)!.until).toBe(end)
  })

  test('what has expired is ended and told, once, after a reminder', async () => {
    await bought(reader)
    const { until } = (await held(ada))[0]!
    community.clock.now = until! - 3 * day
    await runDaily()
    await runDaily()
    community.clock.now = until! + 1
    await runDaily()
    expect((await held(ada))[0]).toMatchObject({ state: 'ended' })
    expect((await held(ada))[0]!.because.at(-1)).toMatchObject({ what: 'expired' })
  })
})

describe('a refund', () => {
  test('in full ends what was opened at once, also after it has been used', async () => {
    const id = await bought(reader)
    community.clock.advance(5 * day)
    const refund = { id: uuidv7(), orderId: id, amount: 3_000, reason: 'not happy', end: false }
    await good(community.send(owner, 'memberships.refund', refund))
    expect(await audiences(ada)).toEqual([])
    const [order] = await rows<OrderRow>(ada, 'orders')
    expect(order).toMatchObject({ state: 'refunded', refunds: [{ amount: 3_000, reason: 'not happy' }] })
    expect((await held(ada))[0]!.because.map(({ what }) => what)).toEqual(['order', 'payment', 'refund'])
  })

  test('in part leaves access as it is, unless told', async () => {
    const id = await bought(reader)
    const part = (amount: number, end: boolean) =>
      community.send(owner, 'memberships.refund', {
        id: uuidv7(),
        orderId: id,
        amount,
        reason: 'sorry',
        end,
      })
    await good(part(1_000, false))
    expect(await audiences(ada)).toEqual([`tier:${reader}`])
    expect(await part(2_500, false)).toMatchObject({ reason: 'memberships.refused_too_much' })
    await good(part(500, true))
    expect(await audiences(ada)).toEqual([])
    expect((await rows<OrderRow>(ada, 'orders'))[0]!.state).toBe('part_refunded')
  })

  test('moves up what was bought after', async () => {
    const first = await bought(reader)
    community.clock.advance(1)
    await bought(reader)
    community.clock.advance(10 * day)
    await good(
      community.send(owner, 'memberships.refund', {
        id: uuidv7(),
        orderId: first,
        amount: 3_000,
        reason: 'one was enough',
        end: false,
      }),
    )
    const left = (await held(ada)).find(({ state }) => state === 'granted')!
    expect(left.from).toBe(community.clock.now)
  })

  test('of one source leaves what another gives', async () => {
    const id = await bought(reader)
    await good(
      community.send(owner, 'memberships.give', {
        id: uuidv7(),
        memberId: ada.id,
        subject: `tier:${reader}`,
        term: { kind: 'forever' },
        reason: 'helped out',
      }),
    )
    await good(
      community.send(owner, 'memberships.refund', {
        id: uuidv7(),
        orderId: id,
        amount: 3_000,
        reason: 'x',
        end: false,
      }),
    )
    expect(await audiences(ada)).toEqual([`tier:${reader}`])
  })
})

/** 500 members. */
async function crowd(): Promise<TestMember[]> {
  const members: TestMember[] = []
  for (let i = 0; i < 500; i++) members.push(await community.member())
  return members
}

/** As a device does: what cannot be taken now is sent again. */
async function insistently(send: () => ReturnType<TestCommunity['send']>): ReturnType<TestCommunity['send']> {
  for (;;) {
    const result = await send()
    if (result.ok || !isTransient(result.code)) return result
  }
}

describe('codes and coupons', () => {
  const makeCodes = async (uses: number, count = 1, expiresAt: number | null = null): Promise<string[]> => {
    const id = uuidv7()
    await good(
      community.send(owner, 'memberships.make_codes', {
        id,
        note: 'Meetup',
        subject: `tier:${reader}`,
        term: { kind: 'days', count: 30 },
        count,
        uses,
        expiresAt,
      }),
    )
    const asked = await community.request(
      `/api/queries/memberships.codes?input=${encodeURIComponent(JSON.stringify({ batchId: id }))}`,
      { as: owner },
    )
    return ((await asked.json()) as { output: { code: string }[] }).output.map(({ code }) => code)
  }
  const redeem = (code: string, as = ada) => community.send(as, 'memberships.redeem', { id: uuidv7(), code })

  test('a code gives what it is for, once, however it is typed', async () => {
    const [code] = await makeCodes(1)
    await good(redeem(code!.toLowerCase().replaceAll('-', ' ')))
    expect(await audiences(ada)).toEqual([`tier:${reader}`])
    expect((await held(ada))[0]!.because).toMatchObject([{ what: 'code', note: 'Meetup' }])
    expect(await redeem(code!)).toMatchObject({ reason: 'memberships.refused_code_yours' })
    expect(await redeem(code!, await community.member())).toMatchObject({
      reason: 'memberships.refused_code_used',
    })
  })

  test('expired codes are as unknown as those that never were, and guessing is slowed down', async () => {
    const [code] = await makeCodes(1, 1, community.clock.now + day)
    community.clock.advance(2 * day)
    expect(await redeem(code!)).toMatchObject({ reason: 'memberships.refused_code_unknown' })
    for (let i = 0; i < 9; i++)
      expect(await redeem(`WRONG${i}`)).toMatchObject({ reason: 'memberships.refused_code_unknown' })
    expect(await redeem('WRONGAGAIN')).toMatchObject({ code: 'too_many' })
    community.clock.advance(day)
    expect(await redeem('WRONGAGAIN')).toMatchObject({ reason: 'memberships.refused_code_unknown' })
  })

  test('of 500 redemptions at once of a code for three, exactly three succeed', async () => {
    const [code] = await makeCodes(3)
    const results = await Promise.all(
      (await crowd()).map((member) => {
        const id = uuidv7()
        return insistently(() => community.send(member, 'memberships.redeem', { id, code: code! }, { id }))
      }),
    )
    expect(results.filter((result) => result.ok)).toHaveLength(3)
    const others = results.filter((result) => !result.ok)
    expect(others.every((result) => result.reason === 'memberships.refused_code_used')).toBe(true)
  }, 120_000)

  const coupon = (more: object = {}) =>
    community.send(owner, 'memberships.save_coupon', {
      id: uuidv7(),
      code: 'SPRING',
      percent: 20,
      off: null,
      currency: 'CNY',
      limit: 3,
      perMember: 1,
      until: null,
      subjects: [],
      ...more,
    })

  test('of 500 orders at once with a coupon for three, exactly three succeed', async () => {
    await good(coupon())
    const results = await Promise.all(
      (await crowd()).map((as) => insistently(() => buy(reader, { as, coupon: 'spring' }))),
    )
    expect(results.filter((result) => result.ok)).toHaveLength(3)
  }, 120_000)

  test('a coupon takes off what it says, within its scope, and comes back with an order that is not paid', async () => {
    await good(coupon({ subjects: [`tier:${patron}`] }))
    expect(await buy(reader, { coupon: 'SPRING' })).toMatchObject({
      reason: 'memberships.coupon_not_for_this',
    })
    const id = uuidv7()
    await good(buy(patron, { coupon: 'SPRING', id }))
    expect((await rows<OrderRow>(ada, 'orders'))[0]).toMatchObject({ discount: 2_000, total: 8_000 })
    await good(community.send(ada, 'memberships.cancel_order', { id }))
    expect(await rows(owner, 'coupons')).toMatchObject([{ used: 0 }])
    await bought(patron, { coupon: 'SPRING' })
    expect(await rows(owner, 'coupons')).toMatchObject([{ used: 1 }])
  })

  test('of an order that was taken back and paid all the same, a coupon counts as used', async () => {
    await good(coupon({ perMember: 1 }))
    const id = uuidv7()
    await good(buy(patron, { coupon: 'SPRING', id }))
    await good(community.send(ada, 'memberships.cancel_order', { id }))
    await good(community.send(owner, 'memberships.mark_paid', { orderId: id, note: 'came later' }))
    expect(await rows(owner, 'coupons')).toMatchObject([{ used: 1 }])
    expect(await buy(patron, { coupon: 'SPRING' })).toMatchObject({ reason: 'memberships.coupon_yours_used' })
  })

  test('a coupon for everything costs nothing, and cannot go below', async () => {
    await good(coupon({ percent: null, off: 999_999 }))
    await good(buy(reader, { coupon: 'SPRING' }))
    expect((await rows<OrderRow>(ada, 'orders'))[0]).toMatchObject({ total: 0, state: 'paid' })
    expect(await audiences(ada)).toEqual([`tier:${reader}`])
  })
})

test('revenue is the ledger by month, and a spreadsheet takes no text of it for a formula', async () => {
  const id = await bought(reader)
  await bought(patron, { as: await community.member() })
  community.clock.advance(31 * day)
  await good(
    community.send(owner, 'memberships.refund', {
      id: uuidv7(),
      orderId: id,
      amount: 1_000,
      reason: '=cmd()',
      end: false,
    }),
  )
  const ask = async (name: string, as: TestMember) =>
    community.request(`/api/queries/memberships.${name}`, { as })
  const { output } = (await (await ask('revenue', owner)).json()) as { output: object[] }
  expect(output).toMatchObject([
    { month: '2026-06', paid: 0, refunded: 1_000 },
    { month: '2026-05', paid: 10_000, refunded: 0, orders: 1 },
    { month: '2026-05', paid: 3_000, refunded: 0 },
  ])
  expect((await ask('revenue', ada)).status).toBe(403)
  const { csv } = ((await (await ask('ledger', owner)).json()) as { output: { csv: string } }).output
  expect(csv).toContain(",-10.00,CNY,'=cmd()")
})
