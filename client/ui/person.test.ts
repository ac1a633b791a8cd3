import { expect, test } from 'vitest'
import { HUES, hueOf, initialsOf } from './person.ts'

test('a person keeps one colour, and a thousand people use all eight about evenly', () => {
  const counts = Array.from({ length: HUES }, () => 0)
  for (let i = 0; i < 1000; i++) {
    const hue = hueOf(`0197-member-${i}`)
    expect(hue).toBe(hueOf(`0197-member-${i}`))
    counts[hue] = (counts[hue] ?? 0) + 1
  }
  expect(Math.min(...counts)).toBeGreaterThan(80)
})

test.each([
  ['林一诺', '一诺'],
  ['王明', '明'],
  ['欧阳娜娜', '娜娜'],
  ['Ada Lovelace', 'AL'],
  ['ada', 'A'],
  ['jean-luc_picard', 'JP'],
  ['  ', ''],
  ['🦉 owl', '🦉O'],
])('%j is shown as %j', (name, initials) => {
  expect(initialsOf(name)).toBe(initials)
})
