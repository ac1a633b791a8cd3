import type { Act, CommandHandler, Tx } from '#server/core/feature.ts'
import type { InputOf } from '#shared/core/contract.ts'
import { ok, type Refusal, refuse } from '#shared/core/result.ts'
import {
  canAccept,
  canDeletePost,
  canEditPost,
  canPost,
  type discussions,
  isAnswer,
  type PollInput,
  pageOf,
} from '#shared/features/discussions.ts'
import { filesIn } from '#shared/features/pictures.ts'
import {
  asPostOfRule,
  findPost,
  findThread,
  gone,
  hiddenNow,
  nameOf,
  noPost,
  notYours,
  taken,
} from './lookup.ts'
import { mentionMembers } from './mentions.ts'
import {
  forgetDeleted,
  mirrorMeta,
  mirrorNewPost,
  mirrorPost,
  mirrorReactions,
  type PostRecord,
  postRecord,
  publishThread,
  referPictures,
  type ThreadRecord,
  threadRecord,
} from './mirror.ts'
import { closePoll, erasePoll, insertPoll, vote } from './polls.ts'
import { mayReadSubject } from './subject.ts'
import type { Tables } from './tables.ts'

type Commands = typeof discussions.commands
type Input<K extends keyof Commands> = InputOf<Commands[K]>
type Handlers = { [K in keyof Commands]: CommandHandler<Input<K>> }

/** Writes a post as the thread's next, in tables, document and row. */
async function addPost(
  act: Act,
  thread: ThreadRecord,
  input: { postId: string; body: string; replyTo: string | null; poll?: PollInput | undefined },
): Promise<PostRecord> {
  const { tx } = act
  const name = await nameOf(act)
  const post: PostRecord = {
    id: input.postId,
    thread_id: thread.id,
    number: thread.last_number + 1,
    author_id: act.viewer.id,
    author_name: name,
    at: tx.now,
    body: input.body,
    reply_to: input.replyTo,
    edited_at: null,
    edits: 0,
    deleted_at: null,
    deleted_by: null,
    hidden_at: null,
  }
  await tx.tables<Tables>().insertInto('discussions_post').values(post).execute()
  if (input.poll) await insertPoll(tx, post.id, thread.id, input.poll)
  const changed = {
    posts: thread.posts + 1,
    last_number: post.number,
    last_post_at: tx.now,
    last_post_by: name,
  }
  await tx
    .tables<Tables>()
    .updateTable('discussions_thread')
    .set(changed)
    .where('id', '=', thread.id)
    .execute()
  Object.assign(thread, changed)
  await mirrorNewPost(tx, thread, post)
  await publishThread(tx, thread.id)
  if (filesIn(post.body).length > 0) await referPictures(tx, thread.id)
  await mentionMembers(tx, thread, post)
  return post
}

const openThread: Handlers['open_thread'] = {
  async allow(act, input) {
    if (!canPost(act.viewer)) return notYours()
    if (!input.subject) return ok()
    const subject = `${input.subject.kind}:${input.subject.id}`
    const readable = await mayReadSubject(act.tx, act.viewer, subject, { mustExist: true })
    return readable
      ? ok()
      : refuse('not_found', 'no such subject', { field: 'subject', reason: 'discussions.refused_no_subject' })
  },
  async handle(act, input) {
    const { tx } = act
    const data = { threadId: input.threadId, postId: input.postId, number: 1 }
    const existing = await threadRecord(tx, input.threadId)
    const opening = await postRecord(tx, input.postId)
    if (existing || opening) {
      // A second command for the same thing, when the answer to the first was lost.
      const same =
        existing?.author_id === act.viewer.id &&
        existing.title === input.title &&
        opening?.thread_id === existing.id &&
        opening.number === 1 &&
        opening.body === input.body
      return same ? ok(data) : taken(existing ? 'threadId' : 'postId')
    }
    const name = await nameOf(act)
    const thread: ThreadRecord = {
      id: input.threadId,
      title: input.title,
      kind: input.kind,
      subject: input.subject ? `${input.subject.kind}:${input.subject.id}` : '',
      tags: JSON.stringify([...new Set(input.tags)]),
      author_id: act.viewer.id,
      author_name: name,
      created_at: tx.now,
      last_post_at: tx.now,
      last_post_by: name,
      posts: 0,
      last_number: 0,
      accepted_post_id: null,
      sequences: '[]',
      hidden_at: null,
    }
    await tx.tables<Tables>().insertInto('discussions_thread').values(thread).execute()
    await mirrorMeta(tx, thread)
    await addPost(act, thread, {
      postId: input.postId,
      body: input.body,
      replyTo: null,
      poll: input.poll,
    })
    await tx.tell('discussions.thread_opened', {
      threadId: thread.id,
      authorId: act.viewer.id,
      kind: thread.kind,
      subject: thread.subject,
      tags: JSON.parse(thread.tags),
    })
    return ok(data)
  },
}

