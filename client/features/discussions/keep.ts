import type { StoredRow } from '#client/core/database.ts'
import type { Wanted } from '#client/core/holdings-plan.ts'
import { type MentionRow, type ThreadRow, threadRoom } from '#shared/features/discussions.ts'

/** How many of the threads talked in last are at hand offline, besides one's own and those with a mention. */
const recent = 60

/**
 * Rooms of the threads that a member may want to read offline: where they were called, their own, then the most
 * recent. The last page comes before the first: it is where the talk goes on.
 */
export async function keep(rows: (table: string) => Promise<StoredRow[]>): Promise<Wanted[]> {
  const [threads, mentions, accounts] = await Promise.all([
    rows('threads'),
    rows('mentions'),
    rows('accounts'),
  ])
  const me = accounts[0]?.id
  const called = new Set(mentions.map((row) => (row.data as unknown as MentionRow).threadId))
  const newestFirst = threads
    .map((row) => row.data as unknown as ThreadRow)
    .sort((a, b) => b.lastPostAt - a.lastPostAt)
  const isMine = (thread: ThreadRow): boolean => called.has(thread.id) || thread.authorId === me
  const wanted = [...newestFirst.filter(isMine), ...newestFirst.slice(0, recent)]
  return [...new Set(wanted)].flatMap((thread) =>
    thread.sequences
      .map((sequence, index) => ({
        room: threadRoom(thread.id, index + 1),
        sequence,
        ...(isMine(thread) ? { why: 'own' as const } : {}),
      }))
      .reverse(),
  )
}
