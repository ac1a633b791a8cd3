import fc from 'fast-check'
import { expect, test } from 'vitest'
import type * as Y from 'yjs'
import { type Operation, play, type Sent } from '../../test/support/histories.ts'
import { fuzz } from '../../test/support/mutants.ts'
import { applyInspected, inspect } from './updates.ts'

const operation: fc.Arbitrary<Operation> = fc.tuple(fc.nat(5), fc.nat(23), fc.nat(10_000), fc.nat(10_000))

test('no honest update is refused, however and whenever it is sent, and all replicas agree', () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 150, size: 'max' }), (operations) => {
      const owners = new Map<number, string>()
      const take = (server: Y.Doc, tick: readonly Sent[]): void => {
        const inspection = inspect(server, { owner: (client) => owners.get(client), roots: { body: 'text' } })
        const parts = tick.map(({ update, memberId }) => inspection.add(update, memberId))
        for (const [client, memberId] of inspection.claimed()) owners.set(client, memberId)
        server.transact(() => {
          for (const part of parts) applyInspected(server, part)
        })
      }
      const shown = play(operations, take).settle()
      expect(new Set(shown).size).toBe(1)
    }),
    { numRuns: Number(process.env.HONEST ?? 300), seed: 1 },
  )
})

test('a mutant is refused and changes nothing, or it is applied and the document is as healthy as before', () => {
  const fuzzed = fuzz(1, Number(process.env.MUTANTS ?? 5000))
  console.log(fuzzed)
  expect(fuzzed.applied).toBeGreaterThan(fuzzed.tried / 50)
})
