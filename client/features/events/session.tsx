import { useParams } from '@solidjs/router'
import { createEffect, createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { markdownLabels } from '#client/parts/labels.ts'
import { SaveButton } from '#client/parts/save-button.tsx'
import { AlertIcon, CalendarAddIcon, ExternalIcon } from '#client/ui/icons.tsx'
import { Banner, Button, LinkButton, Markdown, Page, Row, Skeleton } from '#client/ui/index.ts'
import { clashes, type EventRow, type SessionRow } from '#shared/features/events.ts'
import { languageNames, useClock, zoneName } from './clock.ts'
import { downloadCalendar } from './download.ts'
import styles from './events.module.css'
import { FeedbackCard } from './feedback-card.tsx'
import { usePlans } from './plans.ts'
import { SeatCard } from './seat-card.tsx'
import { Star } from './star.tsx'
import { setVisited } from './visited.ts'

export function SessionPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ slug: string; session: string }>()
  const row = core.feed.row('sessions', () => params.session)
  const event = core.feed.row('events', () => row()?.data.eventId)
  useTitle(() => row()?.data.title ?? t('events.title'))
  const both = createMemo(() => {
    const session = row()?.data
    const of = event()?.data
    return session && of ? { session, event: of } : undefined
  })
  return (
    <Show
      when={both()}
      fallback={
        <Show
          when={row() === null && core.feed.ready()}
          fallback={
            <Page width="text" back={{ href: `/events/${params.slug}`, label: t('events.back_to') }}>
              <Skeleton label={t('events.loading')} lines={6} />
            </Page>
          }
        >
          <Page
            width="text"
            title={t('events.not_found_session')}
            lead={t('events.not_found_text')}
            back={{ href: `/events/${params.slug}`, label: t('events.back_to') }}
          />
        </Show>
      }
    >
      {(found) => <Session session={found().session} event={found().event} />}
    </Show>
  )
}

function Session(props: { session: SessionRow; event: EventRow }): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const clock = useClock(() => props.event.timeZone)
  const rows = core.feed.rows('sessions', () => ({ by: 'eventId', equals: props.event.id }))
  const all = createMemo(() => (rows() ?? []).map((row) => row.data))
  const plans = usePlans(
    () => props.event.id,
    () => all(),
  )
  const others = createMemo(() =>
    clashes(
      props.session,
      all().filter((session) => plans.saved().has(session.id)),
    ),
  )
  const act = (): ReturnType<ReturnType<typeof plans.acts>['get']> => plans.acts().get(props.session.id)
  const [failed, setFailed] = createSignal(false)
  createEffect(() => {
    setVisited(props.event.id, props.session.id)
    void core.behaviour.seen(`session:${props.session.id}`, 1)
  })
  const download = (): void => {
    downloadCalendar([props.session], props.event, props.session.title).catch(() => setFailed(true))
  }
  const facts = (): { name: string; value: string }[] =>
    [
      { name: t('events.where'), value: [props.session.room, props.event.place].filter(Boolean).join(', ') },
      { name: t('events.who'), value: props.session.persons.join(', ') },
      { name: t('events.track'), value: props.session.track },
      { name: t('events.kind'), value: props.session.type },
      { name: t('events.speaks'), value: languageNames(props.session.lang, lang()) },
    ].filter((fact) => fact.value !== '')
  return (
    <Page
      width="text"
      title={props.session.title}
      lead={props.session.subtitle || undefined}
      back={{ href: `/events/${props.event.slug}?day=${props.session.day}`, label: props.event.title }}
    >
      <dl class={styles.details}>
        <div>
          <dt>{t('events.when')}</dt>
          <dd>
            <time datetime={new Date(props.session.start).toISOString()}>
              {clock.date(props.session.start)}, {clock.span(props.session.start, props.session.end)}
            </time>{' '}
            <small>
              {zoneName(props.event.timeZone, lang())} ·{' '}
              {clock.length(props.session.start, props.session.end)}
            </small>
            <Show when={clock.yours(props.session.start)}>
              {(yours) => <small class={styles.yours}>{t('events.your_time', { time: yours() })}</small>}
            </Show>
          </dd>
        </div>
        <For each={facts()}>
          {(fact) => (
            <div>
              <dt>{fact.name}</dt>
              <dd>{fact.value}</dd>
            </div>
          )}
        </For>
      </dl>
      <Row>
        <Star wide session={props.session} plans={plans} />
        <Button onClick={download}>
          <CalendarAddIcon />
          {t('events.ics')}
        </Button>
        <Show when={props.session.url}>
          {(url) => (
            <LinkButton variant="quiet" href={url()} target="_blank" rel="noopener noreferrer">
              <ExternalIcon />
              {t('events.source')}
            </LinkButton>
          )}
        </Show>
        <SaveButton item={`session:${props.session.id}`} title={props.session.title} />
        <ActWord entry={act()} />
      </Row>
      <Show when={failed()}>
        <Banner inline tone="warn" icon={AlertIcon}>
          {t('events.ics_failed')}
        </Banner>
      </Show>
      <Undecided entry={act()} />
      <Show when={props.session.capacity}>
        <SeatCard event={props.event} session={props.session} />
      </Show>
      <FeedbackCard event={props.event} session={props.session} />
      <Show when={others().length > 0}>
        <Banner inline tone="warn" icon={AlertIcon}>
          <strong>{t('events.clashes')}</strong>
          <ul class={styles.clashes}>
            <For each={others()}>
              {(other) => (
                <li>
                  {clock.span(other.start, other.end)}{' '}
                  <a href={`/events/${props.event.slug}/${other.id}`}>{other.title}</a> · {other.room}
                </li>
              )}
            </For>
          </ul>
        </Banner>
      </Show>
      <Show when={props.session.abstract}>
        <Markdown text={props.session.abstract} labels={markdownLabels(t)} headingShift={1} idPrefix="a-" />
      </Show>
      <Show when={props.session.description}>
        <Markdown
          text={props.session.description}
          labels={markdownLabels(t)}
          headingShift={1}
          idPrefix="d-"
        />
      </Show>
      <Panel
        name="notes.of"
        sessionId={props.session.id}
        eventId={props.event.id}
        title={props.session.title}
      />
      <Panel name="discussions.under" subject={`session:${props.session.id}`} title={props.session.title} />
    </Page>
  )
}
