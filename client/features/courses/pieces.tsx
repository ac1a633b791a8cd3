/** Small parts that a card, a course and a lesson share: the cover, how far one is, what is due, who it is for. */
import { type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { LockIcon } from '#client/ui/icons.tsx'
import { Badge, classes, hueOf } from '#client/ui/index.ts'
import { dueState, type Progress } from '#shared/features/course-progress.ts'
import type { CourseRow } from '#shared/features/courses.ts'
import type { WordKey } from '#shared/words/index.ts'
import styles from './courses.module.css'
import type { Shown } from './mine.ts'

const fileHash = /^\/api\/files\/([0-9a-f]{64})/

/** The course's picture, or its first letter on a ground of its own colour. Decorative: its title stands beside it. */
export function Cover(props: {
  course: Pick<CourseRow, 'id' | 'title' | 'cover'>
  size?: 'small' | 'large' | 'wide'
}): JSX.Element {
  const core = useCore()
  // It is read in a tracked scope there.
  // eslint-disable-next-line solid/reactivity
  const picture = core.files.live(() => fileHash.exec(props.course.cover ?? '')?.[1])
  return (
    <div
      class={classes(
        styles.cover,
        styles[`ground${hueOf(props.course.id)}`],
        props.size && styles[props.size],
      )}
      aria-hidden="true"
    >
      <Show when={props.course.cover === null}>
        <span>{letterOf(props.course.title)}</span>
      </Show>
      <Show when={picture()}>{(src) => <img src={src()} alt="" />}</Show>
    </div>
  )
}

function letterOf(title: string): string {
  return Array.from(title.replace(/[^\p{L}\p{N}]/gu, ''))[0]?.toUpperCase() ?? ''
}

export function ProgressLine(props: { progress: Progress }): JSX.Element {
  const { t } = useI18n()
  const words = (): string =>
    t('courses.progress', { done: props.progress.done, count: props.progress.lessons })
  return (
    <div class={styles.progressLine}>
      <progress max={props.progress.lessons} value={props.progress.done} aria-label={words()} />
      <span aria-hidden="true">
        {t('courses.done_of', { done: props.progress.done, count: props.progress.lessons })}
      </span>
    </div>
  )
}

const radius = 34
const round = 2 * Math.PI * radius

export function Ring(props: { progress: Progress }): JSX.Element {
  const { t, number } = useI18n()
  const percent = (): number => Math.round(props.progress.share * 100)
  return (
    <div class={styles.ring}>
      <svg viewBox="0 0 80 80" aria-hidden="true">
        <circle class={styles.ringGround} cx="40" cy="40" r={radius} />
        <Show when={props.progress.share > 0}>
          <circle
            class={styles.ringShare}
            cx="40"
            cy="40"
            r={radius}
            stroke-dasharray={`${props.progress.share * round} ${round}`}
          />
        </Show>
      </svg>
      <span class={styles.ringWord} aria-hidden="true">
        {number(percent())}%
      </span>
      <span class="visually-hidden">
        {t('courses.progress', { done: props.progress.done, count: props.progress.lessons })}
      </span>
    </div>
  )
}

/** A day, with its year only where that does not go without saying. */
export function useDay(): (at: number) => string {
  const { date } = useI18n()
  return (at) => date(at, Math.abs(at - Date.now()) < 150 * 86_400_000 ? 'short' : 'day')
}

/** By when a cohort has a lesson done. */
export function LessonDue(props: { at: number }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const day = useDay()
  return (
    <Show
      when={props.at < Date.now() + core.session.clockOffset()}
      fallback={<span class={styles.dueBy}>{t('cohorts.due', { date: day(props.at) })}</span>}
    >
      <Badge tone="danger">{t('cohorts.late', { date: day(props.at) })}</Badge>
    </Show>
  )
}

/** The first day that something of a course is due, be it required or a cohort's. */
export function FirstDue(props: Pick<Shown, 'assignment' | 'nextDue' | 'enrolment'>): JSX.Element {
  const required = () => {
    const isFirst = props.nextDue === null || (props.assignment?.dueAt ?? Infinity) <= props.nextDue
    return props.enrolment?.completedAt != null || isFirst ? props.assignment : undefined
  }
  return (
    <Switch>
      <Match when={required()}>
        {(assignment) => (
          <span>
            <Due dueAt={assignment().dueAt} completedAt={props.enrolment?.completedAt ?? null} />
          </span>
        )}
      </Match>
      <Match when={props.nextDue}>
        {(at) => (
          <span>
            <LessonDue at={at()} />
          </span>
        )}
      </Match>
    </Switch>
  )
}

/** When a required course is due, and how that stands now. */
export function Due(props: { dueAt: number | null; completedAt: number | null }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const dayOf = useDay()
  const state = () => dueState(props.dueAt, props.completedAt, Date.now() + core.session.clockOffset())
  const day = (): string => (props.dueAt === null ? '' : dayOf(props.dueAt))
  return (
    <Switch fallback={<Badge tone="accent">{t('courses.completed')}</Badge>}>
      <Match when={state() === 'late'}>
        <Badge tone="danger">{t('courses.due_late', { date: day() })}</Badge>
      </Match>
      <Match when={state() === 'soon'}>
        <Badge tone="warn">{t('courses.due_soon', { date: day() })}</Badge>
      </Match>
      <Match when={state() === 'later'}>
        <Badge tone="info">{t('courses.due', { date: day() })}</Badge>
      </Match>
      <Match when={state() === 'open'}>
        <Badge tone="info">{t('courses.due_open')}</Badge>
      </Match>
    </Switch>
  )
}

const openingWords = {
  public: null,
  members: 'courses.members_only',
  groups: 'courses.groups_only',
  tiers: 'courses.paid',
  purchase: 'courses.paid',
} as const satisfies Record<CourseRow['opening']['to'], WordKey | null>

/** Nothing for what is open to everyone. */
export function OpeningMark(props: { course: Pick<CourseRow, 'opening'> }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  // A member need not be told that members may.
  const word = () =>
    props.course.opening.to === 'members' && core.session.viewer().id !== null
      ? null
      : openingWords[props.course.opening.to]
  return (
    <Show when={word()}>
      {(key) => (
        <span class={styles.mark}>
          <LockIcon />
          {t(key())}
        </span>
      )}
    </Show>
  )
}

/** "about 3 h", or minutes while it is less than two hours. */
export function Duration(props: { course: Pick<CourseRow, 'words' | 'lang'> }): JSX.Element {
  const { t } = useI18n()
  const minutes = (): number =>
    Math.max(1, Math.round(props.course.words / (props.course.lang === 'zh' ? 400 : 220)))
  return (
    <Show when={props.course.words > 0}>
      <span>
        {minutes() < 120
          ? t('courses.minutes', { count: minutes() })
          : t('courses.hours', { count: Math.round(minutes() / 60) })}
      </span>
    </Show>
  )
}

export function sizeWord(bytes: number, number: (n: number) => string): string {
  return bytes < 1_000_000
    ? `${number(Math.max(1, Math.round(bytes / 1_000)))} KB`
    : `${number(Math.round(bytes / 100_000) / 10)} MB`
}
