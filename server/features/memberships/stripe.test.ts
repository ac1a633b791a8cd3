import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { Stripe } from 'stripe'
import { afterEach, describe, expect, test } from 'vitest'
import { uuidv7 } from '#shared/core/ids.ts'
import type { EntitlementRow, OrderRow } from '#shared/features/memberships.ts'
import {
  openCommunity,
  type TestCommunity,
  type TestMember,
  type TestOptions,
} from '../../../test/support/community.ts'

const day = 86_400_000
const secret = 'whsec_of_the_tests'
const vars = { STRIPE_KEY: 'sk_test_of_the_tests', STRIPE_WEBHOOK_SECRET: secret }
/** Nothing listens there: whoever asks Stripe is told at once that it cannot be reached. */
const nowhere = { ...vars, STRIPE_API: 'http://127.0.0.1:9' }

const sdk = new Stripe(vars.STRIPE_KEY)
const start = Date.UTC(2026, 4, 4, 8)

interface Shop {
  community: TestCommunity
  owner: TestMember
  ada: TestMember
  tier: string
}

let opened: TestCommunity[] = []
afterEach(async () => {
  await Promise.all(opened.map((community) => community.close()))
  opened = []
})

async function openShop(options: TestOptions = { vars: nowhere }): Promise<Shop> {
  const community = await openCommunity(options)
  opened.push(community)
  const owner = await community.member({ role: 'owner' })
  const ada = await community.member()
  const tier = uuidv7()
  await good(
    community.send(owner, 'memberships.save_tier', {
      id: tier,
      name: { en: 'Reader', zh: '读者' },
      benefits: { en: '', zh: '' },
      prices: [
        { id: 'month', amount: 3_000, currency: 'CNY', term: { kind: 'months', count: 1 } },
        { id: 'good', amount: 9_000, currency: 'CNY', term: { kind: 'forever' } },
      ],
    }),
  )
  return { community, owner, ada, tier }
}

async function good(sent: ReturnType<TestCommunity['send']>): Promise<unknown> {
  const result = await sent
  if (!result.ok) throw new Error(`${result.code} ${result.field ?? ''} ${result.message}`)
  return result.data
}

async function order(
  { community, ada, tier }: Shop,
  priceId = 'month',
  id: string = uuidv7(),
): Promise<string> {
  await good(
    community.send(ada, 'memberships.order', {
      id,
      subject: `tier:${tier}`,
      priceId,
      coupon: null,
      amount: priceId === 'month' ? 3_000 : 9_000,
      currency: 'CNY',
      provider: 'stripe',
    }),
  )
  return id
}

interface Event {
  id: string
  object: 'event'
  type: string
  created: number
  data: { object: object }
}

let events = 0
function event(type: string, at: number, object: object): Event {
  return { id: `evt_${++events}`, object: 'event', type, created: Math.floor(at / 1000), data: { object } }
}

const completed = (orderId: string, more: object = {}, at = start): Event =>
  event('checkout.session.completed', at, {
    id: `cs_${orderId}`,
    object: 'checkout.session',
    mode: 'payment',
    payment_status: 'paid',
    metadata: { order: orderId },
    amount_total: 9_000,
    currency: 'cny',
    payment_intent: `pi_${orderId}`,
    subscription: null,
    ...more,
  })

const subscription = (orderId: string, kind: string, at: number, more: object = {}): Event =>
  event(`customer.subscription.${kind}`, at, {
    id: `sub_${orderId}`,
    object: 'subscription',
    status: 'active',
    cancel_at_period_end: false,
    metadata: { order: orderId },
    ...more,
  })

const invoice = (orderId: string, number: number, kind: 'paid' | 'payment_failed', at: number): Event =>
  event(`invoice.${kind}`, at, {
    id: `in_${orderId}_${number}`,
    object: 'invoice',
    amount_paid: kind === 'paid' ? 3_000 : 0,
    attempt_count: 1,
    currency: 'cny',
    parent: {
      type: 'subscription_details',
      subscription_details: { subscription: `sub_${orderId}`, metadata: { order: orderId } },
    },
    payments: { data: [{ payment: { type: 'payment_intent', payment_intent: `pi_${orderId}_${number}` } }] },
    lines: { data: [{ period: { start: seconds(at), end: seconds(at + 30 * day) }, metadata: {} }] },
  })

