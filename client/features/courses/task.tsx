/** The assignment at the end of a lesson: what is to be done, what one handed in, and what was said of it. */
import {
  createEffect,
  createMemo,
  createSignal,
  For,
  type JSX,
  Match,
  on,
  onCleanup,
  Show,
  Switch,
} from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { createAddingPictures, PicturesWaiting, picturesBefore } from '#client/parts/adding-pictures.tsx'
import { editorLabels, markdownLabels } from '#client/parts/labels.ts'
import { usePictures } from '#client/parts/pictures.ts'
import { CheckCircleIcon, ClockIcon } from '#client/ui/icons.tsx'
import { Badge, Banner, Button, Form, LinkButton, MarkdownField } from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import {
  type AnswerRow,
  attemptsOf,
  longestAnswer,
  type ReviewRow,
  type TaskRow,
  taskDueAt,
} from '#shared/features/course-tasks.ts'
import { type CourseRow, canEditCourse, coursePath, type LessonRow } from '#shared/features/courses.ts'
import { useDue } from './due.ts'
import exercise from './exercise.module.css'
import { useDay } from './pieces.tsx'
import styles from './task.module.css'
import { AnswerFacts, Criteria, ReviewView, Written } from './task-pieces.tsx'
import { useToReview } from './to-review.ts'

interface TaskProps {
  course: CourseRow
  lesson: LessonRow
  task: TaskRow
}

interface Attempt {
  id: string
  data: AnswerRow
}

export function Task(props: TaskProps): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const day = useDay()
  const viewer = core.session.viewer
  const { due } = useDue(() => props.course.id)
  const toReview = useToReview()
  const rows = core.feed.rows('task_answers', () => ({ by: 'lessonId', equals: props.lesson.id }))
  const attempts = createMemo((): Attempt[] | undefined => {
    const found = rows()
    return found && attemptsOf(found, viewer().id, props.lesson.id)
  })
  const last = (): Attempt | undefined => attempts()?.[0]
  const hasPassed = (): boolean => attempts()?.some(({ data }) => data.state === 'passed') ?? false
  const dueAt = (): number | null => taskDueAt(props.task, due().get(props.lesson.id))
  const isLate = (): boolean => (dueAt() ?? Infinity) < Date.now() + core.session.clockOffset()
  const entry = createMemo(() => {
    const { id } = props.lesson
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.hand_in' && input.lessonId === id)
  })
  const waiting = (): number => toReview().get(props.course.id) ?? 0
  return (
    <section class={exercise.exercise} aria-labelledby="task" data-task>
      <header class={exercise.head}>
        <h2 id="task">{t('tasks.title')}</h2>
        <p class={exercise.facts}>
          <span>
            {props.task.reviewedBy === 'authors'
              ? t('tasks.by_authors')
              : t('tasks.by_peers', { count: props.task.peers })}
          </span>
          <span>{t('tasks.pass_at', { n: props.task.passMark })}</span>
          <Show when={props.task.required}>
            <span>{t('tasks.required')}</span>
          </Show>
          <Show when={dueAt()}>
            {(at) => (
              <Badge tone={isLate() && !hasPassed() && !last() ? 'danger' : 'info'}>
                {t(isLate() ? 'tasks.late' : 'tasks.due', { date: day(at()) })}
              </Badge>
            )}
          </Show>
        </p>
      </header>
      <Written text={props.task.text} lang={props.course.lang} />
      <Criteria criteria={props.task.criteria} lang={props.course.lang} />
      <Show when={canEditCourse(viewer(), props.course)}>
        <div>
          <LinkButton href={`${coursePath(props.course)}/assignments`}>
            {waiting() > 0 ? t('tasks.queue_count', { count: waiting() }) : t('tasks.queue')}
          </LinkButton>
        </div>
      </Show>
      <Show when={isMember(viewer())} fallback={<p class={exercise.quiet}>{t('tasks.sign_in')}</p>}>
        <Show when={last()}>
          {(attempt) => (
            <Handed
              {...props}
              attempt={attempt()}
              word={
                <Show when={entry() && !needsDecision(entry())}>
                  <ActWord entry={entry()} />
                </Show>
              }
            />
          )}
        </Show>
        <Show when={attempts() && !hasPassed() && viewer().id !== props.course.authorId}>
          <Answer {...props} last={last()} entry={entry()} />
        </Show>
        <Show
          when={!canEditCourse(viewer(), props.course) && props.task.reviewedBy === 'peers' && waiting() > 0}
        >
          <Banner
            inline
            tone="info"
            actions={
              <LinkButton small href={`${coursePath(props.course)}/assignments`}>
                {t('tasks.asked')}
              </LinkButton>
            }
          >
            {t('tasks.asked_text', { count: waiting() })}
          </Banner>
        </Show>
        <Show when={(attempts() ?? []).length > 1}>
          <details class={styles.earlier}>
            <summary>{t('tasks.attempts')}</summary>
            <div class={styles.queue}>
              <For each={(attempts() ?? []).slice(1)}>
                {(attempt) => <Shown {...props} attempt={attempt} />}
              </For>
            </div>
          </details>
        </Show>
      </Show>
    </section>
  )
}

