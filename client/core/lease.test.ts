import { createRoot, createSignal, type Setter } from 'solid-js'
import { afterEach, expect, test } from 'vitest'
import { type Lease, leaseFor, type SignedLease } from '#shared/core/lease.ts'
import type { Opening } from '#shared/core/opening.ts'
import type { SessionInfo } from '#shared/features/accounts.ts'
import { createLeases, type Leases } from './lease.ts'
import type { Session } from './session.ts'
import { createTestBrowser, settle } from './testing/browser.ts'

const day = 86_400_000
const gold: Opening = { to: 'tiers', tiers: ['gold'] }
const item = 'article:1'

const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
const base64 = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('base64')

async function sign(lease: Lease): Promise<SignedLease> {
  const text = JSON.stringify(lease)
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(algorithm, keys.privateKey, new TextEncoder().encode(text))
  return {
    text,
    signature: base64(signature),
    key: base64(await crypto.subtle.exportKey('spki', keys.publicKey)),
  }
}

/** A server whose time is right, and a phone whose clock shows something else. */
interface World {
  server: { now: number }
  phone: ReturnType<typeof createTestBrowser>
  /** Days pass, for both. */
  pass(days: number, page?: 'open' | 'closed'): Promise<void>
  /** The phone's owner sets its clock. */
  setClock(by: number): void
  contact(grants?: Lease['audiences']): Promise<void>
  /** As the page is opened anew, without a network; what is remembered may be changed before. */
  open(change?: (info: SessionInfo) => SessionInfo): Promise<Leases>
  refreshes: () => number
  goOnline(): void
}

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

function world(wrongBy = 0): World {
  const phone = createTestBrowser()
  const server = { now: Date.UTC(2026, 10, 22) }
  phone.clock.now = server.now + wrongBy
  let remembered: SessionInfo = { member: null, community: null, ready: true, now: 0 }
  let asked = 0
  let setInfo: Setter<SessionInfo> | undefined
  let setConfirmed: Setter<SessionInfo | undefined> | undefined
  let setOnline: Setter<boolean> | undefined

  async function open(change = (info: SessionInfo): SessionInfo => info): Promise<Leases> {
    for (const close of closing.splice(0)) close()
    const leases = createRoot((dispose) => {
      closing.push(dispose)
      const [info, set] = createSignal<SessionInfo>(change(remembered))
      const [confirmed, confirm] = createSignal<SessionInfo>()
      const [online, on] = createSignal(false)
      setInfo = set
      setConfirmed = confirm
      setOnline = on
      const session = {
        info,
        confirmed,
        asked: Promise.resolve(),
        refresh: async () => void asked++,
      } as unknown as Session
      return createLeases({ around: phone.tab(), session, online })
    })
    await settle()
    return leases
  }

  return {
    server,
    phone,
    refreshes: () => asked,
    goOnline: () => setOnline!(true),
    async pass(days, page = 'closed') {
      server.now += days * day
      if (page === 'open') return phone.clock.advance(days * day)
      for (const close of closing.splice(0)) close()
      phone.clock.now += days * day
    },
    setClock(by) {
      phone.clock.now += by
    },
    async contact(audiences = { 'tier:gold': null }) {
      const lease = {
        member: 'ada',
        session: 's',
        issuedAt: server.now,
        until: server.now + leaseFor,
        audiences,
      }
      const member = { id: 'ada', name: 'Ada', handle: 'ada', role: 'member' } as const
      remembered = { member, community: null, ready: true, now: server.now, lease: await sign(lease) }
      setInfo!(remembered)
      setConfirmed!(remembered)
      await settle()
    },
    open,
  }
}