const refunded = (payment: string, amount: number, at: number): Event =>
  event('charge.refunded', at, {
    id: `ch_${payment}`,
    object: 'charge',
    payment_intent: payment,
    amount: 9_000,
    amount_refunded: amount,
  })

const dispute = (payment: string, kind: 'created' | 'closed', at: number, status = 'needs_response'): Event =>
  event(`charge.dispute.${kind}`, at, {
    id: `dp_${payment}`,
    object: 'dispute',
    payment_intent: payment,
    charge: `ch_${payment}`,
    amount: 9_000,
    status,
  })

const seconds = (at: number): number => Math.floor(at / 1000)

function post(
  { community }: Shop,
  told: Event,
  more: { header?: string; body?: string } = {},
): Promise<Response> {
  const payload = JSON.stringify(told)
  const timestamp = seconds(community.clock.now)
  const header = sdk.webhooks.generateTestHeaderString({ payload, secret, timestamp })
  return community.request('/api/webhooks/stripe', {
    method: 'POST',
    body: more.body ?? payload,
    headers: { 'stripe-signature': more.header ?? header },
  })
}

async function tell(shop: Shop, ...told: Event[]): Promise<void> {
  for (const one of told) expect((await post(shop, one)).status).toBe(200)
  await shop.community.community.quiesce()
}

const rows = async <R>({ community, ada }: Shop, table: string): Promise<R[]> => [
  ...((await community.feed(ada)).get(table)?.values() ?? []),
]
const orders = (shop: Shop): Promise<OrderRow[]> => rows(shop, 'orders')
const held = (shop: Shop): Promise<EntitlementRow[]> => rows(shop, 'entitlements')
const isOpen = async (shop: Shop): Promise<boolean> =>
  (await shop.community.services.database.kysely
    .selectFrom('membership')
    .select('until')
    .where('member_id', '=', shop.ada.id)
    .where('audience', '=', `tier:${shop.tier}`)
    .where((where) => where.or([where('until', 'is', null), where('until', '>', shop.community.clock.now)]))
    .executeTakeFirst()) !== undefined

