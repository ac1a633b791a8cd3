/** A lesson: its text, where one is in it, and the ways before, on and out. */
import { useLocation, useNavigate, useParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, type JSX, lazy, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision } from '#client/parts/act.tsx'
import { BodyGate } from '#client/parts/body-gate.tsx'
import { Contents } from '#client/parts/contents.tsx'
import { SaveButton } from '#client/parts/save-button.tsx'
import { BackIcon, ClockIcon, EditIcon, LearnIcon, OutlineIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Banner,
  Button,
  Dialog,
  EmptyState,
  type Heading,
  LinkButton,
  Page,
  preloadMarkdown,
  Skeleton,
} from '#client/ui/index.ts'
import {
  type CourseRow,
  canEditCourse,
  courseItem,
  coursePath,
  isToOpen,
  type LessonRow,
  lessonPath,
  lessonRoom,
} from '#shared/features/courses.ts'
import { AtEnd } from './at-end.tsx'
import { NoCourse } from './course.tsx'
import styles from './courses.module.css'
import { decoded, type Lessons, useCourse, useEnrolment, useLessons } from './find.ts'
import { LessonBody } from './lesson-body.tsx'
import { LessonFoot } from './lesson-foot.tsx'
import { useMinutes } from './minutes.ts'
import { Outline } from './outline.tsx'
import { useReading } from './reading.ts'

const Task = lazy(() => import('./task.tsx').then((module) => ({ default: module.Task })))
const Quiz = lazy(() => import('./quiz.tsx').then((module) => ({ default: module.Quiz })))

export function LessonPage(): JSX.Element {
  void preloadMarkdown()
  const params = useParams<{ course: string; lesson: string }>()
  const course = useCourse(() => decoded(params.course))
  const lessons = useLessons(() => course()?.data)
  const wanted = (): string => decoded(params.lesson)
  const lesson = createMemo(() =>
    lessons.all()?.find((each) => each.slug === wanted() || each.id === wanted()),
  )
  const id = createMemo(() => lesson()?.id)
  useTitle(() => lesson() && `${lesson()!.title} · ${course()?.data.title ?? ''}`)
  return (
    <Show when={course()} fallback={<NoCourse loading={course() !== null} />}>
      {(found) => (
        <Show
          when={id()}
          keyed
          fallback={<NoLesson course={found().data} loading={lessons.all() === undefined} />}
        >
          {(_) => (
            <Lesson course={found().data} pending={found().pending} lesson={lesson()!} lessons={lessons} />
          )}
        </Show>
      )}
    </Show>
  )
}

function NoLesson(props: { course: CourseRow; loading: boolean }): JSX.Element {
  const { t } = useI18n()
  return (
    <Page back={{ href: coursePath(props.course), label: props.course.title }}>
      <Show when={!props.loading} fallback={<Skeleton label={t('courses.loading_lesson')} lines={8} />}>
        <EmptyState
          icon={LearnIcon}
          title={t('courses.unknown_lesson')}
          actions={<LinkButton href={coursePath(props.course)}>{t('courses.to_course')}</LinkButton>}
        >
          {t('courses.unknown_lesson_text')}
        </EmptyState>
      </Show>
    </Page>
  )
}

interface LessonProps {
  course: CourseRow
  pending: boolean
  lesson: LessonRow
  lessons: Lessons
}

