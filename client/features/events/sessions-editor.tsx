/** The sessions of an event that is made here, and how many seats each has. */
import { createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Undecided } from '#client/parts/act.tsx'
import { EditIcon, PlusIcon } from '#client/ui/icons.tsx'
import {
  Button,
  Dialog,
  Form,
  FormActions,
  IconButton,
  List,
  ListRow,
  Muted,
  Section,
  TextArea,
  TextInput,
} from '#client/ui/index.ts'
import type { EventRow, SessionRow } from '#shared/features/events.ts'
import { instantOf } from '#shared/features/zones.ts'
import { useClock } from './clock.ts'
import { useActs } from './find.ts'
import { wallOf } from './form-state.ts'
import styles from './making.module.css'

export function SessionsEditor(props: { event: EventRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const clock = useClock(() => props.event.timeZone)
  const rows = core.feed.rows('sessions', () => ({ by: 'eventId', equals: props.event.id }))
  const sorted = () => (rows() ?? []).map(({ data }) => data).sort((a, b) => a.start - b.start)
  const [editing, setEditing] = createSignal<SessionRow | 'new'>()
  const acts = useActs(() => props.event.id, 'set_session', 'set_seats', 'remove_session')
  return (
    <Section
      title={t('events.programme')}
      action={
        <Show when={props.event.opening}>
          <Button small onClick={() => setEditing('new')}>
            <PlusIcon />
            {t('events.session_add')}
          </Button>
        </Show>
      }
    >
      <Show when={sorted().length > 0} fallback={<Muted>{t('events.programme_none')}</Muted>}>
        <List>
          <For each={sorted()}>
            {(session) => (
              <ListRow
                title={session.title}
                meta={
                  <>
                    <span>
                      {clock.date(session.start)}, {clock.span(session.start, session.end)}
                    </span>
                    <Show when={session.capacity}>
                      <span>{t('events.seats', { count: session.capacity ?? 0 })}</span>
                    </Show>
                  </>
                }
                end={
                  <IconButton
                    small
                    icon={EditIcon}
                    label={t('events.session_edit', { title: session.title })}
                    onClick={() => setEditing(session)}
                  />
                }
              />
            )}
          </For>
        </List>
      </Show>
      <Undecided entry={acts().at(-1)} />
      <Dialog
        open={editing() !== undefined}
        onClose={() => setEditing(undefined)}
        title={t(editing() === 'new' ? 'events.session_add' : 'events.session_change')}
        closeLabel={t('events.close')}
      >
        <SessionForm
          event={props.event}
          session={editing() === 'new' ? undefined : (editing() as SessionRow)}
          onDone={() => setEditing(undefined)}
        />
      </Dialog>
    </Section>
  )
}

function SessionForm(props: {
  event: EventRow
  session: SessionRow | undefined
  onDone: () => void
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const zone = (): string => props.event.timeZone
  const [wrong, setWrong] = createSignal<'end' | 'capacity'>()
  // Of what came with a schedule only the seats are decided here.
  const isOurs = (): boolean => props.event.opening !== undefined
  const read = (form: HTMLFormElement, name: string): string => {
    const field = form.elements.namedItem(name)
    return field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement ? field.value.trim() : ''
  }
  async function save(form: HTMLFormElement): Promise<void> {
    const eventId = props.event.id
    const typed = read(form, 'capacity')
    const capacity = typed === '' ? null : Number(typed)
    if (capacity !== null && !(Number.isInteger(capacity) && capacity >= 1)) return void setWrong('capacity')
    if (!isOurs()) {
      const sessionId = props.session?.id ?? ''
      await core.commands.send('events.set_seats', { eventId, sessionId, capacity })
      return props.onDone()
    }
    const [start, end] = [instantOf(read(form, 'start'), zone()), instantOf(read(form, 'end'), zone())]
    if (start === undefined || end === undefined || end <= start) return void setWrong('end')
    const persons = read(form, 'persons')
      .split(/[,，、]/)
      .map((name) => name.trim())
      .filter(Boolean)
      .slice(0, 20)
    await core.commands.send('events.set_session', {
      eventId,
      sessionId: props.session?.id ?? core.newId(),
      title: read(form, 'title'),
      abstract: read(form, 'abstract'),
      start,
      end,
      room: read(form, 'room'),
      persons,
      capacity,
    })
    props.onDone()
  }
  async function remove(): Promise<void> {
    await core.commands.send('events.remove_session', {
      eventId: props.event.id,
      sessionId: props.session?.id ?? '',
    })
    props.onDone()
  }
  const start = (): number => props.session?.start ?? props.event.start
  const end = (): number => props.session?.end ?? Math.min(props.event.end, props.event.start + 3_600_000)
  return (
    <Form onSubmit={(form) => void save(form)}>
      <Show when={isOurs()}>
        <TextInput
          label={t('events.field_title')}
          name="title"
          required
          maxlength="200"
          value={props.session?.title ?? ''}
        />
        <div class={styles.pair}>
          <TextInput
            label={t('events.field_start')}
            name="start"
            type="datetime-local"
            required
            value={wallOf(start(), zone())}
          />
          <TextInput
            label={t('events.field_end')}
            name="end"
            type="datetime-local"
            required
            value={wallOf(end(), zone())}
            error={wrong() === 'end' ? t('events.refused_times') : undefined}
          />
        </div>
        <div class={styles.pair}>
          <TextInput label={t('events.room')} name="room" maxlength="100" value={props.session?.room ?? ''} />
          <TextInput
            label={t('events.who')}
            name="persons"
            maxlength="500"
            value={props.session?.persons.join(', ') ?? ''}
          />
        </div>
        <TextArea
          label={t('events.field_description')}
          name="abstract"
          rows="3"
          maxlength="5000"
          value={props.session?.abstract ?? ''}
        />
      </Show>
      <TextInput
        label={t('events.field_capacity')}
        hint={t('events.session_seats_hint')}
        name="capacity"
        inputmode="numeric"
        optional={t('events.optional')}
        value={props.session?.capacity ? String(props.session.capacity) : ''}
        error={wrong() === 'capacity' ? t('events.wrong_capacity') : undefined}
      />
      <FormActions>
        <Show when={props.session && isOurs()}>
          <Button variant="danger" onClick={() => void remove()}>
            {t('events.session_remove')}
          </Button>
        </Show>
        <Button type="submit" variant="primary">
          {t('events.save_changes')}
        </Button>
      </FormActions>
    </Form>
  )
}
