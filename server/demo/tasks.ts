/** Assignments as their authors set them, what members handed in, and what was said of it. */
import { uuidv7 } from '#shared/core/ids.ts'
import type { PeerAnswerRow, TaskInput } from '#shared/features/course-tasks.ts'
import type { DemoAct, DemoContext } from './part.ts'

const day = 86_400_000

export interface DemoTask {
  lesson: string
  text: string
  criteria: { text: string; points: number }[]
  passMark: number
  dueInDays?: number
  reviewedBy?: TaskInput['reviewedBy']
  peers?: number
  answers: { by: string; daysAgo: number; text: string; review?: DemoReview }[]
}

interface DemoReview {
  by: string
  daysAgo: number
  /** In the order of the criteria. */
  points: number[]
  comments: string[]
  said: string
  passed: boolean
}

export function taskActs(
  task: DemoTask,
  { now, send, rows, member }: DemoContext,
  course: { author: string; courseId: string; lessonId: string; published: number },
): DemoAct[] {
  const { author, courseId, lessonId } = course
  const criteria = task.criteria.map((criterion) => ({ id: uuidv7(now), ...criterion }))
  const input: TaskInput = {
    text: task.text.trim(),
    criteria,
    dueAt: task.dueInDays === undefined ? null : now + task.dueInDays * day,
    passMark: task.passMark,
    // Many have completed the lesson before there was one.
    required: false,
    reviewedBy: task.reviewedBy ?? 'authors',
    peers: task.peers ?? 2,
  }
  const acts: DemoAct[] = [
    {
      at: course.published + day,
      act: () => send(author, 'courses.save_task', { courseId, lessonId, task: input }),
    },
  ]
  for (const { by, daysAgo, text, review } of task.answers) {
    const answerId = uuidv7(now)
    acts.push({
      at: now - daysAgo * day,
      act: () =>
        send(by, 'courses.hand_in', { courseId, lessonId, answerId, after: null, text: text.trim() }),
    })
    if (!review) continue
    const { points, comments, said, passed } = review
    const marks = criteria.map(({ id }, i) => ({ id, points: points[i]!, comment: comments[i] ?? '' }))
    acts.push({
      at: now - review.daysAgo * day,
      async act() {
        if (input.reviewedBy === 'authors') {
          const outcome = { decisions: 0, passed, marks, said }
          return send(review.by, 'courses.review_answer', { courseId, answerId, ...outcome })
        }
        const { id: peer } = member(review.by)
        const asked = (await rows<PeerAnswerRow>('peer_answers')).find(
          ({ data }) => data.answerId === answerId && data.memberId === peer,
        )
        if (!asked) throw new Error(`${review.by} is not asked to review ${by}`)
        return send(review.by, 'courses.review_peer', { courseId, id: asked.id, marks, said })
      },
    })
  }
  return acts
}
