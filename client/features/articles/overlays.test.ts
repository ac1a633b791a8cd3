import { expect, test } from 'vitest'
import type { OutboxEntry } from '#client/core/commands.ts'
import type { StoredRow } from '#client/core/database.ts'
import { overlays } from './overlays.ts'

const entry = { id: 'c', at: 1_000 } as OutboxEntry

function existing(rows: Record<string, object>) {
  return (table: string, id: string): StoredRow | undefined => {
    const data = rows[`${table} ${id}`]
    return data && { table, id, epoch: 'e', data: data as Record<string, unknown> }
  }
}

const details = { title: 'T', description: '', tags: [], lang: 'zh', opening: { to: 'public' } } as const

test('a draft started offline is there at once, in its author’s language', () => {
  const input = { id: 'd', title: '', articleId: null }
  const rows = overlays.start_draft.rows!(
    input,
    entry,
    existing({ 'accounts ada': { language: 'zh' } }),
    'ada',
  )
  expect(rows).toMatchObject([
    { table: 'drafts', id: 'd', data: { authorIds: ['ada'], lang: 'zh', opening: { to: 'members' } } },
  ])
  expect(overlays.start_draft.room!(input)).toBe('draft/d')
})

test('a first publication shows an article that can be found by its id', () => {
  const rows = overlays.publish.rows!(
    { draftId: 'd', ...details, body: '先写本地。' },
    entry,
    existing({ 'drafts d': { articleId: null }, 'members ada': { name: 'Ada' } }),
    'ada',
  )
  expect(rows).toMatchObject([
    { table: 'drafts', id: 'd', data: { articleId: 'd', title: 'T' } },
    { table: 'articles', id: 'd', data: { slug: 'd', authorName: 'Ada', words: 4, publishedAt: 1_000 } },
  ])
})

test('a revision keeps the article’s address, author and date', () => {
  const article = {
    id: 'a',
    slug: 'old',
    authorId: 'lin',
    authorName: '林',
    publishedAt: 5,
    updatedAt: 5,
    sequence: 3,
  }
  const rows = overlays.publish.rows!(
    { draftId: 'd', ...details, body: 'x' },
    entry,
    existing({ 'drafts d': { articleId: 'a' }, 'articles a': article }),
    'ada',
  )
  expect(rows[1]).toMatchObject({
    id: 'a',
    data: { slug: 'old', authorName: '林', publishedAt: 5, updatedAt: 1_000, sequence: 3, title: 'T' },
  })
})

test('co-authors come and go; discarded and withdrawn rows are gone', () => {
  const rows = existing({ 'drafts d': { authorIds: ['ada', 'lin'] } })
  const share = (on: boolean) =>
    overlays.share_draft.rows!({ id: 'd', memberId: 'lin', on }, entry, rows, 'ada')
  expect(share(false)[0]!.data).toEqual({ authorIds: ['ada'] })
  expect(share(true)[0]!.data).toEqual({ authorIds: ['ada', 'lin'] })
  expect(overlays.discard_draft.rows!({ id: 'd' }, entry, rows, 'ada')).toEqual([
    { table: 'drafts', id: 'd', data: null },
  ])
  expect(overlays.withdraw.rows!({ id: 'a' }, entry, rows, 'ada')).toEqual([
    { table: 'articles', id: 'a', data: null },
  ])
})
