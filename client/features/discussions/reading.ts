/** How far a member has read each thread: the number of the last post seen, here and where they share it. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useReadingMap } from '#client/parts/reading-map.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'

export interface Reading {
  /** Thread → last post number read; `undefined` while loading, or for guests. */
  positions: Accessor<ReadonlyMap<string, number> | undefined>
  /** Moves forward only. */
  reached(threadId: string, number: number): void
}

export function useReading(): Reading {
  const core = useCore()
  const map = useReadingMap<number>('threads', (mine, theirs) => mine > theirs)
  const positions = (): ReadonlyMap<string, number> | undefined =>
    core.session.viewer().id === null ? undefined : map.entries()
  return {
    positions,
    reached(threadId, number) {
      const known = positions()
      if (known && number > (known.get(threadId) ?? 0)) map.set(threadId, number)
    },
  }
}

export interface Unread {
  /** Posts since the last visit; 0 when there was none. */
  news: number
  /** There is something to read. */
  unread: boolean
}

/**
 * A thread that was never opened counts as unread when it was talked in since its reader joined: a newcomer is not
 * met by a wall of marks.
 */
export function unreadOf(
  thread: Pick<ThreadRow, 'id' | 'lastNumber' | 'lastPostAt' | 'authorId'>,
  positions: ReadonlyMap<string, number> | undefined,
  me: { id: string; since: number } | undefined,
): Unread {
  if (!positions || !me) return { news: 0, unread: false }
  const read = positions.get(thread.id)
  if (read !== undefined) {
    const news = Math.max(0, thread.lastNumber - read)
    return { news, unread: news > 0 }
  }
  return { news: 0, unread: thread.authorId !== me.id && thread.lastPostAt > me.since }
}

/** The member as `unreadOf` needs them. */
export function useReader(): Accessor<{ id: string; since: number } | undefined> {
  const core = useCore()
  const row = core.feed.row('members', () => core.session.viewer().id ?? undefined)
  const reader = createMemo(() => {
    const id = core.session.viewer().id
    return id === null ? undefined : { id, since: row()?.data.joinedAt ?? Number.POSITIVE_INFINITY }
  })
  return reader
}