const post: Handlers['post'] = {
  async allow(act, input) {
    if (!canPost(act.viewer)) return notYours()
    return findThread(act, input.threadId)
  },
  async handle(act, input) {
    const thread = await findThread(act, input.threadId)
    if (!thread.ok) return thread
    const existing = await postRecord(act.tx, input.postId)
    if (existing) {
      const same =
        existing.thread_id === input.threadId &&
        existing.author_id === act.viewer.id &&
        existing.body === input.body &&
        existing.reply_to === input.replyTo
      return same
        ? ok({ postId: existing.id, number: existing.number, page: pageOf(existing.number) })
        : taken('postId')
    }
    if (input.replyTo !== null) {
      const answered = await postRecord(act.tx, input.replyTo)
      if (answered?.thread_id !== input.threadId) {
        return refuse('invalid', 'a reply answers a post of the same thread', {
          field: 'replyTo',
          reason: 'discussions.refused_reply',
        })
      }
    }
    const added = await addPost(act, thread.value, input)
    await act.tx.tell('discussions.posted', {
      threadId: thread.value.id,
      postId: added.id,
      number: added.number,
      authorId: act.viewer.id,
      subject: thread.value.subject,
    })
    return ok({ postId: added.id, number: added.number, page: pageOf(added.number) })
  },
}

const editPost: Handlers['edit_post'] = {
  async allow(act, input) {
    const found = await findPost(act, input)
    if (!found.ok) return found
    if (found.value.post.deleted_at !== null) return gone()
    if (found.value.post.hidden_at !== null) return hiddenNow()
    return canEditPost(act.viewer, asPostOfRule(found.value.post)) ? ok() : notYours()
  },
  async handle(act, input) {
    const found = await findPost(act, input)
    if (!found.ok) return found
    const { thread, post } = found.value
    if (post.body === input.body) return ok({ edits: post.edits })
    const { tx } = act
    await tx
      .tables<Tables>()
      .insertInto('discussions_edit')
      .values({ post_id: post.id, version: post.edits, body: post.body, at: post.edited_at ?? post.at })
      .execute()
    const changed = { body: input.body, edited_at: tx.now, edits: post.edits + 1 }
    await tx.tables<Tables>().updateTable('discussions_post').set(changed).where('id', '=', post.id).execute()
    await mirrorPost(tx, thread, { ...post, ...changed })
    await publishThread(tx, thread.id)
    if (filesIn(post.body + changed.body).length > 0) await referPictures(tx, thread.id)
    await mentionMembers(tx, thread, { ...post, ...changed })
    return ok({ edits: changed.edits })
  },
}

const deletePost: Handlers['delete_post'] = {
  async allow(act, input) {
    const found = await findPost(act, input)
    if (!found.ok) return found
    const { post } = found.value
    if (post.deleted_at !== null) return gone()
    return canDeletePost(act.viewer, asPostOfRule(post)) ? ok() : notYours()
  },
  async handle(act, input) {
    const found = await findPost(act, input)
    if (!found.ok) return found
    const { thread, post } = found.value
    await erasePost(act.tx, act.viewer.id, thread, post)
    await act.tx.tell('discussions.post_deleted', {
      threadId: thread.id,
      postId: post.id,
      authorId: post.author_id,
    })
    return ok({})
  },
}

/** Its number and author stay, so that replies keep their sense; words, earlier words and reactions go. */
export async function erasePost(
  tx: Tx,
  byId: string | null,
  thread: ThreadRecord,
  post: PostRecord,
): Promise<void> {
  const db = tx.tables<Tables>()
  await db.deleteFrom('discussions_edit').where('post_id', '=', post.id).execute()
  await db.deleteFrom('discussions_reaction').where('post_id', '=', post.id).execute()
  await erasePoll(tx, post.id)
  const cleared = {
    body: '',
    edits: 0,
    edited_at: null,
    deleted_at: tx.now,
    deleted_by: byId,
    hidden_at: null,
  }
  await db.updateTable('discussions_post').set(cleared).where('id', '=', post.id).execute()
  await mirrorPost(tx, thread, { ...post, ...cleared })
  await mentionMembers(tx, thread, { ...post, ...cleared })

  const newest = await db
    .selectFrom('discussions_post')
    .select(['at', 'author_name'])
    .where('thread_id', '=', thread.id)
    .where('deleted_at', 'is', null)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  const left = {
    posts: thread.posts - 1,
    accepted_post_id: thread.accepted_post_id === post.id ? null : thread.accepted_post_id,
    ...(newest
      ? { last_post_at: newest.at, last_post_by: newest.author_name }
      : { title: '', tags: '[]', last_post_by: '', author_name: '' }),
  }
  await db.updateTable('discussions_thread').set(left).where('id', '=', thread.id).execute()
  const changed = { ...thread, ...left }
  if (changed.accepted_post_id !== thread.accepted_post_id || changed.title !== thread.title) {
    await mirrorMeta(tx, changed)
  }
  const pages = new Set([pageOf(post.number), ...(changed.title === thread.title ? [] : [1])])
  for (const page of pages) await forgetDeleted(tx, changed, page)
  await publishThread(tx, thread.id)
  if (filesIn(post.body).length > 0) await referPictures(tx, thread.id)
}

