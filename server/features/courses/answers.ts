/** What was handed in, put on the feed; who is asked to review it; and how it goes. */
import { listener, type Tx } from '#server/core/feature.ts'
import { uuidv7 } from '#shared/core/ids.ts'
import { isMember } from '#shared/core/viewer.ts'
import { pairUp } from '#shared/features/course-tasks.ts'
import { groups } from '#shared/features/groups.ts'
import { memberships } from '#shared/features/memberships.ts'
import { moderation } from '#shared/features/moderation.ts'
import { addedBy, filesIn } from '#shared/features/pictures.ts'
import { enrolmentOf } from './enrolling.ts'
import { type CourseRecord, courseById, db, lessonById } from './tables.ts'
import {
  type AnswerRecord,
  answerById,
  answersOf,
  type ReviewRecord,
  reviewsOf,
  taskOf,
  toAnswerRow,
  toPeerAnswerRow,
  toReviewRow,
} from './task-tables.ts'

export async function publishAnswer(tx: Tx, course: CourseRecord, answer: AnswerRecord): Promise<void> {
  const row = toAnswerRow(course, answer)
  // What was taken out of sight stays its member's.
  if (answer.hidden_at === null) await tx.publish('task_answers', answer.id, row)
  else await tx.publish('task_answers', answer.id, row, [`member:${answer.member_id}`])
  if (filesIn(answer.text).length === 0) return
  await tx.refer('task_answers', answer.id, await addedBy(tx, answer.text, [answer.member_id]))
}

export async function publishReview(
  tx: Tx,
  course: CourseRecord,
  answer: AnswerRecord,
  review: ReviewRecord,
): Promise<void> {
  await tx.publish('task_reviews', review.id, toReviewRow(course, answer, review))
  if (review.peer === 0) return
  const asked = toPeerAnswerRow(course, answer, review)
  await tx.publish('peer_answers', review.id, asked)
  if (filesIn(answer.text).length === 0) return
  const shown = asked ? await addedBy(tx, answer.text, [answer.member_id]) : []
  await tx.refer('peer_answers', review.id, shown)
}

/** The course has another author, or none: what was handed in says whose it is to review. */
export async function publishAnswers(tx: Tx, course: CourseRecord): Promise<void> {
  const answers = await db(tx)
    .selectFrom('courses_answer')
    .selectAll()
    .where('course_id', '=', course.id)
    .execute()
  for (const answer of answers) {
    await publishAnswer(tx, course, answer)
    for (const review of await reviewsOf(tx, answer.id)) await publishReview(tx, course, answer, review)
  }
}

/** Asks peers to review what waits, as far as there are any who owe a review. */
export async function askPeers(tx: Tx, lessonId: string): Promise<void> {
  const task = await taskOf(tx, lessonId)
  if (task?.reviewed_by !== 'peers') return
  const lesson = (await lessonById(tx, lessonId))!
  const course = (await courseById(tx, task.course_id))!
  const answers = (await answersOf(tx, lessonId)).filter(({ state }) => state !== 'replaced')
  const reviews = await db(tx)
    .selectFrom('courses_review')
    .select(['answer_id', 'by_id'])
    .where('lesson_id', '=', lessonId)
    .where('peer', '=', 1)
    .execute()
  const there = new Set<string>()
  for (const memberId of new Set(answers.map(({ member_id }) => member_id))) {
    if (await mayReview(tx, memberId, task)) there.add(memberId)
  }
  const pairs = pairUp({
    answers: answers.map(({ id, member_id, at, state, hidden_at }) => ({
      id,
      memberId: member_id,
      at,
      isWaiting: state === 'waiting' && hidden_at === null,
    })),
    asked: reviews.map(({ answer_id, by_id }) => ({ answerId: answer_id, memberId: by_id ?? '' })),
    peers: task.peers,
    isThere: (memberId) => there.has(memberId),
  })
  for (const { answerId, memberId } of pairs) {
    const record: ReviewRecord = {
      id: uuidv7(tx.now),
      answer_id: answerId,
      course_id: course.id,
      lesson_id: lessonId,
      by_id: memberId,
      peer: 1,
      asked_at: tx.now,
      at: null,
      lines: '[]',
      said: '',
      score: 0,
      passed: 0,
    }
    await db(tx).insertInto('courses_review').values(record).execute()
    await publishReview(tx, course, answers.find(({ id }) => id === answerId)!, record)
  }
  for (const memberId of new Set(pairs.map((pair) => pair.memberId))) {
    await tx.tell('notifications.notify', {
      memberId,
      type: 'courses',
      word: 'tasks.notice_asked',
      about: `course:${course.id}#assignments`,
      params: { lesson: lesson.title },
      key: `task:${lessonId}:asked`,
    })
  }
}

