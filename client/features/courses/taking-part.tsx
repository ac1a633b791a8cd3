/** The cohorts of a course, for those who take it: joining one, and what is due when. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, needsDecision, Undecided } from '#client/parts/act.tsx'
import { saveBlob } from '#client/parts/save-blob.ts'
import { CalendarAddIcon } from '#client/ui/icons.tsx'
import { Badge, Button, Muted, Row } from '#client/ui/index.ts'
import { dueCalendar, openDue } from '#shared/features/course-cohorts.ts'
import { type CourseRow, type EnrolmentRow, type LessonRow, lessonPath } from '#shared/features/courses.ts'
import styles from './cohorts.module.css'
import { useDue } from './due.ts'
import { useDay } from './pieces.tsx'

export function TakingPart(props: {
  course: CourseRow
  lessons: readonly LessonRow[]
  enrolment: EnrolmentRow | undefined
  entitled: boolean
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const day = useDay()
  const rows = core.feed.rows('cohorts', () => ({ by: 'courseId', equals: props.course.id }))
  const memberId = (): string => core.session.viewer().id ?? ''
  const { due, mine } = useDue(() => props.course.id)
  const open = createMemo(() => openDue(props.lessons, due(), props.enrolment?.done ?? {}))
  const now = (): number => Date.now() + core.session.clockOffset()
  const late = (): number => open().filter(({ at }) => at < now()).length
  const shown = createMemo(() =>
    (rows() ?? []).filter(({ id, data }) => mine().has(id) || (data.joining === 'open' && props.entitled)),
  )
  const entry = createMemo(() => {
    const { id } = props.course
    return core.commands
      .entries()
      .findLast(({ name, input }) => name === 'courses.set_cohort_member' && input.courseId === id)
  })
  const set = (id: string, on: boolean): void =>
    void core.commands.send('courses.set_cohort_member', {
      id,
      courseId: props.course.id,
      memberId: memberId(),
      on,
    })
  const download = (): void => {
    const entries = open().map(({ lesson, at }) => ({
      id: lesson.id,
      title: `${props.course.title}: ${lesson.title}`,
      at,
      url: new URL(lessonPath(props.course, lesson), location.origin).href,
    }))
    saveBlob(
      new Blob([dueCalendar(entries, props.course.title, Date.now())], { type: 'text/calendar' }),
      `${props.course.slug}.ics`,
    )
  }
  return (
    <Show when={memberId() !== '' && shown().length > 0}>
      <ul class={styles.list} aria-label={t('cohorts.title')}>
        <For each={shown()}>
          {(row) => (
            <li class={styles.cohort} data-cohort>
              <div class={styles.cohortText}>
                <strong>{row.data.name}</strong>
                <Muted>
                  {t(row.data.startsAt > now() ? 'cohorts.starts' : 'cohorts.started', {
                    date: day(row.data.startsAt),
                  })}
                </Muted>
              </div>
              <div>
                <Show
                  when={mine().has(row.id)}
                  fallback={
                    <Button
                      small
                      aria-label={t('cohorts.join', { name: row.data.name })}
                      onClick={() => set(row.id, true)}
                    >
                      {t('cohorts.join_word')}
                    </Button>
                  }
                >
                  <Button
                    small
                    variant="quiet"
                    aria-label={t('cohorts.leave', { name: row.data.name })}
                    onClick={() => set(row.id, false)}
                  >
                    {t('cohorts.leave_word')}
                  </Button>
                </Show>
              </div>
            </li>
          )}
        </For>
      </ul>
      <Show when={open().length > 0}>
        <Row gap="snug">
          <Show when={late() > 0}>
            <Badge tone="danger">{t('cohorts.behind', { count: late() })}</Badge>
          </Show>
          <Button small onClick={download}>
            <CalendarAddIcon />
            {t('cohorts.calendar')}
          </Button>
        </Row>
      </Show>
      <Show when={!needsDecision(entry())}>
        <ActWord entry={entry()} />
      </Show>
      <Undecided entry={entry()} />
    </Show>
  )
}
