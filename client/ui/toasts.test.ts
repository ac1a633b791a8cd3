import { createRoot } from 'solid-js'
import { expect, test } from 'vitest'
import { createToasts } from './toasts.ts'

function world(): { toasts: ReturnType<typeof createToasts>; waits: { run: () => void; ms: number }[] } {
  const waits: { run: () => void; ms: number }[] = []
  const toasts = createRoot(() => createToasts((run, ms) => waits.push({ run, ms })))
  return { toasts, waits }
}

const texts = (toasts: ReturnType<typeof createToasts>): string[] => toasts.toasts().map(({ text }) => text)

test('keeps the newest three, and one of each text', () => {
  const { toasts } = world()
  for (const text of ['a', 'b', 'a', 'c', 'd']) toasts.show(text)
  expect(texts(toasts)).toEqual(['a', 'c', 'd'])
})

test('good news leaves after six seconds, bad news and offers after twelve, and 0 stays', () => {
  const { toasts, waits } = world()
  toasts.show('good')
  toasts.show('bad', { tone: 'bad' })
  toasts.show('stays', { lasts: 0 })
  expect(waits.map(({ ms }) => ms)).toEqual([6_000, 12_000])
  waits[0]?.run()
  expect(texts(toasts)).toEqual(['bad', 'stays'])
})

test('an old timer does not take away the same text shown anew', () => {
  const { toasts, waits } = world()
  toasts.show('again')
  toasts.show('again')
  waits[0]?.run()
  expect(texts(toasts)).toEqual(['again'])
})
