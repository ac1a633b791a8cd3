/** Offered where a film or recording has ended: the lesson is done, unless it asks for more than to listen. */
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CheckIcon } from '#client/ui/icons.tsx'
import { Button } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import type { EnrolmentRow } from '#shared/features/courses.ts'
import styles from './courses.module.css'

export function AtEnd(props: {
  courseId: string
  lessonId: string
  enrolment: EnrolmentRow | undefined
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const quiz = core.feed.row('quizzes', () => props.lessonId)
  const task = core.feed.row('lesson_tasks', () => props.lessonId)
  const isOpen = (): boolean =>
    isMember(core.session.viewer()) &&
    props.enrolment?.done[props.lessonId] === undefined &&
    quiz()?.data.required !== true &&
    task()?.data.required !== true
  const complete = (): void => {
    void core.commands.send('courses.complete_lesson', {
      courseId: props.courseId,
      lessonId: props.lessonId,
    })
  }
  return (
    <p class={styles.finish} role="status">
      {t('media.heard')}
      <Show when={isOpen()}>
        <Button small variant="primary" onClick={complete}>
          <CheckIcon />
          {t('courses.complete')}
        </Button>
      </Show>
    </p>
  )
}
