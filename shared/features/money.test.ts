import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatMoney, parseMoney, plainMoney } from './money.ts'

test('amounts are written as the reader’s language writes them', () => {
  expect(formatMoney(3_000, 'CNY', 'zh')).toBe('¥30')
  expect(formatMoney(1_990, 'CNY', 'en')).toBe('¥19.90')
  expect(formatMoney(123_456, 'USD', 'en')).toBe('$1,234.56')
  expect(formatMoney(500, 'JPY', 'en')).toBe('¥500')
})

test('what is typed is read to the smallest unit, or not at all', () => {
  expect(parseMoney('19.9', 'CNY')).toBe(1_990)
  expect(parseMoney(' 1,299 ', 'CNY')).toBe(129_900)
  expect(parseMoney('500', 'JPY')).toBe(500)
  for (const wrong of ['', '1.999', '-3', 'abc', '1.2.3', '1e9'])
    expect(parseMoney(wrong, 'CNY')).toBeUndefined()
  expect(parseMoney('1.5', 'JPY')).toBeUndefined()
})

test('what is written plainly is read again as the same', () => {
  const currency = fc.constantFrom('CNY', 'USD', 'JPY', 'KWD')
  fc.assert(
    fc.property(fc.nat({ max: 100_000_000 }), currency, (amount, of) => {
      expect(parseMoney(plainMoney(amount, of), of)).toBe(amount)
    }),
    { seed: 20_260_504 },
  )
})
