/** Where one is in a course, and the one next step: go on, enrol, or what it takes to open it. */
import { useLocation } from '@solidjs/router'
import { createMemo, type JSX, Match, Show, Switch } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { LeaseGate } from '#client/parts/lease.tsx'
import { AwardIcon, NextIcon } from '#client/ui/icons.tsx'
import { Button, createConfirm, LinkButton } from '#client/ui/index.ts'
import { holds, isMember } from '#shared/core/viewer.ts'
import { certificatePath } from '#shared/features/course-certificates.ts'
import { progressOf, type Reached } from '#shared/features/course-progress.ts'
import {
  type CourseRow,
  courseItem,
  type EnrolmentRow,
  isToOpen,
  type LessonRow,
  lessonPath,
  lessonRoom,
} from '#shared/features/courses.ts'
import styles from './courses.module.css'
import { useDue } from './due.ts'
import { firstDue } from './find.ts'
import { Locked } from './locked.tsx'
import { Due, LessonDue, Ring, sizeWord, useDay } from './pieces.tsx'
import { TakingPart } from './taking-part.tsx'

export interface StandingProps {
  course: CourseRow
  lessons: readonly LessonRow[]
  open: ReadonlySet<string>
  entitled: boolean
  enrolment: EnrolmentRow | undefined
  reached: ReadonlyMap<string, Reached>
}

export function Standing(props: StandingProps): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const location = useLocation()
  const viewer = core.session.viewer
  const day = useDay()
  const { due: lessonsDue } = useDue(() => props.course.id)
  const progress = createMemo(() => progressOf(props.lessons, props.enrolment, props.reached))
  const toOpen = createMemo(() =>
    props.lessons
      .filter((lesson) => isToOpen(lesson) && props.enrolment?.done[lesson.id] === undefined)
      .sort((a, b) => a.opensAt! - b.opensAt!),
  )
  const isLocked = (): boolean => !props.entitled
  const hasEnded = (): boolean =>
    props.entitled &&
    core.lease.state() !== 'asking' &&
    props.lessons.some((lesson) => !isToOpen(lesson) && !props.open.has(lesson.id))
  const assignments = core.feed.rows('assignments', () => ({ by: 'courseId', equals: props.course.id }))
  const due = createMemo(() =>
    firstDue(
      (assignments() ?? [])
        .map(({ data }) => data)
        .filter((each) => each.to === 'members' || !holds(viewer(), 'owner')),
    ),
  )
  const act = createMemo((): OutboxEntry | undefined => {
    const { id } = props.course
    return core.commands
      .entries()
      .findLast(
        ({ name, input }) => (name === 'courses.enrol' || name === 'courses.leave') && input.courseId === id,
      )
  })
  const enrol = (): void => void core.commands.send('courses.enrol', { courseId: props.course.id })
  return (
    <>
      <Show when={isLocked()}>
        <Locked course={props.course} title={t('courses.locked_course')} />
      </Show>
      <Show when={hasEnded()}>
        <LeaseGate opening={props.course.opening} item={courseItem(props.course.id)}>
          {null}
        </LeaseGate>
      </Show>
      <Show when={!isLocked() || props.enrolment}>
        <div class={styles.standing}>
          <Show when={props.enrolment || progress().done > 0}>
            <div class={styles.standingHead}>
              <Ring progress={progress()} />
              <div>
                <p class={styles.standingWord}>
                  <Switch
                    fallback={t('courses.progress', { done: progress().done, count: progress().lessons })}
                  >
                    <Match when={progress().lessons > 0 && progress().done === progress().lessons}>
                      {t('courses.all_done')}
                    </Match>
                  </Switch>
                </p>
                <Show when={props.enrolment?.completedAt}>
                  {(at) => <p class={styles.quiet}>{t('courses.completed_on', { date: day(at()) })}</p>}
                </Show>
                <Show when={due()}>
                  {(assignment) => (
                    <Due dueAt={assignment().dueAt} completedAt={props.enrolment?.completedAt ?? null} />
                  )}
                </Show>
              </div>
            </div>
          </Show>
          <Switch>
            <Match when={!isMember(viewer())}>
              <LinkButton
                wide
                variant="primary"
                href={`/sign-in?then=${encodeURIComponent(location.pathname)}`}
              >
                {t('courses.sign_in_enrol')}
              </LinkButton>
            </Match>
            <Match when={!props.enrolment && props.course.published && !isLocked()}>
              <Button wide variant="primary" onClick={enrol}>
                {t('courses.enrol')}
              </Button>
            </Match>
          </Switch>
          <Show
            when={progress().next}
            fallback={
              <Show when={toOpen()[0]}>
                {(lesson) => (
                  <div class={styles.next}>
                    <p class={styles.quiet}>{t('courses.next')}</p>
                    <p class={styles.nextTitle} lang={props.course.lang}>
                      {lesson().title}
                    </p>
                    <p class={styles.quiet}>
                      {t('courses.opens_at', { date: date(lesson().opensAt!, 'full') })}
                    </p>
                  </div>
                )}
              </Show>
            }
          >
            {(next) => (
              <div class={styles.next}>
                <p class={styles.quiet}>{t('courses.next')}</p>
                <p class={styles.nextTitle} lang={props.course.lang}>
                  {next().lesson.title}
                </p>
                <Show when={lessonsDue().get(next().lesson.id)}>
                  {(at) => (
                    <p class={styles.nextDue}>
                      <LessonDue at={at()} />
                    </p>
                  )}
                </Show>
                <LinkButton
                  wide
                  variant={props.enrolment ? 'primary' : 'secondary'}
                  href={lessonPath(props.course, next().lesson)}
                  aria-label={t(
                    next().begun || progress().done > 0 ? 'courses.continue_with' : 'courses.start_with',
                    { title: next().lesson.title },
                  )}
                >
                  {t(next().begun || progress().done > 0 ? 'courses.continue' : 'courses.start')}
                  <NextIcon />
                </LinkButton>
              </div>
            )}
          </Show>
          <Show when={act()}>
            {(entry) => <Show when={!needsDecision(entry())}>{<ActWord entry={entry()} />}</Show>}
          </Show>
          <Undecided entry={act()} />
          <Show when={props.enrolment?.completedAt}>
            <Certified courseId={props.course.id} />
          </Show>
          <Show when={props.course.published}>
            <TakingPart {...props} />
          </Show>
          <Kept {...props} />
          <Show when={props.entitled && props.course.published}>
            <Panel
              name="library.keep"
              item={courseItem(props.course.id)}
              rooms={props.lessons.map((lesson) => lessonRoom(lesson.id))}
            />
          </Show>
          <Show when={props.enrolment}>
            <Leave courseId={props.course.id} />
          </Show>
        </div>
      </Show>
    </>
  )
}

