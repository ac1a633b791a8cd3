import { useParams } from '@solidjs/router'
import { createEffect, createMemo, For, type JSX, Show } from 'solid-js'
import { useAddress } from '#client/core/address.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { markdownLabels } from '#client/parts/labels.ts'
import { AlertIcon, CalendarCheckIcon, ExternalIcon, GroupIcon, StarIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Banner,
  Button,
  EmptyState,
  LinkButton,
  Markdown,
  Meta,
  Page,
  Row,
  Skeleton,
} from '#client/ui/index.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import {
  dayToShow,
  type Filter,
  type Group,
  grouped,
  hourOfDay,
  keptGroups,
  matches,
  searchable,
} from './agenda.ts'
import { AgendaFilters, type Choice, noFilter, type Query } from './agenda-filters.tsx'
import { CalendarMenu } from './calendar.tsx'
import { dayRange, goingWord, useClock, zoneName } from './clock.ts'
import styles from './events.module.css'
import { FeedbackCard } from './feedback-card.tsx'
import { useEvent, useNow, useRuns } from './find.ts'
import { OutlookCard } from './outlook.tsx'
import { usePlans } from './plans.ts'
import { Programme } from './programme.tsx'
import { SeatCard } from './seat-card.tsx'
import { takeVisited } from './visited.ts'

export function EventPage(): JSX.Element {
  const { t } = useI18n()
  const params = useParams<{ slug: string }>()
  const event = useEvent(() => params.slug)
  useTitle(() => event()?.title ?? t('events.title'))
  return (
    <Show
      when={event()}
      fallback={
        <Show
          when={event() === null}
          fallback={
            <Page width="wide" back={{ href: '/events', label: t('events.back') }}>
              <Skeleton label={t('events.loading')} lines={8} />
            </Page>
          }
        >
          <Page
            title={t('events.not_found')}
            lead={t('events.not_found_event_text')}
            back={{ href: '/events', label: t('events.back') }}
          />
        </Show>
      }
    >
      {(found) => <Agenda event={found()} />}
    </Show>
  )
}

const nothing: ReadonlySet<string> = new Set()

