import { Navigate, useSearchParams } from '@solidjs/router'
import { type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { Banner, Button, Form, FormActions, Page, Stack } from '#client/ui/index.ts'
import { communityId, signIn } from '#shared/features/accounts.ts'
import { type SignUpPolicy, settingsOf } from '#shared/features/setup.ts'
import { EmailField, PasswordField } from './fields.tsx'
import { createForm, Problem } from './form.tsx'
import { ownPath } from './links.ts'

export function SignIn(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [search] = useSearchParams()
  const row = core.feed.row('community', () => communityId)
  const policy = (): SignUpPolicy => settingsOf(row()?.data ?? core.session.info().community).signUp
  useTitle(() => t('accounts.sign_in'))
  const form = createForm({ schema: signIn, send: (input) => core.session.post('/api/session', input) })
  const here = (): boolean => core.session.info().member !== null && !core.session.ended()
  return (
    <Show when={!here()} fallback={<Navigate href={ownPath(search.then)} />}>
      <Page title={t('accounts.sign_in')} lead={t('accounts.sign_in_lead')} width="narrow">
        <Show when={search.reset}>
          <Banner inline>{t('accounts.reset_done')}</Banner>
        </Show>
        <Form novalidate onSubmit={(element) => void form.submit(element)}>
          <Problem form={form} />
          <EmailField form={form} />
          <PasswordField form={form} />
          <FormActions>
            <Button type="submit" variant="primary" busy={form.busy()}>
              {t('accounts.sign_in')}
            </Button>
          </FormActions>
        </Form>
        <Stack gap="snug">
          <a href="/reset">{t('accounts.sign_in_forgot')}</a>
          <a href="/sign-up">{t(`accounts.sign_in_${policy()}`)}</a>
        </Stack>
      </Page>
    </Show>
  )
}
