import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Banner, Button, Form, FormActions, Section } from '#client/ui/index.ts'
import { changePassword } from '#shared/features/accounts.ts'
import { PasswordField } from './fields.tsx'
import { createForm, Problem } from './form.tsx'

export function PasswordSection(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [changed, setChanged] = createSignal(false)
  const account = core.feed.row('accounts', () => core.session.viewer().id ?? undefined)
  let element: HTMLFormElement | undefined
  const form = createForm({
    schema: changePassword,
    send: (input) => core.session.post('/api/password', input),
    done() {
      setChanged(true)
      element?.reset()
    },
  })
  return (
    <Section title={t('accounts.password_change')} id="password">
      <Form
        novalidate
        onSubmit={(submitted) => {
          element = submitted
          setChanged(false)
          void form.submit(submitted)
        }}
      >
        <Problem form={form} />
        <Show when={changed()}>
          <Banner inline>{t('accounts.password_changed')}</Banner>
        </Show>
        {/* Tells password managers whose password this is. */}
        <input
          type="text"
          class="visually-hidden"
          autocomplete="username"
          value={account()?.data.email ?? ''}
          readonly
          tabindex="-1"
          aria-label={t('accounts.email')}
        />
        <PasswordField form={form} name="current" label={t('accounts.password_current')} toggle={false} />
        <PasswordField form={form} fresh />
        <FormActions>
          <Button type="submit" busy={form.busy()}>
            {t('accounts.password_change_submit')}
          </Button>
        </FormActions>
      </Form>
    </Section>
  )
}