function Agenda(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const [query, setQuery] = useAddress<Query>()
  const rows = core.feed.rows('sessions', () => ({ by: 'eventId', equals: props.event.id }))
  const sessions = createMemo((): SessionRow[] => (rows() ?? []).map((row) => row.data))
  const plans = usePlans(
    () => props.event.id,
    () => sessions(),
  )
  const clock = useClock(() => props.event.timeZone)
  const now = useNow()
  const runs = useRuns(() => props.event.id)
  /** With a schedule came one that all may come to: it is said with one button. */
  const isSimple = (): boolean => !props.event.opening && !props.event.capacity
  const running = (): boolean => now() >= props.event.start && now() < props.event.end
  const past = (): boolean => now() >= props.event.end

  const filter = createMemo((): Filter => {
    const mine = query.mine === '1'
    const text = query.q ?? ''
    // One's own schedule and what was searched are looked for on every day.
    const asked = query.day ?? (mine || text !== '' ? '' : dayToShow(props.event, now()))
    const day = asked === 'all' ? '' : asked
    const hours = Number(query.from)
    return {
      day,
      from: day === '' || !hours ? 0 : hourOfDay(day, hours, props.event.timeZone),
      room: query.room ?? '',
      track: query.track ?? '',
      mine,
      text,
    }
  })
  const haystacks = new Map<SessionRow, string>()
  const haystack = (session: SessionRow): string => {
    let text = haystacks.get(session)
    if (text === undefined) {
      text = searchable(session)
      haystacks.set(session, text)
    }
    return text
  }
  const found = createMemo(() => {
    const wanted = filter()
    const saved = wanted.mine ? plans.saved() : nothing
    return sessions().filter((session) => matches(session, wanted, saved, haystack))
  })
  const groups = createMemo(
    (before: readonly Group[]) => keptGroups(before, grouped(found(), props.event)),
    [],
  )
  const filtered = (): boolean =>
    [query.from, query.room, query.track, query.mine, query.q].some((value) => (value ?? '') !== '')
  const choose = (change: Choice): void => setQuery(change, { replace: true })
  // A day is where one is, not what was left out.
  const clear = (): void => choose({ ...noFilter, day: query.day })
  let top!: HTMLDivElement
  /** Another day begins at its beginning, however far down the last one had been read. */
  const chooseDay = (day: string): void => {
    choose({ day, from: undefined })
    if (top.getBoundingClientRect().top < 0) top.scrollIntoView()
  }
  const mySessions = createMemo(() => sessions().filter((session) => plans.saved().has(session.id)))
  // What stands in the card of one's seat is not said twice.
  const undecided = createMemo(() =>
    [...plans.acts()].filter(([id]) => isSimple() || id !== props.event.id).map(([, entry]) => entry),
  )
  const jumpToNow = (): void => {
    choose(noFilter)
    requestAnimationFrame(() => document.getElementById('now')?.scrollIntoView({ block: 'center' }))
  }

  createEffect(() => void core.behaviour.seen(`event:${props.event.id}`, 1))
  createEffect(() => {
    if (groups().length === 0) return
    const visited = takeVisited(props.event.id)
    if (visited)
      requestAnimationFrame(() =>
        document.getElementById(`s-${visited}`)?.scrollIntoView({ block: 'center' }),
      )
  })

  return (
    <Page
      width="wide"
      title={props.event.title}
      back={{ href: '/events', label: t('events.back') }}
      actions={
        <Show when={runs()}>
          <LinkButton href={`/events/${props.event.slug}/staff`}>
            <GroupIcon />
            {t('events.run')}
          </LinkButton>
        </Show>
      }
      lead={
        <>
          <Meta>
            <Show when={props.event.state === 'draft'}>
              <Badge tone="info">{t('events.draft')}</Badge>
            </Show>
            <Show when={props.event.state === 'cancelled'}>
              <Badge tone="danger">{t('events.cancelled')}</Badge>
            </Show>
            <span>{dayRange(props.event.days, lang())}</span>
            <Show when={props.event.days.length === 1 && props.event.opening}>
              <span>{clock.span(props.event.start, props.event.end)}</span>
              <Show when={clock.yours(props.event.start)}>
                {(yours) => <span>{t('events.your_time', { time: yours() })}</span>}
              </Show>
            </Show>
            <Show when={props.event.online}>
              <span>{t('events.online')}</span>
            </Show>
            <Show when={props.event.place}>
              <span>{props.event.place}</span>
            </Show>
            <Show when={props.event.going > 0}>
              <span>{t(goingWord(props.event, past()), { count: props.event.going })}</span>
            </Show>
            <Show when={sessions().length > 0}>
              <span>{t('events.sessions', { count: sessions().length })}</span>
            </Show>
            <Show when={clock.differs(props.event.start)}>
              <span>{t('events.zone_venue', { zone: zoneName(props.event.timeZone, lang()) })}</span>
            </Show>
          </Meta>
        </>
      }
    >
      <Show when={!isSimple()}>
        <SeatCard event={props.event} />
      </Show>
      <FeedbackCard event={props.event} />
      <Row>
        <Show when={plans.member() && isSimple()}>
          <Button
            variant={plans.going() ? 'soft' : past() ? 'secondary' : 'primary'}
            aria-pressed={plans.going()}
            onClick={() => plans.rsvp(props.event.id, !plans.going())}
          >
            <CalendarCheckIcon />
            {t(rsvpWord(plans.going(), past()))}
          </Button>
          <ActWord entry={plans.acts().get(props.event.id)} />
        </Show>
        <Show when={plans.member()}>
          <CalendarMenu event={props.event} sessions={mySessions()} going={plans.going()} />
        </Show>
        <Show when={props.event.url}>
          {(url) => (
            <LinkButton variant="quiet" href={url()} target="_blank" rel="noopener noreferrer">
              <ExternalIcon />
              {t('events.website')}
            </LinkButton>
          )}
        </Show>
      </Row>
      <Panel name="planning.of_event" event={props.event} />
      <Show when={runs()}>
        <OutlookCard event={props.event} />
      </Show>
      <Show when={props.event.description}>
        <Markdown text={props.event.description} labels={markdownLabels(t)} size="post" headingShift={1} />
      </Show>
      <For each={undecided()}>{(entry) => <Undecided entry={entry} />}</For>
      <Show when={!props.event.opening || sessions().length > 0}>
        <div class={styles.agenda} ref={top}>
          <AgendaFilters
            event={props.event}
            sessions={sessions()}
            filter={filter()}
            from={query.from ?? ''}
            starred={plans.member() ? mySessions().length : undefined}
            clock={clock}
            onChoose={choose}
            onDay={chooseDay}
            onNow={running() ? jumpToNow : undefined}
          />
          <p class={styles.found} aria-live="polite">
            <Show when={filtered()}>
              {t('events.found', { count: found().length })}{' '}
              <Button small variant="quiet" onClick={clear}>
                {t('events.filters_clear')}
              </Button>
            </Show>
          </p>
          <Show when={filter().mine && plans.clashing().size > 0}>
            <Banner inline tone="warn" icon={AlertIcon}>
              {t('events.clashes_count', { count: plans.clashing().size })}
            </Banner>
          </Show>
          <Show when={rows()} fallback={<Skeleton label={t('events.loading')} lines={10} />}>
            <Show
              when={groups().length > 0}
              fallback={
                <Show
                  when={filter().mine && plans.saved().size === 0}
                  fallback={
                    <EmptyState
                      title={t('events.nothing')}
                      actions={<Button onClick={clear}>{t('events.filters_clear')}</Button>}
                    >
                      {t('events.nothing_text')}
                    </EmptyState>
                  }
                >
                  <EmptyState icon={StarIcon} title={t('events.mine_none')}>
                    {t('events.mine_none_text')}
                  </EmptyState>
                </Show>
              }
            >
              <Programme
                event={props.event}
                groups={groups()}
                manyDays={filter().day === '' && props.event.days.length > 1}
                now={now()}
                clock={clock}
                plans={plans}
              />
            </Show>
          </Show>
        </div>
      </Show>
      <Panel name="discussions.under" subject={`event:${props.event.id}`} title={props.event.title} />
    </Page>
  )
}

function rsvpWord(going: boolean, past: boolean) {
  if (past) return going ? 'events.rsvp_set_past' : 'events.rsvp_past'
  return going ? 'events.rsvp_set' : 'events.rsvp'
}
