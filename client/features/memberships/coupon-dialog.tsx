import { createSignal, type JSX } from 'solid-js'
import { createStore } from 'solid-js/store'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Dialog, Select, Stack, TextInput } from '#client/ui/index.ts'
import { plainCode } from '#shared/features/memberships.ts'
import { parseMoney } from '#shared/features/money.ts'
import styles from './memberships.module.css'
import { useSubjectOptions } from './subject-options.ts'
import { endOfDay } from './term-fields.tsx'

/** A coupon: what buyers type, what it takes off, how often, until when, for what. */
export function CouponDialog(props: { currency: string; onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const options = useSubjectOptions()
  const [tried, setTried] = createSignal(false)
  const [draft, setDraft] = createStore({
    code: '',
    kind: 'percent' as 'percent' | 'amount',
    value: '',
    limit: '',
    perMember: '1',
    date: '',
    subject: '',
  })
  const percent = (): number | undefined => {
    const found = Number(draft.value)
    return Number.isInteger(found) && found >= 1 && found <= 100 ? found : undefined
  }
  const off = (): number | undefined => parseMoney(draft.value, props.currency) || undefined
  const value = (): number | undefined => (draft.kind === 'percent' ? percent() : off())
  const whole = (text: string): number | undefined => {
    const found = Number(text)
    return Number.isInteger(found) && found >= 1 && found <= 1_000 ? found : undefined
  }
  const limit = (): number | null | undefined => (draft.limit.trim() ? whole(draft.limit) : null)
  const wrong = (bad: boolean, words: string): string | undefined => (tried() && bad ? words : undefined)

  async function save(): Promise<void> {
    setTried(true)
    const code = plainCode(draft.code)
    const [most, each, found] = [limit(), whole(draft.perMember), value()]
    if (code.length < 3 || found === undefined || most === undefined || each === undefined) return
    await core.commands.send('memberships.save_coupon', {
      id: core.newId(),
      code,
      percent: draft.kind === 'percent' ? found : null,
      off: draft.kind === 'amount' ? found : null,
      currency: props.currency,
      limit: most,
      perMember: each,
      until: draft.date ? (endOfDay(draft.date) ?? null) : null,
      subjects: draft.subject ? [draft.subject] : [],
    })
    props.onClose()
  }
  return (
    <Dialog
      open
      wide
      onClose={props.onClose}
      title={t('memberships.coupon_new')}
      closeLabel={t('memberships.close')}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{t('memberships.cancel')}</Button>
          <Button variant="primary" onClick={() => void save()}>
            {t('memberships.coupon_save')}
          </Button>
        </>
      }
    >
      <Stack>
        <TextInput
          label={t('memberships.coupon_code')}
          hint={t('memberships.coupon_code_hint')}
          autocomplete="off"
          autocapitalize="characters"
          maxlength="40"
          value={draft.code}
          error={wrong(plainCode(draft.code).length < 3, t('core.invalid_min_length', { limit: 3 }))}
          onInput={(event) => setDraft('code', event.currentTarget.value)}
        />
        <div class={styles.pair}>
          <Select
            label={t('memberships.coupon_kind')}
            value={draft.kind}
            options={[
              { value: 'percent', label: t('memberships.coupon_percent') },
              { value: 'amount', label: t('memberships.coupon_amount') },
            ]}
            onChange={(kind) => setDraft('kind', kind as 'percent' | 'amount')}
          />
          <TextInput
            label={`${t('memberships.coupon_value')} (${draft.kind === 'percent' ? '%' : props.currency})`}
            inputmode="decimal"
            autocomplete="off"
            value={draft.value}
            error={wrong(
              value() === undefined,
              draft.kind === 'percent'
                ? t('memberships.percent_wrong')
                : t('memberships.amount_wrong', { currency: props.currency }),
            )}
            onInput={(event) => setDraft('value', event.currentTarget.value)}
          />
        </div>
        <div class={styles.pair}>
          <TextInput
            label={t('memberships.coupon_limit')}
            hint={t('memberships.coupon_limit_hint')}
            type="number"
            inputmode="numeric"
            min="1"
            max="1000"
            value={draft.limit}
            error={wrong(limit() === undefined, t('core.invalid_max_value', { limit: 1_000 }))}
            onInput={(event) => setDraft('limit', event.currentTarget.value)}
          />
          <TextInput
            label={t('memberships.coupon_per_member')}
            type="number"
            inputmode="numeric"
            min="1"
            max="1000"
            value={draft.perMember}
            error={wrong(whole(draft.perMember) === undefined, t('core.invalid_max_value', { limit: 1_000 }))}
            onInput={(event) => setDraft('perMember', event.currentTarget.value)}
          />
        </div>
        <div class={styles.pair}>
          <Select
            label={t('memberships.coupon_for')}
            value={draft.subject}
            options={[{ value: '', label: t('memberships.coupon_for_all') }, ...options()]}
            onChange={(value) => setDraft('subject', value)}
          />
          <TextInput
            label={t('memberships.coupon_until')}
            optional={t('memberships.optional')}
            type="date"
            value={draft.date}
            onInput={(event) => setDraft('date', event.currentTarget.value)}
          />
        </div>
      </Stack>
    </Dialog>
  )
}
