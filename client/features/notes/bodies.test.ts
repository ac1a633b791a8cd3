import { expect, test } from 'vitest'
import { type Bodies, withBody } from './bodies.ts'

test('texts of versions that were opened last stay on the device', () => {
  let bodies: Bodies = {}
  for (let i = 0; i < 20; i++) bodies = withBody(bodies, `v${i}`, `text ${i}`, i)
  expect(Object.keys(bodies)).toHaveLength(12)
  expect(bodies.v19).toEqual({ body: 'text 19', at: 19 })
  expect(bodies.v7).toBeUndefined()
  bodies = withBody(bodies, 'v8', 'text 8', 30)
  bodies = withBody(bodies, 'v20', 'text 20', 31)
  expect(bodies.v8).toBeDefined()
  expect(bodies.v9).toBeUndefined()
})

test('together they have a bound; the one that is being opened always fits', () => {
  let bodies = withBody({}, 'a', 'x'.repeat(900_000), 1)
  bodies = withBody(bodies, 'b', 'x'.repeat(900_000), 2)
  expect(Object.keys(bodies)).toEqual(['b'])
  expect(Object.keys(withBody(bodies, 'c', 'x'.repeat(2_000_000), 3))).toEqual(['c'])
})