describe('a webhook', () => {
  test('that is signed opens what was paid', async () => {
    const shop = await openShop()
    const id = await order(shop, 'good')
    await tell(shop, completed(id))
    expect((await orders(shop))[0]).toMatchObject({
      state: 'paid',
      payments: [{ amount: 9_000, by: 'stripe' }],
    })
    expect(await isOpen(shop)).toBe(true)
  })

  test('that was tampered with, is stale, or is not signed at all changes nothing and is refused', async () => {
    const shop = await openShop()
    const id = await order(shop, 'good')
    const told = completed(id)
    const payload = JSON.stringify(told)
    const sign = (timestamp: number, by = secret): string =>
      sdk.webhooks.generateTestHeaderString({ payload, secret: by, timestamp })
    const now = seconds(shop.community.clock.now)
    const attempts = [
      await post(shop, told, { body: payload.replace('9000', '9001') }),
      await post(shop, told, { header: sign(now - 301) }),
      await post(shop, told, { header: sign(now, 'whsec_of_somebody_else') }),
      await post(shop, told, { header: `t=${now},v1=${'0'.repeat(64)}` }),
      await post(shop, told, { header: '' }),
      await post(shop, told, { body: '' }),
    ]
    expect(attempts.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422])
    await shop.community.community.quiesce()
    expect((await orders(shop))[0]!.state).toBe('open')
    // A signature that is a moment old is in time.
    expect((await post(shop, told, { header: sign(now - 200) })).status).toBe(200)
  })

  test('that comes again and again is one payment', async () => {
    const shop = await openShop()
    const id = await order(shop, 'good')
    const told = completed(id)
    await tell(shop, ...Array.from({ length: 20 }, () => told))
    await tell(shop, told)
    // The same by another event: Stripe says so, too, when a payment needed some days.
    await tell(shop, { ...told, id: 'evt_other', type: 'checkout.session.async_payment_succeeded' })
    expect((await orders(shop))[0]!.payments).toHaveLength(1)
    expect(await held(shop)).toHaveLength(1)
  })

  test('of less money than was asked for, or of other money, opens nothing', async () => {
    const shop = await openShop()
    const id = await order(shop, 'good')
    await tell(shop, completed(id, { amount_total: 8_999 }))
    expect((await orders(shop))[0]).toMatchObject({ state: 'open', payments: [{ amount: 8_999 }] })
    const other = await openShop()
    const foreign = await order(other, 'good')
    await tell(other, completed(foreign, { currency: 'jpy' }))
    expect([await isOpen(shop), await isOpen(other)]).toEqual([false, false])
  })

  test('about what nobody ordered here is kept, and waits', async () => {
    const shop = await openShop()
    await tell(shop, completed(uuidv7()), event('customer.created', start, { id: 'cus_1' }))
    const kept = await shop.community.services.database.kysely
      .withTables<{ memberships_event: { id: string; state: string } }>()
      .selectFrom('memberships_event')
      .select('state')
      .execute()
    expect(kept.map(({ state }) => state).sort()).toEqual(['ignored', 'waiting'])
  })

  test('of something else that is sold on the account names no order of ours, whatever its address was given', async () => {
    const shop = await openShop()
    const id = await order(shop)
    const gift = { metadata: {}, client_reference_id: id, mode: 'subscription', subscription: 'sub_gift' }
    const paid = invoice(id, 1, 'paid', start)
    const parent = { subscription_details: { subscription: 'sub_gift', metadata: {} } }
    await tell(shop, completed(id, gift), { ...paid, data: { object: { ...paid.data.object, parent } } })
    expect((await orders(shop))[0]!.state).toBe('open')
  })

  test('is seen to although a thousand others wait for what is not ours', async () => {
    const shop = await openShop()
    const id = await order(shop, 'good')
    const others = Array.from({ length: 1_000 }, (_, i) => ({
      id: `stripe:evt_other_${i}`,
      provider: 'stripe',
      received_at: start - day,
      state: 'waiting',
      body: JSON.stringify(invoice('of-others', i, 'payment_failed', start - day)),
    }))
    const db = shop.community.services.database.kysely.withTables<{
      memberships_event: (typeof others)[number]
    }>()
    for (let from = 0; from < others.length; from += 100)
      await db
        .insertInto('memberships_event')
        .values(others.slice(from, from + 100))
        .execute()
    await tell(shop, completed(id))
    expect(await isOpen(shop)).toBe(true)
  })

  test('is not taken where there are no keys, and the provider is not offered', async () => {
    const shop = await openShop({})
    expect((await post(shop, completed(uuidv7()))).status).toBe(404)
    expect(await rows(shop, 'payment_ways')).toMatchObject([{ providers: ['manual'] }])
    await expect(order(shop)).rejects.toThrow('stripe is off')
    const withKeys = await openShop()
    expect(await rows(withKeys, 'payment_ways')).toMatchObject([{ providers: ['stripe', 'manual'] }])
  })

  test('that was kept before a crash is seen to after it', async () => {
    const shop = await openShop()
    const id = await order(shop, 'good')
    const { services } = shop.community
    const told = completed(id)
    // The server dies after its answer, and before the job.
    await services.database.kysely
      .withTables<{ memberships_event: Record<string, unknown> }>()
      .insertInto('memberships_event')
      .values({
        id: `stripe:${told.id}`,
        provider: 'stripe',
        received_at: start,
        state: 'new',
        body: JSON.stringify(told),
      })
      .execute()
    const { features } = await import('#server/features/index.ts')
    await features.memberships.start!(services)
    await shop.community.community.quiesce()
    expect(await isOpen(shop)).toBe(true)
  })
})

