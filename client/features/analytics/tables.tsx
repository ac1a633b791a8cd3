/** Figures that are lists: who stays, courses, events, open questions, the server. */
import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { type Column, List, ListRow, Muted, Section, Table, Time } from '#client/ui/index.ts'
import { type Figures, leastGroup } from '#shared/features/analytics.ts'

function Figured<R>(props: {
  title: string
  hint: string
  columns: Column<R>[]
  rows: readonly R[]
}): JSX.Element {
  const { t } = useI18n()
  return (
    <Section title={props.title} hint={props.hint}>
      <Show when={props.rows.length > 0} fallback={<Muted>{t('analytics.nothing')}</Muted>}>
        <Table label={props.title} columns={props.columns} rows={props.rows} />
      </Show>
    </Section>
  )
}

export function Courses(props: { courses: Figures['courses'] }): JSX.Element {
  const { t, number } = useI18n()
  return (
    <Figured
      title={t('analytics.courses')}
      hint={t('analytics.courses_text')}
      rows={props.courses}
      columns={[
        { head: t('analytics.course'), cell: (one) => one.title },
        { head: t('analytics.course_enrolled'), cell: (one) => number(one.enrolled) },
        { head: t('analytics.course_half'), cell: (one) => number(one.half) },
        { head: t('analytics.course_done'), cell: (one) => number(one.done) },
      ]}
    />
  )
}

export function Events(props: { events: Figures['events'] }): JSX.Element {
  const { t, number, date } = useI18n()
  return (
    <Figured
      title={t('analytics.events')}
      hint={t('analytics.events_text')}
      rows={props.events}
      columns={[
        { head: t('analytics.event'), cell: (one) => one.title },
        { head: t('analytics.day'), cell: (one) => date(one.start, 'day') },
        { head: t('analytics.event_going'), cell: (one) => number(one.going) },
        { head: t('analytics.event_attended'), cell: (one) => number(one.attended) },
      ]}
    />
  )
}

export function Retention(props: { cohorts: Figures['retention'] }): JSX.Element {
  const { t, number, date } = useI18n()
  const weeks = (): number[] =>
    Array.from({ length: Math.max(0, ...props.cohorts.map((one) => one.shares.length)) }, (_, index) => index)
  const said = (share: number | null | undefined): string => {
    if (share === undefined) return ''
    return share === null ? t('analytics.too_few') : `${Math.round(share * 100)}%`
  }
  return (
    <Figured
      title={t('analytics.retention')}
      hint={t('analytics.retention_text', { count: leastGroup })}
      rows={props.cohorts}
      columns={[
        {
          head: t('analytics.retention_week'),
          cell: (one) => date(Date.parse(`${one.week}T12:00:00Z`), 'day'),
        },
        { head: t('analytics.retention_size'), cell: (one) => number(one.size) },
        ...weeks().map((week) => ({
          head: t('analytics.retention_after', { count: week + 1 }),
          cell: (one: Figures['retention'][number]) => said(one.shares[week]),
        })),
      ]}
    />
  )
}

export function Unanswered(props: { questions: Figures['unanswered'] }): JSX.Element {
  const { t, lang } = useI18n()
  return (
    <Section title={t('analytics.unanswered')} hint={t('analytics.unanswered_text')}>
      <Show when={props.questions.length > 0} fallback={<Muted>{t('analytics.unanswered_none')}</Muted>}>
        <List label={t('analytics.unanswered')}>
          <For each={props.questions}>
            {(question) => (
              <ListRow
                href={`/discuss/${question.id}`}
                title={question.title}
                meta={<Time at={question.askedAt} locale={lang()} />}
              />
            )}
          </For>
        </List>
      </Show>
    </Section>
  )
}

export function Health(props: { health: Figures['health'] }): JSX.Element {
  const { t, number } = useI18n()
  return (
    <Figured
      title={t('analytics.health')}
      hint={t('analytics.health_text')}
      rows={Object.entries(props.health)}
      columns={[
        { head: '', cell: ([name]) => <code>{name}</code> },
        { head: '', cell: ([, value]) => number(value) },
      ]}
    />
  )
}
