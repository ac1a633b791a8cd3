/** Posts and threads as those who keep order deal with them. */
import type { Matter, MatterNow, Reader, Tx } from '#server/core/feature.ts'
import { pageOf, threadRoom } from '#shared/features/discussions.ts'
import { filesIn } from '#shared/features/pictures.ts'
import { erasePost } from './commands.ts'
import { mentionMembers } from './mentions.ts'
import {
  forgetDeleted,
  mirrorPost,
  type PostRecord,
  postRecord,
  publishThread,
  referPictures,
  type ThreadRecord,
  threadRecord,
} from './mirror.ts'
import { mayReadSubject } from './subject.ts'
import type { Tables } from './tables.ts'

function postNow(thread: ThreadRecord, post: PostRecord): MatterNow {
  return {
    authorId: post.author_id,
    authorName: post.author_name,
    title: thread.title,
    text: post.body,
    at: post.at,
    hidden: post.hidden_at !== null || thread.hidden_at !== null,
    path: `/discuss/${thread.id}#p${post.number}`,
  }
}

async function both(
  reader: Reader,
  postId: string,
): Promise<{ thread: ThreadRecord; post: PostRecord } | undefined> {
  const post = await postRecord(reader, postId)
  const thread = post && (await threadRecord(reader, post.thread_id))
  return thread && post.deleted_at === null ? { thread, post } : undefined
}

async function setHidden(tx: Tx, postId: string, at: number | null): Promise<void> {
  const found = await both(tx, postId)
  if (!found) return
  const { thread } = found
  const post = { ...found.post, hidden_at: at }
  await tx
    .tables<Tables>()
    .updateTable('discussions_post')
    .set({ hidden_at: at })
    .where('id', '=', postId)
    .execute()
  await mirrorPost(tx, thread, post)
  await mentionMembers(tx, thread, post)
  // What devices hold of it goes with the epoch.
  if (at !== null) await forgetDeleted(tx, thread, pageOf(post.number))
  await publishThread(tx, thread.id)
  if (filesIn(post.body).length > 0) await referPictures(tx, thread.id)
}

const post: Matter = {
  async find(reader, id) {
    const found = await both(reader, id)
    return found && postNow(found.thread, found.post)
  },
  async mayRead(reader, viewer, id) {
    const found = await both(reader, id)
    return (
      found !== undefined &&
      found.thread.hidden_at === null &&
      mayReadSubject(reader, viewer, found.thread.subject)
    )
  },
  hide: (tx, id) => setHidden(tx, id, tx.now),
  restore: (tx, id) => setHidden(tx, id, null),
  async erase(tx, id) {
    const found = await both(tx, id)
    if (!found) return
    await erasePost(tx, null, found.thread, found.post)
    const { author_id: authorId, thread_id: threadId } = found.post
    await tx.tell('discussions.post_deleted', { threadId, postId: id, authorId })
  },
  async recent(reader, limit) {
    const posts = await reader
      .tables<Tables>()
      .selectFrom('discussions_post')
      .selectAll()
      .where('deleted_at', 'is', null)
      .where('hidden_at', 'is', null)
      .where('number', '>', 1)
      .orderBy('at', 'desc')
      .limit(limit)
      .execute()
    const ids = [...new Set(posts.map((one) => one.thread_id))]
    const threads = new Map((await threadsOf(reader, ids)).map((thread) => [thread.id, thread]))
    return posts.flatMap((one) => {
      const thread = threads.get(one.thread_id)
      return thread ? [{ id: one.id, ...postNow(thread, one) }] : []
    })
  },
}

async function threadsOf(reader: Reader, ids: readonly string[]): Promise<ThreadRecord[]> {
  if (ids.length === 0) return []
  return reader.tables<Tables>().selectFrom('discussions_thread').selectAll().where('id', 'in', ids).execute()
}

async function openingOf(reader: Reader, threadId: string): Promise<PostRecord | undefined> {
  return reader
    .tables<Tables>()
    .selectFrom('discussions_post')
    .selectAll()
    .where('thread_id', '=', threadId)
    .where('number', '=', 1)
    .executeTakeFirst()
}

