/**
 * Memberships: tiers and single purchases, what was ordered and paid for them, and what somebody may open because of it.
 * Money is rows that only the server writes, from a ledger that is only ever appended to.
 */
import { defineContract } from '../core/contract.ts'

export const memberships = defineContract({
  name: 'memberships',
  commands: {},
  rows: {},
  documents: {},
  queries: {},
  facts: {},
})
