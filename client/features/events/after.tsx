/** Afterwards: who came and who did not, as figures and as a file, and what people said. */
import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { DownloadIcon } from '#client/ui/icons.tsx'
import { Button, Card, Muted, Section, Stat } from '#client/ui/index.ts'
import { toCsv } from '#shared/features/csv.ts'
import { type FeedbackRow, leastAnswers } from '#shared/features/event-seats.ts'
import { type EventRow, planId } from '#shared/features/events.ts'
import { download, fileName } from './download.ts'
import { useNow } from './find.ts'
import { wallOf } from './form-state.ts'
import { RunPage } from './run-page.tsx'
import styles from './running.module.css'

export function AfterPage(): JSX.Element {
  return (
    <RunPage tab="after">
      {(event) => (
        <>
          <Attendance event={event()} />
          <Heard event={event()} />
        </>
      )}
    </RunPage>
  )
}

function Attendance(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const now = useNow()
  const people = core.feed.rows('attendees', () => ({ by: 'eventId', equals: props.event.id }))
  const rows = core.feed.rows('check_ins', () => ({ by: 'eventId', equals: props.event.id }))
  const going = createMemo(() =>
    (people() ?? [])
      .map(({ data }) => data)
      .filter((row) => row.subjectId === props.event.id && row.status === 'going')
      .sort((a, b) => a.name.localeCompare(b.name)),
  )
  const came = createMemo(() => new Set((rows() ?? []).map(({ id }) => id)))
  const isHere = (memberId: string): boolean => came().has(planId(memberId, props.event.id))
  const absent = createMemo(() => going().filter((row) => !isHere(row.memberId)))
  const without = createMemo(() => (rows() ?? []).filter(({ data }) => data.walkIn))
  function exportCsv(): void {
    const time = (at: number): string => wallOf(at, props.event.timeZone).replace('T', ' ')
    const head = [t('events.col_name'), t('events.col_state'), t('events.col_time')]
    const lines = [
      ...(rows() ?? []).map(({ data }) => [
        data.name,
        t(data.walkIn ? 'events.without_ticket' : 'events.was_here'),
        time(data.at),
      ]),
      ...absent().map((row) => [row.name, t('events.was_absent'), '']),
    ]
    const name = t('events.attendance_file', { title: props.event.title })
    download(toCsv([head, ...lines]), 'text/csv', `${fileName(name)}.csv`)
  }
  return (
    <Section
      title={t('events.attendance')}
      hint={now() < props.event.start ? t('events.attendance_early') : undefined}
      action={
        <Button small onClick={exportCsv}>
          <DownloadIcon />
          {t('events.export')}
        </Button>
      }
    >
      <div class={styles.stats}>
        <Stat label={t('events.signed_up')} value={going().length} />
        <Stat label={t('events.was_here')} value={came().size} />
        <Stat label={t('events.was_absent')} value={absent().length} />
        <Stat label={t('events.without_ticket')} value={without().length} />
      </div>
      <Show when={absent().length > 0 && now() > props.event.end}>
        <details class={styles.more}>
          <summary>{t('events.absent_who', { count: absent().length })}</summary>
          <p>
            {absent()
              .map((row) => row.name)
              .join(' · ')}
          </p>
        </details>
      </Show>
    </Section>
  )
}

function Heard(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const rows = core.feed.rows('feedback', () => ({ by: 'eventId', equals: props.event.id }))
  const sessions = core.feed.rows('sessions', () => ({ by: 'eventId', equals: props.event.id }))
  const titleOf = (subjectId: string): string =>
    subjectId === props.event.id
      ? t('events.whole_event')
      : (sessions()?.find(({ id }) => id === subjectId)?.data.title ?? '')
  /** The whole event first. */
  const sorted = createMemo(() => {
    const { id } = props.event
    const all = (rows() ?? []).map(({ data }) => data)
    return [...all.filter((row) => row.subjectId === id), ...all.filter((row) => row.subjectId !== id)]
  })
  return (
    <Section title={t('events.feedback')} hint={t('events.feedback_hint', { count: leastAnswers })}>
      <For each={sorted()} fallback={<Muted>{t('events.feedback_none')}</Muted>}>
        {(row) => <Summary row={row} title={titleOf(row.subjectId)} />}
      </For>
    </Section>
  )
}

function Summary(props: { row: FeedbackRow; title: string }): JSX.Element {
  const { t, number } = useI18n()
  const average = (): number =>
    props.row.ratings.reduce((sum, count, i) => sum + count * (i + 1), 0) / props.row.count
  return (
    <Card
      title={props.title}
      meta={
        <>
          <span>{t('events.feedback_average', { n: number(Math.round(average() * 10) / 10) })}</span>
          <span>{t('events.feedback_count', { count: props.row.count })}</span>
        </>
      }
    >
      <dl class={styles.bars}>
        <For each={props.row.ratings.map((count, i) => ({ count, stars: i + 1 })).reverse()}>
          {({ count, stars }) => (
            <div>
              <dt>{t('events.feedback_stars', { count: stars })}</dt>
              <dd>
                <meter min="0" max={props.row.count} value={count} class={styles.bar} aria-hidden="true" />
                {number(count)}
              </dd>
            </div>
          )}
        </For>
      </dl>
      <Show when={props.row.texts.length > 0}>
        <ul class={styles.texts}>
          <For each={props.row.texts}>
            {({ text, name }) => (
              <li>
                {text}
                <Show when={name}>
                  <span class={styles.hint}> {name}</span>
                </Show>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </Card>
  )
}