function threadNow(thread: ThreadRecord, opening: PostRecord | undefined): MatterNow {
  return {
    authorId: thread.author_id,
    authorName: thread.author_name,
    title: thread.title,
    text: opening?.body ?? '',
    at: thread.created_at,
    hidden: thread.hidden_at !== null,
    path: `/discuss/${thread.id}`,
  }
}

/** With its row goes everybody's way into its rooms; what it said to those whom it called goes by itself. */
async function setThreadHidden(tx: Tx, id: string, at: number | null): Promise<void> {
  const thread = await threadRecord(tx, id)
  if (!thread) return
  await tx
    .tables<Tables>()
    .updateTable('discussions_thread')
    .set({ hidden_at: at })
    .where('id', '=', id)
    .execute()
  await publishThread(tx, id)
  const posts = await tx
    .tables<Tables>()
    .selectFrom('discussions_post')
    .selectAll()
    .where('thread_id', '=', id)
    .where('body', 'like', '%@%')
    .execute()
  for (const one of posts)
    await mentionMembers(tx, thread, at === null ? one : { ...one, hidden_at: one.hidden_at ?? at })
}

const thread: Matter = {
  async find(reader, id) {
    const found = await threadRecord(reader, id)
    return found && found.posts > 0 ? threadNow(found, await openingOf(reader, id)) : undefined
  },
  async mayRead(reader, viewer, id) {
    const found = await threadRecord(reader, id)
    return (
      found !== undefined &&
      found.hidden_at === null &&
      found.posts > 0 &&
      mayReadSubject(reader, viewer, found.subject)
    )
  },
  hide: (tx, id) => setThreadHidden(tx, id, tx.now),
  restore: (tx, id) => setThreadHidden(tx, id, null),
  async erase(tx, id) {
    const found = await threadRecord(tx, id)
    if (!found || found.posts === 0) return
    const db = tx.tables<Tables>()
    const posts = await db.selectFrom('discussions_post').selectAll().where('thread_id', '=', id).execute()
    const ids = posts.map((one) => one.id)
    for (const table of ['discussions_edit', 'discussions_reaction'] as const)
      await db.deleteFrom(table).where('post_id', 'in', ids).execute()
    await db
      .updateTable('discussions_post')
      .set({ body: '', edits: 0, edited_at: null, deleted_at: tx.now, hidden_at: null })
      .where('thread_id', '=', id)
      .where('deleted_at', 'is', null)
      .execute()
    await db
      .updateTable('discussions_thread')
      .set({ title: '', tags: '[]', posts: 0, accepted_post_id: null, author_name: '', last_post_by: '' })
      .where('id', '=', id)
      .execute()
    const pages = (JSON.parse(found.sequences) as number[]).length
    for (let page = 1; page <= pages; page++) await tx.rebase(threadRoom(id, page), () => {})
    await publishThread(tx, id)
    for (const one of posts.filter((each) => each.deleted_at === null))
      await tx.tell('discussions.post_deleted', { threadId: id, postId: one.id, authorId: one.author_id })
  },
  async recent(reader, limit) {
    const threads = await reader
      .tables<Tables>()
      .selectFrom('discussions_thread')
      .selectAll()
      .where('posts', '>', 0)
      .where('hidden_at', 'is', null)
      .orderBy('created_at', 'desc')
      .limit(limit)
      .execute()
    if (threads.length === 0) return []
    const openings = await reader
      .tables<Tables>()
      .selectFrom('discussions_post')
      .selectAll()
      .where(
        'thread_id',
        'in',
        threads.map((one) => one.id),
      )
      .where('number', '=', 1)
      .execute()
    const byThread = new Map(openings.map((one) => [one.thread_id, one]))
    return threads.map((one) => ({ id: one.id, ...threadNow(one, byThread.get(one.id)) }))
  },
}

export const matters = { post, thread }
