/** Assignments: what authors set, what members hand in, and how it is reviewed. */
import type { ServerHalf, Tx } from '#server/core/feature.ts'
import { ok, type Result, refuse } from '#shared/core/result.ts'
import { type CohortRow, lessonDueAt } from '#shared/features/course-cohorts.ts'
import {
  linesOf,
  type Marks,
  mostTries,
  type ReviewLine,
  scoreOf,
  taskDueAt,
  verdictOf,
} from '#shared/features/course-tasks.ts'
import type { courses as contract } from '#shared/features/courses.ts'
import { askPeers, publishAnswer, publishReview, releasePeers } from './answers.ts'
import { allowEditing } from './editing.ts'
import { enrol, publishEnrolment } from './enrolling.ts'
import { dropTask, publishTask } from './publish.ts'
import { type CourseRecord, courseById, db, lessonById } from './tables.ts'
import {
  type AnswerRecord,
  answerById,
  answersOf,
  criteriaOf,
  type ReviewRecord,
  reviewById,
  reviewsOf,
  type TaskRecord,
  taskOf,
} from './task-tables.ts'

type Commands = ServerHalf<typeof contract>['commands']

export const tasks: Pick<Commands, 'save_task' | 'hand_in' | 'review_answer' | 'review_peer'> = {
  save_task: {
    async allow(act, input) {
      const allowed = await allowEditing(act, input.courseId)
      if (!allowed.ok) return allowed
      const lesson = await lessonById(act.tx, input.lessonId)
      return lesson?.course_id === input.courseId ? ok() : noTask()
    },
    async handle({ tx }, { courseId, lessonId, task }) {
      if (task === null) {
        await dropTask(tx, lessonId)
        return ok()
      }
      const record: TaskRecord = {
        id: lessonId,
        course_id: courseId,
        text: task.text,
        criteria: JSON.stringify(task.criteria),
        due_at: task.dueAt,
        pass_mark: task.passMark,
        required: task.required ? 1 : 0,
        reviewed_by: task.reviewedBy,
        peers: task.peers,
      }
      const { id: _, ...changes } = record
      await db(tx)
        .insertInto('courses_task')
        .values(record)
        .onConflict((conflict) => conflict.column('id').doUpdateSet(changes))
        .execute()
      await publishTask(tx, (await courseById(tx, courseId))!, (await lessonById(tx, lessonId))!)
      if (task.reviewedBy === 'authors') await releasePeers(tx, { lessonId })
      else {
        await decideGiven(tx, record)
        await askPeers(tx, lessonId)
      }
      return ok()
    },
  },

  hand_in: {
    async allow({ tx, viewer }, input) {
      const task = await taskOf(tx, input.lessonId)
      if (task?.course_id !== input.courseId) return noTask()
      return (await tx.mayRead(viewer, 'lesson_tasks', input.lessonId))
        ? ok()
        : refuse('forbidden', 'the lesson is not open to them', { reason: 'courses.not_open' })
    },
    async handle({ tx, viewer }, { courseId, lessonId, answerId, text }) {
      if (await answerById(tx, answerId)) {
        return refuse('conflict', 'this id is in use already', { field: 'answerId' })
      }
      const before = await answersOf(tx, lessonId, viewer.id)
      if (before.some(({ state }) => state === 'passed')) {
        return refuse('conflict', 'they have passed already', { reason: 'tasks.passed_already' })
      }
      if (before.length >= mostTries) {
        return refuse('too_large', 'that often at most', {
          reason: 'tasks.too_often',
          params: { limit: mostTries },
        })
      }
      const task = (await taskOf(tx, lessonId))!
      const course = (await courseById(tx, courseId))!
      for (const answer of before) {
        if (answer.state !== 'waiting') continue
        await changeAnswer(tx, course, answer, { state: 'replaced' })
        await releasePeers(tx, { answerId: answer.id })
      }
      const record: AnswerRecord = {
        id: answerId,
        course_id: courseId,
        lesson_id: lessonId,
        member_id: viewer.id,
        n: before.reduce((most, { n }) => Math.max(most, n), 0) + 1,
        at: tx.now,
        due_at: taskDueAt({ dueAt: task.due_at }, await cohortDueAt(tx, viewer.id, courseId, lessonId)),
        text,
        state: 'waiting',
        score: null,
        decisions: 0,
        hidden_at: null,
      }
      await db(tx).insertInto('courses_answer').values(record).execute()
      await publishAnswer(tx, course, record)
      await enrol(tx, viewer, courseId)
      await publishEnrolment(tx, viewer.id, courseId)
      await askPeers(tx, lessonId)
      if (task.reviewed_by === 'authors') await tellAuthor(tx, course, lessonId)
      return ok({ n: record.n })
    },
  },

  review_answer: {
    async allow(act, input) {
      const answer = await answerById(act.tx, input.answerId)
      if (answer?.course_id !== input.courseId) return noTask()
      const allowed = await allowEditing(act, input.courseId)
      if (!allowed.ok) return allowed
      return answer.member_id === act.viewer.id
        ? refuse('forbidden', 'nobody reviews their own', { reason: 'tasks.own' })
        : ok()
    },
    async handle({ tx, viewer, commandId }, { answerId, decisions, passed, marks, said }) {
      const answer = (await answerById(tx, answerId))!
      const judged = await judge(tx, answer, marks)
      if (!judged.ok) return judged
      if (answer.decisions !== decisions) {
        return refuse('conflict', 'somebody else has decided meanwhile', { reason: 'tasks.decided_already' })
      }
      const { course, lines } = judged.value
      const score = scoreOf(lines)
      const review: ReviewRecord = {
        id: commandId,
        answer_id: answer.id,
        course_id: answer.course_id,
        lesson_id: answer.lesson_id,
        by_id: viewer.id,
        peer: 0,
        asked_at: tx.now,
        at: tx.now,
        lines: JSON.stringify(lines),
        said,
        score,
        passed: passed ? 1 : 0,
      }
      await db(tx).insertInto('courses_review').values(review).execute()
      await publishReview(tx, course, answer, review)
      await decide(tx, course, answer, { score, passed })
      return ok({ score, passed })
    },
  },

  review_peer: {
    async allow({ tx, viewer }, input) {
      const review = await reviewById(tx, input.id)
      const isTheirs = review?.peer === 1 && review.by_id === viewer.id
      return isTheirs && review.course_id === input.courseId
        ? ok()
        : refuse('gone', 'they are not asked (any more)', { reason: 'tasks.asked_no_more' })
    },
    async handle({ tx }, { id, marks, said }) {
      const asked = (await reviewById(tx, id))!
      if (asked.at !== null) {
        return refuse('conflict', 'they have reviewed it', { reason: 'tasks.reviewed_already' })
      }
      const answer = (await answerById(tx, asked.answer_id))!
      const judged = await judge(tx, answer, marks)
      if (!judged.ok) return judged
      const { course, task, lines } = judged.value
      const score = scoreOf(lines)
      const changes = {
        at: tx.now,
        lines: JSON.stringify(lines),
        said,
        score,
        passed: score >= task.pass_mark ? 1 : 0,
      }
      await db(tx).updateTable('courses_review').set(changes).where('id', '=', id).execute()
      await publishReview(tx, course, answer, { ...asked, ...changes })
      await decideByPeers(tx, course, task, answer)
      return ok({ score })
    },
  },
}

