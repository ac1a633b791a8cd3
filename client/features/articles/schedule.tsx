/** When a draft comes out by itself: choosing the time, seeing it, changing it and calling it off. */
import { createEffect, createMemo, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { needsDecision, Undecided } from '#client/parts/act.tsx'
import { picturesBefore } from '#client/parts/adding-pictures.tsx'
import { localTime } from '#client/parts/local-time.ts'
import { ClockIcon } from '#client/ui/icons.tsx'
import { Banner, Button, Dialog, Form, FormActions, Row, TextInput } from '#client/ui/index.ts'
import { type DraftRow, longestSchedule } from '#shared/features/articles.ts'
import styles from './articles.module.css'
import type { Details } from './draft-details.tsx'

export interface ScheduleProps {
  draft: DraftRow
  details: Details
  /** The text as it is now. */
  body: () => string
  /** Says what is missing; nothing is scheduled then. */
  check: (body: string) => boolean
}

export function Schedule(props: ScheduleProps): JSX.Element {
  const core = useCore()
  const { t, date, refusal } = useI18n()
  const [asked, setAsked] = createSignal<{ body: string }>()
  const acts = createMemo(() =>
    core.commands
      .entries()
      .filter(
        (entry) =>
          (entry.name === 'articles.schedule' || entry.name === 'articles.unschedule') &&
          entry.input.draftId === props.draft.id,
      ),
  )
  const now = (): number => Date.now() + core.session.clockOffset()
  const planned = () => props.draft.scheduled ?? undefined
  const ask = (): void => {
    props.details.save()
    const body = props.body()
    if (props.check(body)) setAsked({ body })
  }
  const send = async (at: number): Promise<void> => {
    const body = asked()?.body
    setAsked(undefined)
    if (body === undefined) return
    for (const old of acts().filter(needsDecision)) await core.commands.discard(old.id)
    const started = core.commands
      .entries()
      .filter((entry) => entry.name === 'articles.start_draft' && entry.input.id === props.draft.id)
    const { title, description, ...rest } = props.details.values()
    await core.commands.send(
      'articles.schedule',
      { draftId: props.draft.id, ...rest, title: title.trim(), description: description.trim(), body, at },
      { after: [...started.map((entry) => entry.id), ...picturesBefore(core, body)] },
    )
  }
  const callOff = (): void => {
    void core.commands.send('articles.unschedule', { draftId: props.draft.id })
  }
  return (
    <>
      <Undecided entry={acts().findLast(needsDecision)} />
      <Show
        when={planned()}
        fallback={
          <Button class={styles.later} variant="quiet" onClick={ask}>
            <ClockIcon />
            <span>{t('articles.schedule')}</span>
          </Button>
        }
      >
        {(plan) => (
          <Banner
            inline
            tone={plan().failed ? 'danger' : 'info'}
            icon={ClockIcon}
            actions={
              <Row gap="snug">
                <Button small onClick={ask}>
                  {t('articles.schedule_change')}
                </Button>
                <Button small variant="quiet" onClick={callOff}>
                  {t('articles.schedule_off')}
                </Button>
              </Row>
            }
          >
            <Show
              when={plan().failed}
              fallback={t('articles.scheduled_for', { date: date(plan().at, 'full') })}
            >
              {(why) => (
                <>
                  {t('articles.schedule_failed', { date: date(plan().at, 'full') })} {refusal(why())}
                </>
              )}
            </Show>
          </Banner>
        )}
      </Show>
      <Dialog
        open={asked() !== undefined}
        onClose={() => setAsked(undefined)}
        title={t('articles.schedule_ask')}
        closeLabel={t('articles.cancel')}
      >
        <When
          from={planned()?.at}
          now={now}
          onChoose={(at) => void send(at)}
          onCancel={() => setAsked(undefined)}
        />
      </Dialog>
    </>
  )
}

function When(props: {
  from: number | undefined
  now: () => number
  onChoose: (at: number) => void
  onCancel: () => void
}): JSX.Element {
  const { t } = useI18n()
  const [value, setValue] = createSignal('')
  const [error, setError] = createSignal<string>()
  createEffect(() => setValue(localTime(props.from ?? nextMorning(props.now()))))
  const submit = (): void => {
    const at = new Date(value()).getTime()
    const ahead = at - props.now()
    if (Number.isFinite(at) && ahead > 0 && ahead <= longestSchedule) props.onChoose(at)
    else setError(t('articles.schedule_when'))
  }
  return (
    <Form novalidate onSubmit={submit}>
      <TextInput
        type="datetime-local"
        label={t('articles.schedule_at')}
        hint={t('articles.schedule_text')}
        value={value()}
        error={error()}
        onInput={(event) => setValue(event.currentTarget.value)}
      />
      <FormActions>
        <Button onClick={() => props.onCancel()}>{t('articles.cancel')}</Button>
        <Button type="submit" variant="primary">
          {t('articles.schedule_do')}
        </Button>
      </FormActions>
    </Form>
  )
}

function nextMorning(now: number): number {
  const morning = new Date(now)
  morning.setDate(morning.getDate() + 1)
  return morning.setHours(9, 0, 0, 0)
}
