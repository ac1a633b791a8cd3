import { expect, test } from 'vitest'
import { leastGroup, retentionOf, weekOf } from './analytics.ts'

test('weeks begin on Monday', () => {
  expect(['2026-05-03', '2026-05-04', '2026-05-10'].map(weekOf)).toEqual([
    '2026-04-27',
    '2026-05-04',
    '2026-05-04',
  ])
})

test('retention is the share of those who joined in a week that came back in the weeks after it', () => {
  const joined = new Map<string, string>()
  const active = new Map<string, string[]>()
  for (let n = 0; n < leastGroup; n++) {
    joined.set(`m${n}`, '2026-04-14')
    active.set(`m${n}`, n < 5 ? ['2026-04-14', '2026-04-22', '2026-04-30'] : ['2026-04-15', '2026-05-01'])
  }
  joined.set('alone', '2026-04-21')
  expect(retentionOf(joined, active, '2026-05-06')).toEqual([
    { week: '2026-04-13', size: leastGroup, shares: [0.5, 1] },
    { week: '2026-04-20', size: 1, shares: [null] },
  ])
  expect(retentionOf(joined, active, '2026-05-06', 2)).toHaveLength(1)
})
