import { createMemo, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel, panelOf } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { CalendarIcon, PlusIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  DayMark,
  EmptyState,
  LinkButton,
  List,
  ListRow,
  Page,
  Section,
  Skeleton,
} from '#client/ui/index.ts'
import { seatsLeft } from '#shared/features/event-seats.ts'
import { canOrganise, type EventRow } from '#shared/features/events.ts'
import { dayRange, goingWord, leafOf, useClock } from './clock.ts'
import { useSeat } from './find.ts'

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
    <Page
      title={t('events.title')}
      lead={t('events.lead')}
      actions={
        <>
          <Panel name="planning.of_events" blank={{ label: t('events.new'), href: '/events/new' }} />
          <Show when={canOrganise(core.session.viewer()) && !panelOf(core, 'planning.of_events')}>
            <LinkButton variant="primary" href="/events/new">
              <PlusIcon />
              {t('events.new')}
            </LinkButton>
          </Show>
        </>
      }
    >
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
  const seat = useSeat(() => props.event.id)
  const going = (): boolean => (plans()?.length ?? 0) > 0
  const clock = useClock(() => props.event.timeZone)
  /** The leaf before it says the day of what is to come. */
  const when = (): string => {
    const { days, start, end, opening } = props.event
    if (props.past || days.length > 1 || !opening) return dayRange(days, lang())
    return `${clock.weekday(start)} ${clock.span(start, end)}`
  }
  /** Whoever has a seat need not know. */
  const isFull = (): boolean => seatsLeft(props.event) === 0 && !props.past && !going()
  return (
    <ListRow
      href={`/events/${props.event.slug}`}
      start={
        <DayMark
          {...leafOf(props.event.days[0] ?? '', lang())}
          chosen={going() && !props.past}
          past={props.past}
        />
      }
      title={props.event.title}
      meta={
        <>
          <span>{when()}</span>
          <Show when={props.event.place || props.event.online}>
            <span>{props.event.place || t('events.online')}</span>
          </Show>
          <Show when={props.event.going > 0}>
            <span>{t(goingWord(props.event, props.past), { count: props.event.going })}</span>
          </Show>
          <Show when={going()}>
            <span>
              {t(
                props.past && !props.event.opening
                  ? 'events.rsvp_set_past'
                  : props.past
                    ? 'events.seat_was'
                    : 'events.rsvp_set',
              )}
            </span>
          </Show>
          <Show when={seat.row()?.status === 'waiting' && !props.past}>
            <Badge tone="info">{t('events.seat_waiting')}</Badge>
          </Show>
          <Show when={seat.row()?.status === 'offered' && !props.past}>
            <Badge tone="accent">{t('events.seat_offered')}</Badge>
          </Show>
          <Show when={isFull() && props.event.state !== 'cancelled'}>
            <Badge tone="warn">{t('events.full')}</Badge>
          </Show>
          <Show when={props.event.state === 'draft'}>
            <Badge tone="info">{t('events.draft')}</Badge>
          </Show>
          <Show when={props.event.state === 'cancelled'}>
            <Badge tone="danger">{t('events.cancelled')}</Badge>
          </Show>
        </>
      }
    />
  )
}
