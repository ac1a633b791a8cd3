import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { coloursOf, contrast, pairs, schemes } from './contrast.ts'

const colours = coloursOf(readFileSync(join(import.meta.dirname, '../styles/tokens.css'), 'utf8'))

test('black on white is 21:1, a colour on itself 1:1', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5)
  expect(contrast('#777777', '#777777')).toBe(1)
})

test.each(schemes)('text keeps 4.5:1 and outlines 3:1 wherever the kit puts them, %s', (scheme) => {
  const weak = pairs.flatMap(({ front, ground, least }) => {
    const [one, other] = [colours.get(front)?.[scheme], colours.get(ground)?.[scheme]]
    if (!one || !other) return [`no token --${one ? ground : front}`]
    const ratio = contrast(one, other)
    return ratio < least ? [`--${front} on --${ground}: ${ratio.toFixed(2)}, wants ${least}`] : []
  })
  expect(weak).toEqual([])
})
