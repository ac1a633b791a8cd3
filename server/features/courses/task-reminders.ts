/** A day before an assignment is due, those hear of it who take the course and have not handed in. */
import type { Services } from '#server/core/services.ts'
import { db, lessonById } from './tables.ts'
import { answersOf } from './task-tables.ts'

const day = 86_400_000

/** Once a day: of each date it is told on one of them. */
export async function remindTasks(services: Services): Promise<void> {
  await services.transact(async (tx) => {
    const due = await db(tx)
      .selectFrom('courses_task')
      .innerJoin('courses_course', 'courses_course.id', 'courses_task.course_id')
      .select(['courses_task.id', 'courses_task.course_id'])
      .where('courses_course.hidden', '=', 0)
      .where('courses_task.due_at', '>', tx.now)
      .where('courses_task.due_at', '<=', tx.now + day)
      .execute()
    for (const { id, course_id } of due) {
      const lesson = await lessonById(tx, id)
      const handedIn = new Set(
        (await answersOf(tx, id))
          .filter(({ state }) => state === 'waiting' || state === 'passed')
          .map(({ member_id }) => member_id),
      )
      const takers = await db(tx)
        .selectFrom('courses_enrolment')
        .select('member_id')
        .where('course_id', '=', course_id)
        .where('left_at', 'is', null)
        .execute()
      for (const { member_id: memberId } of takers) {
        if (handedIn.has(memberId)) continue
        await tx.tell('notifications.notify', {
          memberId,
          type: 'courses',
          word: 'tasks.notice_due',
          about: `course:${course_id}#${id}`,
          params: { lesson: lesson?.title ?? '' },
          key: `task:${id}:due`,
        })
      }
    }
  })
}
