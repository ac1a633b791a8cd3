import { Navigate, useSearchParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Button, Form, FormActions, Page, TextInput } from '#client/ui/index.ts'
import { signUp } from '#shared/features/accounts.ts'
import { EmailField, PasswordField, WhoFields } from './fields.tsx'
import { createForm, Problem } from './form.tsx'
import { inviteCode } from './links.ts'

export function SignUp(): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const [search] = useSearchParams()
  useTitle(() => t('accounts.sign_up'))
  const invite = (): string | undefined => (typeof search.invite === 'string' ? search.invite : undefined)
  const form = createForm({
    schema: signUp,
    also: () => ({ invite: invite(), language: lang() }),
    send: (input) => core.session.post('/api/sign-up', { ...input, invite: inviteCode(input.invite) }),
    rules: { handle: 'accounts.handle_rule' },
  })
  return (
    <Show when={core.session.info().member === null} fallback={<Navigate href="/" />}>
      <Page title={t('accounts.sign_up')} lead={t('accounts.sign_up_lead')} width="narrow">
        <Form novalidate onSubmit={(element) => void form.submit(element)}>
          <Problem form={form} />
          <Show when={invite() === undefined}>
            <TextInput
              label={t('accounts.invite_code')}
              name="invite"
              autocomplete="off"
              spellcheck={false}
              required
              hint={t('accounts.sign_up_by_invitation')}
              error={form.error('invite')}
            />
          </Show>
          <WhoFields form={form} />
          <EmailField form={form} />
          <PasswordField form={form} fresh label={t('accounts.password')} />
          <FormActions>
            <Button type="submit" variant="primary" busy={form.busy()}>
              {t('accounts.sign_up_submit')}
            </Button>
          </FormActions>
        </Form>
        <a href="/sign-in">{t('accounts.sign_up_have_account')}</a>
      </Page>
    </Show>
  )
}
