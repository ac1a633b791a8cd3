import { createSignal, type JSX, Show, untrack } from 'solid-js'
import { createStore } from 'solid-js/store'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Banner, Button, classes, Form, FormActions, Section, TextArea, TextInput } from '#client/ui/index.ts'
import type { WaysRow } from '#shared/features/memberships.ts'
import styles from './memberships.module.css'
import { PayCode } from './pay-code.tsx'

/** Where the money of orders paid by hand goes, as buyers read it. */
export function WaysForm(props: { ways: WaysRow | undefined }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const [saved, setSaved] = createSignal(false)
  // What somebody edits is theirs until they save it, whatever comes in meanwhile.
  const [draft, setDraft] = createStore(
    untrack(() => ({
      currency: props.ways?.currency ?? 'CNY',
      zh: props.ways?.instructions.zh ?? '',
      en: props.ways?.instructions.en ?? '',
      code: props.ways?.code ?? '',
    })),
  )
  const currency = (): string => draft.currency.trim().toUpperCase()
  const known = (): boolean => /^[A-Z]{3}$/.test(currency())
  const set = (name: keyof typeof draft, value: string): void => {
    setDraft(name, value)
    setSaved(false)
  }
  async function save(): Promise<void> {
    if (!known()) return
    await core.commands.send('memberships.describe_payment', {
      currency: currency(),
      instructions: { zh: draft.zh, en: draft.en },
      code: draft.code,
    })
    setSaved(true)
  }
  return (
    <Section title={t('memberships.ways')}>
      <Banner inline>
        {t(
          props.ways?.providers.includes('stripe')
            ? 'memberships.ways_stripe_on'
            : 'memberships.ways_stripe_off',
        )}
      </Banner>
      <Form novalidate onSubmit={() => void save()}>
        <TextInput
          label={t('memberships.ways_currency')}
          hint={t('memberships.ways_currency_hint')}
          autocapitalize="characters"
          maxlength="3"
          value={draft.currency}
          error={known() ? undefined : t('memberships.ways_currency_hint')}
          onInput={(event) => set('currency', event.currentTarget.value)}
        />
        <div class={classes(styles.pair, styles.texts)}>
          <TextArea
            label={t('memberships.ways_instructions_zh')}
            hint={t('memberships.ways_instructions_hint')}
            lang="zh-CN"
            rows="4"
            maxlength="2000"
            value={draft.zh}
            onInput={(event) => set('zh', event.currentTarget.value)}
          />
          <TextArea
            label={t('memberships.ways_instructions_en')}
            lang="en"
            rows="4"
            maxlength="2000"
            value={draft.en}
            onInput={(event) => set('en', event.currentTarget.value)}
          />
        </div>
        <TextInput
          label={t('memberships.ways_code')}
          hint={t('memberships.ways_code_hint')}
          autocomplete="off"
          maxlength="500"
          value={draft.code}
          onInput={(event) => set('code', event.currentTarget.value)}
        />
        <Show when={draft.code.trim()}>
          <PayCode text={draft.code.trim()} label={t('memberships.order_code_alt')} />
        </Show>
        <FormActions>
          <Button type="submit" variant="primary">
            <span aria-live="polite">{t(saved() ? 'memberships.saved' : 'memberships.tier_save')}</span>
          </Button>
        </FormActions>
      </Form>
    </Section>
  )
}
