/** Chapters and their lessons, each with how it stands: on a course's page, and beside a lesson. */
import { type Component, createMemo, Index, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { useI18n } from '#client/core/i18n.ts'
import { BegunIcon, CheckCircleIcon, CircleIcon, ClockIcon, LockIcon } from '#client/ui/icons.tsx'
import { Badge, classes } from '#client/ui/index.ts'
import type { Reached } from '#shared/features/course-progress.ts'
import {
  type CourseRow,
  type EnrolmentRow,
  isToOpen,
  type LessonRow,
  lessonPath,
} from '#shared/features/courses.ts'
import styles from './courses.module.css'
import { useDue } from './due.ts'
import { useMinutes } from './minutes.ts'
import { LessonDue, useDay } from './pieces.tsx'

export interface OutlineProps {
  course: CourseRow
  lessons: readonly LessonRow[]
  open: ReadonlySet<string>
  enrolment: EnrolmentRow | undefined
  reached: ReadonlyMap<string, Reached>
  /** The lesson on the screen; makes the outline a narrow one. */
  current?: string
  onChoose?: () => void
}

type State = 'done' | 'begun' | 'open' | 'later' | 'locked'

const signs: Record<State, Component> = {
  done: CheckCircleIcon,
  begun: BegunIcon,
  open: CircleIcon,
  later: ClockIcon,
  locked: LockIcon,
}
const words = {
  done: 'courses.state_done',
  begun: 'courses.state_begun',
  open: 'courses.state_open',
  later: 'courses.state_later',
  locked: 'courses.state_locked',
} as const

export function Outline(props: OutlineProps): JSX.Element {
  const { due } = useDue(() => props.course.id)
  const minutes = useMinutes()
  const chapters = createMemo(() => {
    const known = new Set(props.course.chapters.map((chapter) => chapter.id))
    const last = props.course.chapters.at(-1)?.id
    // A lesson whose chapter another device has just removed is shown with the last one, as the server will have it.
    const home = (lesson: LessonRow) => (known.has(lesson.chapterId) ? lesson.chapterId : last)
    return props.course.chapters
      .map((chapter) => ({ chapter, lessons: props.lessons.filter((lesson) => home(lesson) === chapter.id) }))
      .filter(({ lessons }) => lessons.length > 0)
  })
  return (
    <ol class={classes(styles.outline, props.current !== undefined && styles.narrow)}>
      {/* By place, so that a new row anywhere does not build the whole list anew. */}
      <Index each={chapters()}>
        {(entry) => (
          <li>
            <Show
              when={props.current === undefined}
              fallback={
                <p class={styles.chapter} lang={props.course.lang}>
                  {entry().chapter.title}
                </p>
              }
            >
              <h3 class={styles.chapter} lang={props.course.lang}>
                {entry().chapter.title}
              </h3>
            </Show>
            <ol class={styles.lessons}>
              <Index each={entry().lessons}>
                {(lesson) => (
                  <OutlineRow lesson={lesson()} due={due()} minutes={minutes()(lesson())} {...props} />
                )}
              </Index>
            </ol>
          </li>
        )}
      </Index>
    </ol>
  )
}

function OutlineRow(
  props: OutlineProps & { lesson: LessonRow; due: ReadonlyMap<string, number>; minutes: number },
): JSX.Element {
  const { t } = useI18n()
  const day = useDay()
  const state = (): State => {
    if (props.enrolment?.done[props.lesson.id] !== undefined) return 'done'
    if (isToOpen(props.lesson)) return 'later'
    if (!props.open.has(props.lesson.id)) return 'locked'
    return props.reached.has(props.lesson.id) ? 'begun' : 'open'
  }
  const isPreview = (): boolean =>
    props.lesson.free && (props.course.opening.to === 'tiers' || props.course.opening.to === 'purchase')
  return (
    <li>
      <a
        class={styles.lesson}
        href={lessonPath(props.course, props.lesson)}
        aria-current={props.current === props.lesson.id ? 'page' : undefined}
        data-lesson={state()}
        onClick={() => props.onChoose?.()}
      >
        <span class={classes(styles.sign, styles[state()])}>
          <Dynamic component={signs[state()]} />
        </span>
        <span class={styles.lessonTitle} lang={props.course.lang}>
          {props.lesson.title}
          <span class="visually-hidden"> ({t(words[state()])})</span>
        </span>
        <span class={styles.lessonFacts}>
          <Show when={isPreview() && !isToOpen(props.lesson)}>
            <Badge tone="accent">{t('courses.free')}</Badge>
          </Show>
          <Show when={props.lesson.opensAt}>
            {(at) => (
              <time datetime={new Date(at()).toISOString()}>
                {t('courses.opens_on', { date: day(at()) })}
              </time>
            )}
          </Show>
          <Show
            when={
              props.current === undefined && state() !== 'done' ? props.due.get(props.lesson.id) : undefined
            }
          >
            {(at) => <LessonDue at={at()} />}
          </Show>
          <Show when={props.current === undefined && state() !== 'later' && props.minutes > 0}>
            <span class={styles.minutes}>{t('courses.minutes', { count: props.minutes })}</span>
          </Show>
        </span>
      </a>
    </li>
  )
}
