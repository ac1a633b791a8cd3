import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { CalendarCheckIcon, CalendarIcon } from '#client/ui/icons.tsx'
import { EmptyState, List, ListRow, Page, Section, Skeleton } from '#client/ui/index.ts'
import type { EventRow } from '#shared/features/events.ts'
import { dayRange } from './clock.ts'

export function ListPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('events.title'))
  const rows = core.feed.rows('events', () => ({ by: 'start' }))
  const now = Date.now() + core.session.clockOffset()
  const events = createMemo(() => (rows() ?? []).map((row) => row.data))
  const parts = createMemo(() => [
    { title: t('events.running'), events: events().filter((event) => event.start <= now && event.end > now) },
    { title: t('events.upcoming'), events: events().filter((event) => event.start > now) },
    {
      title: t('events.past'),
      events: events()
        .filter((event) => event.end <= now)
        .toReversed(),
    },
  ])
  return (
    <Page title={t('events.title')} lead={t('events.lead')} actions={<Panel name="planning.of_events" />}>
      <Show
        when={rows() && (core.feed.ready() || events().length > 0)}
        fallback={<Skeleton label={t('events.loading')} lines={5} />}
      >
        <Show
          when={events().length > 0}
          fallback={
            <EmptyState icon={CalendarIcon} title={t('events.none')}>
              {t('events.none_text')}
            </EmptyState>
          }
        >
          <For each={parts()}>
            {(part) => (
              <Show when={part.events.length > 0}>
                <Section title={part.title}>
                  <List>
                    <For each={part.events}>
                      {(event) => <EventItem event={event} past={event.end <= now} />}
                    </For>
                  </List>
                </Section>
              </Show>
            )}
          </For>
        </Show>
      </Show>
    </Page>
  )
}

function EventItem(props: { event: EventRow; past: boolean }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const plans = core.feed.rows('plans', () => ({ by: 'subjectId', equals: props.event.id }))
  const going = (): boolean => (plans()?.length ?? 0) > 0
  return (
    <ListRow
      href={`/events/${props.event.slug}`}
      start={
        <Show when={going()} fallback={<CalendarIcon />}>
          {<CalendarCheckIcon />}
        </Show>
      }
      title={props.event.title}
      meta={
        <>
          <span>{dayRange(props.event.days, lang())}</span>
          <Show when={props.event.place}>
            <span>{props.event.place}</span>
          </Show>
          <Show when={props.event.going > 0}>
            <span>{t(props.past ? 'events.went' : 'events.going', { count: props.event.going })}</span>
          </Show>
          <Show when={going()}>
            <span>{t(props.past ? 'events.rsvp_set_past' : 'events.rsvp_set')}</span>
          </Show>
        </>
      }
    />
  )
}