/** The way to the certificate; what was completed before there were any asks for one. */
function Certified(props: { courseId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const rows = core.feed.rows('certificates', () => ({ by: 'courseId', equals: props.courseId }))
  const entry = createMemo(() => {
    const wanted = props.courseId
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.claim_certificate' && input.courseId === wanted)
  })
  return (
    <Switch>
      <Match when={rows()?.[0]}>
        {(row) => (
          <LinkButton wide href={certificatePath(row().id)}>
            <AwardIcon />
            {t('certificates.yours')}
          </LinkButton>
        )}
      </Match>
      <Match when={entry()}>
        {(claim) => (
          <>
            <ActWord entry={claim()} />
            <Undecided entry={claim()} />
          </>
        )}
      </Match>
      <Match when={rows()}>
        <Button
          wide
          onClick={() => void core.commands.send('courses.claim_certificate', { courseId: props.courseId })}
        >
          <AwardIcon />
          {t('certificates.claim')}
        </Button>
      </Match>
    </Switch>
  )
}

/** What of it can be read without a network, and how much room that takes. */
function Kept(props: StandingProps): JSX.Element {
  const core = useCore()
  const { t, number } = useI18n()
  const rooms = createMemo(() =>
    props.lessons.map((lesson) => lessonRoom(lesson.id)).filter((room) => core.library.kept().has(room)),
  )
  /** Of what has opened, and is to be read. */
  const isWhole = (): boolean =>
    props.lessons.every(
      (lesson) => isToOpen(lesson) || lesson.words === 0 || core.library.kept().has(lessonRoom(lesson.id)),
    )
  const size = (): string => sizeWord(core.library.bytesOf(rooms()), number)
  return (
    <p class={styles.quiet}>
      <Switch fallback={t(props.enrolment ? 'courses.offline_not_yet' : 'courses.offline_none')}>
        <Match when={rooms().length > 0 && isWhole()}>{t('courses.offline_all', { size: size() })}</Match>
        <Match when={rooms().length > 0}>
          {t('courses.offline_part', { count: rooms().length, size: size() })}
        </Match>
      </Switch>
    </p>
  )
}

function Leave(props: { courseId: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const leave = async (): Promise<void> => {
    const sure = await confirm.ask({
      title: t('courses.leave_ask'),
      text: t('courses.leave_text'),
      confirm: t('courses.leave'),
      cancel: t('courses.cancel'),
    })
    if (sure) await core.commands.send('courses.leave', { courseId: props.courseId })
  }
  return (
    <>
      <div class={styles.leave}>
        <Button small variant="quiet" onClick={() => void leave()}>
          {t('courses.leave')}
        </Button>
      </div>
      <confirm.View />
    </>
  )
}