/** As soon as enough of them have said what they think. */
async function decideByPeers(
  tx: Tx,
  course: CourseRecord,
  task: TaskRecord,
  answer: AnswerRecord,
): Promise<void> {
  const given = (await reviewsOf(tx, answer.id)).filter(({ peer, at }) => peer === 1 && at !== null)
  const verdict = verdictOf({ peers: task.peers, passMark: task.pass_mark }, given)
  if (verdict) await decide(tx, course, answer, verdict)
}

/** Fewer peers are asked for now: where enough have reviewed, nobody else will be. */
async function decideGiven(tx: Tx, task: TaskRecord): Promise<void> {
  const course = (await courseById(tx, task.course_id))!
  for (const answer of await answersOf(tx, task.id)) {
    if (answer.state === 'waiting' && answer.hidden_at === null) {
      await decideByPeers(tx, course, task, answer)
    }
  }
}

async function decide(
  tx: Tx,
  course: CourseRecord,
  answer: AnswerRecord,
  { score, passed }: { score: number; passed: boolean },
): Promise<void> {
  await changeAnswer(tx, course, answer, {
    state: passed ? 'passed' : 'again',
    score,
    decisions: answer.decisions + 1,
  })
  await releasePeers(tx, { answerId: answer.id })
  const lesson = await lessonById(tx, answer.lesson_id)
  await tx.tell('notifications.notify', {
    memberId: answer.member_id,
    type: 'courses',
    word: passed ? 'tasks.notice_passed' : 'tasks.notice_again',
    about: `course:${course.id}#${answer.lesson_id}`,
    params: { lesson: lesson?.title ?? '' },
    key: `task:${answer.lesson_id}`,
  })
}

