import { useParams } from '@solidjs/router'
import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { type CourseRow, canEditCourse, type LessonRow } from '#shared/features/courses.ts'
import { NoCourse } from './course.tsx'
import { decoded, useCourse, useLessons } from './find.ts'

/** The lesson of the address, for whoever may edit its course; drawn anew for each lesson, and for nobody else. */
export function OwnLesson(props: {
  children: (found: { course: CourseRow; lesson: LessonRow }) => JSX.Element
}): JSX.Element {
  const core = useCore()
  const params = useParams<{ course: string; lesson: string }>()
  const course = useCourse(() => decoded(params.course))
  const lessons = useLessons(() => course()?.data)
  const mine = createMemo(() => {
    const found = course()?.data
    if (!found || !canEditCourse(core.session.viewer(), found)) return undefined
    return lessons.all()?.find((each) => each.id === params.lesson)?.id
  })
  // Read where they are used, so that both follow their rows.
  const found = {
    get course() {
      return course()!.data
    },
    get lesson() {
      return lessons.all()!.find((each) => each.id === params.lesson)!
    },
  }
  return (
    <Show
      when={mine()}
      keyed
      fallback={<NoCourse loading={course() === undefined || lessons.all() === undefined} />}
    >
      {(_) => props.children(found)}
    </Show>
  )
}
