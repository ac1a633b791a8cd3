/** Answers to assignments as those who keep order deal with them: who reviews one may report it. */
import type { Matter, Tx } from '#server/core/feature.ts'
import type { MemberRow } from '#shared/features/accounts.ts'
import { coursePath } from '#shared/features/courses.ts'
import { filesIn } from '#shared/features/pictures.ts'
import { askPeers, dropAnswer, publishAnswer, publishReview, releasePeers } from './answers.ts'
import { courseById, db, lessonById } from './tables.ts'
import { answerById, reviewsOf } from './task-tables.ts'

async function setHidden(tx: Tx, id: string, at: number | null): Promise<void> {
  const before = await answerById(tx, id)
  const course = before && (await courseById(tx, before.course_id))
  if (!course) return
  const answer = { ...before, hidden_at: at }
  await db(tx).updateTable('courses_answer').set({ hidden_at: at }).where('id', '=', id).execute()
  if (at !== null) await releasePeers(tx, { answerId: id })
  await publishAnswer(tx, course, answer)
  for (const review of await reviewsOf(tx, id)) await publishReview(tx, course, answer, review)
  if (at === null) await askPeers(tx, answer.lesson_id)
}

const answer: Matter = {
  async find(reader, id) {
    const found = await answerById(reader, id)
    const course = found && (await courseById(reader, found.course_id))
    if (!course) return undefined
    const member = await reader.row<MemberRow>('members', found.member_id)
    const lesson = await lessonById(reader, found.lesson_id)
    return {
      authorId: found.member_id,
      authorName: member?.name ?? '',
      title: lesson?.title ?? course.title,
      text: found.text,
      at: found.at,
      hidden: found.hidden_at !== null,
      path: `${coursePath(course)}/assignments`,
    }
  },
  async mayRead(reader, viewer, id) {
    if (await reader.mayRead(viewer, 'task_answers', id)) return true
    for (const { id: asked } of await reviewsOf(reader, id)) {
      if (await reader.mayRead(viewer, 'peer_answers', asked)) return true
    }
    return false
  },
  hide: (tx, id) => setHidden(tx, id, tx.now),
  restore: (tx, id) => setHidden(tx, id, null),
  async erase(tx, id) {
    const found = await answerById(tx, id)
    if (!found) return
    await dropAnswer(tx, id)
    await tx.dropFiles(filesIn(found.text))
  },
}

export const matters = { answer }
