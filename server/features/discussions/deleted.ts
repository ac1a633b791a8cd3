/**
 * What a member who has left for good wrote stays, since others answer it, and names nobody: not in the tables, not in
 * rows, and not in the pages' documents, of which new epochs begin. Others called them by their handle, and quoted them
 * by their name: those go, too.
 */
import { listener, type Tx } from '#server/core/feature.ts'
import { mentionPattern, pageOf, pollVoteId } from '#shared/features/discussions.ts'
import { profiles } from '#shared/features/profiles.ts'
import { mentionMembers } from './mentions.ts'
import { forgetDeleted, mirrorPost, type PostRecord, publishThread, threadRecord } from './mirror.ts'
import type { Tables } from './tables.ts'

interface Gone {
  memberId: string
  handle: string
  name: string
}

export const onDeleted = listener(profiles, 'deleted', async (tx, fact) => {
  const { memberId, handle, hasNamesake } = fact
  const gone = { memberId, handle, name: hasNamesake ? '' : fact.name }
  const changed = new Map<string, PostRecord>()
  for (const post of await renamed(tx, gone)) changed.set(post.id, post)
  for (const post of await reworded(tx, gone)) changed.set(post.id, { ...changed.get(post.id), ...post })
  await rewordEdits(tx, gone)
  const db = tx.tables<Tables>()
  await db.deleteFrom('discussions_mention').where('member_id', '=', memberId).execute()
  for (const post of await voted(tx, memberId)) changed.set(post.id, changed.get(post.id) ?? post)
  await db
    .updateTable('discussions_thread')
    .set({ author_name: '' })
    .where('author_id', '=', memberId)
    .execute()
  const opened = await db
    .selectFrom('discussions_thread')
    .select('id')
    .where('author_id', '=', memberId)
    .execute()
  const byThread = new Map<string, PostRecord[]>(opened.map(({ id }) => [id, []]))
  for (const post of changed.values())
    byThread.set(post.thread_id, [...(byThread.get(post.thread_id) ?? []), post])
  for (const [threadId, posts] of byThread) await mirrorThread(tx, threadId, posts)
})

/** Posts with polls in which they voted, and did not. */
async function voted(tx: Tx, memberId: string): Promise<PostRecord[]> {
  const db = tx.tables<Tables>()
  const votes = await db
    .deleteFrom('discussions_poll_vote')
    .where('member_id', '=', memberId)
    .returning('post_id')
    .execute()
  const ids = [...new Set(votes.map(({ post_id }) => post_id))]
  for (const id of ids) await tx.publish('poll_votes', pollVoteId(id, memberId), null)
  if (ids.length === 0) return []
  return db.selectFrom('discussions_post').selectAll().where('id', 'in', ids).execute()
}

/** Their own posts, without a name. */
async function renamed(tx: Tx, { memberId }: Gone): Promise<PostRecord[]> {
  return tx
    .tables<Tables>()
    .updateTable('discussions_post')
    .set({ author_name: '' })
    .where('author_id', '=', memberId)
    .returningAll()
    .execute()
}

/** Posts, of anybody, in which they were called or quoted. */
async function reworded(tx: Tx, gone: Gone): Promise<PostRecord[]> {
  const db = tx.tables<Tables>()
  const found = await db
    .selectFrom('discussions_post')
    .selectAll()
    .where((where) =>
      where.or([
        where('body', 'like', `%@${gone.handle}%`),
        where('body', 'like', `%${gone.name}%](/discuss/%`),
      ]),
    )
    .execute()
  const changed = found.map((post) => ({ ...post, body: withoutName(post.body, gone) }))
  for (const { id, body } of changed)
    await db.updateTable('discussions_post').set({ body }).where('id', '=', id).execute()
  return changed
}

async function rewordEdits(tx: Tx, gone: Gone): Promise<void> {
  const db = tx.tables<Tables>()
  const found = await db
    .selectFrom('discussions_edit')
    .selectAll()
    .where((where) =>
      where.or([
        where('body', 'like', `%@${gone.handle}%`),
        where('body', 'like', `%${gone.name}%](/discuss/%`),
      ]),
    )
    .execute()
  for (const { post_id, version, body } of found)
    await db
      .updateTable('discussions_edit')
      .set({ body: withoutName(body, gone) })
      .where('post_id', '=', post_id)
      .where('version', '=', version)
      .execute()
}

/** Nobody can have this for a handle. */
const nobody = '[…]'

/** Calls of a handle, and the heads of quotes; whatever else a text says of somebody is its author's. */
export function withoutName(body: string, { handle, name }: Pick<Gone, 'handle' | 'name'>): string {
  const called = body.replace(mentionPattern, (all, found: string) =>
    found.toLowerCase() === handle ? `@${nobody}` : all,
  )
  if (name === '') return called
  const label = name.replace(/[[\]\\]/g, '\\$&')
  const isHead = (said: string): boolean =>
    said.startsWith(label) && /^\D{0,8}#\d+$/u.test(said.slice(label.length))
  return called.replace(
    /\[((?:[^[\]\\]|\\.)*)\](\(\/discuss\/[^)\s]*\))/g,
    (_all, said: string, link: string) => `[${isHead(said) ? `…${said.slice(label.length)}` : said}]${link}`,
  )
}

async function mirrorThread(tx: Tx, threadId: string, posts: readonly PostRecord[]): Promise<void> {
  const db = tx.tables<Tables>()
  const thread = (await threadRecord(tx, threadId))!
  const newest = await db
    .selectFrom('discussions_post')
    .select('author_name')
    .where('thread_id', '=', threadId)
    .where('deleted_at', 'is', null)
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  thread.last_post_by = newest?.author_name ?? ''
  await db
    .updateTable('discussions_thread')
    .set({ last_post_by: thread.last_post_by })
    .where('id', '=', threadId)
    .execute()
  for (const post of posts) {
    await mirrorPost(tx, thread, post)
    await mentionMembers(tx, thread, post)
  }
  for (const page of new Set(posts.map((post) => pageOf(post.number)))) await forgetDeleted(tx, thread, page)
  await publishThread(tx, threadId)
}
