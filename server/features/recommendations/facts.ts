/**
 * What the server knows anyway, as interactions: each act writes one row for each item that it speaks of, named by
 * what it was done to, and takes exactly those rows back when it is undone. Told twice, it counts once.
 */
import { listener, type Tx } from '#server/core/feature.ts'
import { articles } from '#shared/features/articles.ts'
import { courses } from '#shared/features/courses.ts'
import { discussions } from '#shared/features/discussions.ts'
import { events } from '#shared/features/events.ts'
import { memberships } from '#shared/features/memberships.ts'
import { nameOf, partsOf } from '#shared/features/recommendations.ts'
import { type Act, actWeights } from '#shared/recommend/weights.ts'
import { db, type InteractionKind, type Tables } from './tables.ts'

type Interaction = Tables['recommendations_interaction']

/** A post says much about its thread and something about what the thread is about. */
const shareOfSubject = 0.5
const shareOfEvent = 0.3
const shareOfCourse = 0.2

export const on = {
  'events.rsvp': listener(events, 'rsvp', async (tx, { eventId, memberId, on }) => {
    await set(tx, on, [act(tx, memberId, nameOf('event', eventId), 'rsvp', '', actWeights.rsvp)])
  }),

  'events.session_saved': listener(
    events,
    'session_saved',
    async (tx, { sessionId, eventId, memberId, on }) => {
      await set(tx, on, [
        act(tx, memberId, nameOf('session', sessionId), 'rsvp', '', actWeights.rsvp),
        act(tx, memberId, nameOf('event', eventId), 'rsvp', sessionId, actWeights.rsvp * shareOfEvent),
      ])
    },
  ),

  'events.checked_in': listener(events, 'checked_in', async (tx, { eventId, memberId }) => {
    await set(tx, true, [attendance(tx, eventId, memberId)])
  }),

  'events.check_in_undone': listener(events, 'check_in_undone', async (tx, { eventId, memberId }) => {
    await set(tx, false, [attendance(tx, eventId, memberId)])
  }),

  /** What is paid again (a renewal) is the same purchase; a membership is of no one item. */
  'memberships.paid': listener(memberships, 'paid', async (tx, { orderId, memberId, subject }) => {
    await set(tx, true, purchases(tx, orderId, memberId, subject))
  }),

  'memberships.refunded': listener(memberships, 'refunded', async (tx, fact) => {
    if (fact.full) await set(tx, false, purchases(tx, fact.orderId, fact.memberId, fact.subject))
  }),

  'discussions.thread_opened': listener(discussions, 'thread_opened', async (tx, fact) => {
    const kind = fact.kind === 'question' ? 'question' : 'post'
    await set(tx, true, aboutThread(tx, fact.authorId, fact.threadId, fact.subject, kind, fact.threadId))
  }),

  'discussions.posted': listener(discussions, 'posted', async (tx, fact) => {
    await set(tx, true, aboutThread(tx, fact.authorId, fact.threadId, fact.subject, 'post', fact.postId))
  }),

  'discussions.reacted': listener(discussions, 'reacted', async (tx, fact) => {
    const source = `${fact.postId}:${fact.reaction}`
    const thread = nameOf('thread', fact.threadId)
    await set(tx, fact.on, [act(tx, fact.memberId, thread, 'reaction', source, actWeights.reaction)])
  }),

  'discussions.accepted': listener(discussions, 'accepted', async (tx, { threadId, postId, authorId }) => {
    const thread = nameOf('thread', threadId)
    await db(tx)
      .deleteFrom('recommendations_interaction')
      .where('item', '=', thread)
      .where('kind', '=', 'accepted')
      .execute()
    if (postId === null || authorId === null) return
    await set(tx, true, [act(tx, authorId, thread, 'accepted', postId, actWeights.accepted)])
  }),

  /** With the post go its author's act and the reactions that it was given. */
  'discussions.post_deleted': listener(discussions, 'post_deleted', async (tx, { threadId, postId }) => {
    const threadIsGone = (await tx.row('threads', threadId)) === null
    const sources = threadIsGone ? [postId, threadId] : [postId]
    await db(tx)
      .deleteFrom('recommendations_interaction')
      .where((where) => where.or([where('source', 'in', sources), where('source', 'like', `${postId}:%`)]))
      .execute()
  }),

  'courses.enrolled': listener(courses, 'enrolled', async (tx, { courseId, memberId }) => {
    await set(tx, true, [act(tx, memberId, nameOf('course', courseId), 'enrolled', '', actWeights.enrolled)])
  }),

  'courses.left': listener(courses, 'left', async (tx, { courseId, memberId }) => {
    await set(tx, false, [act(tx, memberId, nameOf('course', courseId), 'enrolled', '', actWeights.enrolled)])
  }),

  'courses.lesson_completed': listener(
    courses,
    'lesson_completed',
    async (tx, { courseId, lessonId, memberId }) => {
      const course = actWeights.completed * shareOfCourse
      await set(tx, true, [
        act(tx, memberId, nameOf('lesson', lessonId), 'completed', '', actWeights.completed),
        act(tx, memberId, nameOf('course', courseId), 'completed', lessonId, course),
      ])
    },
  ),

  'articles.published': listener(articles, 'published', async (tx, { articleId, authorId }) => {
    if (authorId === null) return
    await set(tx, true, [act(tx, authorId, nameOf('article', articleId), 'written', '', actWeights.post)])
  }),

  'articles.withdrawn': listener(articles, 'withdrawn', async (tx, { articleId }) => {
    await db(tx)
      .deleteFrom('recommendations_interaction')
      .where('item', '=', nameOf('article', articleId))
      .where('kind', '=', 'written')
      .execute()
  }),
}

function aboutThread(
  tx: Tx,
  memberId: string,
  threadId: string,
  subject: string,
  kind: InteractionKind & Act,
  source: string,
): Interaction[] {
  const thread = act(tx, memberId, nameOf('thread', threadId), kind, source, actWeights[kind])
  if (!partsOf(subject)) return [thread]
  return [thread, { ...thread, item: subject, weight: thread.weight * shareOfSubject }]
}

function attendance(tx: Tx, eventId: string, memberId: string): Interaction {
  return act(tx, memberId, nameOf('event', eventId), 'attended', '', actWeights.attended)
}

/** Of `item:article:<id>`; nothing for a tier. */
function purchases(tx: Tx, orderId: string, memberId: string, subject: string): Interaction[] {
  const [what, ...item] = subject.split(':')
  const bought = item.join(':')
  if (what !== 'item' || !partsOf(bought)) return []
  return [act(tx, memberId, bought, 'purchased', orderId, actWeights.purchased)]
}

function act(
  tx: Tx,
  memberId: string,
  item: string,
  kind: InteractionKind,
  source: string,
  weight: number,
): Interaction {
  return { member_id: memberId, item, kind, source, weight, at: tx.now }
}

/** Records acts, or takes them back. */
async function set(tx: Tx, on: boolean, acts: Interaction[]): Promise<void> {
  if (acts.length === 0) return
  if (on) {
    await db(tx)
      .insertInto('recommendations_interaction')
      .values(acts)
      .onConflict((conflict) => conflict.columns(['member_id', 'item', 'kind', 'source']).doNothing())
      .execute()
    return
  }
  for (const { member_id, item, kind, source } of acts) {
    await db(tx)
      .deleteFrom('recommendations_interaction')
      .where((where) => where.and({ member_id, item, kind, source }))
      .execute()
  }
}
