import { expect, it } from 'vitest'
import type { OutboxEntry } from '#client/core/commands.ts'
import type { StoredRow } from '#client/core/database.ts'
import { overlays } from './overlays.ts'

const entry: OutboxEntry = {
  id: 'c',
  name: '',
  input: {},
  after: [],
  at: 50,
  lane: '',
  state: 'device',
  attempts: 0,
}
const device = (rows: Record<string, Record<string, unknown>>) => (table: string, id: string) => {
  const data = rows[`${table}/${id}`]
  return data && ({ table, id, data, epoch: '' } satisfies StoredRow)
}
const known = device({ 'members/me': { name: 'Ada' }, 'threads/t': { posts: 3, lastPostAt: 90 } })

it('a new thread is a row at once, in its author’s name, without a room to open', () => {
  const input = {
    threadId: 't',
    postId: 'p',
    title: 'T',
    kind: 'question' as const,
    subject: null,
    tags: ['x'],
    body: 'B',
  }
  const [made] = overlays.open_thread.rows!(input, entry, known, 'me')
  expect(made).toMatchObject({
    table: 'threads',
    id: 't',
    data: { authorName: 'Ada', posts: 1, sequences: [] },
  })
  expect(overlays.open_thread.room!(input)).toBe('thread/t')
})

it('a reply counts until the server has counted it, and never moves its thread back', () => {
  const input = { threadId: 't', postId: 'p', body: 'B', replyTo: null }
  const patch = (state: OutboxEntry['state']) =>
    overlays.post.rows!(input, { ...entry, state }, known, 'me')[0]!.data
  expect(patch('device')).toEqual({ posts: 4, lastPostAt: 90, lastPostBy: 'Ada' })
  expect(patch('saved')).toMatchObject({ posts: 3 })
})

it('acts on a thread that is not here make no row', () => {
  const elsewhere = { threadId: 'gone', postId: 'p', body: 'B', replyTo: null }
  expect(overlays.post.rows!(elsewhere, entry, known, 'me')).toEqual([])
  expect(overlays.accept.rows!(elsewhere, entry, known, 'me')).toEqual([])
})
