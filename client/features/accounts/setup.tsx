import { useNavigate, useSearchParams } from '@solidjs/router'
import { createSignal, type JSX, Match, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import {
  Button,
  EmptyState,
  Form,
  FormActions,
  LinkButton,
  Page,
  Section,
  Stack,
  TextArea,
  TextInput,
} from '#client/ui/index.ts'
import { isMember } from '#shared/core/viewer.ts'
import { setup } from '#shared/features/accounts.ts'
import type { PresetName } from '#shared/features/setup.ts'
import { EmailField, LanguageField, PasswordField, WhoFields } from './fields.tsx'
import { createForm, Problem } from './form.tsx'
import { PresetField } from './preset-field.tsx'

export function Setup(): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  const navigate = useNavigate()
  const [search] = useSearchParams()
  const [language, setLanguage] = createSignal<string>(lang())
  const [preset, setPreset] = createSignal<PresetName>('paid')
  useTitle(() => t('accounts.setup'))
  const token = (): string => (typeof search.token === 'string' ? search.token : '')
  const form = createForm({
    schema: setup,
    also: () => ({ token: token() }),
    send: (input) => core.session.post('/api/setup', input),
    done: () => navigate('/', { replace: true }),
    rules: { handle: 'accounts.handle_rule' },
  })
  return (
    <Page title={t('accounts.setup')} lead={t('accounts.setup_lead')} width="narrow">
      <Switch
        fallback={
          <Form novalidate onSubmit={(element) => void form.submit(element)}>
            <Problem form={form} />
            <Section title={t('accounts.setup_community')}>
              <Stack>
                <TextInput
                  label={t('accounts.community_name')}
                  name="community"
                  autocomplete="off"
                  required
                  error={form.error('community')}
                />
                <TextArea
                  label={t('accounts.community_about')}
                  name="about"
                  optional={t('accounts.optional')}
                  error={form.error('about')}
                />
                <LanguageField
                  form={form}
                  label={t('accounts.community_language')}
                  hint={t('accounts.community_language_hint')}
                  value={language()}
                  onChange={setLanguage}
                />
              </Stack>
            </Section>
            <Section title={t('setup.preset')} hint={t('setup.preset_hint')}>
              <PresetField value={preset()} onChange={setPreset} />
            </Section>
            <Section title={t('accounts.setup_you')}>
              <Stack>
                <WhoFields form={form} />
                <EmailField form={form} />
                <PasswordField form={form} fresh label={t('accounts.password')} />
              </Stack>
            </Section>
            <FormActions>
              <Button type="submit" variant="primary" busy={form.busy()}>
                {t('accounts.setup_submit')}
              </Button>
            </FormActions>
          </Form>
        }
      >
        <Match when={core.session.info().ready}>
          <EmptyState
            title={t('accounts.setup_done')}
            actions={
              <LinkButton variant="primary" href={isMember(core.session.viewer()) ? '/' : '/sign-in'}>
                {t(isMember(core.session.viewer()) ? 'app.not_found_home' : 'accounts.sign_in')}
              </LinkButton>
            }
          />
        </Match>
        <Match when={token() === ''}>
          <EmptyState title={t('app.unready_title')}>{t('accounts.setup_no_token')}</EmptyState>
        </Match>
      </Switch>
    </Page>
  )
}
