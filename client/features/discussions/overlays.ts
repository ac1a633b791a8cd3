import type { Overlay, RowPatch } from '#client/core/feature.ts'
import { type PollVoteRow, pollVoteId, type ThreadRow, threadRoom } from '#shared/features/discussions.ts'
import type { CommandInput } from '#shared/features/index.ts'

type Named = { data: Record<string, unknown> } | undefined

const nameOf = (row: Named): string => (typeof row?.data.name === 'string' ? row.data.name : '')

/** Every act on a thread concerns its first page's room: the page of a thread asks for what waits there. */
const room = (input: { threadId: string }): string => threadRoom(input.threadId)

function patch(id: string, data: Partial<ThreadRow>): RowPatch {
  return { table: 'threads', id, data: data as Record<string, unknown> }
}

/** A thread as it is before the server has it: one post, no document. */
export function openedThread(
  input: CommandInput<'discussions.open_thread'>,
  author: { id: string; name: string },
  at: number,
): ThreadRow {
  return {
    id: input.threadId,
    title: input.title,
    kind: input.kind,
    subject: input.subject ? `${input.subject.kind}:${input.subject.id}` : '',
    tags: input.tags,
    authorId: author.id,
    authorName: author.name,
    createdAt: at,
    lastPostAt: at,
    lastPostBy: author.name,
    posts: 1,
    lastNumber: 1,
    pages: 1,
    acceptedPostId: null,
    acceptedNumber: null,
    sequence: 0,
    sequences: [],
  }
}

const openThread: Overlay<CommandInput<'discussions.open_thread'>> = {
  room,
  rows(input, entry, existing, memberId) {
    const author = { id: memberId, name: nameOf(existing('members', memberId)) }
    return [patch(input.threadId, openedThread(input, author, entry.at))]
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

const vote: Overlay<CommandInput<'discussions.vote'>> = {
  room,
  rows({ threadId, postId, choices }, entry, _existing, memberId) {
    const row: PollVoteRow = { threadId, postId, choices, at: entry.at }
    return [
      { table: 'poll_votes', id: pollVoteId(postId, memberId), data: choices.length > 0 ? { ...row } : null },
    ]
  },
}

export const overlays = {
  open_thread: openThread,
  post,
  edit_post: { room },
  delete_post: { room },
  react: { room },
  vote,
  close_poll: { room },
  accept,
}
