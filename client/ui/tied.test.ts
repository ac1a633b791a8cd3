import { expect, test } from 'vitest'
import { tied } from './tied.ts'

test('a line may end with the dot between two names, and never begins with it', () => {
  expect(tied('Ballast Days · 压舱石大会')).toBe('Ballast Days\u00a0· 压舱石大会')
  expect(tied('A – B — C | D')).toBe('A\u00a0– B\u00a0— C\u00a0| D')
})

test('words and what is no text stay as they are', () => {
  expect(tied('well-known, 19:00–21:30')).toBe('well-known, 19:00–21:30')
  expect(tied(undefined)).toBeUndefined()
})
