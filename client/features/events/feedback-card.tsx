/** How it was: from its beginning until two weeks after, for those who were there. */
import { createEffect, createMemo, createSignal, For, type JSX, on, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { CheckCircleIcon } from '#client/ui/icons.tsx'
import { Button, Checkbox, Form, FormActions, Muted, Row, TextArea } from '#client/ui/index.ts'
import { feedbackClosed } from '#shared/features/event-seats.ts'
import { type EventRow, planId, type SessionRow } from '#shared/features/events.ts'
import { useNow, useSeat } from './find.ts'
import styles from './seats.module.css'

export function FeedbackCard(props: { event: EventRow; session?: SessionRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const now = useNow()
  const subject = (): EventRow | SessionRow => props.session ?? props.event
  const seat = useSeat(() => props.event.id)
  const own = core.feed.row('own_feedback', () => {
    const me = core.session.viewer().id
    return me === null ? undefined : planId(me, subject().id)
  })
  const isOpen = (): boolean => props.event.state !== 'cancelled' && feedbackClosed(subject(), now()) === null
  const wasThere = (): boolean =>
    seat.row()?.status === 'going' || Boolean(seat.row()?.checkedInAt) || Boolean(own())
  const [changing, setChanging] = createSignal(false)
  const [rating, setRating] = createSignal(0)
  const [text, setText] = createSignal('')
  const [anonymous, setAnonymous] = createSignal(false)
  const [missing, setMissing] = createSignal(false)
  const act = createMemo(() => {
    const { id } = subject()
    return core.commands
      .entries()
      .findLast(
        ({ name, input }) => name === 'events.give_feedback' && (input.sessionId ?? input.eventId) === id,
      )
  })
  createEffect(
    on(
      () => own()?.data.said,
      (said) => {
        if (!said) return
        setRating(said.rating)
        setText(said.text)
      },
    ),
  )

  async function send(): Promise<void> {
    if (rating() === 0) return void setMissing(true)
    await core.commands.send('events.give_feedback', {
      eventId: props.event.id,
      ...(props.session ? { sessionId: props.session.id } : {}),
      rating: rating(),
      text: text().trim(),
      anonymous: anonymous(),
    })
    setChanging(false)
  }

  return (
    <Show when={isOpen() && wasThere()}>
      <section class={styles.card} aria-label={t('events.feedback')}>
        <Show
          when={!own() || changing()}
          fallback={
            <>
              <p class={styles.lead}>
                <CheckCircleIcon />
                {t('events.feedback_thanks')}
              </p>
              <Show when={own()?.data.said} fallback={<Muted>{t('events.feedback_unnamed')}</Muted>}>
                {(said) => (
                  <>
                    <p>
                      {t('events.feedback_stars', { count: said().rating })}
                      <Show when={said().text}>
                        {' · '}
                        {said().text}
                      </Show>
                    </p>
                    <Row>
                      <Button small variant="quiet" onClick={() => setChanging(true)}>
                        {t('events.feedback_change')}
                      </Button>
                    </Row>
                  </>
                )}
              </Show>
              <ActWord entry={act()} />
              <Undecided entry={act()} />
            </>
          }
        >
          <Form onSubmit={() => void send()}>
            <fieldset class={styles.rating}>
              <legend>{t(props.session ? 'events.feedback_ask_session' : 'events.feedback_ask')}</legend>
              <div class={styles.stars}>
                <For each={[1, 2, 3, 4, 5]}>
                  {(value) => (
                    <label class={styles.starChoice}>
                      <input
                        type="radio"
                        class="visually-hidden"
                        name={`rating-${subject().id}`}
                        value={value}
                        checked={rating() === value}
                        onChange={() => {
                          setRating(value)
                          setMissing(false)
                        }}
                      />
                      <span aria-hidden="true">{value}</span>
                      <span class="visually-hidden">{t('events.feedback_stars', { count: value })}</span>
                    </label>
                  )}
                </For>
              </div>
              <p class={styles.scale}>
                <span>{t('events.feedback_low')}</span>
                <span>{t('events.feedback_high')}</span>
              </p>
              <Show when={missing()}>
                <p class={styles.wrong} role="alert">
                  {t('events.feedback_missing')}
                </p>
              </Show>
            </fieldset>
            <TextArea
              label={t('events.feedback_text')}
              optional={t('events.optional')}
              rows="3"
              maxlength="2000"
              value={text()}
              onInput={(event) => setText(event.currentTarget.value)}
            />
            <Show when={!own()}>
              <Checkbox
                label={t('events.feedback_anonymous')}
                hint={t('events.feedback_anonymous_hint')}
                checked={anonymous()}
                onChange={setAnonymous}
              />
            </Show>
            <FormActions>
              <Button type="submit" variant="primary">
                {t('events.feedback_send')}
              </Button>
            </FormActions>
          </Form>
        </Show>
      </section>
    </Show>
  )
}
