import { expect, test } from 'vitest'
import { keep } from './keep.ts'

test('own drafts come first, then the newest open articles with their sequences; drafts of others are not kept', async () => {
  const tables: Record<string, { id: string; data: Record<string, unknown> }[]> = {
    accounts: [{ id: 'me', data: {} }],
    drafts: [
      { id: 'd1', data: { id: 'd1', authorIds: ['me'], updatedAt: 1 } },
      { id: 'd2', data: { id: 'd2', authorIds: ['other'], updatedAt: 9 } },
      { id: 'd3', data: { id: 'd3', authorIds: ['other', 'me'], updatedAt: 2 } },
    ],
    articles: Array.from({ length: 70 }, (_, i) => ({
      id: `a${i}`,
      data: { id: `a${i}`, publishedAt: i },
    })),
    // The last one is locked.
    article_texts: Array.from({ length: 69 }, (_, i) => ({ id: `a${i}`, data: { sequence: i } })),
  }
  const kept = await keep((table) =>
    Promise.resolve(tables[table]!.map((row) => ({ ...row, table, epoch: 'e' }))),
  )
  expect(kept.slice(0, 3)).toEqual([
    { room: 'draft/d3', why: 'own' },
    { room: 'draft/d1', why: 'own' },
    { room: 'content/a68', sequence: 68 },
  ])
  expect(kept).toHaveLength(62)
})
