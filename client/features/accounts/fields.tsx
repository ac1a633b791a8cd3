import { createSignal, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Checkbox, Select, Stack, TextInput } from '#client/ui/index.ts'
import { languages } from '#shared/features/accounts.ts'
import type { AskingForm } from './form.tsx'

interface FormProps {
  form: AskingForm
}

export function EmailField(props: FormProps): JSX.Element {
  const { t } = useI18n()
  return (
    <TextInput
      label={t('accounts.email')}
      name="email"
      type="email"
      inputmode="email"
      autocomplete="username"
      autocapitalize="none"
      spellcheck={false}
      required
      error={props.form.error('email')}
    />
  )
}

/** @param props.fresh asks for a new password, which password managers then offer to make. */
export function PasswordField(
  props: FormProps & { fresh?: boolean; name?: string; label?: string; toggle?: boolean },
): JSX.Element {
  const { t } = useI18n()
  const [shown, setShown] = createSignal(false)
  return (
    <Stack gap="tight">
      <TextInput
        label={props.label ?? t(props.fresh ? 'accounts.password_new' : 'accounts.password')}
        name={props.name ?? 'password'}
        type={shown() ? 'text' : 'password'}
        autocomplete={props.fresh ? 'new-password' : 'current-password'}
        autocapitalize="none"
        spellcheck={false}
        required
        hint={props.fresh ? t('accounts.password_hint') : undefined}
        error={props.form.error(props.name ?? 'password')}
      />
      <Show when={props.toggle !== false}>
        <Checkbox label={t('accounts.password_show')} checked={shown()} onChange={setShown} />
      </Show>
    </Stack>
  )
}

/** Name and handle of somebody new. */
export function WhoFields(props: FormProps): JSX.Element {
  const { t } = useI18n()
  return (
    <>
      <TextInput
        label={t('accounts.name')}
        name="name"
        autocomplete="name"
        required
        hint={t('accounts.name_hint')}
        error={props.form.error('name')}
      />
      <TextInput
        label={t('accounts.handle')}
        name="handle"
        autocomplete="nickname"
        autocapitalize="none"
        spellcheck={false}
        required
        hint={t('accounts.handle_hint')}
        error={props.form.error('handle')}
      />
    </>
  )
}

const languageNames = { zh: '中文', en: 'English' } as const

export const languageOptions = languages.map((language) => ({
  value: language,
  label: languageNames[language],
}))

export function LanguageField(
  props: FormProps & { label: string; hint: string; value: string; onChange: (value: string) => void },
): JSX.Element {
  return (
    <Select
      label={props.label}
      name="language"
      hint={props.hint}
      options={languageOptions}
      value={props.value}
      onChange={(value) => props.onChange(value)}
      error={props.form.error('language')}
    />
  )
}
