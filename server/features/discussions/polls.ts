/**
 * Polls: options and votes are rows; the thread's document has the options and how many chose each. Who chose what is told
 * to nobody but themselves.
 */
import type { Act, CommandHandler, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import {
  canClosePoll,
  type discussions,
  isPollOpen,
  type Poll,
  type PollInput,
  type PollVoteRow,
  pollVoteId,
} from '#shared/features/discussions.ts'
import { asPostOfRule, findPost, gone, hiddenNow, notYours } from './lookup.ts'
import { mirrorPost, type PostRecord, pollOf, type ThreadRecord } from './mirror.ts'
import type { Tables } from './tables.ts'

type Commands = typeof discussions.commands

export async function insertPoll(tx: Tx, postId: string, threadId: string, poll: PollInput): Promise<void> {
  await tx
    .tables<Tables>()
    .insertInto('discussions_poll')
    .values({
      post_id: postId,
      thread_id: threadId,
      options: JSON.stringify(poll.options),
      multiple: Number(poll.multiple),
      closes_at: poll.closesAt,
      closed_at: null,
      closed_by: null,
    })
    .execute()
}

/** Words and votes of a post's poll go with the post. */
export async function erasePoll(tx: Tx, postId: string): Promise<void> {
  const db = tx.tables<Tables>()
  const votes = await db
    .selectFrom('discussions_poll_vote')
    .select('member_id')
    .where('post_id', '=', postId)
    .execute()
  for (const { member_id } of votes) await tx.publish('poll_votes', pollVoteId(postId, member_id), null)
  await db.deleteFrom('discussions_poll_vote').where('post_id', '=', postId).execute()
  await db.deleteFrom('discussions_poll').where('post_id', '=', postId).execute()
}

/** The poll of a post that can be seen. */
async function findPoll(
  act: Act,
  input: { threadId: string; postId: string },
): Promise<Result<{ thread: ThreadRecord; post: PostRecord; poll: Poll }>> {
  const found = await findPost(act, input)
  if (!found.ok) return found
  const { post } = found.value
  if (post.deleted_at !== null) return gone()
  if (post.hidden_at !== null) return hiddenNow()
  const poll = await pollOf(act.tx, post.id)
  return poll
    ? ok({ ...found.value, poll })
    : refuse('not_found', 'the post has no poll', { field: 'postId', reason: 'discussions.refused_no_poll' })
}

const closed = (): Result<never> =>
  refuse('conflict', 'the poll is closed', { reason: 'discussions.refused_poll_closed' })

export const vote: CommandHandler<InputOf<Commands['vote']>> = {
  async allow(act, input) {
    const found = await findPoll(act, input)
    if (!found.ok) return found
    const { poll } = found.value
    // When it arrives, not when it was given: a device's clock would keep every poll open.
    if (!isPollOpen(poll, act.tx.now)) return closed()
    const fits =
      input.choices.every((choice) => choice < poll.options.length) &&
      (poll.multiple || input.choices.length <= 1)
    return fits ? ok() : refuse('invalid', 'this cannot be chosen', { field: 'choices' })
  },
  async handle(act, { choices, ...input }) {
    const found = await findPoll(act, input)
    if (!found.ok) return found
    const { thread, post } = found.value
    const { tx, viewer } = act
    const db = tx.tables<Tables>()
    await db
      .deleteFrom('discussions_poll_vote')
      .where('post_id', '=', post.id)
      .where('member_id', '=', viewer.id)
      .execute()
    if (choices.length > 0) {
      const key = { post_id: post.id, member_id: viewer.id, at: tx.now }
      await db
        .insertInto('discussions_poll_vote')
        .values(choices.map((choice) => ({ ...key, choice })))
        .execute()
    }
    const row: PollVoteRow = { threadId: thread.id, postId: post.id, choices, at: tx.now }
    await tx.publish('poll_votes', pollVoteId(post.id, viewer.id), choices.length > 0 ? row : null)
    await mirrorPost(tx, thread, post)
    return ok({ choices })
  },
}

export const closePoll: CommandHandler<InputOf<Commands['close_poll']>> = {
  async allow(act, input) {
    const found = await findPoll(act, input)
    if (!found.ok) return found
    return canClosePoll(act.viewer, asPostOfRule(found.value.post)) ? ok() : notYours()
  },
  async handle(act, input) {
    const found = await findPoll(act, input)
    if (!found.ok) return found
    const { thread, post, poll } = found.value
    if (!isPollOpen(poll, act.tx.now)) return ok({})
    await act.tx
      .tables<Tables>()
      .updateTable('discussions_poll')
      .set({ closed_at: act.tx.now, closed_by: act.viewer.id })
      .where('post_id', '=', post.id)
      .execute()
    await mirrorPost(act.tx, thread, post)
    return ok({})
  },
}
