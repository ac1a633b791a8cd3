/** An event's own settings: what it is, its sessions, who runs it, and its end. */
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import {
  Banner,
  Button,
  createConfirm,
  Dialog,
  Form,
  FormActions,
  Row,
  Section,
  TextArea,
} from '#client/ui/index.ts'
import type { EventFields } from '#shared/features/event-inputs.ts'
import type { EventRow } from '#shared/features/events.ts'
import { EventForm } from './event-form.tsx'
import { useActs } from './find.ts'
import { changesFrom, fieldsOf, stateOf } from './form-state.ts'
import { RunPage } from './run-page.tsx'
import { SessionsEditor } from './sessions-editor.tsx'
import { StaffList } from './staff-list.tsx'

export function EditEventPage(): JSX.Element {
  return (
    <RunPage tab="edit">
      {(event) => (
        <>
          <Details event={event()} />
          <SessionsEditor event={event()} />
          <StaffList event={event()} />
          <Ending event={event()} />
        </>
      )}
    </RunPage>
  )
}

function Details(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const link = core.feed.row('event_links', () => props.event.id)
  const acts = useActs(() => props.event.id, 'edit', 'create', 'open')
  const last = () => acts().at(-1)
  const [lowered, setLowered] = createSignal(false)
  const ready = createMemo(() => link() !== undefined)
  async function save(fields: EventFields): Promise<void> {
    const before = fieldsOf(stateOf(props.event, link()?.data.url ?? ''))
    const changes = typeof before === 'string' ? fields : changesFrom(before, fields)
    if (Object.keys(changes).length === 0) return
    setLowered(typeof changes.capacity === 'number' && changes.capacity < props.event.going)
    await core.commands.send('events.edit', { eventId: props.event.id, changes })
  }
  return (
    <>
      <Show when={props.event.state === 'draft'}>
        <Banner
          inline
          tone="info"
          actions={
            <Button
              small
              variant="primary"
              onClick={() => void core.commands.send('events.open', { eventId: props.event.id })}
            >
              {t('events.open')}
            </Button>
          }
        >
          {t('events.draft_text')}
        </Banner>
      </Show>
      <Undecided entry={last()} />
      <Show when={lowered()}>
        <Banner inline tone="warn">
          {t('events.lowered')}
        </Banner>
      </Show>
      <Show when={ready()}>
        <EventForm
          initial={stateOf(props.event, link()?.data.url ?? '')}
          onSend={(fields) => void save(fields)}
          actions={
            <>
              <ActWord entry={last()} />
              <Button type="submit" variant="primary">
                {t('events.save_changes')}
              </Button>
            </>
          }
        />
      </Show>
    </>
  )
}

function Ending(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const confirm = createConfirm()
  const [asking, setAsking] = createSignal(false)
  const [reason, setReason] = createSignal('')
  const acts = useActs(() => props.event.id, 'cancel')
  async function cancel(): Promise<void> {
    setAsking(false)
    await core.commands.send('events.cancel', { eventId: props.event.id, reason: reason().trim() })
  }
  return (
    <Show when={props.event.state !== 'cancelled'}>
      <Section title={t('events.cancel_event')} hint={t('events.cancel_event_text')}>
        <Row>
          <Button variant="danger" onClick={() => setAsking(true)}>
            {t('events.cancel_event')}
          </Button>
          <ActWord entry={acts().at(-1)} />
        </Row>
        <Dialog
          open={asking()}
          onClose={() => setAsking(false)}
          title={t('events.cancel_event')}
          closeLabel={t('events.close')}
        >
          <Form onSubmit={() => void cancel()}>
            <TextArea
              label={t('events.cancel_reason')}
              optional={t('events.optional')}
              rows="3"
              maxlength="500"
              value={reason()}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
            <FormActions>
              <Button onClick={() => setAsking(false)}>{t('events.cancel')}</Button>
              <Button type="submit" variant="danger">
                {t('events.cancel_event')}
              </Button>
            </FormActions>
          </Form>
        </Dialog>
        <confirm.View />
      </Section>
    </Show>
  )
}
