import { createSignal, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Form, FormActions, Section, TextArea, TextInput } from '#client/ui/index.ts'
import { accounts } from '#shared/features/accounts.ts'
import { ActState } from './act-state.tsx'
import { createForm, Problem } from './form.tsx'
import { useOwnProfile } from './own-profile.ts'

const schema = accounts.commands.edit_profile.input

/** Works offline: what was saved waits like any other act, and a refused one stays in the fields. */
export function ProfileSection(): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const own = useOwnProfile()
  const [saved, setSaved] = createSignal<string>()
  const latest = (): OutboxEntry | undefined =>
    core.commands.entries().findLast((entry) => entry.name === 'accounts.edit_profile')
  const refused = (): OutboxEntry | undefined => {
    const entry = latest()
    return entry?.state === 'refused' ? entry : undefined
  }

  const form = createForm({
    schema,
    rules: { handle: 'accounts.handle_rule' },
    async send(input) {
      const before = refused()
      setSaved(
        before
          ? await core.commands.resend(before.id, input)
          : await core.commands.send('accounts.edit_profile', input),
      )
      return { ok: true, value: undefined }
    },
  })
  const errorOf = (field: string): string | undefined => {
    const own = form.error(field)
    const entry = refused()
    return own ?? (entry?.refusal?.field === field ? refusal(entry.refusal) : undefined)
  }
  // A refused name is not in the row; what was typed must not vanish with the refusal.
  const value = (field: 'name' | 'handle' | 'bio'): string => refused()?.input[field] ?? own()?.[field] ?? ''

  return (
    <Section title={t('accounts.profile')} id="profile">
      <Form novalidate onSubmit={(element) => void form.submit(element)}>
        <Problem form={form} />
        <TextInput
          label={t('accounts.name')}
          name="name"
          autocomplete="name"
          required
          value={value('name')}
          error={errorOf('name')}
        />
        <TextInput
          label={t('accounts.handle')}
          name="handle"
          autocomplete="nickname"
          autocapitalize="none"
          spellcheck={false}
          required
          hint={t('accounts.handle_hint')}
          value={value('handle')}
          error={errorOf('handle')}
        />
        <TextArea
          label={t('accounts.bio')}
          name="bio"
          optional={t('accounts.optional')}
          value={value('bio')}
          error={errorOf('bio')}
        />
        <FormActions>
          <Button type="submit" variant="primary" busy={form.busy()}>
            {t('accounts.save')}
          </Button>
          <ActOf id={saved() ?? latest()?.id} brief={refused()?.refusal?.field !== undefined} />
        </FormActions>
      </Form>
    </Section>
  )
}

/** The state of an act that was just done: once it has landed, simply "saved". */
export function ActOf(props: { id: string | undefined; brief?: boolean }): JSX.Element {
  const core = useCore()
  const entry = (): OutboxEntry | undefined => {
    const id = props.id
    return core.commands.entries().find((other) => other.id === id)
  }
  return (
    <Show when={props.id}>
      {(known) => (
        <span role="status">
          <ActState entry={entry() ?? landed(known())} brief={props.brief} />
        </span>
      )}
    </Show>
  )
}

const landed = (id: string): OutboxEntry => ({
  id,
  name: '',
  input: {},
  after: [],
  at: 0,
  lane: '',
  state: 'saved',
  attempts: 0,
})
