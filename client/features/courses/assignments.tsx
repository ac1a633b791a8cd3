/** What was handed in for a course: for those who run it, and for members who are asked to review others. */
import { useParams } from '@solidjs/router'
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { CheckCircleIcon } from '#client/ui/icons.tsx'
import { Badge, Button, EmptyState, Meta, Page, Section, Skeleton } from '#client/ui/index.ts'
import {
  type AnswerRow,
  type PeerAnswerRow,
  type ReviewRow,
  type TaskRow,
  waitingIn,
} from '#shared/features/course-tasks.ts'
import { type CourseRow, canEditCourse, coursePath, lessonPath } from '#shared/features/courses.ts'
import { NoCourse } from './course.tsx'
import exercise from './exercise.module.css'
import { decoded, useCourse, useLessons } from './find.ts'
import { ReviewForm, type ReviewFormProps } from './review-form.tsx'
import styles from './task.module.css'
import { AnswerFacts, Criteria, ReviewView, Written } from './task-pieces.tsx'

export function AssignmentsPage(): JSX.Element {
  const params = useParams<{ course: string }>()
  const course = useCourse(() => decoded(params.course))
  const id = createMemo(() => course()?.id)
  return (
    <Show when={id()} keyed fallback={<NoCourse loading={course() !== null} />}>
      {(_) => <Assignments course={course()!.data} />}
    </Show>
  )
}

interface Handed {
  id: string
  data: AnswerRow
}
interface Asked {
  id: string
  data: PeerAnswerRow
}

