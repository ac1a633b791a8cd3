/** One field: a name for a version. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Button, TextInput } from '#client/ui/index.ts'
import { longestVersionName, type NoteVersionRow, nameKey } from '#shared/features/notes.ts'
import styles from './history.module.css'

export interface NameFormProps {
  label: string
  /** The name it has. */
  value?: string
  versions: readonly NoteVersionRow[]
  /** Whose name may stay the same. */
  id?: string
  hint?: string
  autofocus?: boolean
  onName: (name: string) => Promise<void>
  onCancel?: () => void
}

export function NameForm(props: NameFormProps): JSX.Element {
  const { t } = useI18n()
  const [error, setError] = createSignal<string>()
  const submit = async (form: HTMLFormElement): Promise<void> => {
    const field = form.elements.namedItem('name') as HTMLInputElement
    const name = field.value.trim()
    if (name === '') return field.focus()
    const taken = props.versions.some(
      (version) =>
        version.id !== props.id && version.name !== null && nameKey(version.name) === nameKey(name),
    )
    setError(taken ? t('notes.name_taken') : undefined)
    if (taken) return field.focus()
    await props.onName(name)
    if (form.isConnected) form.reset()
  }
  return (
    <form
      class={styles.nameForm}
      onSubmit={(event) => {
        event.preventDefault()
        void submit(event.currentTarget)
      }}
    >
      <TextInput
        name="name"
        label={props.label}
        hint={props.hint}
        error={error()}
        value={props.value ?? ''}
        placeholder={t('notes.name_placeholder')}
        maxlength={longestVersionName}
        autocomplete="off"
        ref={(field: HTMLInputElement) => {
          if (props.autofocus) queueMicrotask(() => field.focus())
        }}
        onInput={() => setError(undefined)}
      />
      <div class={styles.nameActions}>
        <Button type="submit">{t('notes.name_save')}</Button>
        <Show when={props.onCancel}>
          {(cancel) => (
            <Button variant="quiet" onClick={() => cancel()()}>
              {t('notes.name_cancel')}
            </Button>
          )}
        </Show>
      </div>
    </form>
  )
}
