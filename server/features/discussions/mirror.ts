/**
 * What the tables hold, as devices see it: the row of a thread and the documents of its pages. Written in the
 * transaction that changed the tables, so that neither can say what the other does not.
 */
import type * as Y from 'yjs'
import type { Tx } from '#server/core/feature.ts'
import {
  type Poll,
  type Post,
  pageMaps,
  pageOf,
  type Reaction,
  reactions,
  type StoredPost,
  storedPost,
  type ThreadMeta,
  type ThreadRow,
  threadRoom,
} from '#shared/features/discussions.ts'
import { addedBy } from '#shared/features/pictures.ts'
import { audiencesOfSubject } from './subject.ts'
import type { Tables } from './tables.ts'

export type ThreadRecord = Tables['discussions_thread']
export type PostRecord = Tables['discussions_post']

export function threadRecord(tx: Pick<Tx, 'tables'>, id: string): Promise<ThreadRecord | undefined> {
  return tx
    .tables<Tables>()
    .selectFrom('discussions_thread')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
}

export function postRecord(tx: Pick<Tx, 'tables'>, id: string): Promise<PostRecord | undefined> {
  return tx
    .tables<Tables>()
    .selectFrom('discussions_post')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Changes the document of one page and remembers how far its room has come. */
export async function authorPage(
  tx: Tx,
  thread: ThreadRecord,
  page: number,
  change: (doc: Y.Doc) => void,
): Promise<void> {
  await reached(tx, thread, page, await tx.author(threadRoom(thread.id, page), change))
}

async function reached(tx: Tx, thread: ThreadRecord, page: number, sequence: number): Promise<void> {
  const sequences = JSON.parse(thread.sequences) as number[]
  sequences[page - 1] = sequence
  thread.sequences = JSON.stringify(sequences)
  await tx
    .tables<Tables>()
    .updateTable('discussions_thread')
    .set({ sequences: thread.sequences })
    .where('id', '=', thread.id)
    .execute()
}

/** Adds a new post to its page. */
export async function mirrorNewPost(tx: Tx, thread: ThreadRecord, record: PostRecord): Promise<void> {
  const poll = await pollOf(tx, record.id)
  await authorPage(tx, thread, pageOf(record.number), (doc) => {
    const maps = pageMaps(doc)
    maps.posts.set(record.id, asStored(record))
    if (poll) maps.polls.set(record.id, poll)
  })
}

/** Says a post anew in its page, edited or deleted; one that was deleted has no reactions. */
export async function mirrorPost(tx: Tx, thread: ThreadRecord, record: PostRecord): Promise<void> {
  const isSeen = record.deleted_at === null && record.hidden_at === null
  const poll = isSeen ? await pollOf(tx, record.id) : undefined
  await authorPage(tx, thread, pageOf(record.number), (doc) => {
    const maps = pageMaps(doc)
    mustHold(maps, thread, record)
    const stored = asStored(record)
    if (JSON.stringify(maps.posts.get(record.id)) !== JSON.stringify(stored))
      maps.posts.set(record.id, stored)
    if (poll) maps.polls.set(record.id, poll)
    else if (maps.polls.has(record.id)) maps.polls.delete(record.id)
    if (record.deleted_at !== null) maps.reactions.delete(record.id)
  })
}

export async function mirrorReactions(tx: Tx, thread: ThreadRecord, record: PostRecord): Promise<void> {
  const given = await reactionsOf(tx, record.id)
  await authorPage(tx, thread, pageOf(record.number), (doc) => {
    const maps = pageMaps(doc)
    mustHold(maps, thread, record)
    maps.reactions.set(record.id, given)
  })
}

function mustHold(maps: ReturnType<typeof pageMaps>, thread: ThreadRecord, record: PostRecord): void {
  if (maps.posts.has(record.id)) return
  throw new Error(`post ${record.id} is not in ${threadRoom(thread.id, pageOf(record.number))}`)
}

/** What a page held of posts that were deleted is gone from it: a new epoch begins with what is left. */
export async function forgetDeleted(tx: Tx, thread: ThreadRecord, page: number): Promise<void> {
  await reached(tx, thread, page, await tx.rebase(threadRoom(thread.id, page)))
}

export async function mirrorMeta(tx: Tx, thread: ThreadRecord): Promise<void> {
  const meta: ThreadMeta = { title: thread.title, kind: thread.kind, acceptedPostId: thread.accepted_post_id }
  await authorPage(tx, thread, 1, (doc) => {
    const map = doc.getMap('meta')
    for (const [field, value] of Object.entries(meta)) if (map.get(field) !== value) map.set(field, value)
  })
}

/** Puts the thread's row on the feed; one that is hidden, or of which all posts are deleted, is gone. */
export async function publishThread(tx: Tx, threadId: string): Promise<void> {
  const thread = await threadRecord(tx, threadId)
  if (!thread) throw new Error(`no thread ${threadId}`)
  const isGone = thread.posts === 0 || thread.hidden_at !== null
  const to = await audiencesOfSubject(tx, thread.subject)
  await tx.publish('threads', threadId, isGone ? null : await asRow(tx, thread), to)
}

/** Lets the thread's readers see the pictures of its posts, as far as their authors added them themselves. */
export async function referPictures(tx: Tx, threadId: string): Promise<void> {
  const posts = await tx
    .tables<Tables>()
    .selectFrom('discussions_post')
    .select(['author_id', 'body'])
    .where('thread_id', '=', threadId)
    .where('deleted_at', 'is', null)
    .where('hidden_at', 'is', null)
    .where('body', 'like', '%/api/files/%')
    .execute()
  const shown: string[] = []
  for (const { author_id, body } of posts) shown.push(...(await addedBy(tx, body, [author_id])))
  await tx.refer('threads', threadId, shown)
}

export async function asRow(tx: Pick<Tx, 'tables'>, thread: ThreadRecord): Promise<ThreadRow> {
  const db = tx.tables<Tables>()
  const newest = await db
    .selectFrom('discussions_post')
    .select('number')
    .where('thread_id', '=', thread.id)
    .where('deleted_at', 'is', null)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  const accepted = thread.accepted_post_id ? await postRecord(tx, thread.accepted_post_id) : undefined
  const sequences = JSON.parse(thread.sequences) as number[]
  return {
    id: thread.id,
    title: thread.title,
    kind: thread.kind,
    subject: thread.subject,
    tags: JSON.parse(thread.tags) as string[],
    authorId: thread.author_id,
    authorName: thread.author_name,
    createdAt: thread.created_at,
    lastPostAt: thread.last_post_at,
    lastPostBy: thread.last_post_by,
    posts: thread.posts,
    lastNumber: newest?.number ?? 0,
    pages: sequences.length,
    acceptedPostId: thread.accepted_post_id,
    acceptedNumber: accepted?.number ?? null,
    sequence: sequences.at(-1) ?? 0,
    sequences,
  }
}

function asStored(record: PostRecord): StoredPost {
  return storedPost({
    number: record.number,
    authorId: record.author_id,
    authorName: record.author_name,
    at: record.at,
    body: record.hidden_at === null ? record.body : '',
    replyTo: record.reply_to,
    editedAt: record.edited_at,
    edits: record.hidden_at === null ? record.edits : 0,
    deletedAt: record.deleted_at,
    hiddenAt: record.hidden_at,
  })
}

/** A post's poll with its counts, as the document holds it. */
export async function pollOf(tx: Pick<Tx, 'tables'>, postId: string): Promise<Poll | undefined> {
  const db = tx.tables<Tables>()
  const poll = await db
    .selectFrom('discussions_poll')
    .selectAll()
    .where('post_id', '=', postId)
    .executeTakeFirst()
  if (!poll) return undefined
  const counted = await db
    .selectFrom('discussions_poll_vote')
    .select((select) => ['choice', select.fn.countAll().as('votes')])
    .where('post_id', '=', postId)
    .groupBy('choice')
    .execute()
  const { voters } = await db
    .selectFrom('discussions_poll_vote')
    .select((select) => select.fn.count('member_id').distinct().as('voters'))
    .where('post_id', '=', postId)
    .executeTakeFirstOrThrow()
  const options = JSON.parse(poll.options) as string[]
  return {
    options,
    multiple: poll.multiple === 1,
    closesAt: poll.closes_at,
    closedAt: poll.closed_at,
    counts: options.map((_, i) => Number(counted.find(({ choice }) => choice === i)?.votes ?? 0)),
    voters: Number(voters),
  }
}

/** Who gave what to a post, in the order given, as the document holds it. */
async function reactionsOf(tx: Pick<Tx, 'tables'>, postId: string): Promise<Post['reactions']> {
  const rows = await tx
    .tables<Tables>()
    .selectFrom('discussions_reaction')
    .select(['reaction', 'member_id'])
    .where('post_id', '=', postId)
    .orderBy('at')
    .orderBy('member_id')
    .execute()
  const given: Partial<Record<Reaction, string[]>> = {}
  for (const reaction of reactions) {
    const members = rows.filter((row) => row.reaction === reaction).map((row) => row.member_id)
    if (members.length > 0) given[reaction] = members
  }
  return given
}

/** What these threads are about is for others than before, and so are they. */
export async function moveThreads(tx: Tx, subject: string): Promise<void> {
  const threads = await tx
    .tables<Tables>()
    .selectFrom('discussions_thread')
    .select('id')
    .where('subject', '=', subject)
    .where('posts', '>', 0)
    .orderBy('id')
    .execute()
  for (const { id } of threads) await publishThread(tx, id)
}
