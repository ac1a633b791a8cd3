/** A new event with its plan, from a template: a draft at first, that only its organisers see. */
import { useNavigate } from '@solidjs/router'
import { createSignal, type JSX } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Dialog, Form, FormActions, TextInput } from '#client/ui/index.ts'
import { templates } from '#shared/features/plan-templates.ts'
import type { ProposalRow } from '#shared/features/planning.ts'
import { dayAt, instantOf } from '#shared/features/zones.ts'
import { ChoiceFields, createChoice } from './begin.tsx'
import styles from './planning.module.css'

export function NewEventDialog(props: {
  open: boolean
  onClose: () => void
  /** What it is made of. */
  proposal?: ProposalRow
}): JSX.Element {
  const { t } = useI18n()
  return (
    <Dialog
      open={props.open}
      onClose={() => props.onClose()}
      title={t(props.proposal ? 'planning.convert' : 'planning.new_event')}
      closeLabel={t('planning.cancel')}
    >
      <NewEventForm proposal={props.proposal} onDone={() => props.onClose()} />
    </Dialog>
  )
}

function NewEventForm(props: { proposal: ProposalRow | undefined; onDone: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  // The form is there for one proposal.
  // eslint-disable-next-line solid/reactivity
  const choice = createChoice(props.proposal?.template ?? 'meetup')
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  const [error, setError] = createSignal<string>()
  /** What most tasks of a template need before the event. */
  const inFiveWeeks = dayAt(Date.now() + core.session.clockOffset() + 35 * 86_400_000, zone)
  const make = async (form: HTMLFormElement): Promise<void> => {
    const data = new FormData(form)
    const start = instantOf(`${String(data.get('day'))}T${String(data.get('time'))}`, zone)
    const minutes = Math.round(Number(data.get('minutes')))
    if (start === undefined || !(minutes > 0)) return void setError(t('planning.event_bad_start'))
    const eventId = core.newId()
    const place = String(data.get('place')).trim()
    const made = await core.commands.send('events.create', {
      eventId,
      title: String(data.get('title')).trim(),
      description: props.proposal?.text ?? '',
      start,
      end: start + minutes * 60_000,
      timeZone: zone,
      online: false,
      place,
      link: null,
      url: null,
      opening: { to: 'members' },
      capacity: null,
      questions: [],
      offerHours: 0,
      priorityTiers: [],
      draft: true,
    })
    const proposalId = props.proposal?.id ?? null
    const input = { eventId, ...choice.value(), proposalId }
    await core.commands.send('planning.start', input, { after: [made] })
    props.onDone()
    navigate(`/events/${eventId}/plan`)
  }
  return (
    <Form onSubmit={(form) => void make(form)}>
      <p>{t('planning.new_event_text')}</p>
      <TextInput
        label={t('planning.event_title')}
        name="title"
        maxlength="200"
        required
        autocomplete="off"
        value={props.proposal?.title ?? ''}
      />
      <ChoiceFields choice={choice} />
      <div class={styles.pair}>
        <TextInput
          label={t('planning.event_day')}
          name="day"
          type="date"
          required
          value={inFiveWeeks}
          error={error()}
        />
        <TextInput label={t('planning.event_time')} name="time" type="time" required value="14:00" />
        <TextInput
          label={t('planning.event_length')}
          name="minutes"
          type="number"
          min="15"
          max="20160"
          required
          value={templates[choice.value().template].minutes}
        />
      </div>
      <TextInput
        label={t('planning.event_place')}
        name="place"
        maxlength="300"
        optional={t('planning.optional')}
        autocomplete="off"
      />
      <FormActions>
        <Button onClick={() => props.onDone()}>{t('planning.cancel')}</Button>
        <Button type="submit" variant="primary">
          {t('planning.event_create')}
        </Button>
      </FormActions>
    </Form>
  )
}
