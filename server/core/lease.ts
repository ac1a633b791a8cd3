/** Gives leases (shared/core/lease.ts): what a member may open now, for a device that will be without us. */
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { Kysely } from 'kysely'
import { type Lease, leaseFor, type SignedLease } from '#shared/core/lease.ts'
import { baseAudiences, type Member } from '#shared/core/viewer.ts'
import type { CoreTables } from './tables.ts'

export type GiveLease = (member: Member, sessionId: string) => Promise<SignedLease>

/** A key to sign with: PKCS #8, base64. */
export function makeLeaseKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
}

export function createGiveLease(db: Kysely<CoreTables>, key: string, now: () => number): GiveLease {
  const privateKey = createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64')

  return async (member, sessionId) => {
    const issuedAt = now()
    const lease: Lease = {
      member: member.id,
      session: sessionId,
      issuedAt,
      until: issuedAt + leaseFor,
      audiences: await grantsOf(db, member, issuedAt),
    }
    const text = JSON.stringify(lease)
    const signature = sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' })
    return { text, signature: signature.toString('base64'), key: publicKey }
  }
}

/** Of several grants of one audience the longest counts. */
async function grantsOf(db: Kysely<CoreTables>, member: Member, now: number): Promise<Lease['audiences']> {
  const granted = await db
    .selectFrom('membership')
    .select(['audience', 'until'])
    .where('member_id', '=', member.id)
    .where((where) => where.or([where('until', 'is', null), where('until', '>', now)]))
    .execute()
  const audiences: Lease['audiences'] = {}
  for (const audience of baseAudiences(member)) {
    if (audience !== 'everyone' && audience !== 'members') audiences[audience] = null
  }
  for (const { audience, until } of granted) {
    const known = audiences[audience]
    if (known !== null) audiences[audience] = until === null ? null : Math.max(until, known ?? 0)
  }
  return audiences
}
