/** The form of an event that is made here. */
import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { createStore } from 'solid-js/store'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { OpeningField } from '#client/parts/opening-field.tsx'
import { Checkbox, Form, FormActions, Segments, Select, TextArea, TextInput } from '#client/ui/index.ts'
import type { EventFields } from '#shared/features/event-inputs.ts'
import { inLanguage } from '#shared/features/memberships.ts'
import type { WordKey } from '#shared/words/index.ts'
import { type FormState, fieldsOf, type WrongField } from './form-state.ts'
import styles from './making.module.css'
import { QuestionsField } from './questions.tsx'

const wrongWords: Record<WrongField, WordKey> = {
  title: 'events.wrong_title',
  start: 'events.wrong_time',
  end: 'events.refused_times',
  capacity: 'events.wrong_capacity',
  offerHours: 'events.wrong_hours',
  link: 'events.wrong_address',
  url: 'events.wrong_address',
  questions: 'events.wrong_questions',
}

/** Rows and stores are proxies: what is typed is nobody else's. */
const copyOf = (state: FormState): FormState => JSON.parse(JSON.stringify(state))

/** @param props.initial where one begins; later changes of it are not taken over what is being typed */
export function EventForm(props: {
  initial: FormState
  onSend: (fields: EventFields) => void
  /** Buttons. */
  actions: JSX.Element
}): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  // eslint-disable-next-line solid/reactivity
  const [state, set] = createStore<FormState>(copyOf(props.initial))
  const [wrong, setWrong] = createSignal<WrongField>()
  const tiers = core.feed.rows('tiers', () => ({ by: 'rank' }))
  const zones = createMemo(() => [...new Set([state.timeZone, ...Intl.supportedValuesOf('timeZone')])])
  const error = (field: WrongField): string | undefined =>
    wrong() === field ? t(wrongWords[field]) : undefined
  const text = (field: 'title' | 'place' | 'link' | 'url' | 'description') => ({
    value: state[field],
    onInput: (event: { currentTarget: { value: string } }) => set(field, event.currentTarget.value),
  })
  function send(form: HTMLFormElement): void {
    const fields = fieldsOf(copyOf(state))
    if (typeof fields === 'string') {
      setWrong(fields)
      queueMicrotask(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
      return
    }
    setWrong(undefined)
    props.onSend(fields)
  }
  /** An end that would lie before the beginning moves with it. */
  function begin(start: string): void {
    if (state.end <= start) set('end', `${start.slice(0, 10)}T${state.end.slice(11)}`)
    set('start', start)
  }
  return (
    <Form onSubmit={send} novalidate>
      <TextInput
        label={t('events.field_title')}
        required
        maxlength="200"
        autocomplete="off"
        error={error('title')}
        {...text('title')}
      />
      <TextArea
        label={t('events.field_description')}
        hint={t('events.field_description_hint')}
        optional={t('events.optional')}
        rows="4"
        maxlength="20000"
        {...text('description')}
      />
      <div class={styles.pair}>
        <TextInput
          label={t('events.field_start')}
          type="datetime-local"
          required
          value={state.start}
          error={error('start')}
          onInput={(event) => begin(event.currentTarget.value)}
        />
        <TextInput
          label={t('events.field_end')}
          type="datetime-local"
          required
          value={state.end}
          error={error('end')}
          onInput={(event) => set('end', event.currentTarget.value)}
        />
      </div>
      <Select
        label={t('events.field_zone')}
        value={state.timeZone}
        options={zones().map((zone) => ({ value: zone, label: zone }))}
        onChange={(zone) => set('timeZone', zone)}
      />
      <Segments
        label={t('events.field_where')}
        options={[
          { value: 'place', label: t('events.at_place') },
          { value: 'online', label: t('events.online') },
        ]}
        value={state.online ? 'online' : 'place'}
        onChange={(value) => set('online', value === 'online')}
      />
      <Show
        when={state.online}
        fallback={<TextInput label={t('events.field_place')} maxlength="300" {...text('place')} />}
      >
        <TextInput
          label={t('events.field_link')}
          hint={t('events.field_link_hint')}
          type="url"
          inputmode="url"
          autocomplete="off"
          optional={t('events.optional')}
          error={error('link')}
          {...text('link')}
        />
      </Show>
      <OpeningField
        opening={state.opening}
        without={['groups']}
        label={t('events.field_opening')}
        hints={{
          members: t('events.opening_members'),
          public: t('events.opening_public'),
          tiers: t('events.opening_tiers'),
          purchase: t('events.opening_purchase'),
        }}
        onChange={(opening) => set('opening', opening)}
      />
      <div class={styles.pair}>
        <TextInput
          label={t('events.field_capacity')}
          hint={t('events.field_capacity_hint')}
          optional={t('events.optional')}
          inputmode="numeric"
          autocomplete="off"
          error={error('capacity')}
          value={state.capacity}
          onInput={(event) => set('capacity', event.currentTarget.value)}
        />
        <TextInput
          label={t('events.field_hours')}
          hint={t('events.field_hours_hint')}
          inputmode="numeric"
          autocomplete="off"
          error={error('offerHours')}
          value={state.offerHours}
          onInput={(event) => set('offerHours', event.currentTarget.value)}
        />
      </div>
      <Show when={state.capacity !== '' && (tiers() ?? []).length > 0}>
        <fieldset class={styles.group}>
          <legend>{t('events.field_priority')}</legend>
          <For each={tiers()?.filter(({ data }) => !data.archived)}>
            {(tier) => (
              <Checkbox
                label={inLanguage(tier.data.name, lang())}
                checked={state.priorityTiers.includes(tier.id)}
                onChange={(on) =>
                  set('priorityTiers', (before) =>
                    on ? [...before, tier.id] : before.filter((id) => id !== tier.id),
                  )
                }
              />
            )}
          </For>
        </fieldset>
      </Show>
      <QuestionsField
        questions={state.questions}
        error={error('questions')}
        onChange={(questions) => set('questions', questions)}
      />
      <TextInput
        label={t('events.website')}
        type="url"
        inputmode="url"
        optional={t('events.optional')}
        error={error('url')}
        {...text('url')}
      />
      <FormActions>{props.actions}</FormActions>
    </Form>
  )
}