/** How the last attempt stands, and what it was. */
function Handed(props: TaskProps & { attempt: Attempt; word: JSX.Element }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const reviews = core.feed.rows('task_reviews', () => ({ by: 'answerId', equals: props.attempt.id }))
  const answer = (): AnswerRow => props.attempt.data
  return (
    <>
      <div role="status">
        <Switch>
          <Match when={answer().state === 'waiting'}>
            <Banner inline tone="info" icon={ClockIcon}>
              {t('tasks.state_waiting')}.{' '}
              <Show
                when={props.task.reviewedBy === 'peers' && (reviews()?.length ?? 0) > 0}
                fallback={t('tasks.waiting_text')}
              >
                {t('tasks.waiting_peers', { n: reviews()!.length, of: props.task.peers })}
              </Show>{' '}
              {props.word}
            </Banner>
          </Match>
          <Match when={answer().state === 'passed'}>
            <Banner inline tone="info" icon={CheckCircleIcon}>
              {t('tasks.passed_text', { n: answer().score ?? 0 })} {props.word}
            </Banner>
          </Match>
          <Match when={answer().state === 'again'}>
            <Banner inline tone="warn">
              {t('tasks.again_text', { n: answer().score ?? 0 })} {props.word}
            </Banner>
          </Match>
        </Switch>
      </div>
      <Shown {...props} />
    </>
  )
}

function Shown(props: TaskProps & { attempt: Attempt }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const reviews = core.feed.rows('task_reviews', () => ({ by: 'answerId', equals: props.attempt.id }))
  const ordered = createMemo((): ReviewRow[] =>
    (reviews() ?? []).map(({ data }) => data).sort((a, b) => b.at - a.at),
  )
  return (
    <article class={styles.answer} aria-label={t('tasks.attempt', { n: props.attempt.data.n })} data-answer>
      <AnswerFacts answer={props.attempt.data} />
      <Written text={props.attempt.data.text} lang={props.course.lang} />
      <For each={ordered()}>
        {(review) => <ReviewView review={review} by={review.by} lang={props.course.lang} />}
      </For>
    </article>
  )
}

/** What is typed is kept on this device until it is handed in. */
function Answer(
  props: TaskProps & {
    last: Attempt | undefined
    entry: ReturnType<ReturnType<typeof useCore>['commands']['entries']>[number] | undefined
  },
): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const key = (): string => `courses.answer.${props.lesson.id}`
  const [text, setText] = createSignal('')
  const [opened, setOpened] = createSignal(false)
  const adding = createAddingPictures()
  const pictures = usePictures(text)
  createEffect(
    on(key, (name) => {
      void core.local.get<string | null>(name).then((kept) => {
        if (kept && text() === '') setText(kept)
      })
    }),
  )
  let timer: ReturnType<typeof setTimeout> | undefined
  let unkept = false
  const keepNow = (): void => {
    clearTimeout(timer)
    if (unkept) void core.local.set(key(), text() === '' ? null : text())
    unkept = false
  }
  onCleanup(keepNow)
  const edit = (now: string): void => {
    setText(now)
    unkept = true
    clearTimeout(timer)
    timer = setTimeout(keepNow, 400)
  }
  const discard = (): void => {
    edit('')
    keepNow()
    setOpened(false)
  }
  const isOpen = (): boolean =>
    opened() || text() !== '' || !props.last || (props.last.data.state === 'again' && !props.entry)
  const isWaiting = (): boolean => props.last?.data.state === 'waiting'
  const handIn = async (): Promise<void> => {
    if (text().trim() === '') return
    const refused = props.entry
    if (refused && needsDecision(refused)) await core.commands.discard(refused.id)
    const written = text()
    await core.commands.send(
      'courses.hand_in',
      {
        courseId: props.course.id,
        lessonId: props.lesson.id,
        answerId: core.newId(),
        after: props.last?.id ?? null,
        text: written,
      },
      { after: picturesBefore(core, written) },
    )
    discard()
  }
  /** What was refused is not lost: it becomes the draft again. */
  const rewrite = async (): Promise<void> => {
    const refused = props.entry
    if (!refused) return
    if (text() === '') edit(refused.input.text as string)
    await core.commands.discard(refused.id)
  }
  return (
    <>
      <Undecided entry={props.entry} onEdit={() => void rewrite()} />
      <Show
        when={isOpen()}
        fallback={
          <div class={exercise.actions}>
            <Button onClick={() => setOpened(true)}>
              {t(isWaiting() ? 'tasks.replace' : 'tasks.write_again')}
            </Button>
          </div>
        }
      >
        <Form class={styles.wide} onSubmit={() => void handIn()}>
          <MarkdownField
            label={t('tasks.your_answer')}
            hint={t(props.task.reviewedBy === 'peers' ? 'tasks.answer_hint_peers' : 'tasks.answer_hint')}
            placeholder={t('tasks.answer_placeholder')}
            maxLength={longestAnswer}
            value={text()}
            onInput={edit}
            labels={editorLabels(t)}
            markdown={{ labels: markdownLabels(t), headingShift: 3, resolveImage: pictures.resolve }}
            onSubmit={() => void handIn()}
            onPictures={adding.add}
          />
          <PicturesWaiting text={text()} />
          <div class={exercise.actions}>
            <Button type="submit" variant="primary" disabled={text().trim() === ''}>
              {t(props.last ? 'tasks.hand_in_again' : 'tasks.hand_in')}
            </Button>
            <Show when={text() !== '' || opened()}>
              <Button variant="quiet" onClick={discard}>
                {t('tasks.discard_draft')}
              </Button>
            </Show>
            <p class={exercise.quiet} aria-live="polite">
              <Switch>
                <Match when={isWaiting()}>{t('tasks.replaces')}</Match>
                <Match when={!core.connection().online}>{t('tasks.offline')}</Match>
              </Switch>
            </p>
          </div>
        </Form>
      </Show>
      <adding.View />
    </>
  )
}