describe('a subscription', () => {
  test('renews with every invoice, has some days of grace, and ends with what is paid', async () => {
    const shop = await openShop()
    const id = await order(shop)
    await tell(shop, subscription(id, 'created', start), invoice(id, 1, 'paid', start))
    expect((await orders(shop))[0]).toMatchObject({ state: 'paid', renewal: 'active' })
    shop.community.clock.now = start + 31 * day
    expect(await isOpen(shop)).toBe(true)
    await tell(shop, invoice(id, 2, 'paid', start + 30 * day))
    expect((await orders(shop))[0]!.payments).toHaveLength(2)
    await tell(shop, invoice(id, 3, 'payment_failed', start + 60 * day))
    expect((await orders(shop))[0]!.renewal).toBe('failing')
    await tell(shop, subscription(id, 'deleted', start + 61 * day, { status: 'canceled' }))
    expect((await orders(shop))[0]!.renewal).toBe('ended')
    shop.community.clock.now = start + 60 * day + 1
    expect(await isOpen(shop)).toBe(false)
  })

  test('is not bought a second time beside itself', async () => {
    const shop = await openShop()
    const id = await order(shop)
    await tell(shop, subscription(id, 'created', start), invoice(id, 1, 'paid', start))
    await expect(order(shop)).rejects.toThrow('it renews itself')
    await tell(shop, subscription(id, 'updated', start + day, { cancel_at_period_end: true }))
    await order(shop)
  })

  test('whose checkout is told of before anything else is not paid by that', async () => {
    const shop = await openShop()
    const id = await order(shop)
    await tell(shop, completed(id, { mode: 'subscription', payment_intent: null, subscription: `sub_${id}` }))
    expect((await orders(shop))[0]!.state).toBe('open')
    // The invoice carries no id of ours, only the subscription's.
    const paid = invoice(id, 1, 'paid', start)
    const object = paid.data.object as { parent: { subscription_details: { metadata: object } } }
    object.parent.subscription_details.metadata = {}
    await tell(shop, paid)
    expect((await orders(shop))[0]!.state).toBe('paid')
  })
})

describe('money that goes back', () => {
  test('in full closes at once what it opened, in part nothing', async () => {
    const shop = await openShop()
    const id = await order(shop, 'good')
    await tell(shop, completed(id), refunded(`pi_${id}`, 4_000, start + day))
    expect((await orders(shop))[0]!.state).toBe('part_refunded')
    expect(await isOpen(shop)).toBe(true)
    await tell(shop, refunded(`pi_${id}`, 9_000, start + 2 * day))
    expect((await orders(shop))[0]).toMatchObject({
      state: 'refunded',
      refunds: [{ amount: 4_000 }, { amount: 5_000 }],
    })
    expect(await isOpen(shop)).toBe(false)
  })

  test('by a dispute freezes, and comes back or ends as it is settled', async () => {
    const won = await openShop()
    const first = await order(won, 'good')
    await tell(won, completed(first), dispute(`pi_${first}`, 'created', start + day))
    expect((await orders(won))[0]!.state).toBe('disputed')
    expect([(await held(won))[0]!.state, await isOpen(won)]).toEqual(['frozen', false])
    await tell(won, dispute(`pi_${first}`, 'closed', start + 9 * day, 'won'))
    expect([(await orders(won))[0]!.state, await isOpen(won)]).toEqual(['paid', true])
    expect((await held(won))[0]!.because.map(({ what }) => what)).toEqual([
      'order',
      'payment',
      'freeze',
      'restore',
    ])
    const lost = await openShop()
    const second = await order(lost, 'good')
    await tell(lost, completed(second), dispute(`pi_${second}`, 'created', start + day))
    await tell(lost, dispute(`pi_${second}`, 'closed', start + 9 * day, 'lost'))
    expect([(await orders(lost))[0]!.state, await isOpen(lost)]).toEqual(['refunded', false])
  })
})