test.each([0, 10 * 365 * day, -10 * 365 * day])(
  'a phone whose clock is wrong by %d ms reads on day 6, is locked on day 9, and reads again once it has heard the server',
  async (wrongBy) => {
    const made = world(wrongBy)
    await made.open()
    await made.contact()
    await made.pass(6)
    let leases = await made.open()
    expect([leases.state(), leases.opens(gold, item)]).toEqual(['holds', true])
    expect(leases.left()).toBe(2 * day)
    await made.pass(1.5)
    leases = await made.open()
    expect([leases.state(), leases.opens(gold, item)]).toEqual(['grace', true])
    await made.pass(1.5)
    leases = await made.open()
    expect([leases.state(), leases.opens(gold, item)]).toEqual(['ended', false])
    expect(leases.opens({ to: 'public' }, item)).toBe(true)
    expect(leases.opens({ to: 'members' }, item)).toBe(true)
    await made.contact()
    expect([leases.state(), leases.opens(gold, item)]).toEqual(['holds', true])
  },
)

test('an open page locks at the end by itself, and a grant when it ends', async () => {
  const made = world()
  const leases = await made.open()
  await made.contact({ 'tier:gold': null, 'item:article:1': made.server.now + day })
  expect(leases.opens({ to: 'purchase' }, item)).toBe(true)
  await made.pass(1.01, 'open')
  expect(leases.opens({ to: 'purchase' }, item)).toBe(false)
  expect(leases.opens(gold, item)).toBe(true)
  await made.pass(7, 'open')
  expect(leases.opens(gold, item)).toBe(false)
})

test('a clock that is set back unlocks nothing, and hides no time that passes afterwards', async () => {
  const made = world()
  await made.open()
  await made.contact()
  await made.pass(9)
  expect((await made.open()).opens(gold, item)).toBe(false)
  made.setClock(-20 * day)
  expect((await made.open()).opens(gold, item)).toBe(false)

  await made.contact()
  await made.pass(4)
  await made.open()
  made.setClock(-100 * day)
  expect((await made.open()).opens(gold, item)).toBe(true)
  await made.pass(4.1)
  expect((await made.open()).opens(gold, item)).toBe(false)
})

test('a clock that was set forward and back locks until the server is heard once', async () => {
  const made = world()
  await made.open()
  await made.contact()
  made.setClock(3650 * day)
  expect((await made.open()).opens(gold, item)).toBe(false)
  made.setClock(-3650 * day)
  const leases = await made.open()
  expect(leases.opens(gold, item)).toBe(false)
  await made.contact()
  expect(leases.opens(gold, item)).toBe(true)
})

test('no lease, one that was changed, another member’s and a clock that was deleted open nothing that is sold', async () => {
  const made = world()
  const opensGold = async (change: (info: SessionInfo) => SessionInfo): Promise<boolean> =>
    (await made.open(change)).opens(gold, item)
  await made.open()
  await made.contact({ 'tier:silver': null })
  const changed = (text: (text: string) => string) => (info: SessionInfo) => ({
    ...info,
    lease: { ...info.lease!, text: text(info.lease!.text) },
  })
  expect(await opensGold(changed((text) => text.replace('silver', 'gold')))).toBe(false)
  await made.contact()
  expect(await opensGold((info) => info)).toBe(true)
  expect(await opensGold(changed((text) => text.replace(/"until":\d+/, '"until":9999999999999')))).toBe(false)
  expect(await opensGold(({ lease: _, ...info }) => info)).toBe(false)
  expect(await opensGold((info) => ({ ...info, lease: { ...info.lease!, signature: 'AAAA' } }))).toBe(false)
  expect(await opensGold((info) => ({ ...info, member: { ...info.member!, id: 'eve' } }))).toBe(false)
  made.phone.shelf.removeItem('lyceum.lease-clock')
  expect(await opensGold((info) => info)).toBe(false)
})

test('it is renewed while the server is there, every few hours and not more often', async () => {
  const made = world()
  await made.open()
  await made.contact()
  made.goOnline()
  await made.pass(2 / 24, 'open')
  expect(made.refreshes()).toBe(0)
  await made.pass(2 / 24, 'open')
  expect(made.refreshes()).toBe(1)
  await made.contact()
  await made.pass(1 / 24, 'open')
  expect(made.refreshes()).toBe(1)
})