function Assignments(props: { course: CourseRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const viewer = core.session.viewer
  useTitle(() => t('tasks.queue_title', { title: props.course.title }))
  const runs = (): boolean => canEditCourse(viewer(), props.course)
  const ofCourse = () => ({ by: 'courseId', equals: props.course.id }) as const
  const answers = core.feed.rows('task_answers', ofCourse)
  const asked = core.feed.rows('peer_answers', ofCourse)
  const tasks = core.feed.rows('lesson_tasks', ofCourse)
  const taskOf = createMemo(() => new Map((tasks() ?? []).map(({ id, data }) => [id, data])))
  const others = createMemo((): Handed[] =>
    (answers() ?? []).filter(({ data }) => runs() && data.memberId !== viewer().id),
  )
  const waiting = createMemo(() => waitingIn(others()).filter(({ data }) => taskOf().has(data.lessonId)))
  const byPeers = ({ data }: Handed): boolean => taskOf().get(data.lessonId)?.reviewedBy === 'peers'
  const decided = createMemo(() =>
    others()
      .filter(({ data }) => data.state === 'passed' || data.state === 'again')
      .sort((a, b) => b.data.at - a.data.at),
  )
  const forMe = createMemo((): Asked[] =>
    (asked() ?? [])
      .filter(({ data }) => data.memberId === viewer().id && taskOf().has(data.lessonId))
      .sort(
        (a, b) => Number(a.data.review !== null) - Number(b.data.review !== null) || a.data.at - b.data.at,
      ),
  )
  const isEmpty = (): boolean => waiting().length === 0 && decided().length === 0 && forMe().length === 0
  const list = (title: string, handed: readonly Handed[], isBusy = false): JSX.Element => (
    <Show when={handed.length > 0}>
      <Section title={title}>
        <ul class={styles.queue}>
          <For each={handed.map(({ id }) => id)}>
            {(id) => (
              <Show when={others().find((each) => each.id === id)}>
                {(one) => (
                  <HandedIn
                    course={props.course}
                    handed={one()}
                    task={taskOf().get(one().data.lessonId)}
                    busy={isBusy}
                  />
                )}
              </Show>
            )}
          </For>
        </ul>
      </Section>
    </Show>
  )
  return (
    <Page
      width="text"
      title={t('tasks.queue_title', { title: props.course.title })}
      lead={t(runs() ? 'tasks.queue_lead' : 'tasks.queue_lead_peers')}
      back={{ href: coursePath(props.course), label: t('courses.back_course') }}
    >
      <Show
        when={answers() && asked() && tasks()}
        fallback={<Skeleton label={t('courses.loading')} lines={6} />}
      >
        <Show
          when={!isEmpty()}
          fallback={
            <EmptyState icon={CheckCircleIcon} title={t('tasks.queue_none')}>
              {t('tasks.queue_none_text')}
            </EmptyState>
          }
        >
          <Show when={forMe().length > 0}>
            <Section title={t('tasks.for_you')}>
              <ul class={styles.queue}>
                <For each={forMe().map(({ id }) => id)}>
                  {(id) => (
                    <Show when={forMe().find((each) => each.id === id)}>
                      {(one) => (
                        <ForPeer
                          course={props.course}
                          asked={one()}
                          task={taskOf().get(one().data.lessonId)!}
                        />
                      )}
                    </Show>
                  )}
                </For>
              </ul>
            </Section>
          </Show>
          {list(
            t('tasks.to_review'),
            waiting().filter((one) => !byPeers(one)),
          )}
          {list(t('tasks.with_peers'), waiting().filter(byPeers), true)}
          {list(t('tasks.decided'), decided(), true)}
        </Show>
      </Show>
    </Page>
  )
}

/** An answer, for those who run the course. */
function HandedIn(props: {
  course: CourseRow
  handed: Handed
  task: TaskRow | undefined
  /** Others review it, or have: it is looked at before anything else. */
  busy: boolean
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [open, setOpen] = createSignal(false)
  const [deciding, setDeciding] = createSignal(false)
  const isDeciding = (): boolean => deciding() || needsDecision(entry())
  const member = core.feed.row('members', () => props.handed.data.memberId)
  const reviews = core.feed.rows('task_reviews', () => ({ by: 'answerId', equals: props.handed.id }))
  const asked = core.feed.rows('peer_answers', () => ({
    by: 'lessonId',
    equals: props.handed.data.lessonId,
  }))
  /** The feed has a peer's name for those who run the course alone. */
  const byOf = (id: string, review: ReviewRow): string | null =>
    review.by ?? asked()?.find((each) => each.id === id)?.data.memberId ?? null
  const ordered = createMemo(() => [...(reviews() ?? [])].sort((a, b) => b.data.at - a.data.at))
  const name = (): string => member()?.data.name ?? t('tasks.who_left')
  const entry = createMemo(() => {
    const { id } = props.handed
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.review_answer' && input.answerId === id)
  })
  const send: ReviewFormProps['onSend'] = (review) => {
    setOpen(false)
    setDeciding(false)
    const { decisions } = props.handed.data
    const answer = { courseId: props.course.id, answerId: props.handed.id, decisions }
    void core.commands.send('courses.review_answer', { ...answer, ...review })
  }
  return (
    <Queued
      course={props.course}
      lessonId={props.handed.data.lessonId}
      title={t('tasks.answer_of', { name: name() })}
      who={name()}
      facts={<AnswerFacts answer={props.handed.data} />}
      toDo={!props.busy}
      state={props.handed.data.state}
      entry={entry()}
      open={open()}
      onOpen={setOpen}
    >
      <Written text={props.handed.data.text} lang={props.course.lang} />
      <Panel
        name="moderation.actions"
        target={`answer:${props.handed.id}`}
        authorId={props.handed.data.memberId}
      />
      <For each={ordered()}>
        {(row) => <ReviewView review={row.data} by={byOf(row.id, row.data)} lang={props.course.lang} />}
      </For>
      <Show when={props.busy && props.task && !isDeciding()}>
        <div>
          <Button onClick={() => setDeciding(true)}>
            {t(props.handed.data.decisions > 0 ? 'tasks.review_again' : 'tasks.decide_now')}
          </Button>
        </div>
      </Show>
      <Show
        when={(!props.busy || isDeciding()) && props.task}
        fallback={
          <Show when={!props.task}>
            <p class={exercise.quiet}>{t('tasks.task_gone')}</p>
          </Show>
        }
      >
        {(task) => (
          <ReviewForm
            id={props.handed.id}
            task={task()}
            lang={props.course.lang}
            decides
            refused={needsDecision(entry()) ? entry() : undefined}
            onSend={send}
          />
        )}
      </Show>
    </Queued>
  )
}

/** An answer of somebody's, for the peer who is asked. */
function ForPeer(props: { course: CourseRow; asked: Asked; task: TaskRow }): JSX.Element {
  const core = useCore()
  const { t, relative } = useI18n()
  const [open, setOpen] = createSignal(false)
  const entry = createMemo(() => {
    const { id } = props.asked
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.review_peer' && input.id === id)
  })
  const send: ReviewFormProps['onSend'] = ({ marks, said }) => {
    setOpen(false)
    const { courseId } = props.asked.data
    void core.commands.send('courses.review_peer', { courseId, id: props.asked.id, marks, said })
  }
  return (
    <Queued
      course={props.course}
      lessonId={props.asked.data.lessonId}
      title={t('tasks.answer_anonymous')}
      facts={
        <Meta>
          <Show when={props.asked.data.review} fallback={<span>{relative(props.asked.data.at)}</span>}>
            <Badge tone="accent">{t('tasks.reviewed_by_you')}</Badge>
          </Show>
        </Meta>
      }
      toDo={!props.asked.data.review}
      state={props.asked.data.review ? 'done' : 'open'}
      entry={entry()}
      open={open()}
      onOpen={setOpen}
    >
      <Criteria criteria={props.task.criteria} lang={props.course.lang} />
      <Written text={props.asked.data.text} lang={props.course.lang} />
      <Panel name="moderation.actions" target={`answer:${props.asked.data.answerId}`} authorId={null} />
      <Show
        when={props.asked.data.review}
        fallback={
          <ReviewForm
            id={props.asked.id}
            task={props.task}
            lang={props.course.lang}
            refused={needsDecision(entry()) ? entry() : undefined}
            onSend={send}
          />
        }
      >
        {(review) => <ReviewView review={review()} by={core.session.viewer().id} lang={props.course.lang} />}
      </Show>
    </Queued>
  )
}

/** An answer in the queue: whose it is, to which lesson, and how it stands; opened, what there is to read and to do. */
function Queued(props: {
  course: CourseRow
  lessonId: string
  title: string
  /** For those who hear the button without what stands beside it. */
  who?: string
  facts: JSX.Element
  /** It waits for whoever looks at it. */
  toDo: boolean
  state: string
  entry: OutboxEntry | undefined
  open: boolean
  onOpen: (open: boolean) => void
  children: JSX.Element
}): JSX.Element {
  const { t } = useI18n()
  return (
    <li class={styles.answer} data-handed={props.state}>
      <div class={styles.queueHead}>
        <div class={styles.queueText}>
          <h3>{props.title}</h3>
          <LessonLink course={props.course} lessonId={props.lessonId} />
          {props.facts}
        </div>
        <Button
          variant={props.open || !props.toDo ? 'secondary' : 'primary'}
          aria-expanded={props.open}
          onClick={() => props.onOpen(!props.open)}
        >
          {t(props.open ? 'tasks.close' : props.toDo ? 'tasks.open_review' : 'tasks.look')}
          <Show when={props.who}>{(who) => <span class="visually-hidden"> {who()}</span>}</Show>
        </Button>
      </div>
      <Show when={needsDecision(props.entry) ? undefined : props.entry}>
        {(act) => <ActWord entry={act()} />}
      </Show>
      <Undecided entry={props.entry} onEdit={() => props.onOpen(true)} />
      <Show when={props.open}>{props.children}</Show>
    </li>
  )
}

function LessonLink(props: { course: CourseRow; lessonId: string }): JSX.Element {
  const lessons = useLessons(() => props.course)
  const lesson = () => lessons.all()?.find(({ id }) => id === props.lessonId)
  return (
    <Show when={lesson()}>
      {(found) => (
        <a href={lessonPath(props.course, found())} lang={props.course.lang}>
          {found().title}
        </a>
      )}
    </Show>
  )
}
