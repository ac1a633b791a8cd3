import { expect, test } from 'vitest'
import { covers, type Lease, leaseFor, leaseGrace, stateOf } from './lease.ts'

const day = 86_400_000
const lease: Lease = {
  member: 'ada',
  session: 's',
  issuedAt: 0,
  until: leaseFor,
  audiences: { 'tier:gold': null, 'tier:month': 3 * day, 'role:moderator': null },
}

test('a lease holds for a week, and a day of grace', () => {
  expect(stateOf(lease, 6 * day)).toBe('holds')
  expect(stateOf(lease, leaseFor)).toBe('grace')
  expect(stateOf(lease, leaseFor + leaseGrace - 1)).toBe('grace')
  expect(stateOf(lease, leaseFor + leaseGrace)).toBe('ended')
})

test('it opens what it names, until that ends by itself', () => {
  expect(covers(lease, ['tier:silver', 'tier:gold'], 7.5 * day)).toBe(true)
  expect(covers(lease, ['tier:gold'], 8 * day)).toBe(false)
  expect(covers(lease, ['tier:month'], 3 * day - 1)).toBe(true)
  expect(covers(lease, ['tier:month'], 3 * day)).toBe(false)
  expect(covers(lease, ['tier:silver', 'constructor:x', 'item:article:1'], 1)).toBe(false)
})
