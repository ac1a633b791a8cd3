/** What other features hear of, and what happens when one of them fails on it. */
import { afterEach, expect, test } from 'vitest'
import { registry } from '#server/app.ts'
import type { Registry, ServerFeature } from '#server/core/feature.ts'
import { defineContract } from '#shared/core/contract.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import type { FactName } from '#shared/features/index.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../../test/support/community.ts'
import { endExpired } from './recurring.ts'

const day = 86_400_000
const names = ['ordered', 'paid', 'refunded', 'granted', 'ended', 'ending'] as const

let community: TestCommunity | undefined
afterEach(() => community?.close())

/** A feature that hears everything, and fails while it is told to. */
async function openShop(): Promise<{
  community: TestCommunity
  heard: string[]
  ear: { failsOn: string | undefined }
  owner: TestMember
  ada: TestMember
  tier: string
}> {
  const heard: string[] = []
  const ear: { failsOn: string | undefined } = { failsOn: undefined }
  const hear = (name: string) => async () => {
    if (ear.failsOn === name) throw new Error('planted')
    heard.push(name)
  }
  const listener: ServerFeature = {
    migrations: {},
    tables: {},
    commands: {},
    rows: {},
    documents: {},
    queries: {},
    on: Object.fromEntries(names.map((name) => [`memberships.${name}` satisfies FactName, hear(name)])),
  }
  const contract = defineContract({
    name: 'ear',
    commands: {},
    rows: {},
    documents: {},
    queries: {},
    facts: {},
  })
  const rules: Registry = {
    contracts: { ...registry.contracts, ear: contract },
    features: { ...registry.features, ear: listener },
  }
  const opened = await openCommunity({ registry: rules })
  community = opened
  const owner = await opened.member({ role: 'owner' })
  const ada = await opened.member()
  const tier = uuidv7()
  await opened.send(owner, 'memberships.save_tier', {
    id: tier,
    name: { en: 'Reader', zh: '' },
    benefits: { en: '', zh: '' },
    prices: [{ id: 'p', amount: 3_000, currency: 'CNY', term: { kind: 'months', count: 1 } }],
  })
  return { community: opened, heard, ear, owner, ada, tier }
}

const order = ({ community: at, ada, tier }: Awaited<ReturnType<typeof openShop>>, id: string) =>
  at.send(ada, 'memberships.order', {
    id,
    subject: `tier:${tier}`,
    priceId: 'p',
    coupon: null,
    amount: 3_000,
    currency: 'CNY',
    provider: 'manual',
  })

test('each step is told once, the end before it comes and when it has come', async () => {
  const shop = await openShop()
  const { heard, owner, community: at } = shop
  // Nothing runs beside what is tried here: where it did, a transaction would be tried again, and heard twice.
  await at.community.quiesce()
  const [first, second] = [uuidv7(), uuidv7()]
  await order(shop, first)
  await at.send(owner, 'memberships.mark_paid', { orderId: first, note: '' })
  expect(heard.splice(0)).toEqual(['ordered', 'granted', 'paid'])
  await endExpired(at.services)
  expect(heard).toEqual([])
  at.clock.advance(27 * day)
  await at.community.quiesce()
  await endExpired(at.services)
  await endExpired(at.services)
  expect(heard.splice(0)).toEqual(['ending'])
  at.clock.advance(5 * day)
  await at.community.quiesce()
  await endExpired(at.services)
  await endExpired(at.services)
  expect(heard.splice(0)).toEqual(['ended'])
  await order(shop, second)
  await at.send(owner, 'memberships.mark_paid', { orderId: second, note: '' })
  const refund = { id: uuidv7(), orderId: second, amount: 3_000, reason: 'no', end: false }
  await at.send(owner, 'memberships.refund', refund)
  expect(heard.splice(0)).toEqual(['ordered', 'granted', 'paid', 'ended', 'refunded'])
})

test('whoever has renewed is not told of an end that is none', async () => {
  const shop = await openShop()
  const { heard, owner, community: at } = shop
  for (const id of [uuidv7(), uuidv7()]) {
    await order(shop, id)
    await at.send(owner, 'memberships.mark_paid', { orderId: id, note: '' })
    at.clock.advance(1)
  }
  at.clock.advance(27 * day)
  heard.splice(0)
  await endExpired(at.services)
  expect(heard).toEqual([])
})

test.each(['granted', 'paid'])(
  'a failure at "%s" leaves neither a payment nor what it gives, and a retry has both',
  async (step) => {
    const shop = await openShop()
    const { ear, owner, ada, community: at } = shop
    const id = uuidv7()
    await order(shop, id)
    ear.failsOn = step
    const command = uuidv7(at.clock.now)
    const pay = () => at.send(owner, 'memberships.mark_paid', { orderId: id, note: '' }, { id: command })
    expect(await pay()).toMatchObject({ ok: false, code: 'internal' })
    const kept = await at.services.read(async (reader) => ({
      order: await reader.row<{ state: string; payments: object[] }>('orders', id),
      held: await reader.rows('entitlements'),
    }))
    expect(kept).toMatchObject({ order: { state: 'open', payments: [] }, held: [] })
    ear.failsOn = undefined
    expect(await pay()).toMatchObject({ ok: true })
    expect(await pay()).toMatchObject({ ok: true })
    const rows = (await at.feed(ada)).get('entitlements')
    expect([...(rows?.values() ?? [])]).toMatchObject([{ state: 'granted' }])
    at.logged.length = 0
  },
)
