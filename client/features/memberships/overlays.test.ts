import { expect, test } from 'vitest'
import type { OutboxEntry } from '#client/core/commands.ts'
import type { StoredRow } from '#client/core/database.ts'
import type { OrderRow, TierRow } from '#shared/features/memberships.ts'
import { overlays } from './overlays.ts'

const entry = { at: 1_000 } as OutboxEntry
const tier: TierRow = {
  rank: 1,
  name: { zh: '读者', en: 'Reader' },
  benefits: { zh: '', en: '' },
  prices: [{ id: 'month', amount: 3_000, currency: 'CNY', term: { kind: 'months', count: 1 } }],
  archived: 0,
}
const stored: Record<string, object> = { 'tiers/a': tier, 'articles/b': { title: 'A review' } }
const existing = (table: string, id: string): StoredRow | undefined => {
  const data = stored[`${table}/${id}`]
  return data && ({ table, id, epoch: '', data } as StoredRow)
}

test('an order is on the device before the server has seen it, without a number', () => {
  const input = { id: 'o', coupon: null, amount: 3_000, currency: 'CNY', provider: 'manual' as const }
  const bought = overlays.order.rows!(
    { ...input, subject: 'tier:a', priceId: 'month' },
    entry,
    existing,
    'ada',
  )
  expect(bought).toMatchObject([
    {
      table: 'orders',
      id: 'o',
      data: {
        number: '',
        memberId: 'ada',
        title: tier.name,
        term: tier.prices[0]!.term,
        state: 'open',
        at: 1_000,
      },
    },
  ])
  const single = overlays.order.rows!(
    { ...input, subject: 'item:article:b', priceId: null },
    entry,
    existing,
    'ada',
  )
  expect((single[0]!.data as unknown as OrderRow).title.en).toBe('A review')
})

test('a new tier comes last until the server has given it its place, and an edited one stays in its own', () => {
  const { name, benefits, prices } = tier
  const save = (id: string) =>
    overlays.save_tier.rows!({ id, name, benefits, prices }, entry, existing, 'ada')
  expect(save('new')[0]!.data).toMatchObject({ rank: 1_000, archived: 0 })
  expect(save('a')[0]!.data).not.toHaveProperty('rank')
})
