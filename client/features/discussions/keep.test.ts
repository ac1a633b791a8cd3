import { expect, it } from 'vitest'
import { keep } from './keep.ts'

const row = (table: string, id: string, data: object) => ({
  table,
  id,
  data: data as Record<string, unknown>,
  epoch: '',
})
const thread = (id: string, lastPostAt: number, authorId = 'other', sequences = [3]) =>
  row('threads', id, { id, lastPostAt, authorId, sequences })

it('keeps the sixty newest threads, one’s own and those with a mention, every page of them, newest page first', async () => {
  const all: Record<string, ReturnType<typeof row>[]> = {
    threads: [
      ...Array.from({ length: 80 }, (_, n) => thread(`t${n}`, n)),
      thread('mine', -1, 'me', [9, 4]),
      thread('called', -2),
    ],
    mentions: [row('mentions', 'p:me', { threadId: 'called' })],
    accounts: [row('accounts', 'me', {})],
  }
  const rooms = await keep(async (table) => all[table] ?? [])
  expect(rooms.slice(0, 3)).toEqual([
    { room: 'thread/mine/2', sequence: 4, why: 'own' },
    { room: 'thread/mine', sequence: 9, why: 'own' },
    { room: 'thread/called', sequence: 3, why: 'own' },
  ])
  expect(rooms).toHaveLength(63)
  expect(rooms.at(-1)).toEqual({ room: 'thread/t20', sequence: 3 })
})
