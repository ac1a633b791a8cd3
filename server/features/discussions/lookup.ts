/** Finds what a command is about, for a member who may read it, or says why not. */
import type { Act } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import type { Post } from '#shared/features/discussions.ts'
import { type PostRecord, postRecord, type ThreadRecord, threadRecord } from './mirror.ts'
import { mayReadSubject } from './subject.ts'

export const gone = (): Result<never> =>
  refuse('gone', 'the post was deleted', { reason: 'discussions.refused_deleted' })
export const hiddenNow = (): Result<never> =>
  refuse('gone', 'a moderator took it out of sight', { reason: 'discussions.refused_hidden' })
const noThread = (): Result<never> =>
  refuse('not_found', 'no such thread', { field: 'threadId', reason: 'discussions.refused_no_thread' })
export const noPost = (): Result<never> =>
  refuse('not_found', 'no such post in this thread', {
    field: 'postId',
    reason: 'discussions.refused_no_post',
  })
export const notYours = (): Result<never> =>
  refuse('forbidden', 'not allowed', { reason: 'discussions.refused_not_yours' })
export const taken = (field: string): Result<never> =>
  refuse('conflict', 'this id names something else', { field })

/** The thread, when it still has posts and the member may read it. */
export async function findThread(act: Act, threadId: string): Promise<Result<ThreadRecord>> {
  const thread = await threadRecord(act.tx, threadId)
  if (!thread) return noThread()
  if (!(await mayReadSubject(act.tx, act.viewer, thread.subject))) return noThread()
  if (thread.hidden_at !== null) return hiddenNow()
  if (thread.posts === 0)
    return refuse('gone', 'the thread was deleted', { reason: 'discussions.refused_deleted' })
  return ok(thread)
}

export async function findPost(
  act: Act,
  input: { threadId: string; postId: string },
): Promise<Result<{ thread: ThreadRecord; post: PostRecord }>> {
  const thread = await findThread(act, input.threadId)
  if (!thread.ok) return thread
  const post = await postRecord(act.tx, input.postId)
  if (post?.thread_id !== input.threadId) return noPost()
  return ok({ thread: thread.value, post })
}

/** As the contract's rules look at a post. */
export const asPostOfRule = (
  post: PostRecord,
): Pick<Post, 'authorId' | 'deletedAt' | 'hiddenAt' | 'number'> => ({
  authorId: post.author_id,
  deletedAt: post.deleted_at,
  hiddenAt: post.hidden_at,
  number: post.number,
})

/** What posts of the acting member are signed with. */
export async function nameOf(act: Act): Promise<string> {
  return (await act.tx.row<MemberRow>('members', act.viewer.id))?.name ?? ''
}
