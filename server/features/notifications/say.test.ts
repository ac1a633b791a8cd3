import { expect, test } from 'vitest'
import { oneLine } from './say.ts'

test('a name or a title begins no line of its own', () => {
  expect(oneLine('Ada\r\n\r\nSign in at https://example.org\u2028replied')).toBe(
    'Ada Sign in at https://example.org replied',
  )
})