test('in any order, with any repeats, the same events end in the same state', async () => {
  const ids = {
    renewing: '01890000-0000-7000-8000-00000000000a',
    once: '01890000-0000-7000-8000-00000000000b',
  }
  const { renewing, once } = ids
  const history = [
    completed(renewing, { mode: 'subscription', payment_intent: null, subscription: `sub_${renewing}` }),
    subscription(renewing, 'created', start + 1_000, { status: 'incomplete' }),
    subscription(renewing, 'updated', start + 2_000),
    invoice(renewing, 1, 'paid', start + 2_000),
    invoice(renewing, 2, 'payment_failed', start + 30 * day),
    invoice(renewing, 2, 'paid', start + 31 * day),
    refunded(`pi_${renewing}_2`, 1_000, start + 32 * day),
    subscription(renewing, 'updated', start + 33 * day, { cancel_at_period_end: true }),
    refunded(`pi_${renewing}_2`, 3_000, start + 34 * day),
    subscription(renewing, 'deleted', start + 61 * day, { status: 'canceled' }),
    completed(once),
    dispute(`pi_${once}`, 'created', start + 5 * day),
    dispute(`pi_${once}`, 'closed', start + 20 * day, 'won'),
    refunded(`pi_${once}`, 500, start + 25 * day),
  ]

  /** What is left, but for what is drawn by lot. */
  async function ending(told: readonly Event[]): Promise<unknown> {
    const shop = await openShop()
    await order(shop, 'month', renewing)
    shop.community.clock.now += 1
    // Another price of the same tier: the first order has to be out of the way.
    await good(shop.community.send(shop.ada, 'memberships.cancel_order', { id: renewing }))
    await order(shop, 'good', once)
    for (const one of told) expect((await post(shop, one)).status).toBe(200)
    await shop.community.community.quiesce()
    const state = JSON.stringify([
      (await orders(shop)).sort((a, b) => a.at - b.at).map((row) => ({ ...row, number: '' })),
      (await held(shop)).sort((a, b) => a.from - b.from || (a.until ?? 0) - (b.until ?? 0)),
    ])
      .replaceAll(/2026\d{4}-\w{6}/g, 'number')
      .replaceAll(shop.tier, 'tier')
      .replaceAll(shop.ada.id, 'ada')
    await shop.community.close()
    opened = []
    return JSON.parse(state)
  }

  const inOrder = await ending(history)
  expect(inOrder).toMatchObject([
    [
      { state: 'part_refunded', renewal: 'ended' },
      { state: 'part_refunded', renewal: null },
    ],
    [{ state: 'granted' }, { state: 'granted' }, { state: 'ended' }],
  ])
  const shuffles = fc.shuffledSubarray(
    history.flatMap((one) => [one, one]),
    { minLength: history.length * 2 },
  )
  for (const told of fc.sample(shuffles, { numRuns: 25, seed: 20_260_504 }))
    expect(await ending(told)).toEqual(inOrder)
}, 120_000)

