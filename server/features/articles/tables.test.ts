import { expect, test } from 'vitest'
import { firstImage } from './tables.ts'

test('the first picture is found, and a text of nothing but beginnings costs no time', () => {
  expect(firstImage('Words ![a plan](<https://example.org/a.png> "x")')).toBe('https://example.org/a.png')
  expect(firstImage('!['.repeat(250_000))).toBeNull()
})
