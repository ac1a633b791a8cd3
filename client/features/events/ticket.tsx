/** One's own ticket, for the door: it needs no network. */
import { useParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { encode } from 'uqr'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { CalendarAddIcon, CheckCircleIcon, ExternalIcon } from '#client/ui/icons.tsx'
import { Button, EmptyState, LinkButton, Page, Row, Skeleton } from '#client/ui/index.ts'
import { showTicket } from '#shared/features/event-seats.ts'
import type { EventRow } from '#shared/features/events.ts'
import { useClock } from './clock.ts'
import { downloadCalendar } from './download.ts'
import { useEvent, useSeat } from './find.ts'
import styles from './seats.module.css'

export function TicketPage(): JSX.Element {
  const { t } = useI18n()
  const params = useParams<{ slug: string }>()
  const event = useEvent(() => params.slug)
  useTitle(() => t('events.ticket'))
  const back = () => ({ href: `/events/${params.slug}`, label: event()?.title ?? t('events.back') })
  return (
    <Page width="narrow" title={t('events.ticket')} back={back()}>
      <Show when={event()} fallback={<Skeleton label={t('events.loading')} lines={4} />}>
        {(found) => <Ticket event={found()} />}
      </Show>
    </Page>
  )
}

function Ticket(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const clock = useClock(() => props.event.timeZone)
  const seat = useSeat(() => props.event.id)
  const me = core.feed.row('members', () => core.session.viewer().id ?? undefined)
  const link = core.feed.row('event_links', () => props.event.id)
  return (
    <Show
      when={seat.row()?.status === 'going' && seat.row()?.code}
      fallback={<EmptyState title={t('events.ticket_none')}>{t('events.ticket_none_text')}</EmptyState>}
    >
      {(code) => (
        <article class={styles.ticket} data-ticket={code()}>
          <h2>{props.event.title}</h2>
          <p>
            {clock.date(props.event.start)}, {clock.span(props.event.start, props.event.end)}
            <br />
            {props.event.place || (props.event.online ? t('events.online') : '')}
          </p>
          <Code text={code()} label={t('events.ticket_code', { code: showTicket(code()) })} />
          <p class={styles.code}>{showTicket(code())}</p>
          <p class={styles.holder}>{me()?.data.name}</p>
          <Show
            when={seat.row()?.checkedInAt}
            fallback={<p class={styles.quiet}>{t('events.ticket_text')}</p>}
          >
            {(at) => (
              <p class={styles.lead}>
                <CheckCircleIcon />
                {t('events.ticket_used', { time: clock.time(at()) })}
              </p>
            )}
          </Show>
          <Row>
            <Show when={link()?.data.url}>
              {(url) => (
                <LinkButton variant="primary" href={url()} target="_blank" rel="noopener noreferrer">
                  <ExternalIcon />
                  {t('events.join_online')}
                </LinkButton>
              )}
            </Show>
            <Button onClick={() => void downloadCalendar([null], props.event, props.event.title)}>
              <CalendarAddIcon />
              {t('events.ics')}
            </Button>
          </Row>
        </article>
      )}
    </Show>
  )
}

/** Always dark on light: that is what cameras read. */
function Code(props: { text: string; label: string }): JSX.Element {
  const drawn = (): { size: number; path: string } => {
    const { size, data } = encode(props.text, { border: 2 })
    const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
    return { size, path }
  }
  return (
    <svg
      class={styles.qr}
      viewBox={`0 0 ${drawn().size} ${drawn().size}`}
      role="img"
      aria-label={props.label}
    >
      <path d={drawn().path} />
    </svg>
  )
}
