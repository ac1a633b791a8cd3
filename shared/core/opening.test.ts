import { expect, test } from 'vitest'
import { openTo, shownTo } from './opening.ts'

test('what is sold is shown to all and opens to whoever holds a tier, or bought it', () => {
  const rule = { to: 'tiers' as const, tiers: ['gold', 'silver'] }
  expect(shownTo(rule, 'article:1')).toEqual(['everyone'])
  expect(openTo(rule, 'article:1')).toEqual(['role:moderator', 'item:article:1', 'tier:gold', 'tier:silver'])
})

test('what a group has for itself is not even shown to others', () => {
  const rule = { to: 'groups' as const, groups: ['core'] }
  expect(shownTo(rule, 'course:1')).toEqual(['role:moderator', 'group:core'])
})
