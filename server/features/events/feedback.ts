/**
 * What people say afterwards. Whoever gives it without their name leaves two things that nothing ties together: what they
 * said, and a code that says that they did. Figures and words are shown three new ones at a time, so that nobody can be
 * told from the others; the rest comes when feedback closes.
 */
import { createHash, randomUUID } from 'node:crypto'
import type { Reader, ServerHalf, Tx } from '#server/core/feature.ts'
import type { Services } from '#server/core/services.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import {
  type FeedbackRow,
  feedbackClosed,
  feedbackOpenFor,
  leastAnswers,
} from '#shared/features/event-seats.ts'
import { type events as contract, planId } from '#shared/features/events.ts'
import { noEvent } from './making.ts'
import { type Subject, seatOf, subjectOf } from './seating.ts'
import { db } from './tables.ts'

type Handlers = ServerHalf<typeof contract>['commands']

/** Those who said that they come, and those who came. */
async function wasThere(reader: Reader, eventId: string, memberId: string): Promise<boolean> {
  if ((await seatOf(reader, memberId, eventId))?.status === 'going') return true
  return (await reader.row('check_ins', planId(memberId, eventId))) !== null
}

/** The code that says that somebody gave feedback; its salt goes when feedback closes, and with it the way to ask. */
async function tokenOf(tx: Tx, memberId: string, subjectId: string): Promise<string> {
  const found = await db(tx)
    .selectFrom('events_feedback_salt')
    .select('salt')
    .where('subject_id', '=', subjectId)
    .executeTakeFirst()
  const salt = found?.salt ?? randomUUID()
  if (!found)
    await db(tx).insertInto('events_feedback_salt').values({ subject_id: subjectId, salt }).execute()
  return createHash('sha256').update(`${salt}:${subjectId}:${memberId}`).digest('base64url')
}

const giveFeedback: Handlers['give_feedback'] = {
  async allow({ tx, viewer }, { eventId, sessionId, anonymous }): Promise<Result<unknown>> {
    const subject = await subjectOf(tx, eventId, sessionId)
    if (!subject || !(await tx.mayRead(viewer, 'events', eventId))) return noEvent()
    if (!(await wasThere(tx, eventId, viewer.id)))
      return refuse('forbidden', 'for those who were there', { reason: 'events.refused_not_there' })
    const closed = feedbackClosed(subject, tx.now)
    if (closed) return refuse('conflict', `too ${closed}`, { reason: `events.refused_feedback_${closed}` })
    const token = await tokenOf(tx, viewer.id, subject.id)
    const given = await db(tx)
      .selectFrom('events_feedback_given')
      .select('token')
      .where('token', '=', token)
      .executeTakeFirst()
    // With one's name it can be changed.
    if (given && (anonymous || !(await ownOf(tx, viewer.id, subject.id))))
      return refuse('conflict', 'given already', { reason: 'events.refused_feedback_given' })
    return ok()
  },
  async handle({ tx, viewer }, { eventId, sessionId, rating, text, anonymous }) {
    const subjectId = sessionId ?? eventId
    const own = await ownOf(tx, viewer.id, subjectId)
    if (own) {
      await db(tx).updateTable('events_feedback').set({ rating, text }).where('id', '=', own.id).execute()
    } else {
      const memberId = anonymous ? null : viewer.id
      const values = { subject_id: subjectId, event_id: eventId, member_id: memberId, rating, text, shown: 0 }
      await db(tx)
        .insertInto('events_feedback')
        .values({ id: randomUUID(), ...values })
        .execute()
      await db(tx)
        .insertInto('events_feedback_given')
        .values({ token: await tokenOf(tx, viewer.id, subjectId), subject_id: subjectId })
        .execute()
      await tx.tell('events.feedback_given', { eventId, subjectId, memberId })
    }
    await tx.publish('own_feedback', planId(viewer.id, subjectId), {
      eventId,
      subjectId,
      said: anonymous ? null : { rating, text },
    })
    await showFeedback(tx, eventId, subjectId, false)
    await planClosing(tx, (await subjectOf(tx, eventId, sessionId))!)
    return ok({})
  },
}

export const feedback = { give_feedback: giveFeedback } satisfies Partial<Handlers>

async function ownOf(tx: Tx, memberId: string, subjectId: string): Promise<{ id: string } | undefined> {
  return db(tx)
    .selectFrom('events_feedback')
    .select('id')
    .where('subject_id', '=', subjectId)
    .where('member_id', '=', memberId)
    .executeTakeFirst()
}

export async function planClosing(tx: Tx, { id, event, end }: Subject): Promise<void> {
  const payload: Closing = { eventId: event.id, subjectId: id }
  const at = end + feedbackOpenFor + 1
  await tx.later('events.close_feedback', payload, { at, key: `events.feedback:${id}` })
}

interface Closing {
  eventId: string
  subjectId: string
}

export async function closeFeedback(services: Services, { eventId, subjectId }: Closing): Promise<void> {
  await services.transact(async (tx) => {
    await showFeedback(tx, eventId, subjectId, true)
    await db(tx).deleteFrom('events_feedback_salt').where('subject_id', '=', subjectId).execute()
  })
}

/** @param last no more will come: what is left is shown, if there are enough in all */
async function showFeedback(tx: Tx, eventId: string, subjectId: string, last: boolean): Promise<void> {
  const all = await db(tx)
    .selectFrom('events_feedback')
    .selectAll()
    .where('subject_id', '=', subjectId)
    .orderBy('id')
    .execute()
  const fresh = all.filter((one) => one.shown === 0)
  if (all.length < leastAnswers || (last ? fresh.length === 0 : fresh.length < leastAnswers)) return
  // Written anew in the order of random names: where a record lies in the file tells nothing either.
  await db(tx).deleteFrom('events_feedback').where('subject_id', '=', subjectId).execute()
  for (const one of all) {
    await db(tx)
      .insertInto('events_feedback')
      .values({ ...one, shown: 1 })
      .execute()
  }
  await publishShown(tx, eventId, subjectId)
}

/** The figures and words that are shown by now, with the names that there still are. */
export async function publishShown(tx: Tx, eventId: string, subjectId: string): Promise<void> {
  const all = await db(tx)
    .selectFrom('events_feedback')
    .selectAll()
    .where('subject_id', '=', subjectId)
    .where('shown', '=', 1)
    .orderBy('id')
    .execute()
  if (all.length === 0) return
  const texts: FeedbackRow['texts'] = []
  for (const { text, member_id: memberId } of all) {
    if (text === '') continue
    const member = memberId === null ? null : await tx.row<MemberRow>('members', memberId)
    texts.push({ text, name: member?.name ?? null })
  }
  const ratings = [1, 2, 3, 4, 5].map((stars) => all.filter((one) => one.rating === stars).length)
  const row: FeedbackRow = { eventId, subjectId, count: all.length, ratings, texts }
  await tx.publish('feedback', subjectId, row)
}
