/** Leaving for good: asked for with one's password, and taken back with one press while there is time. */
import { createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { ActWord } from '#client/parts/act.tsx'
import { AlertIcon } from '#client/ui/icons.tsx'
import {
  Banner,
  Button,
  createConfirm,
  Form,
  FormActions,
  Muted,
  RadioGroup,
  Section,
  TextInput,
} from '#client/ui/index.ts'
import type { Refusal } from '#shared/core/result.ts'
import { type ArticleFate, articleFates, grace, type LeavingRow } from '#shared/features/profiles.ts'

export function LeavingNotice(): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const row = core.feed.row('leavings', () => core.session.viewer().id ?? undefined)
  return (
    <Show when={row()}>
      {(leaving) => (
        <Banner
          tone="warn"
          icon={AlertIcon}
          actions={
            <Button small onClick={() => void core.commands.send('profiles.stay', {})}>
              {t('profiles.stay')}
            </Button>
          }
        >
          {t('profiles.leaving', { date: date(leaving().data.dueAt, 'day') })}
        </Banner>
      )}
    </Show>
  )
}

export function Leave(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const row = core.feed.row('leavings', () => core.session.viewer().id ?? undefined)
  const last = () => core.commands.entries().findLast((entry) => entry.name === 'profiles.stay')
  return (
    <Section title={t('profiles.leave')} hint={t('profiles.leave_text')}>
      <Show when={row()} fallback={<Ask />}>
        {(leaving) => <About leaving={leaving().data} />}
      </Show>
      <ActWord entry={last()} />
    </Section>
  )
}

function About(props: { leaving: LeavingRow }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  return (
    <Banner
      inline
      tone="warn"
      icon={AlertIcon}
      actions={
        <Button small onClick={() => void core.commands.send('profiles.stay', {})}>
          {t('profiles.stay')}
        </Button>
      }
    >
      {t('profiles.leaving', { date: date(props.leaving.dueAt, 'day') })}{' '}
      {t(`profiles.leaving_${props.leaving.articles}`)}
    </Banner>
  )
}

function Ask(): JSX.Element {
  const core = useCore()
  const { t, date, refusal: say } = useI18n()
  const confirm = createConfirm()
  const [articles, setArticles] = createSignal<ArticleFate>('keep')
  const [refusal, setRefusal] = createSignal<Refusal>()
  const [busy, setBusy] = createSignal(false)

  async function ask(form: HTMLFormElement): Promise<void> {
    const password = String(new FormData(form).get('password') ?? '')
    const day = date(Date.now() + core.session.clockOffset() + grace, 'day')
    const sure = await confirm.ask({
      title: t('profiles.leave_sure'),
      text: t('profiles.leave_sure_text', { date: day }),
      confirm: t('profiles.leave_ask'),
      cancel: t('profiles.cancel'),
      danger: true,
    })
    if (!sure) return
    setBusy(true)
    setRefusal(undefined)
    const asked = await core.session.post('/api/own/leave', { password, articles: articles() })
    setBusy(false)
    if (asked.ok) form.reset()
    else setRefusal(asked.error)
  }
  const ofField = (): string | undefined => {
    const found = refusal()
    return found?.field === 'password' ? say(found) : undefined
  }
  const general = (): string | undefined => {
    const found = refusal()
    if (!found || found.field === 'password') return undefined
    return found.code === 'unavailable' ? t('profiles.leave_offline') : say(found)
  }

  return (
    <Form onSubmit={(form) => void ask(form)}>
      <RadioGroup
        label={t('profiles.leave_articles')}
        options={articleFates.map((value) => ({ value, label: t(`profiles.leave_${value}`) }))}
        value={articles()}
        onChange={(value) => setArticles(value as ArticleFate)}
      />
      <TextInput
        label={t('profiles.leave_password')}
        name="password"
        type="password"
        autocomplete="current-password"
        required
        error={ofField()}
      />
      <Show when={general()}>
        {(text) => (
          <Banner inline tone="danger">
            {text()}
          </Banner>
        )}
      </Show>
      <Muted>{t('profiles.leave_grace')}</Muted>
      <FormActions>
        <Button type="submit" variant="danger" busy={busy()}>
          {t('profiles.leave_ask')}
        </Button>
      </FormActions>
      <confirm.View />
    </Form>
  )
}
