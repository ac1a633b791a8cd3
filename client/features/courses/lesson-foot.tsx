/** The end of a lesson: done, and where to from here. */
import { useNavigate } from '@solidjs/router'
import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { BackIcon, CheckCircleIcon, CheckIcon, NextIcon } from '#client/ui/icons.tsx'
import { Button } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { neighboursOf } from '#shared/features/course-progress.ts'
import { quizResultId } from '#shared/features/course-quizzes.ts'
import { attemptsOf } from '#shared/features/course-tasks.ts'
import {
  type CourseRow,
  coursePath,
  type EnrolmentRow,
  isToOpen,
  type LessonRow,
  lessonPath,
} from '#shared/features/courses.ts'
import styles from './courses.module.css'

export interface LessonFootProps {
  course: CourseRow
  lesson: LessonRow
  lessons: readonly LessonRow[]
  enrolment: EnrolmentRow | undefined
}

export function LessonFoot(props: LessonFootProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  const around = createMemo(() => neighboursOf(props.lessons, props.lesson.id))
  /** What is to open later is no place to go on to. */
  const onward = (): LessonRow | undefined => {
    const { after } = around()
    return after && !isToOpen(after) ? after : undefined
  }
  const isDone = (): boolean => props.enrolment?.done[props.lesson.id] !== undefined
  const quiz = core.feed.row('quizzes', () => props.lesson.id)
  const result = core.feed.row('quiz_results', () => {
    const member = core.session.viewer().id
    return member === null ? undefined : quizResultId(member, props.lesson.id)
  })
  const mustPass = (): boolean => quiz()?.data.required === true && result()?.data.passed !== true
  const task = core.feed.row('lesson_tasks', () => props.lesson.id)
  const answers = core.feed.rows('task_answers', () => ({ by: 'lessonId', equals: props.lesson.id }))
  const mustHandIn = (): boolean =>
    task()?.data.required === true &&
    !attemptsOf(answers() ?? [], core.session.viewer().id, props.lesson.id).some(
      ({ data }) => data.state === 'passed',
    )
  const entry = createMemo(() => {
    const { id } = props.lesson
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.complete_lesson' && input.lessonId === id)
  })
  const finishWord = () => {
    if (onward()) return 'courses.complete_next'
    return around().after ? 'courses.complete' : 'courses.finish'
  }
  const complete = async (): Promise<void> => {
    await core.commands.send('courses.complete_lesson', {
      courseId: props.course.id,
      lessonId: props.lesson.id,
    })
  }
  const completeAndGo = async (to: LessonRow | undefined): Promise<void> => {
    await complete()
    navigate(to ? lessonPath(props.course, to) : coursePath(props.course))
  }
  return (
    <footer class={styles.foot}>
      <Show
        when={isMember(core.session.viewer())}
        fallback={<p class={styles.quiet}>{t('courses.guest_progress')}</p>}
      >
        <div class={styles.finish}>
          <Show
            when={!isDone()}
            fallback={
              <p class={styles.finished}>
                <CheckCircleIcon />
                {t('courses.lesson_done')}
              </p>
            }
          >
            <Show
              when={!mustPass() && !mustHandIn()}
              fallback={
                <p class={styles.quiet}>
                  {t(mustPass() ? 'quizzes.pass_to_complete' : 'tasks.pass_to_complete')}
                </p>
              }
            >
              <Button variant="primary" onClick={() => void completeAndGo(onward())}>
                <CheckIcon />
                {t(finishWord())}
              </Button>
              <Show when={finishWord() !== 'courses.complete'}>
                <Button variant="quiet" onClick={() => void complete()}>
                  {t('courses.complete')}
                </Button>
              </Show>
              <p class={styles.quiet}>{t('courses.complete_told')}</p>
            </Show>
          </Show>
          <Show when={entry()}>
            {(act) => <Show when={!needsDecision(act())}>{<ActWord entry={act()} />}</Show>}
          </Show>
        </div>
        <Undecided entry={entry()} />
      </Show>
      <nav class={styles.ways} aria-label={t('courses.outline')}>
        <Show when={around().before} fallback={<span />}>
          {(lesson) => (
            <a class={styles.way} href={lessonPath(props.course, lesson())} rel="prev">
              <span class={styles.wayWord}>
                <BackIcon />
                {t('courses.previous_lesson')}
              </span>
              <span lang={props.course.lang}>{lesson().title}</span>
            </a>
          )}
        </Show>
        <Show
          when={around().after}
          fallback={
            <a class={`${styles.way} ${styles.wayOn}`} href={coursePath(props.course)}>
              <span class={styles.wayWord}>{t('courses.course_done')}</span>
              <span>{t('courses.to_course')}</span>
            </a>
          }
        >
          {(lesson) => (
            <a class={`${styles.way} ${styles.wayOn}`} href={lessonPath(props.course, lesson())} rel="next">
              <span class={styles.wayWord}>
                {t('courses.next_lesson')}
                <NextIcon />
              </span>
              <span lang={props.course.lang}>{lesson().title}</span>
            </a>
          )}
        </Show>
      </nav>
    </footer>
  )
}
