/** A course: what it is about, its lessons, and how far one is. */
import { useLocation, useNavigate, useParams } from '@solidjs/router'
import { createEffect, createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { SaveButton } from '#client/parts/save-button.tsx'
import { ChartIcon, CheckCircleIcon, EditIcon, GroupIcon, LearnIcon } from '#client/ui/icons.tsx'
import {
  Banner,
  EmptyState,
  LinkButton,
  Meta,
  Page,
  Row,
  Section,
  Skeleton,
  Tag,
  Tags,
} from '#client/ui/index.ts'
import { type CourseRow, canAssign, canEditCourse, courseItem, coursePath } from '#shared/features/courses.ts'
import styles from './courses.module.css'
import { decoded, useCourse, useEnrolment, useLessons } from './find.ts'
import { Outline } from './outline.tsx'
import { Cover, Duration, OpeningMark } from './pieces.tsx'
import { useReading } from './reading.ts'
import { Standing } from './standing.tsx'
import { useToReview } from './to-review.ts'

export function CoursePage(): JSX.Element {
  const params = useParams<{ course: string }>()
  const navigate = useNavigate()
  const slug = (): string => decoded(params.course)
  const course = useCourse(slug)
  useTitle(() => course()?.data.title)
  // Found by its id, and the server has chosen an address since. Not the former row, a moment longer, under a new address.
  createEffect(() => {
    const found = course()
    if (found && !found.pending && found.id === slug() && found.data.slug !== slug()) {
      navigate(coursePath(found.data), { replace: true, scroll: false })
    }
  })
  const id = createMemo(() => course()?.id)
  return (
    <Show when={id()} keyed fallback={<NoCourse loading={course() !== null} />}>
      {(_) => <Course course={course()!.data} />}
    </Show>
  )
}

/** While it is looked for, and when there is none. */
export function NoCourse(props: { loading: boolean }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const location = useLocation()
  const isGuest = (): boolean => core.session.viewer().id === null
  return (
    <Page back={{ href: '/learn', label: t('courses.back') }}>
      <Show
        when={!props.loading && core.feed.ready()}
        fallback={<Skeleton label={t('courses.loading')} lines={8} />}
      >
        <EmptyState
          icon={LearnIcon}
          title={t('courses.unknown')}
          actions={
            <Show when={isGuest()} fallback={<LinkButton href="/learn">{t('courses.back')}</LinkButton>}>
              <LinkButton variant="primary" href={`/sign-in?then=${encodeURIComponent(location.pathname)}`}>
                {t('courses.sign_in')}
              </LinkButton>
            </Show>
          }
        >
          {t(isGuest() ? 'courses.unknown_guest' : 'courses.unknown_text')}
        </EmptyState>
      </Show>
    </Page>
  )
}

function Course(props: { course: CourseRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const lessons = useLessons(() => props.course)
  const enrolment = useEnrolment(() => props.course.id)
  const reading = useReading()
  const toReview = useToReview()
  const tasks = core.feed.rows('lesson_tasks', () => ({ by: 'courseId', equals: props.course.id }))
  const waiting = (): number => toReview().get(props.course.id) ?? 0
  const viewer = core.session.viewer
  createEffect(() => void core.behaviour.seen(courseItem(props.course.id), 0.5))
  const author = core.feed.row('members', () => props.course.authorId ?? undefined)
  return (
    <Page width="wide" back={{ href: '/learn', label: t('courses.back') }}>
      <header class={styles.hero}>
        <Cover course={props.course} size="large" />
        <div class={styles.heroText}>
          <h1 lang={props.course.lang}>{props.course.title}</h1>
          <Show when={props.course.description}>
            <p class={styles.lead} lang={props.course.lang}>
              {props.course.description}
            </p>
          </Show>
          <Meta>
            <Show when={props.course.authorName}>
              <Show
                when={author()}
                fallback={<span>{t('courses.by', { name: props.course.authorName })}</span>}
              >
                {(member) => (
                  <a href={`/members/${member().data.handle}`}>
                    {t('courses.by', { name: props.course.authorName })}
                  </a>
                )}
              </Show>
            </Show>
            <span>{t('courses.lessons', { count: props.course.lessons })}</span>
            <Duration course={props.course} />
            <OpeningMark course={props.course} />
          </Meta>
          <Show when={props.course.tags.length > 0}>
            <Tags>
              <For each={props.course.tags}>{(tag) => <Tag>{tag}</Tag>}</For>
            </Tags>
          </Show>
          <Row gap="snug">
            <SaveButton item={courseItem(props.course.id)} title={props.course.title} />
            <Show when={canEditCourse(viewer(), props.course)}>
              <LinkButton small href={`${coursePath(props.course)}/edit`}>
                <EditIcon />
                {t('courses.edit')}
              </LinkButton>
            </Show>
            <Show when={canEditCourse(viewer(), props.course) && props.course.published}>
              <LinkButton small href={`${coursePath(props.course)}/cohorts`}>
                <GroupIcon />
                {t('cohorts.manage')}
              </LinkButton>
            </Show>
            <Show when={waiting() > 0 || (canEditCourse(viewer(), props.course) && tasks()?.length)}>
              <LinkButton small href={`${coursePath(props.course)}/assignments`}>
                <CheckCircleIcon />
                {waiting() > 0 ? t('tasks.queue_count', { count: waiting() }) : t('tasks.queue')}
              </LinkButton>
            </Show>
            <Show when={canAssign(viewer()) && props.course.published}>
              <LinkButton small href={`${coursePath(props.course)}/report`}>
                <ChartIcon />
                {t('courses.report')}
              </LinkButton>
            </Show>
          </Row>
        </div>
      </header>
      <Show when={!props.course.published}>
        <Banner inline tone="info">
          {t('courses.is_draft')}
        </Banner>
      </Show>
      <div class={styles.columns}>
        <aside class={styles.side}>
          <Show when={lessons.all()}>
            {(all) => (
              <Standing
                course={props.course}
                lessons={all()}
                open={lessons.open()}
                entitled={lessons.entitled()}
                enrolment={enrolment()}
                reached={reading.reached() ?? new Map()}
              />
            )}
          </Show>
        </aside>
        <div class={styles.main}>
          <Section title={t('courses.outline')}>
            <Show when={lessons.all()} fallback={<Skeleton label={t('courses.loading')} lines={8} />}>
              {(all) => (
                <Show when={all().length > 0} fallback={<p>{t('courses.outline_none')}</p>}>
                  <Outline
                    course={props.course}
                    lessons={all()}
                    open={lessons.open()}
                    enrolment={enrolment()}
                    reached={reading.reached() ?? new Map()}
                  />
                </Show>
              )}
            </Show>
          </Section>
          <Panel name="recommendations.related" itemId={courseItem(props.course.id)} />
        </div>
      </div>
    </Page>
  )
}
