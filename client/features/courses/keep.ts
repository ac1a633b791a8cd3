import type { StoredRow } from '#client/core/database.ts'
import type { Wanted } from '#client/core/holdings-plan.ts'
import { inOrder } from '#shared/features/course-progress.ts'
import {
  type AssignmentRow,
  type EnrolmentRow,
  type LessonRow,
  type LessonTextRow,
  lessonRoom,
} from '#shared/features/courses.ts'

/**
 * Lessons of the courses that one takes or has to take: what is not completed yet first, and of several courses their
 * next lessons before their later ones.
 */
export async function keep(rows: (table: string) => Promise<StoredRow[]>): Promise<Wanted[]> {
  const [enrolments, assignments, lessons, texts] = await Promise.all([
    rows('enrolments'),
    rows('assignments'),
    rows('lessons'),
    rows('lesson_texts'),
  ])
  const done = new Set<string>()
  const taken = new Map<string, number>()
  for (const { data } of assignments as unknown as { data: AssignmentRow }[])
    taken.set(data.courseId, data.at)
  for (const { data } of enrolments as unknown as { data: EnrolmentRow }[]) {
    taken.set(data.courseId, data.enrolledAt)
    for (const id of Object.keys(data.done)) done.add(id)
  }
  const sequences = new Map(
    (texts as unknown as { id: string; data: LessonTextRow }[]).map(({ id, data }) => [id, data.sequence]),
  )
  const all = (lessons as unknown as { data: LessonRow }[]).map(({ data }) => data)
  const wishes = [...taken]
    .sort(([, a], [, b]) => b - a)
    .map(([courseId]) => {
      const mine = inOrder(
        // Of what was never written there is no document to keep.
        all.filter((lesson) => lesson.courseId === courseId && (sequences.get(lesson.id) ?? 0) > 0),
      )
      return [...mine.filter(({ id }) => !done.has(id)), ...mine.filter(({ id }) => done.has(id))]
    })
  const wanted: Wanted[] = []
  for (let turn = 0; wishes.some((wish) => turn < wish.length); turn++) {
    for (const wish of wishes) {
      const lesson = wish[turn]
      if (lesson)
        wanted.push({ room: lessonRoom(lesson.id), sequence: sequences.get(lesson.id)!, why: 'taken' })
    }
  }
  return wanted
}
