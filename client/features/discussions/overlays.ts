import type { Overlay, RowPatch } from '#client/core/feature.ts'
import { type ThreadRow, threadRoom } from '#shared/features/discussions.ts'
import type { CommandInput } from '#shared/features/index.ts'

type Named = { data: Record<string, unknown> } | undefined

const nameOf = (row: Named): string => (typeof row?.data.name === 'string' ? row.data.name : '')

/** Every act on a thread concerns its first page's room: the page of a thread asks for what waits there. */
const room = (input: { threadId: string }): string => threadRoom(input.threadId)

function patch(id: string, data: Partial<ThreadRow>): RowPatch {
  return { table: 'threads', id, data: data as Record<string, unknown> }
}

const openThread: Overlay<CommandInput<'discussions.open_thread'>> = {
  room,
  rows(input, entry, existing, memberId) {
    const name = nameOf(existing('members', memberId))
    const thread: ThreadRow = {
      id: input.threadId,
      title: input.title,
      kind: input.kind,
      subject: input.subject ? `${input.subject.kind}:${input.subject.id}` : '',
      tags: input.tags,
      authorId: memberId,
      authorName: name,
      createdAt: entry.at,
      lastPostAt: entry.at,
      lastPostBy: name,
      posts: 1,
      lastNumber: 1,
      pages: 1,
      acceptedPostId: null,
      acceptedNumber: null,
      sequence: 0,
      sequences: [],
    }
    return [patch(input.threadId, thread)]
  },
}

const post: Overlay<CommandInput<'discussions.post'>> = {
  room,
  rows(input, entry, existing, memberId) {
    const thread = existing('threads', input.threadId)?.data as ThreadRow | undefined
    if (!thread) return []
    // Once saved it is counted in the row that is on its way, or has come already.
    const posts = thread.posts + (entry.state === 'saved' ? 0 : 1)
    const lastPostAt = Math.max(entry.at, thread.lastPostAt)
    return [patch(input.threadId, { posts, lastPostAt, lastPostBy: nameOf(existing('members', memberId)) })]
  },
}

const accept: Overlay<CommandInput<'discussions.accept'>> = {
  room,
  rows(input, _entry, existing) {
    return existing('threads', input.threadId)
      ? [patch(input.threadId, { acceptedPostId: input.postId })]
      : []
  },
}

export const overlays = {
  open_thread: openThread,
  post,
  edit_post: { room },
  delete_post: { room },
  react: { room },
  accept,
}