/** Of several that wait, one notice. */
async function tellAuthor(tx: Tx, course: CourseRecord, lessonId: string): Promise<void> {
  if (course.author_id === null) return
  const waiting = (await answersOf(tx, lessonId)).filter(({ state }) => state === 'waiting').length
  await tx.tell('notifications.notify', {
    memberId: course.author_id,
    type: 'courses',
    word: 'tasks.notice_waiting',
    about: `course:${course.id}#assignments`,
    params: { count: waiting, lesson: (await lessonById(tx, lessonId))?.title ?? '' },
    key: `task:${lessonId}:waiting`,
  })
}

/** What the marks say, if it is still theirs to be judged, and by these criteria. */
async function judge(
  tx: Tx,
  answer: AnswerRecord,
  marks: Readonly<Marks>,
): Promise<Result<{ course: CourseRecord; task: TaskRecord; lines: ReviewLine[] }>> {
  const task = await taskOf(tx, answer.lesson_id)
  const course = await courseById(tx, answer.course_id)
  if (!task || !course || answer.hidden_at !== null) return noTask()
  if (answer.state === 'replaced') {
    return refuse('conflict', 'a later answer has taken its place', { reason: 'tasks.replaced' })
  }
  const lines = linesOf(criteriaOf(task), marks)
  if (lines) return ok({ course, task, lines })
  return refuse('conflict', 'the criteria have changed', { field: 'marks', reason: 'tasks.criteria_changed' })
}

async function changeAnswer(
  tx: Tx,
  course: CourseRecord,
  answer: AnswerRecord,
  changes: Partial<AnswerRecord>,
): Promise<void> {
  await db(tx).updateTable('courses_answer').set(changes).where('id', '=', answer.id).execute()
  await publishAnswer(tx, course, { ...answer, ...changes })
}

/** Of several cohorts the earliest day. */
async function cohortDueAt(
  tx: Tx,
  memberId: string,
  courseId: string,
  lessonId: string,
): Promise<number | undefined> {
  const cohorts = await db(tx)
    .selectFrom('courses_cohort_member')
    .innerJoin('courses_cohort', 'courses_cohort.id', 'courses_cohort_member.cohort_id')
    .select(['starts_at', 'weeks'])
    .where('courses_cohort_member.member_id', '=', memberId)
    .where('courses_cohort_member.course_id', '=', courseId)
    .execute()
  const days = cohorts.flatMap(
    ({ starts_at, weeks }) =>
      lessonDueAt({ startsAt: starts_at, weeks: JSON.parse(weeks) as CohortRow['weeks'] }, lessonId) ?? [],
  )
  return days.length === 0 ? undefined : Math.min(...days)
}

function noTask(): Result<never> {
  return refuse('gone', 'no such assignment', { reason: 'tasks.gone' })
}
