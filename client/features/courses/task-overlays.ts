/** What an act on assignments will change, shown before the server has answered. */
import type { Overlay, RowPatch } from '#client/core/feature.ts'
import {
  type AnswerRow,
  type Criterion,
  linesOf,
  type Marks,
  type PeerAnswerRow,
  type Review,
  type ReviewRow,
  scoreOf,
  type TaskRow,
} from '#shared/features/course-tasks.ts'
import { type CourseRow, type EnrolmentRow, enrolmentId, type LessonRow } from '#shared/features/courses.ts'
import type { CommandInput } from '#shared/features/index.ts'

type Existing = Parameters<NonNullable<Overlay['rows']>>[2]

function found<R>(existing: Existing, table: string, id: string): R | undefined {
  return existing(table, id)?.data as R | undefined
}

function patch<R>(table: string, id: string, data: Partial<R> | null): RowPatch {
  return { table, id, data: data as Record<string, unknown> | null }
}

const saveTask: Overlay<CommandInput<'courses.save_task'>> = {
  rows({ courseId, lessonId, task }, _entry, existing) {
    const lesson = found<LessonRow>(existing, 'lessons', lessonId)
    if (task === null) return [patch('lesson_tasks', lessonId, null)]
    if (!lesson) return []
    const { opening, authorId, published, free, opensAt = null } = lesson
    return [
      patch<TaskRow>('lesson_tasks', lessonId, {
        courseId,
        free,
        opensAt,
        opening,
        authorId,
        published,
        ...task,
      }),
    ]
  },
}

const handIn: Overlay<CommandInput<'courses.hand_in'>> = {
  rows({ courseId, lessonId, answerId, after, text }, entry, existing, memberId) {
    const enrolled = enrolmentId(memberId, courseId)
    const enrolment: EnrolmentRow = { courseId, enrolledAt: entry.at, done: {}, completedAt: null }
    const before = after === null ? undefined : found<AnswerRow>(existing, 'task_answers', after)
    const answer: AnswerRow = {
      courseId,
      lessonId,
      memberId,
      authorId: found<CourseRow>(existing, 'courses', courseId)?.authorId ?? null,
      n: (before?.n ?? 0) + 1,
      at: entry.at,
      dueAt: found<TaskRow>(existing, 'lesson_tasks', lessonId)?.dueAt ?? null,
      text,
      state: 'waiting',
      score: null,
      decisions: 0,
    }
    const replaced =
      after !== null && before?.state === 'waiting'
        ? [patch<AnswerRow>('task_answers', after, { state: 'replaced' })]
        : []
    return [
      ...replaced,
      patch('task_answers', answerId, answer),
      ...(existing('enrolments', enrolled) ? [] : [patch('enrolments', enrolled, enrolment)]),
    ]
  },
}

function reviewOf(
  criteria: readonly Criterion[],
  { marks, said }: { marks: Readonly<Marks>; said: string },
  at: number,
  hasPassed: (score: number) => boolean,
): Review {
  const lines = linesOf(criteria, marks) ?? []
  const score = scoreOf(lines)
  return { at, lines, said, score, passed: hasPassed(score) }
}

const reviewAnswer: Overlay<CommandInput<'courses.review_answer'>> = {
  rows(input, entry, existing, memberId) {
    const answer = found<AnswerRow>(existing, 'task_answers', input.answerId)
    const task = answer && found<TaskRow>(existing, 'lesson_tasks', answer.lessonId)
    if (!task) return []
    const review = reviewOf(task.criteria, input, entry.at, () => input.passed)
    const { courseId, lessonId, authorId } = answer
    const about = { courseId, lessonId, authorId, memberId: answer.memberId, answerId: input.answerId }
    return [
      patch<AnswerRow>('task_answers', input.answerId, {
        state: input.passed ? 'passed' : 'again',
        score: review.score,
        decisions: answer.decisions + 1,
      }),
      // The server gives the review the id of the command.
      patch<ReviewRow>('task_reviews', entry.id, { ...about, by: memberId, ...review }),
    ]
  },
}

const reviewPeer: Overlay<CommandInput<'courses.review_peer'>> = {
  rows(input, entry, existing) {
    const asked = found<PeerAnswerRow>(existing, 'peer_answers', input.id)
    const task = asked && found<TaskRow>(existing, 'lesson_tasks', asked.lessonId)
    if (!task) return []
    const review = reviewOf(task.criteria, input, entry.at, (score) => score >= task.passMark)
    return [patch<PeerAnswerRow>('peer_answers', input.id, { review })]
  },
}

export const taskOverlays = {
  save_task: saveTask,
  hand_in: handIn,
  review_answer: reviewAnswer,
  review_peer: reviewPeer,
}
