import { Navigate, useSearchParams } from '@solidjs/router'
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { MailIcon } from '#client/ui/icons.tsx'
import {
  Button,
  EmptyState,
  Form,
  FormActions,
  LinkButton,
  Page,
  TextArea,
  TextInput,
} from '#client/ui/index.ts'
import { ok, refuse } from '#shared/core/result.ts'
import { communityId, signUp } from '#shared/features/accounts.ts'
import { type SignUpPolicy, settingsOf } from '#shared/features/setup.ts'
import { EmailField, PasswordField, WhoFields } from './fields.tsx'
import { createForm, Problem } from './form.tsx'
import { inviteCode } from './links.ts'

const notIn = refuse('unauthenticated', 'no session', { reason: 'accounts.sign_up_not_in' })

export function SignUp(): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const [search] = useSearchParams()
  const [asked, setAsked] = createSignal(false)
  const row = core.feed.row('community', () => communityId)
  const invite = (): string | undefined => (typeof search.invite === 'string' ? search.invite : undefined)
  /** How somebody comes in here who opens this page. */
  const way = (): SignUpPolicy =>
    invite() === undefined ? settingsOf(row()?.data ?? core.session.info().community).signUp : 'invite'
  const asks = (): boolean => way() === 'approval'
  const title = (): string => t(asks() ? 'accounts.sign_up_ask' : 'accounts.sign_up')
  useTitle(title)

  const form = createForm({
    schema: signUp,
    also: () => ({ invite: invite() ?? '', language: lang() }),
    async send(input) {
      const code = inviteCode(input.invite)
      const answer = await core.session.post('/api/sign-up', { ...input, invite: code })
      if (!answer.ok || code !== '') return answer
      if (asks()) {
        setAsked(true)
        return ok()
      }
      // The server says the same to whoever has an account already: the password tells.
      const { email, password } = input
      const entered = await core.session.post('/api/session', { email, password })
      return entered.ok || entered.error.code !== 'unauthenticated' ? entered : notIn
    },
    rules: { handle: 'accounts.handle_rule' },
  })
  return (
    <Show when={core.session.info().member === null} fallback={<Navigate href="/" />}>
      <Page
        title={title()}
        lead={t(asks() ? 'accounts.sign_up_ask_lead' : 'accounts.sign_up_lead')}
        width="narrow"
      >
        <Show
          when={!asked()}
          fallback={
            <EmptyState
              icon={MailIcon}
              title={t('accounts.sign_up_asked_title')}
              actions={<LinkButton href="/sign-in">{t('accounts.sign_in')}</LinkButton>}
            >
              {t('accounts.sign_up_asked')}
            </EmptyState>
          }
        >
          <Form novalidate onSubmit={(element) => void form.submit(element)}>
            <Problem form={form} />
            <Show when={way() === 'invite' && invite() === undefined}>
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
            <Show when={asks()}>
              <TextArea
                label={t('accounts.sign_up_why')}
                name="why"
                optional={t('accounts.optional')}
                error={form.error('why')}
              />
            </Show>
            <FormActions>
              <Button type="submit" variant="primary" busy={form.busy()}>
                {t(asks() ? 'accounts.sign_up_ask' : 'accounts.sign_up_submit')}
              </Button>
            </FormActions>
          </Form>
          <a href="/sign-in">{t('accounts.sign_up_have_account')}</a>
        </Show>
      </Page>
    </Show>
  )
}
