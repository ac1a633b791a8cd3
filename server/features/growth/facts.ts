/**
 * Which acts of other features earn points. Every cause is named after what was done to what, so that the same fact
 * counts once, and its undoing finds what it gave.
 */
import { listener, type Tx } from '#server/core/feature.ts'
import { articles } from '#shared/features/articles.ts'
import { courses } from '#shared/features/courses.ts'
import { discussions } from '#shared/features/discussions.ts'
import { events } from '#shared/features/events.ts'
import type { Fact } from '#shared/features/index.ts'
import { moderation } from '#shared/features/moderation.ts'
import { give, takeBack, tookPart } from './ledger.ts'
import { db } from './tables.ts'

export const on = {
  'discussions.thread_opened': listener(discussions, 'thread_opened', async (tx, { authorId }) => {
    await tookPart(tx, authorId)
  }),

  'discussions.posted': listener(discussions, 'posted', async (tx, { authorId }) => {
    await tookPart(tx, authorId)
  }),

  'discussions.reacted': listener(discussions, 'reacted', async (tx, fact) => {
    const { postId, memberId, reaction } = fact
    await tookPart(tx, memberId)
    const cause = `liked:${postId}:${memberId}`
    const mark = `${cause}:${reaction}`
    // One person likes a post once, in however many ways they say so.
    if (fact.on) {
      const others = await marksOf(tx, cause)
      await db(tx)
        .insertInto('growth_mark')
        .values({ cause, mark })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      if (others.length === 0) await liked(tx, fact, cause)
      return
    }
    await db(tx).deleteFrom('growth_mark').where('mark', '=', mark).execute()
    if ((await marksOf(tx, cause)).length === 0) await unliked(tx, postId, cause)
  }),

  'discussions.accepted': listener(discussions, 'accepted', async (tx, fact) => {
    const { threadId, postId, memberId, authorId } = fact
    await takeBack(tx, { cause: `accepted:${threadId}` })
    if (postId === null || authorId === null) return
    await give(tx, {
      memberId: authorId,
      kind: 'accepted',
      cause: `accepted:${threadId}`,
      source: `post:${postId}`,
      about: `thread:${threadId}`,
      giverId: memberId,
    })
  }),

  'discussions.post_deleted': listener(discussions, 'post_deleted', async (tx, { postId, threadId }) => {
    await takeBack(tx, { source: `post:${postId}` })
    await db(tx).deleteFrom('growth_mark').where('cause', 'like', `liked:${postId}:%`).execute()
    if ((await tx.row('threads', threadId)) === null) await takeBack(tx, { source: `thread:${threadId}` })
  }),

  'articles.published': listener(articles, 'published', async (tx, { articleId, authorId }) => {
    if (authorId === null) return
    await tookPart(tx, authorId)
    await give(tx, {
      memberId: authorId,
      kind: 'article',
      cause: `article:${articleId}`,
      source: `article:${articleId}`,
      about: `article:${articleId}`,
    })
  }),

  'articles.withdrawn': listener(articles, 'withdrawn', async (tx, { articleId }) => {
    await takeBack(tx, { source: `article:${articleId}` })
  }),

  'moderation.upheld': listener(moderation, 'upheld', async (tx, { target, reporterId, byId }) => {
    await give(tx, {
      memberId: reporterId,
      kind: 'upheld',
      cause: `upheld:${target}:${reporterId}`,
      source: `report:${target}`,
      about: '',
      ...(byId === null ? {} : { giverId: byId }),
    })
  }),

  'moderation.restored': listener(moderation, 'restored', async (tx, { target }) => {
    await takeBack(tx, { source: `report:${target}` })
  }),

  'courses.lesson_completed': listener(courses, 'lesson_completed', async (tx, fact) => {
    const { courseId, lessonId, memberId, authorId } = fact
    await tookPart(tx, memberId)
    if (memberId === authorId) return
    const about = `course:${courseId}`
    const cause = `lesson:${lessonId}:${memberId}`
    await give(tx, { memberId, kind: 'lesson', cause, source: about, about })
  }),

  'courses.completed': listener(courses, 'completed', async (tx, { courseId, memberId, authorId }) => {
    if (memberId === authorId) return
    const about = `course:${courseId}`
    await give(tx, {
      memberId,
      kind: 'course',
      cause: `course:${courseId}:${memberId}`,
      source: about,
      about,
    })
  }),

  'events.rsvp': listener(events, 'rsvp', async (tx, { memberId }) => {
    await tookPart(tx, memberId)
  }),

  'events.checked_in': listener(events, 'checked_in', async (tx, { eventId, memberId }) => {
    await tookPart(tx, memberId)
    await give(tx, {
      memberId,
      kind: 'attended',
      cause: `attended:${eventId}:${memberId}`,
      source: `event:${eventId}`,
      about: `event:${eventId}`,
    })
  }),

  'events.check_in_undone': listener(events, 'check_in_undone', async (tx, { eventId, memberId }) => {
    await takeBack(tx, { cause: `attended:${eventId}:${memberId}` })
  }),
}

/** The first like that counts is also what the post itself earns by. */
async function liked(
  tx: Tx,
  { postId, threadId, authorId, memberId, number }: Fact<'discussions.reacted'>,
  cause: string,
): Promise<void> {
  const shared = { memberId: authorId, source: `post:${postId}`, about: `thread:${threadId}` }
  const counts = await give(tx, { ...shared, kind: 'liked', cause, giverId: memberId })
  if (!counts) return
  await give(tx, { ...shared, kind: number === 1 ? 'thread' : 'post', cause: `wrote:${postId}` })
}

/** With the last like that counts goes what the post earned. */
async function unliked(tx: Tx, postId: string, cause: string): Promise<void> {
  await takeBack(tx, { cause })
  const left = await db(tx)
    .selectFrom('growth_entry')
    .select('id')
    .where('source', '=', `post:${postId}`)
    .where('kind', '=', 'liked')
    .where('taken_back', '=', 0)
    .where('takes_back', '=', 0)
    .where('points', '>', 0)
    .limit(1)
    .executeTakeFirst()
  if (!left) await takeBack(tx, { cause: `wrote:${postId}` })
}

async function marksOf(tx: Tx, cause: string): Promise<{ mark: string }[]> {
  return db(tx).selectFrom('growth_mark').select('mark').where('cause', '=', cause).execute()
}
