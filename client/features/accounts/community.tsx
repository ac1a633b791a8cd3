import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { Button, Form, FormActions, Skeleton, TextArea, TextInput } from '#client/ui/index.ts'
import { accounts, type CommunityRow, communityId } from '#shared/features/accounts.ts'
import { LanguageField } from './fields.tsx'
import { createForm, Problem } from './form.tsx'
import { ActOf } from './profile.tsx'

/** `/admin/community` */
export function Community(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('accounts.admin_community'))
  const row = core.feed.row('community', () => communityId)
  return (
    <AdminPage title={t('accounts.admin_community')} lead={t('accounts.community_lead')}>
      <Show when={row() !== undefined} fallback={<Skeleton label={t('app.loading')} />}>
        <About community={row()?.data ?? { name: '', about: '', language: 'en' }} />
      </Show>
    </AdminPage>
  )
}

function About(props: { community: CommunityRow }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [chosen, setChosen] = createSignal<string>()
  const [sent, setSent] = createSignal<string>()
  const form = createForm({
    schema: accounts.commands.describe_community.input,
    async send(input) {
      setSent(await core.commands.send('accounts.describe_community', input))
      return { ok: true, value: undefined }
    },
  })
  return (
    <Form novalidate onSubmit={(element) => void form.submit(element)}>
      <Problem form={form} />
      <TextInput
        label={t('accounts.community_name')}
        name="name"
        autocomplete="off"
        required
        value={props.community.name}
        error={form.error('name')}
      />
      <TextArea
        label={t('accounts.community_about')}
        name="about"
        optional={t('accounts.optional')}
        hint={t('accounts.community_about_hint')}
        value={props.community.about}
        error={form.error('about')}
      />
      <LanguageField
        form={form}
        label={t('accounts.community_language')}
        hint={t('accounts.community_language_hint')}
        value={chosen() ?? props.community.language}
        onChange={setChosen}
      />
      <FormActions>
        <Button type="submit" variant="primary" busy={form.busy()}>
          {t('accounts.save')}
        </Button>
        <ActOf id={sent()} />
      </FormActions>
    </Form>
  )
}
