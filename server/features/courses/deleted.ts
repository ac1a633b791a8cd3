/** What a member who has left for good learnt is gone; what they taught stays without their name, or goes, too. */
import { listener } from '#server/core/feature.ts'
import { quizResultId } from '#shared/features/course-quizzes.ts'
import { profiles } from '#shared/features/profiles.ts'
import { dropAnswers, publishAnswers } from './answers.ts'
import { dropCertificates } from './certificates.ts'
import { leaveCohorts, publishCohorts } from './cohorts.ts'
import { dropLesson, publishAll } from './publish.ts'
import { courseById, db, lessonsOf } from './tables.ts'

export const onDeleted = listener(profiles, 'deleted', async (tx, { memberId, articles: fate }) => {
  await db(tx).deleteFrom('courses_completion').where('member_id', '=', memberId).execute()
  const gone = await db(tx)
    .deleteFrom('courses_enrolment')
    .where('member_id', '=', memberId)
    .returning('id')
    .execute()
  for (const { id } of gone) await tx.publish('enrolments', id, null)
  const tried = await db(tx)
    .deleteFrom('courses_quiz_attempt')
    .where('member_id', '=', memberId)
    .returning('lesson_id')
    .execute()
  for (const lessonId of new Set(tried.map((attempt) => attempt.lesson_id))) {
    await tx.publish('quiz_results', quizResultId(memberId, lessonId), null)
  }
  await dropCertificates(tx, memberId)
  await leaveCohorts(tx, memberId)
  await dropAnswers(tx, memberId)
  const taught = await db(tx)
    .selectFrom('courses_course')
    .selectAll()
    .where('author_id', '=', memberId)
    .execute()
  for (const course of taught) {
    const withdrawn = fate === 'withdraw' || course.published_at === null
    await db(tx)
      .updateTable('courses_course')
      .set({
        author_id: null,
        author_name: '',
        ...(withdrawn
          ? { hidden: 1, title: '', description: '', tags: '[]', chapters: '[]', cover: null }
          : {}),
      })
      .where('id', '=', course.id)
      .execute()
    if (withdrawn) for (const lesson of await lessonsOf(tx, course.id)) await dropLesson(tx, lesson.id)
    await publishAll(tx, course.id)
    const now = (await courseById(tx, course.id))!
    await publishCohorts(tx, now)
    await publishAnswers(tx, now)
    if (withdrawn && course.hidden === 0) await tx.tell('courses.withdrawn', { courseId: course.id })
  }
})
