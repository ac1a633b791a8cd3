/** How far a member has read each thread: the number of the last post seen, shared by their devices. */
import { type Accessor, createEffect, createMemo, createSignal, onCleanup } from 'solid-js'
import type * as Y from 'yjs'
import { useCore } from '#client/core/core.ts'
import type { ThreadRow } from '#shared/features/discussions.ts'

export interface Reading {
  /** Thread → last post number read; `undefined` while loading, or for guests. */
  positions: Accessor<ReadonlyMap<string, number> | undefined>
  /** Moves forward only. */
  reached(threadId: string, number: number): void
}

export function useReading(): Reading {
  const core = useCore()
  const handle = core.docs.use(() => {
    const member = core.session.viewer().id
    return member === null ? undefined : `me/${member}/reading`
  })
  const [positions, setPositions] = createSignal<ReadonlyMap<string, number>>()
  const threads = (doc: Y.Doc): Y.Map<number> => doc.getMap<number>('threads')
  createEffect(() => {
    const open = handle()
    if (!open?.loaded()) {
      setPositions(undefined)
      return
    }
    const map = threads(open.doc)
    const read = (): void => {
      setPositions(new Map(map.entries()))
    }
    read()
    map.observe(read)
    onCleanup(() => map.unobserve(read))
  })
  return {
    positions,
    reached(threadId, number) {
      const open = handle()
      if (!open?.loaded()) return
      const map = threads(open.doc)
      if (number > (map.get(threadId) ?? 0)) map.set(threadId, number)
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
