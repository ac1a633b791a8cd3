import { verify } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Lease, leaseFor, type SignedLease } from '#shared/core/lease.ts'
import type { SessionInfo } from '#shared/features/accounts.ts'
import { openCommunity, type TestCommunity, type TestMember } from '../../test/support/community.ts'

let community: TestCommunity
let ada: TestMember

beforeEach(async () => {
  community = await openCommunity()
  ada = await community.member({ role: 'moderator' })
})
afterEach(() => community.close())

const sessionOf = async (as?: TestMember): Promise<SessionInfo> =>
  (await (await community.request('/api/session', as ? { as } : {})).json()) as SessionInfo

function isSigned({ text, signature, key }: SignedLease): boolean {
  return verify(
    'sha256',
    Buffer.from(text),
    { key: Buffer.from(key, 'base64'), format: 'der', type: 'spki', dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64'),
  )
}

test('with the session a member gets a signed lease of what they may open, and a guest none', async () => {
  const { now } = community.clock
  await community.services.transact(async (tx) => {
    await tx.grant(ada.id, 'tier:gold', 'order:1', now + 1000)
    await tx.grant(ada.id, 'tier:gold', 'order:2', now + 5000)
    await tx.grant(ada.id, 'item:article:1', 'order:3', now + 1000)
    await tx.grant(ada.id, 'item:article:1', 'code:4')
    await tx.grant(ada.id, 'group:past', 'admin:x', now - 1)
  })
  const { lease } = await sessionOf(ada)
  expect(isSigned(lease!)).toBe(true)
  expect(JSON.parse(lease!.text) as Lease).toMatchObject({
    member: ada.id,
    session: expect.any(String),
    issuedAt: now,
    until: now + leaseFor,
    audiences: {
      [`member:${ada.id}`]: null,
      'role:moderator': null,
      'role:author': null,
      'tier:gold': now + 5000,
      'item:article:1': null,
    },
  })
  expect(lease!.text).not.toMatch(/group:past|role:owner/)
  expect(isSigned({ ...lease!, text: lease!.text.replace('tier:gold', 'tier:best') })).toBe(false)
  expect((await sessionOf()).lease).toBeUndefined()
})

test('the key is the community’s own, made once and kept', async () => {
  const [one, two] = [await sessionOf(ada), await sessionOf(ada)]
  expect(one.lease!.key).toBe(two.lease!.key)
  const other = await openCommunity()
  const stranger = await other.member()
  const answer = await other.request('/api/session', { as: stranger })
  expect(((await answer.json()) as SessionInfo).lease!.key).not.toBe(one.lease!.key)
  await other.close()
})

test('what was taken back is not in the next lease', async () => {
  await community.services.transact((tx) => tx.grant(ada.id, 'tier:gold', 'order:1'))
  expect((await sessionOf(ada)).lease!.text).toContain('tier:gold')
  await community.services.transact((tx) => tx.revoke(ada.id, 'tier:gold', 'order:1'))
  expect((await sessionOf(ada)).lease!.text).not.toContain('tier:gold')
})