const react: Handlers['react'] = {
  async allow(act, input) {
    const found = await findPost(act, input)
    if (!found.ok) return found
    if (found.value.post.hidden_at !== null) return hiddenNow()
    return found.value.post.deleted_at === null ? ok() : gone()
  },
  async handle(act, input) {
    const found = await findPost(act, input)
    if (!found.ok) return found
    const { thread, post } = found.value
    const { tx } = act
    const db = tx.tables<Tables>()
    const key = { post_id: post.id, member_id: act.viewer.id, reaction: input.reaction }
    const held = await db
      .selectFrom('discussions_reaction')
      .select('at')
      .where((where) => where.and(key))
      .executeTakeFirst()
    if ((held !== undefined) === input.on) return ok({ on: input.on })
    if (input.on)
      await db
        .insertInto('discussions_reaction')
        .values({ ...key, at: tx.now })
        .execute()
    else
      await db
        .deleteFrom('discussions_reaction')
        .where((where) => where.and(key))
        .execute()
    await mirrorReactions(tx, thread, post)
    await publishThread(tx, thread.id)
    await tx.tell('discussions.reacted', {
      threadId: thread.id,
      postId: post.id,
      number: post.number,
      memberId: act.viewer.id,
      authorId: post.author_id,
      reaction: input.reaction,
      on: input.on,
      total: await othersWhoReact(tx, post),
    })
    return ok({ on: input.on })
  },
}

async function othersWhoReact(tx: Tx, post: PostRecord): Promise<number> {
  const found = await tx
    .tables<Tables>()
    .selectFrom('discussions_reaction')
    .select('member_id')
    .distinct()
    .where('post_id', '=', post.id)
    .where('member_id', '!=', post.author_id)
    .execute()
  return found.length
}

const accept: Handlers['accept'] = {
  async allow(act, input) {
    const found = await findThread(act, input.threadId)
    if (!found.ok) return found
    const { author_id: authorId, kind } = found.value
    if (kind !== 'question') {
      return refuse('invalid', 'only a question has an answer', { reason: 'discussions.refused_no_question' })
    }
    return canAccept(act.viewer, { authorId, kind }) ? ok() : notYours()
  },
  async handle(act, input) {
    const found = await findThread(act, input.threadId)
    if (!found.ok) return found
    const thread = found.value
    const { tx } = act
    if (thread.accepted_post_id === input.postId) return ok({ postId: input.postId })
    let answer: PostRecord | undefined
    if (input.postId !== null) {
      answer = await postRecord(tx, input.postId)
      if (answer?.thread_id !== thread.id) return noPost()
      const refusal = answerRefusal(answer)
      if (refusal) return { ok: false, error: refusal }
    }
    await tx
      .tables<Tables>()
      .updateTable('discussions_thread')
      .set({ accepted_post_id: input.postId })
      .where('id', '=', thread.id)
      .execute()
    await mirrorMeta(tx, { ...thread, accepted_post_id: input.postId })
    await publishThread(tx, thread.id)
    await tx.tell('discussions.accepted', {
      threadId: thread.id,
      postId: input.postId,
      memberId: act.viewer.id,
      authorId: answer?.author_id ?? null,
    })
    return ok({ postId: input.postId })
  },
}

function answerRefusal(post: PostRecord): Refusal | undefined {
  if (isAnswer(asPostOfRule(post))) return undefined
  if (post.deleted_at !== null) {
    return { code: 'gone', message: 'the post was deleted', reason: 'discussions.refused_deleted' }
  }
  if (post.hidden_at !== null) {
    return {
      code: 'gone',
      message: 'a moderator took it out of sight',
      reason: 'discussions.refused_hidden',
    }
  }
  return {
    code: 'invalid',
    field: 'postId',
    message: 'the question itself is not its answer',
    reason: 'discussions.refused_question_itself',
  }
}

export const commands: Handlers = {
  open_thread: openThread,
  post,
  edit_post: editPost,
  delete_post: deletePost,
  react,
  vote,
  close_poll: closePoll,
  accept,
}
