import { createSignal, For, type JSX, Show, untrack } from 'solid-js'
import { createStore } from 'solid-js/store'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { CloseIcon } from '#client/ui/icons.tsx'
import { Button, classes, Dialog, IconButton, Row, Stack, TextArea, TextInput } from '#client/ui/index.ts'
import type { Price, TierRow } from '#shared/features/memberships.ts'
import { parseMoney, plainMoney } from '#shared/features/money.ts'
import styles from './memberships.module.css'
import { type TermDraft, TermFields, termDraft, termOf } from './term-fields.tsx'

interface PriceDraft {
  id: string
  amount: string
  currency: string
  term: TermDraft
}

const fresh = (id: string, currency: string): PriceDraft => ({
  id,
  amount: '',
  currency,
  term: { kind: 'month', days: '30', date: '' },
})

const draftOf = (price: Price): PriceDraft => ({
  id: price.id,
  amount: plainMoney(price.amount, price.currency),
  currency: price.currency,
  term: termDraft(price.term),
})

/** A tier's names, benefits and prices. What was sold at an old price stays as it was sold. */
export function TierDialog(props: {
  id: string
  tier: TierRow | undefined
  currency: string
  onClose: () => void
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  // What somebody edits is theirs until they save it, whatever comes in meanwhile.
  const [draft, setDraft] = createStore(
    untrack(() => ({
      zh: props.tier?.name.zh ?? '',
      en: props.tier?.name.en ?? '',
      benefitsZh: props.tier?.benefits.zh ?? '',
      benefitsEn: props.tier?.benefits.en ?? '',
      prices: props.tier?.prices.map(draftOf) ?? [fresh(core.newId(), props.currency)],
    })),
  )
  const [tried, setTried] = createSignal(false)
  const amountOf = (price: PriceDraft): number | undefined => parseMoney(price.amount, price.currency)
  const amountProblem = (price: PriceDraft): string | undefined =>
    tried() && amountOf(price) === undefined
      ? t('memberships.amount_wrong', { currency: price.currency })
      : undefined
  const unnamed = (): boolean => !draft.zh.trim() && !draft.en.trim()

  async function save(): Promise<void> {
    setTried(true)
    const prices = draft.prices.map((price) => ({
      id: price.id,
      amount: amountOf(price),
      currency: price.currency,
      term: termOf(price.term),
    }))
    const whole = prices.filter(
      (price): price is Price => price.amount !== undefined && price.term !== undefined,
    )
    if (unnamed() || whole.length < prices.length || whole.length === 0) return
    await core.commands.send('memberships.save_tier', {
      id: props.id,
      name: { zh: draft.zh, en: draft.en },
      benefits: { zh: draft.benefitsZh, en: draft.benefitsEn },
      prices: whole,
    })
    props.onClose()
  }

  return (
    <Dialog
      open
      wide
      onClose={props.onClose}
      title={t(props.tier ? 'memberships.tier_edit' : 'memberships.tier_new')}
      closeLabel={t('memberships.close')}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{t('memberships.cancel')}</Button>
          <Button variant="primary" onClick={() => void save()}>
            {t('memberships.tier_save')}
          </Button>
        </>
      }
    >
      <Stack>
        <div class={styles.pair}>
          <TextInput
            label={t('memberships.tier_name_zh')}
            lang="zh-CN"
            maxlength="60"
            value={draft.zh}
            error={tried() && unnamed() ? t('memberships.tier_needs_name') : undefined}
            onInput={(event) => setDraft('zh', event.currentTarget.value)}
          />
          <TextInput
            label={t('memberships.tier_name_en')}
            lang="en"
            maxlength="60"
            value={draft.en}
            onInput={(event) => setDraft('en', event.currentTarget.value)}
          />
        </div>
        <div class={classes(styles.pair, styles.texts)}>
          <TextArea
            label={t('memberships.tier_benefits_zh')}
            lang="zh-CN"
            rows="4"
            maxlength="2000"
            value={draft.benefitsZh}
            onInput={(event) => setDraft('benefitsZh', event.currentTarget.value)}
          />
          <TextArea
            label={t('memberships.tier_benefits_en')}
            lang="en"
            rows="4"
            maxlength="2000"
            value={draft.benefitsEn}
            onInput={(event) => setDraft('benefitsEn', event.currentTarget.value)}
          />
        </div>
        <For each={draft.prices}>
          {(price, index) => (
            <div class={styles.priceRow}>
              <TextInput
                label={`${t('memberships.tier_price_amount')} (${price.currency})`}
                inputmode="decimal"
                autocomplete="off"
                value={price.amount}
                error={amountProblem(price)}
                onInput={(event) => setDraft('prices', index(), 'amount', event.currentTarget.value)}
              />
              <TermFields
                term={price.term}
                tried={tried()}
                onChange={(term) => setDraft('prices', index(), 'term', term)}
              />
              <Show when={draft.prices.length > 1}>
                <IconButton
                  icon={CloseIcon}
                  label={t('memberships.tier_price_remove')}
                  onClick={() =>
                    setDraft(
                      'prices',
                      draft.prices.filter(({ id }) => id !== price.id),
                    )
                  }
                />
              </Show>
            </div>
          )}
        </For>
        <Show when={draft.prices.length < 6}>
          <Row>
            <Button
              small
              onClick={() => setDraft('prices', draft.prices.length, fresh(core.newId(), props.currency))}
            >
              {t('memberships.tier_price_add')}
            </Button>
          </Row>
        </Show>
      </Stack>
    </Dialog>
  )
}
