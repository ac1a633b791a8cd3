import { expect, test } from 'vitest'
import { createKeySteps, type Pressed } from './key-steps.ts'

const press = (key: string, change: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  timeStamp: 0,
  ...change,
})
const of = (...keys: string[]) => createKeySteps(() => keys.map((one, order) => ({ keys: one, order })))

test('two keys in turn are one shortcut, and each alone is another', () => {
  const hear = of('g d', 'd', '?')
  expect(hear(press('g'))).toBeUndefined()
  expect(hear(press('d'))?.keys).toBe('g d')
  expect(hear(press('d'))?.keys).toBe('d')
  expect(hear(press('?'))?.keys).toBe('?')
})

test('the first of two keys does not wait for ever', () => {
  const hear = of('g d', 'd')
  hear(press('g'))
  expect(hear(press('d', { timeStamp: 2_000 }))?.keys).toBe('d')
})

test('what does not follow is heard by itself', () => {
  const hear = of('g d', 'j')
  hear(press('g'))
  expect(hear(press('j'))?.keys).toBe('j')
  hear(press('g'))
  hear(press('g'))
  expect(hear(press('d'))?.keys).toBe('g d')
})

test('keys held with Alt, or with Ctrl where nobody asked for it, stay with the browser', () => {
  const hear = of('r', 'mod+k')
  expect(hear(press('r', { ctrlKey: true }))).toBeUndefined()
  expect(hear(press('r', { altKey: true }))).toBeUndefined()
  expect(hear(press('K', { metaKey: true }))?.keys).toBe('mod+k')
})

test('a page takes over what the app does elsewhere', () => {
  expect(of('r', 'r')(press('r'))?.order).toBe(1)
})