/** They take the course, and see what was asked. */
async function mayReview(
  tx: Tx,
  memberId: string,
  task: { id: string; course_id: string },
): Promise<boolean> {
  const enrolment = await enrolmentOf(tx, memberId, task.course_id)
  if (enrolment?.left_at !== null) return false
  const viewer = await tx.viewerOf(memberId)
  return isMember(viewer) && tx.mayRead(viewer, 'lesson_tasks', task.id)
}

/** Whoever may not read the lesson any more is asked no more, and somebody else is. @param memberId all, unless told */
export async function releaseAbsent(tx: Tx, memberId?: string): Promise<void> {
  const open = await db(tx)
    .selectFrom('courses_review')
    .innerJoin('courses_course', 'courses_course.id', 'courses_review.course_id')
    .select(['courses_review.id', 'by_id', 'course_id', 'lesson_id'])
    .where('peer', '=', 1)
    .where('at', 'is', null)
    // While a course is withdrawn nobody sees it, and everybody may again.
    .where('hidden', '=', 0)
    .$if(memberId !== undefined, (query) => query.where('by_id', '=', memberId!))
    .execute()
  const gone: typeof open = []
  for (const each of open) {
    const task = { id: each.lesson_id, course_id: each.course_id }
    if (!(await mayReview(tx, each.by_id ?? '', task))) gone.push(each)
  }
  for (const { id } of gone) {
    await db(tx).deleteFrom('courses_review').where('id', '=', id).execute()
    await tx.publish('peer_answers', id, null)
    await tx.refer('peer_answers', id, [])
  }
  for (const lessonId of new Set(gone.map(({ lesson_id }) => lesson_id))) await askPeers(tx, lessonId)
}

export const onSeeingLess = {
  'memberships.ended': listener(memberships, 'ended', (tx, { memberId }) => releaseAbsent(tx, memberId)),
  'groups.left': listener(groups, 'left', (tx, { memberId }) => releaseAbsent(tx, memberId)),
  'moderation.suspended': listener(moderation, 'suspended', (tx, { memberId }) =>
    releaseAbsent(tx, memberId),
  ),
}

/** Peers need not review this any more, those who have not yet. */
export async function releasePeers(
  tx: Tx,
  which: { answerId: string } | { lessonId: string } | { memberId: string; courseId: string },
): Promise<void> {
  let open = db(tx).deleteFrom('courses_review').where('peer', '=', 1).where('at', 'is', null)
  if ('answerId' in which) open = open.where('answer_id', '=', which.answerId)
  else if ('lessonId' in which) open = open.where('lesson_id', '=', which.lessonId)
  else open = open.where('by_id', '=', which.memberId).where('course_id', '=', which.courseId)
  const gone = await open.returning(['id', 'lesson_id']).execute()
  for (const { id } of gone) {
    await tx.publish('peer_answers', id, null)
    await tx.refer('peer_answers', id, [])
  }
  if (!('memberId' in which)) return
  for (const lessonId of new Set(gone.map(({ lesson_id }) => lesson_id))) await askPeers(tx, lessonId)
}

/** An answer, with what was said of it. */
export async function dropAnswer(tx: Tx, id: string): Promise<void> {
  for (const review of await reviewsOf(tx, id)) {
    for (const table of ['task_reviews', 'peer_answers']) await tx.publish(table, review.id, null)
    await tx.refer('peer_answers', review.id, [])
  }
  await db(tx).deleteFrom('courses_review').where('answer_id', '=', id).execute()
  await db(tx).deleteFrom('courses_answer').where('id', '=', id).execute()
  await tx.publish('task_answers', id, null)
  await tx.refer('task_answers', id, [])
}

/** Nothing that the member handed in is left; what they said of others' answers stays, without their name. */
export async function dropAnswers(tx: Tx, memberId: string): Promise<void> {
  const theirs = await db(tx)
    .selectFrom('courses_answer')
    .selectAll()
    .where('member_id', '=', memberId)
    .execute()
  const files = new Set(theirs.flatMap(({ text }) => filesIn(text)))
  for (const { id } of theirs) await dropAnswer(tx, id)
  await tx.dropFiles([...files])
  const given = await db(tx).selectFrom('courses_review').selectAll().where('by_id', '=', memberId).execute()
  const lessons = new Set(theirs.map(({ lesson_id }) => lesson_id))
  for (const review of given) {
    lessons.add(review.lesson_id)
    const { id } = review
    if (review.at === null) {
      await db(tx).deleteFrom('courses_review').where('id', '=', id).execute()
      await tx.publish('peer_answers', id, null)
      await tx.refer('peer_answers', id, [])
      continue
    }
    await db(tx).updateTable('courses_review').set({ by_id: null }).where('id', '=', id).execute()
    const answer = (await answerById(tx, review.answer_id))!
    await publishReview(tx, (await courseById(tx, review.course_id))!, answer, { ...review, by_id: null })
  }
  for (const lessonId of lessons) await askPeers(tx, lessonId)
}
