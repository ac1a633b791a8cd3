import { useNavigate, useSearchParams } from '@solidjs/router'
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { MailIcon } from '#client/ui/icons.tsx'
import { Button, EmptyState, Form, FormActions, Page } from '#client/ui/index.ts'
import { forgotPassword, resetPassword } from '#shared/features/accounts.ts'
import { EmailField, PasswordField } from './fields.tsx'
import { createForm, Problem } from './form.tsx'

/** `/reset` asks for a link; `/reset?token=` is where the link leads. */
export function Reset(): JSX.Element {
  const [search] = useSearchParams()
  return (
    <Show when={typeof search.token === 'string' && search.token} fallback={<Forgot />}>
      {(token) => <NewPassword token={token()} />}
    </Show>
  )
}

function Forgot(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [sent, setSent] = createSignal(false)
  useTitle(() => t('accounts.forgot'))
  const form = createForm({
    schema: forgotPassword,
    send: (input) => core.session.post('/api/password/forgot', input),
    done: () => setSent(true),
  })
  return (
    <Page
      title={t('accounts.forgot')}
      lead={sent() ? undefined : t('accounts.forgot_lead')}
      width="narrow"
      back={{ href: '/sign-in', label: t('accounts.sign_in') }}
    >
      <Show
        when={!sent()}
        fallback={
          <div role="status">
            <EmptyState icon={MailIcon} title={t('accounts.forgot_done_title')}>
              {t('accounts.forgot_done')}
            </EmptyState>
          </div>
        }
      >
        <Form novalidate onSubmit={(element) => void form.submit(element)}>
          <Problem form={form} />
          <EmailField form={form} />
          <FormActions>
            <Button type="submit" variant="primary" busy={form.busy()}>
              {t('accounts.forgot_submit')}
            </Button>
          </FormActions>
        </Form>
      </Show>
    </Page>
  )
}

function NewPassword(props: { token: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const navigate = useNavigate()
  useTitle(() => t('accounts.reset'))
  const form = createForm({
    schema: resetPassword,
    also: () => ({ token: props.token }),
    send: (input) => core.session.post('/api/password/reset', input),
    done: () => navigate('/sign-in?reset=1', { replace: true }),
  })
  return (
    <Page title={t('accounts.reset')} lead={t('accounts.reset_lead')} width="narrow">
      <Form novalidate onSubmit={(element) => void form.submit(element)}>
        <Problem form={form} />
        <PasswordField form={form} fresh />
        <FormActions>
          <Button type="submit" variant="primary" busy={form.busy()}>
            {t('accounts.reset_submit')}
          </Button>
          <a href="/reset">{t('accounts.reset_again')}</a>
        </FormActions>
      </Form>
    </Page>
  )
}