function Lesson(props: LessonProps): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const minutes = useMinutes()
  const location = useLocation()
  const navigate = useNavigate()
  const enrolment = useEnrolment(() => props.course.id)
  const reading = useReading()
  const [headings, setHeadings] = createSignal<Heading[]>([])
  const [listing, setListing] = createSignal(false)
  const [nav, setNav] = createSignal<HTMLElement>()
  let shown = false
  createEffect(() => {
    const host = nav()
    if (shown || !host || all().length === 0) return
    shown = true
    requestAnimationFrame(() => showCurrent(host))
  })
  const open = (): boolean => props.lessons.open().has(props.lesson.id)
  const canEdit = (): boolean => canEditCourse(core.session.viewer(), props.course)
  const text = core.feed.row('lesson_texts', () => props.lesson.id)
  const quiz = core.feed.row('quizzes', () => props.lesson.id)
  const task = core.feed.row('lesson_tasks', () => props.lesson.id)
  const all = (): LessonRow[] => props.lessons.all() ?? []
  const waiting = core.commands.waitingFor(() => lessonRoom(props.lesson.id))
  const publication = createMemo(() => waiting().findLast((entry) => !needsDecision(entry)))

  // Found by its id, and the server has chosen an address since.
  createEffect(() => {
    const path = lessonPath(props.course, props.lesson)
    // Not the former rows, a moment longer, under the address of a lesson elsewhere.
    const isById = [props.course.id, props.lesson.id].some((id) => location.pathname.includes(id))
    if (
      isById &&
      !props.pending &&
      publication() === undefined &&
      decoded(path) !== decoded(location.pathname)
    ) {
      navigate(path + location.hash, { replace: true, scroll: false })
    }
  })
  const outline = (onChoose?: () => void): JSX.Element => (
    <Outline
      course={props.course}
      lessons={all()}
      open={props.lessons.open()}
      enrolment={enrolment()}
      reached={reading.reached() ?? new Map()}
      current={props.lesson.id}
      {...(onChoose ? { onChoose } : {})}
    />
  )
  return (
    <Page width="full">
      <div class={styles.layout}>
        <nav class={styles.beside} ref={setNav} aria-label={t('courses.contents')}>
          <a class={styles.besideTitle} href={coursePath(props.course)} lang={props.course.lang}>
            {props.course.title}
          </a>
          {outline()}
        </nav>
        <article class={styles.article}>
          <div class={styles.crumbs}>
            <a class={styles.back} href={coursePath(props.course)} lang={props.course.lang}>
              <BackIcon />
              {props.course.title}
            </a>
            <span class={styles.listButton}>
              <Button small onClick={() => setListing(true)}>
                <OutlineIcon />
                {t('courses.contents')}
              </Button>
            </span>
          </div>
          <header class={styles.head}>
            <div class={styles.about}>
              <p class={styles.facts}>
                <span>
                  {t('courses.lesson_of', { n: all().indexOf(props.lesson) + 1, count: all().length })}
                </span>
                <Show when={minutes()(props.lesson) > 0 && !isToOpen(props.lesson)}>
                  <span>{t('courses.minutes', { count: minutes()(props.lesson) })}</span>
                </Show>
                <Show
                  when={
                    props.lesson.free &&
                    (props.course.opening.to === 'tiers' || props.course.opening.to === 'purchase')
                  }
                >
                  <Badge tone="accent">{t('courses.free')}</Badge>
                </Show>
                <Show when={canEdit()}>
                  <a class={styles.editLink} href={`${coursePath(props.course)}/edit/${props.lesson.id}`}>
                    <EditIcon />
                    {t('courses.edit')}
                  </a>
                </Show>
              </p>
              <SaveButton item={`lesson:${props.lesson.id}`} title={props.lesson.title} />
            </div>
            <h1 lang={props.course.lang}>{props.lesson.title}</h1>
            <Show when={publication()}>
              {(entry) => (
                <p class={styles.quiet}>
                  {t('courses.pending')} <ActWord entry={entry()} />
                </p>
              )}
            </Show>
          </header>
          <Show when={canEdit() && props.lesson.opensAt}>
            {(at) => (
              <Banner inline tone="info" icon={ClockIcon}>
                {t('courses.opens_for_members', { date: date(at(), 'full') })}
              </Banner>
            )}
          </Show>
          <Show
            when={open() || !isToOpen(props.lesson)}
            fallback={
              <EmptyState
                icon={ClockIcon}
                title={t('courses.opens_at', { date: date(props.lesson.opensAt!, 'full') })}
                actions={<LinkButton href={coursePath(props.course)}>{t('courses.to_course')}</LinkButton>}
              >
                {t('courses.opens_text')}
              </EmptyState>
            }
          >
            <BodyGate
              item={courseItem(props.course.id)}
              title={props.course.title}
              opening={props.lesson.free ? { to: 'public' } : props.course.opening}
              preview={props.lesson.preview}
              lang={props.course.lang}
              text={text()}
              own={canEdit()}
            >
              <Panel
                name="media.player"
                subject={`lesson:${props.lesson.id}`}
                title={props.lesson.title}
                atEnd={
                  <AtEnd courseId={props.course.id} lessonId={props.lesson.id} enrolment={enrolment()} />
                }
              />
              <Contents headings={headings()} label={t('courses.headings')} narrow />
              <LessonBody
                lesson={props.lesson}
                pendingText={publication()?.input.body as string | undefined}
                reading={reading}
                onHeadings={setHeadings}
              />
              <Panel name="media.files" subject={`lesson:${props.lesson.id}`} />
            </BodyGate>
          </Show>
          <Show when={open()}>
            <Show when={quiz()}>
              {(row) => <Quiz course={props.course} lesson={props.lesson} quiz={row().data} />}
            </Show>
            <Show when={task()}>
              {(row) => <Task course={props.course} lesson={props.lesson} task={row().data} />}
            </Show>
            <LessonFoot course={props.course} lesson={props.lesson} lessons={all()} enrolment={enrolment()} />
            <Panel name="recommendations.related" itemId={`lesson:${props.lesson.id}`} />
            <Panel
              name="discussions.under"
              subject={`lesson:${props.lesson.id}`}
              title={props.lesson.title}
            />
          </Show>
        </article>
      </div>
      <Dialog
        open={listing()}
        onClose={() => setListing(false)}
        title={props.course.title}
        closeLabel={t('courses.close')}
      >
        {outline(() => setListing(false))}
      </Dialog>
    </Page>
  )
}

/** A long outline is scrolled to where one is in it; the page stays where it is. */
function showCurrent(nav: HTMLElement): void {
  const current = nav.querySelector<HTMLElement>('[aria-current=page]')
  if (!current) return
  const { top, height } = nav.getBoundingClientRect()
  const offset = current.getBoundingClientRect().top - top
  if (offset > height * 0.8) nav.scrollTop += offset - height / 2
}
