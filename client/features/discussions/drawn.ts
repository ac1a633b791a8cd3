/**
 * The posts of a thread as its page draws them: those of the documents, with what waits in the outbox laid over them.
 * Derived anew at every change, so that a refusal or an answer needs no undoing here.
 */
import type { OutboxEntry } from '#client/core/commands.ts'
import type { Poll, PollInput, Post } from '#shared/features/discussions.ts'
import type { CommandInput } from '#shared/features/index.ts'

export interface DrawnPost extends Post {
  /** The act that makes this post, while the thread's document does not have it. Its `number` is then 0. */
  making: OutboxEntry | null
  /** The newest act that waits to change this post, refused ones included. */
  changing: OutboxEntry | null
}

export interface Writer {
  id: string
  name: string
}

/** @param entries those of the thread's room, oldest first. */
export function drawnPosts(
  posts: readonly Post[],
  entries: readonly OutboxEntry[],
  me: Writer | null,
): DrawnPost[] {
  const drawn: DrawnPost[] = posts.map((post) => ({
    ...post,
    reactions: copied(post.reactions),
    making: null,
    changing: null,
  }))
  const byId = new Map(drawn.map((post) => [post.id, post]))
  for (const entry of entries) {
    if (entry.name === 'discussions.open_thread' || entry.name === 'discussions.post') {
      const input = entry.input as CommandInput<'discussions.open_thread'> & CommandInput<'discussions.post'>
      if (byId.has(input.postId)) continue
      const made: DrawnPost = {
        id: input.postId,
        number: 0,
        authorId: me?.id ?? '',
        authorName: me?.name ?? '',
        at: entry.at,
        body: input.body,
        replyTo: input.replyTo ?? null,
        editedAt: null,
        edits: 0,
        deletedAt: null,
        hiddenAt: null,
        reactions: {},
        ...(input.poll ? { poll: waitingPoll(input.poll) } : {}),
        making: entry,
        changing: null,
      }
      byId.set(made.id, made)
      drawn.push(made)
    } else change(byId, entry, me)
  }
  return drawn
}

/** Of a post that the server does not have yet. */
function waitingPoll(asked: PollInput): Poll {
  return { ...asked, closedAt: null, counts: asked.options.map(() => 0), voters: 0 }
}

function change(byId: Map<string, DrawnPost>, entry: OutboxEntry, me: Writer | null): void {
  const post = byId.get((entry.input as { postId: string | null }).postId ?? '')
  if (!post) return
  // One that needs a decision stays in sight.
  if (post.changing?.state !== 'refused') post.changing = entry
  if (entry.state === 'refused') return
  switch (entry.name) {
    case 'discussions.edit_post': {
      const { body } = entry.input as CommandInput<'discussions.edit_post'>
      if (post.body === body || post.deletedAt !== null) return
      post.body = body
      post.editedAt = entry.at
      post.edits += 1
      return
    }
    case 'discussions.delete_post':
      post.body = ''
      post.deletedAt ??= entry.at
      post.reactions = {}
      return
    case 'discussions.close_poll':
      if (post.poll) post.poll = { ...post.poll, closedAt: entry.at }
      return
    case 'discussions.react': {
      if (!me) return
      const { reaction, on } = entry.input as CommandInput<'discussions.react'>
      const others = (post.reactions[reaction] ?? []).filter((id) => id !== me.id)
      const given = on ? [...others, me.id] : others
      if (given.length > 0) post.reactions[reaction] = given
      else delete post.reactions[reaction]
    }
  }
}

function copied(given: Post['reactions']): Post['reactions'] {
  return Object.fromEntries(Object.entries(given).map(([reaction, members]) => [reaction, [...members]]))
}
