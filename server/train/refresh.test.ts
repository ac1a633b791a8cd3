import { expect, test } from 'vitest'
import { decodeModel } from '#shared/recommend/artefact.ts'
import { memberOf } from '#shared/recommend/fold-in.ts'
import type { Model } from '#shared/recommend/model.ts'
import type { FitSettings } from './fit.ts'
import { refresh } from './refresh.ts'
import { interactionsOf, sampleCommunity } from './sample.ts'
import { train } from './train.ts'

const now = 1_700_000_000_000
const { items, lists } = sampleCommunity({ members: 400, items: 80, seed: 3 })
const usual = { popularityShare: 0, epochs: 4, seed: 1, dimensions: 12 }
const kinds: Record<string, FitSettings> = {
  'linear autoencoders': {
    ...usual,
    frequencyExponent: 0,
    unobservedWeight: 1,
    regularisation: 1,
    linear: { memberExponent: 0.5, itemExponent: 0.2, ridge: 0.4 },
  },
  'alternating least squares': {
    ...usual,
    frequencyExponent: 1,
    unobservedWeight: 0.1,
    regularisation: 0.02,
  },
}

async function modelIn(bytes: Uint8Array<ArrayBuffer>): Promise<Model> {
  const decoded = await decodeModel(bytes)
  if (!decoded.ok) throw new Error(decoded.error)
  return decoded.value
}

async function trained(
  of: (item: number) => boolean,
  settings: FitSettings,
): Promise<Uint8Array<ArrayBuffer>> {
  const known = lists.map((list) => list.filter(of))
  const result = await train(
    { items: items.filter((_, item) => of(item)), interactions: interactionsOf(known) },
    { now, settings, minMembers: 20 },
  )
  if (!result.ok) throw new Error(result.error)
  return result.value.bytes
}

/**
 * Of what somebody has not met, the share that stands below the item, told from the rest of the history: for those
 * who met it, or for the others.
 */
function told(model: Model, item: number, met: boolean): number {
  const { dimensions } = model.settings
  const vector = (row: number): Float32Array =>
    model.vectors.subarray(row * dimensions, (row + 1) * dimensions)
  const target = model.rowById.get(items[item]!.id)!
  let [below, pairs] = [0, 0]
  for (const list of lists.filter((one) => one.includes(item) === met)) {
    const rows = new Set([...list].flatMap((one) => model.rowById.get(items[one]!.id) ?? []))
    rows.delete(target)
    const own = memberOf(
      model,
      [...rows].map((row) => ({ row, weight: 1, vector: vector(row) })),
    ).vector
    const score = (row: number): number => vector(row).reduce((sum, value, k) => sum + value * own[k]!, 0)
    const reached = score(target)
    for (const row of model.items.keys()) {
      if (rows.has(row) || row === target) continue
      pairs += 1
      if (score(row) < reached) below += 1
    }
  }
  return below / pairs
}

test.each(Object.entries(kinds))(
  'in %s an item met since the training comes to those it suits, and what was learnt stands as it was',
  async (_, settings) => {
    const counts = items.map((_, item) => lists.filter((list) => list.includes(item)).length)
    const late = [...items.keys()].filter((item) => counts[item]! >= 60).filter((_, i) => i % 5 === 0)
    const isOld = (item: number): boolean => !late.includes(item)
    const basis = await trained(isOld, settings)
    const result = await refresh(
      { items, interactions: interactionsOf(lists), basis, serving: basis },
      { now, minMembers: 20 },
    )
    const before = await modelIn(basis)
    const after = await modelIn(result!.bytes)
    const whole = await modelIn(await trained(() => true, settings))
    const mean = (model: Model, met: boolean): number =>
      late.reduce((sum, item) => sum + told(model, item, met), 0) / late.length
    expect(mean(after, true)).toBeGreaterThan(mean(whole, true))
    // Somewhat too high for everybody, by far not as high as for those.
    expect(mean(after, false)).toBeLessThan(mean(whole, false) + 0.15)
    expect(mean(after, true) - mean(after, false)).toBeGreaterThan(0.25)
    const row = after.rowById.get(items[late[0]!]!.id)!
    expect(after.fromContent[row]).toBe(0)
    expect(after.gains?.length).toBe(before.gains && items.length)
    for (const [old, { id }] of before.items.entries()) {
      const now = after.rowById.get(id)!
      expect(after.gains?.[now]).toBe(before.gains?.[old])
      expect(after.scales[now]).toBe(before.scales[old])
    }
  },
)
