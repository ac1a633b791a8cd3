/**
 * What a member's device may open without the server: for a week, and a day of grace, whatever the member could open when
 * the server last said so. It is signed, so that a device which was changed in one place does not open everything, and
 * its times are the server's; how much of it has passed a device tells by its own clock's *going*, never by its time.
 */
import type { Audience } from './viewer.ts'

export const leaseFor = 7 * 86_400_000
export const leaseGrace = 86_400_000

export interface Lease {
  member: string
  /** Of the device that it was given to. */
  session: string
  /** Server time, epoch ms. */
  issuedAt: number
  /** After that, only the grace is left. */
  until: number
  /** What the member was let into, besides what all members are, and when that ends by itself; `null`: it does not. */
  audiences: Record<string, number | null>
}

export interface SignedLease {
  /** JSON of a `Lease`, as it was signed. */
  text: string
  /** ECDSA on P-256 with SHA-256, base64. */
  signature: string
  /** SubjectPublicKeyInfo, base64. */
  key: string
}

export type LeaseState = 'holds' | 'grace' | 'ended'

/** @param time by the server's clock, as far as the device can tell */
export function stateOf(lease: Lease, time: number): LeaseState {
  if (time < lease.until) return 'holds'
  return time < lease.until + leaseGrace ? 'grace' : 'ended'
}

/** Does the lease let its member into one of these, then? What ends within the lease ends without grace. */
export function covers(lease: Lease, audiences: readonly Audience[], time: number): boolean {
  if (stateOf(lease, time) === 'ended') return false
  return audiences.some((audience) => {
    const until = Object.hasOwn(lease.audiences, audience) ? lease.audiences[audience] : undefined
    return until === null || (until !== undefined && time < until)
  })
}
