/** What one is learning, and what there is to learn. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { SaveToggle } from '#client/parts/save-button.tsx'
import { LearnIcon, PlusIcon } from '#client/ui/icons.tsx'
import { Badge, EmptyState, LinkButton, Meta, Page, Section, Skeleton } from '#client/ui/index.ts'
import { canTeach, courseItem, coursePath } from '#shared/features/courses.ts'
import { Continue } from './continue.tsx'
import styles from './courses.module.css'
import { type Shown, useMine } from './mine.ts'
import { Cover, Duration, FirstDue, OpeningMark, ProgressLine } from './pieces.tsx'

export function ListPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('courses.title'))
  const { all, mine, current } = useMine()
  const shown = (): Shown[] => all() ?? []
  const viewer = core.session.viewer

  /** What stands above them is not said twice. */
  const rest = createMemo(() => mine().filter(({ course }) => course.id !== current()?.course.id))
  const others = createMemo(() =>
    shown().filter(({ course, enrolment, assignment }) => course.published && !enrolment && !assignment),
  )
  const drafts = createMemo(() => shown().filter(({ course }) => !course.published))
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
        when={all() && (core.feed.ready() || shown().length > 0)}
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
          <Show when={rest().length > 0}>
            <Cards title={t('courses.mine')} courses={rest()} />
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
      <div class={styles.cardSave}>
        <SaveToggle item={courseItem(props.course.id)} title={props.course.title} />
      </div>
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
          <Show when={props.toReview > 0}>
            <span>
              <a class={styles.toReview} href={`${coursePath(props.course)}/assignments`}>
                <Badge tone="warn">{t('tasks.queue_count', { count: props.toReview })}</Badge>
              </a>
            </span>
          </Show>
          <FirstDue {...props} />
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
