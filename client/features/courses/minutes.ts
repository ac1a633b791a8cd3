/** How long lessons take, with the films and recordings that this device knows of. */
import { type Accessor, createMemo } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { type LessonRow, lessonMinutes } from '#shared/features/courses.ts'

/** 0: that cannot be told. */
export function useMinutes(): Accessor<(lesson: LessonRow) => number> {
  const core = useCore()
  const rows = core.feed.rows('attachments')
  const minutes = createMemo(() => {
    const seconds = new Map((rows() ?? []).map(({ id, data }) => [id, data.media?.seconds]))
    return (lesson: LessonRow) => lessonMinutes(lesson, seconds.get(`lesson:${lesson.id}`))
  })
  return minutes
}
