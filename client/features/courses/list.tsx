/** What one is learning, and what there is to learn. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { LearnIcon, NextIcon, PlusIcon } from '#client/ui/icons.tsx'
import { Badge, EmptyState, LinkButton, Meta, Page, Section, Skeleton } from '#client/ui/index.ts'
import { holds } from '#shared/core/viewer.ts'
import { type Progress, progressOf } from '#shared/features/course-progress.ts'
import {
  type AssignmentRow,
  type CourseRow,
  canTeach,
  coursePath,
  type EnrolmentRow,
  type LessonRow,
  lessonPath,
} from '#shared/features/courses.ts'
import styles from './courses.module.css'
import { firstDue } from './find.ts'
import { Cover, Due, Duration, OpeningMark, ProgressLine } from './pieces.tsx'
import { useReading } from './reading.ts'

interface Shown {
  course: CourseRow
  enrolment: EnrolmentRow | undefined
  assignment: AssignmentRow | undefined
  progress: Progress
  /** When it was last read, on any device. */
  at: number
}

export function ListPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('courses.title'))
  const rows = core.feed.rows('courses', () => ({ by: 'publishedAt', reverse: true }))
  const lessons = core.feed.rows('lessons')
  const enrolments = core.feed.rows('enrolments')
  const assignments = core.feed.rows('assignments')
  const reading = useReading()
  const viewer = core.session.viewer

  const shown = createMemo((): Shown[] => {
    const taken = new Map((enrolments() ?? []).map(({ data }) => [data.courseId, data]))
    const byCourse = new Map<string, LessonRow[]>()
    for (const { data } of lessons() ?? []) {
      byCourse.set(data.courseId, [...(byCourse.get(data.courseId) ?? []), data])
    }
    const reached = reading.reached() ?? new Map()
    return (rows() ?? []).map(({ data: course }) => {
      const own = byCourse.get(course.id) ?? []
      const mine = (assignments() ?? [])
        .map(({ data }) => data)
        // Owners see whom else it is assigned to.
        .filter((each) => each.courseId === course.id && (each.to === 'members' || !holds(viewer(), 'owner')))
      const enrolment = taken.get(course.id)
      const last = Math.max(0, ...own.map((lesson) => reached.get(lesson.id)?.at ?? 0))
      return {
        course,
        enrolment,
        assignment: firstDue(mine),
        progress: progressOf(own, enrolment, reached),
        at: Math.max(last, enrolment?.enrolledAt ?? 0),
      }
    })
  })
  const mine = createMemo(() =>
    shown()
      .filter(({ course, enrolment, assignment }) => course.published && (enrolment || assignment))
      .sort((a, b) => Number(isOver(a)) - Number(isOver(b)) || b.at - a.at),
  )
  const others = createMemo(() =>
    shown().filter(({ course, enrolment, assignment }) => course.published && !enrolment && !assignment),
  )
  const drafts = createMemo(() => shown().filter(({ course }) => !course.published))
  const current = createMemo(() => mine().find((each) => each.progress.next && each.enrolment))

  return (
    <Page
      width="wide"
      title={t('courses.title')}
      lead={t('courses.lead')}
      actions={
        <Show when={canTeach(viewer())}>
          <LinkButton href="/learn/new">
            <PlusIcon />
            {t('courses.new')}
          </LinkButton>
        </Show>
      }
    >
      <Show
        when={rows() && enrolments() && (core.feed.ready() || shown().length > 0)}
        fallback={<Skeleton label={t('courses.loading')} lines={6} />}
      >
        <Show
          when={shown().length > 0}
          fallback={
            <EmptyState icon={LearnIcon} title={t('courses.none')}>
              {t('courses.none_text')}
            </EmptyState>
          }
        >
          <Show when={current()}>{(each) => <Continue {...each()} />}</Show>
          <Show when={mine().length > 0}>
            <Cards title={t('courses.mine')} courses={mine()} />
          </Show>
          <Show when={drafts().length > 0}>
            <Cards title={t('courses.drafts')} courses={drafts()} />
          </Show>
          <Show when={others().length > 0}>
            <Cards
              title={t(mine().length > 0 ? 'courses.more_courses' : 'courses.catalogue')}
              courses={others()}
            />
          </Show>
        </Show>
      </Show>
    </Page>
  )
}

function isOver(each: Shown): boolean {
  return each.enrolment?.completedAt != null
}

/** The way back into what was read last, before everything else. */
function Continue(props: Shown): JSX.Element {
  const { t, relative } = useI18n()
  const next = () => props.progress.next!
  return (
    <section class={styles.continue} aria-label={t('courses.continue')}>
      <Cover course={props.course} size="small" />
      <div class={styles.continueText}>
        <p class={styles.continueCourse} lang={props.course.lang}>
          {props.course.title}
        </p>
        <p class={styles.continueLesson} lang={props.course.lang}>
          {next().lesson.title}
        </p>
        <ProgressLine progress={props.progress} />
      </div>
      <div class={styles.continueGo}>
        <LinkButton
          variant="primary"
          href={lessonPath(props.course, next().lesson)}
          aria-label={t('courses.continue_with', { title: next().lesson.title })}
        >
          {t(props.progress.done > 0 || next().begun ? 'courses.continue' : 'courses.start')}
          <NextIcon />
        </LinkButton>
        <Show when={next().begun}>
          <span class={styles.quiet}>{t('courses.last_read', { when: relative(props.at) })}</span>
        </Show>
      </div>
    </section>
  )
}

function Cards(props: { title: string; courses: readonly Shown[] }): JSX.Element {
  return (
    <Section title={props.title}>
      <ul class={styles.cards}>
        <For each={props.courses}>{(each) => <CourseCard {...each} />}</For>
      </ul>
    </Section>
  )
}

function CourseCard(props: Shown): JSX.Element {
  const { t, date } = useI18n()
  return (
    <li class={styles.card}>
      <Cover course={props.course} />
      <div class={styles.cardBody}>
        <h3 lang={props.course.lang}>
          <a href={coursePath(props.course)}>{props.course.title}</a>
        </h3>
        <Show when={props.course.description}>
          <p class={styles.cardText} lang={props.course.lang}>
            {props.course.description}
          </p>
        </Show>
        <div class={styles.cardFoot}>
          <Show when={!props.course.published}>
            <span>
              <Badge>{t('courses.draft')}</Badge>
            </span>
          </Show>
          <Show when={props.assignment}>
            {(assignment) => (
              <span>
                <Due dueAt={assignment().dueAt} completedAt={props.enrolment?.completedAt ?? null} />
              </span>
            )}
          </Show>
          <Show
            when={props.enrolment}
            fallback={
              <Meta>
                <span>{t('courses.lessons', { count: props.course.lessons })}</span>
                <Duration course={props.course} />
                <OpeningMark course={props.course} />
                <Show when={props.course.opening.to !== 'public' && props.course.previews > 0}>
                  <span>{t('courses.previews', { count: props.course.previews })}</span>
                </Show>
              </Meta>
            }
          >
            <ProgressLine progress={props.progress} />
            <Show when={!props.assignment && props.enrolment?.completedAt}>
              {(at) => <Meta>{t('courses.completed_on', { date: date(at(), 'day') })}</Meta>}
            </Show>
          </Show>
        </div>
      </div>
    </li>
  )
}
