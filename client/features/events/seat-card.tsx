/** One's own seat at an event or a session: whether there is one, what can be done, and what the device still waits for. */
import { createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { CalendarCheckIcon, CheckCircleIcon, ClockIcon, TicketIcon } from '#client/ui/icons.tsx'
import { Button, Dialog, LinkButton, Muted, Row } from '#client/ui/index.ts'
import { type Answers, seatsLeft } from '#shared/features/event-seats.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { useClock } from './clock.ts'
import { useMayJoin, useNow, useSeat } from './find.ts'
import styles from './seats.module.css'
import { SignUp } from './sign-up.tsx'

export function SeatCard(props: { event: EventRow; session?: SessionRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const now = useNow()
  const clock = useClock(() => props.event.timeZone)
  const subject = (): EventRow | (SessionRow & { going: number }) =>
    props.session ? { going: 0, ...props.session } : props.event
  const mayJoin = useMayJoin(() => props.event)
  const seat = useSeat(() => subject().id)
  const [asking, setAsking] = createSignal(false)
  const status = (): string => seat.row()?.status ?? 'none'
  const isOver = (): boolean => now() >= subject().end
  const left = (): number | null => seatsLeft(subject())
  const isFull = (): boolean => left() === 0 || (left() !== null && (subject().waiting ?? 0) > 0)
  const questions = () => (props.session ? [] : (props.event.questions ?? []))

  async function send(on: boolean, answers?: Answers): Promise<void> {
    setAsking(false)
    await core.commands.send('events.rsvp', {
      eventId: props.event.id,
      on,
      ...(props.session ? { sessionId: props.session.id } : {}),
      ...(answers ? { answers } : {}),
    })
    if (on) void core.behaviour.seen(`${props.session ? 'session' : 'event'}:${subject().id}`, 4)
  }
  const join = (): void => {
    if (questions().length > 0) setAsking(true)
    else void send(true)
  }
  const until = (at: number | null | undefined): string => (at ? `${clock.date(at)}, ${clock.time(at)}` : '')

  return (
    <Show when={core.session.viewer().id !== null || props.event.opening}>
      <section class={styles.card} aria-label={t('events.seat')} data-seat={status()}>
        <Switch>
          <Match when={props.event.state === 'cancelled'}>
            <p class={styles.lead}>{t('events.seat_cancelled')}</p>
            <Show when={props.event.reason}>
              <p>{props.event.reason}</p>
            </Show>
          </Match>
          <Match when={status() === 'going'}>
            <p class={styles.lead}>
              <CheckCircleIcon />
              {t(isOver() ? 'events.seat_was' : seat.isDecided() ? 'events.seat_going' : 'events.seat_asked')}
            </p>
            <Show when={!seat.isDecided() && left() !== null}>
              <Muted>{t('events.seat_pending')}</Muted>
            </Show>
            <Show when={!isOver()}>
              <Row>
                <Show when={!props.session && seat.row()?.code}>
                  <LinkButton variant="primary" href={`/events/${props.event.slug}/ticket`}>
                    <TicketIcon />
                    {t('events.ticket')}
                  </LinkButton>
                </Show>
                <Button variant="quiet" onClick={() => void send(false)}>
                  {t('events.seat_leave')}
                </Button>
              </Row>
            </Show>
          </Match>
          <Match when={isOver()}>
            <p class={styles.lead}>{t('events.seat_over')}</p>
          </Match>
          <Match when={status() === 'offered'}>
            <p class={styles.lead}>
              <TicketIcon />
              {t('events.seat_offered')}
            </p>
            <p>{t('events.seat_offered_until', { until: until(seat.row()?.offeredUntil) })}</p>
            <Row>
              <Button variant="primary" onClick={() => void send(true)}>
                {t('events.seat_take')}
              </Button>
              <Button variant="quiet" onClick={() => void send(false)}>
                {t('events.seat_decline')}
              </Button>
            </Row>
          </Match>
          <Match when={status() === 'waiting'}>
            <p class={styles.lead}>
              <ClockIcon />
              {t(seat.isDecided() ? 'events.seat_waiting' : 'events.seat_asked')}
            </p>
            <p>
              {(() => {
                const ahead = seat.row()?.ahead
                if (!seat.isDecided()) return t('events.seat_pending')
                if (ahead === null || ahead === undefined) return t('events.seat_far')
                return ahead === 0 ? t('events.seat_next') : t('events.seat_ahead', { count: ahead })
              })()}
            </p>
            <Row>
              <Button variant="quiet" onClick={() => void send(false)}>
                {t('events.seat_stop_waiting')}
              </Button>
            </Row>
          </Match>
          <Match when={mayJoin() === false && core.session.viewer().id !== null}>
            <Panel
              name="memberships.locked"
              item={`event:${props.event.id}`}
              opening={props.event.opening}
              fallback={<Muted>{t('events.refused_not_open')}</Muted>}
            />
          </Match>
          <Match when={core.session.viewer().id === null}>
            <p class={styles.lead}>{t(isFull() ? 'events.seat_full' : 'events.seat_open')}</p>
            <Row>
              <LinkButton variant="primary" href={`/sign-in?then=/events/${props.event.slug}`}>
                {t('events.seat_sign_in')}
              </LinkButton>
            </Row>
          </Match>
          <Match when={true}>
            <Show when={seat.row()?.why === 'expired'}>
              <p>{t('events.seat_expired')}</p>
            </Show>
            <Show when={seat.row()?.why === 'staff'}>
              <p>{t('events.seat_removed')}</p>
            </Show>
            <Show when={isFull()}>
              <p class={styles.lead}>{t('events.seat_full')}</p>
            </Show>
            <Row>
              <Button variant="primary" onClick={join}>
                <CalendarCheckIcon />
                {t(isFull() ? 'events.seat_wait' : props.session ? 'events.seat_reserve' : 'events.rsvp')}
              </Button>
            </Row>
          </Match>
        </Switch>
        <Show when={!isOver() && props.event.state !== 'cancelled'}>
          <SeatFigures subject={subject()} />
        </Show>
        <ActWord entry={seat.act()} />
        <Undecided entry={seat.act()} />
        <Dialog
          open={asking()}
          onClose={() => setAsking(false)}
          title={t('events.sign_up')}
          closeLabel={t('events.close')}
        >
          <SignUp
            questions={questions()}
            answers={seat.row()?.answers ?? {}}
            onCancel={() => setAsking(false)}
            onSend={(answers) => void send(true, answers)}
          />
        </Dialog>
      </section>
    </Show>
  )
}

/** How many seats there are, how many are free, and how many wait. */
export function SeatFigures(props: {
  subject: Pick<EventRow, 'going' | 'capacity' | 'offered' | 'waiting'>
}): JSX.Element {
  const { t } = useI18n()
  const left = (): number | null => seatsLeft(props.subject)
  return (
    <Show when={props.subject.capacity}>
      {(capacity) => (
        <div class={styles.figures}>
          <meter
            class={styles.meter}
            min="0"
            max={capacity()}
            value={Math.min(capacity(), capacity() - (left() ?? 0))}
            aria-label={t('events.seats_taken')}
          />
          <Muted>
            {left() === 0
              ? t('events.seats_full', { capacity: capacity() })
              : t('events.seats_left', { count: left() ?? 0, capacity: capacity() })}
            <Show when={(props.subject.waiting ?? 0) > 0}>
              {' · '}
              {t('events.seats_waiting', { count: props.subject.waiting ?? 0 })}
            </Show>
          </Muted>
        </div>
      )}
    </Show>
  )
}