describe('what is asked of Stripe', () => {
  let server: Server
  let asked: { path: string; body: string; key: string | undefined }[]

  async function listen(answer: (path: string) => object): Promise<string> {
    asked = []
    server = createServer((request: IncomingMessage, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString()
      })
      request.on('end', () => {
        const path = `${request.method} ${request.url}`
        const key = request.headers['idempotency-key'] as string | undefined
        asked.push({ path, body: decodeURIComponent(body), key })
        response.setHeader('content-type', 'application/json')
        response.end(JSON.stringify(answer(path)))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })

  const checkout = async ({ community }: Shop, orderId: string, as: TestMember): Promise<unknown> => {
    const input = encodeURIComponent(JSON.stringify({ orderId }))
    const answer = await community.request(`/api/queries/memberships.checkout?input=${input}`, { as })
    return ((await answer.json()) as { output: unknown }).output
  }

  test('a page to pay at carries the order, renews a tier by itself, and is made once', async () => {
    const api = await listen(() => ({ id: 'cs_1', object: 'checkout.session', url: 'https://pay.example/1' }))
    const shop = await openShop({ vars: { ...vars, STRIPE_API: api } })
    const id = await order(shop)
    expect(await checkout(shop, id, shop.ada)).toEqual({ url: 'https://pay.example/1', reason: null })
    expect(asked[0]).toMatchObject({ path: 'POST /v1/checkout/sessions', key: `checkout:${id}:3000` })
    expect(asked[0]!.body).toContain(`subscription_data[metadata][order]=${id}`)
    expect(asked[0]!.body).toContain('unit_amount]=3000')
    expect(await checkout(shop, id, await shop.community.member())).toMatchObject({ url: null })
    // The money may be told of before the page has answered: then there is nothing to pay any more.
    await tell(shop, invoice(id, 1, 'paid', start))
    expect(await checkout(shop, id, shop.ada)).toMatchObject({
      url: null,
      reason: 'memberships.refused_paid_already',
    })
  })

  test('a refund is asked for once, and is one when Stripe says so', async () => {
    const api = await listen(() => ({ id: 're_1', object: 'refund' }))
    const shop = await openShop({ vars: { ...vars, STRIPE_API: api } })
    const id = await order(shop, 'good')
    await tell(shop, completed(id))
    const refund = { id: uuidv7(), orderId: id, amount: 9_000, reason: 'not as expected', end: false }
    await good(shop.community.send(shop.owner, 'memberships.refund', refund))
    await shop.community.community.quiesce()
    expect(asked).toMatchObject([{ path: 'POST /v1/refunds', key: `refund:${refund.id}` }])
    expect((await orders(shop))[0]).toMatchObject({ state: 'paid', refunding: 1 })
    await tell(shop, refunded(`pi_${id}`, 9_000, start + day))
    expect((await orders(shop))[0]).toMatchObject({
      state: 'refunded',
      refunding: 0,
      refunds: [{ amount: 9_000, reason: 'not as expected' }],
    })
  })

  test('a refund that ends access ends it when a part has gone back, and nothing is charged again', async () => {
    const api = await listen(() => ({ id: 're_1', object: 'refund' }))
    const shop = await openShop({ vars: { ...vars, STRIPE_API: api } })
    const id = await order(shop)
    await tell(shop, subscription(id, 'created', start), invoice(id, 1, 'paid', start))
    const refund = { id: uuidv7(), orderId: id, amount: 1_000, reason: 'half of it', end: true }
    await good(shop.community.send(shop.owner, 'memberships.refund', refund))
    await tell(shop, refunded(`pi_${id}_1`, 1_000, start + day))
    expect(await isOpen(shop)).toBe(false)
    expect(asked.map(({ path }) => path)).toContain(`POST /v1/subscriptions/sub_${id}`)
  })

  test('what an owner ends is not charged again', async () => {
    const api = await listen(() => ({ id: 'sub_1', object: 'subscription' }))
    const shop = await openShop({ vars: { ...vars, STRIPE_API: api } })
    const id = await order(shop)
    await tell(shop, subscription(id, 'created', start), invoice(id, 1, 'paid', start))
    const [entitlementId] = [...(await shop.community.feed(shop.ada)).get('entitlements')!.keys()]
    const ended = { id: entitlementId!, reason: 'as agreed' }
    await good(shop.community.send(shop.owner, 'memberships.end', ended))
    await shop.community.community.quiesce()
    expect(asked.map(({ path }) => path)).toEqual([`POST /v1/subscriptions/sub_${id}`])
  })

  test('what was told while nobody listened, once a day', async () => {
    const list = { object: 'list', data: [] as Event[], has_more: false, url: '/v1/events' }
    const api = await listen(() => list)
    const shop = await openShop({ vars: { ...vars, STRIPE_API: api } })
    const id = await order(shop, 'good')
    const arrived = refunded(`pi_${id}`, 500, start + day)
    await tell(shop, arrived)
    list.data = [arrived, completed(id)]
    const { features } = await import('#server/features/index.ts')
    await features.memberships.jobs!.reconcile!(shop.community.services, {})
    await shop.community.community.quiesce()
    expect((await orders(shop))[0]).toMatchObject({ state: 'part_refunded', payments: [{ amount: 9_000 }] })
    const events = asked.filter(({ path }) => path.startsWith('GET /v1/events?'))
    expect(events).toHaveLength(1)
    expect(events[0]!.path).toContain('charge.dispute.closed')
  })

  test('what a refund of an unknown name is about', async () => {
    const list = { object: 'list', data: [] as object[], has_more: false, url: '/v1/invoice_payments' }
    const api = await listen(() => list)
    const shop = await openShop({ vars: { ...vars, STRIPE_API: api } })
    const id = await order(shop)
    list.data = [{ id: 'inpay_1', object: 'invoice_payment', invoice: `in_${id}_1` }]
    const paid = invoice(id, 1, 'paid', start)
    const { payments: _payments, ...object } = paid.data.object as { payments: object }
    await tell(shop, { ...paid, data: { object } }, refunded('pi_of_an_invoice', 3_000, start + day))
    expect((await orders(shop))[0]!.state).toBe('refunded')
    expect(asked[0]!.path).toContain('/v1/invoice_payments?')
  })
})
