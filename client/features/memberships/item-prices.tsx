import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import {
  Button,
  Form,
  FormActions,
  List,
  ListRow,
  Muted,
  Section,
  Select,
  TextInput,
} from '#client/ui/index.ts'
import { itemAudience, type Opening } from '#shared/core/opening.ts'
import type { TableName } from '#shared/features/index.ts'
import { itemOf, type PriceRow } from '#shared/features/memberships.ts'
import { parseMoney } from '#shared/features/money.ts'
import styles from './memberships.module.css'
import { useItemTitle } from './subjects.ts'
import { useSalesWords } from './words.ts'

const kinds = { article: 'articles', course: 'courses', event: 'events' } as const

/** Articles, courses and events that are sold one by one. */
export function ItemPrices(props: { currency: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const prices = core.feed.rows('prices')
  const [item, setItem] = createSignal('')
  const [amount, setAmount] = createSignal('')
  const [tried, setTried] = createSignal(false)
  const tables = Object.entries(kinds).map(([kind, table]) => ({
    kind: kind as keyof typeof kinds,
    rows: core.feed.rows(table as TableName),
  }))
  /** Those that are for buyers, or for members of tiers: what all may read nobody buys. */
  const options = createMemo(() =>
    tables.flatMap(({ kind, rows }) =>
      (rows() ?? []).flatMap(({ id, data }) => {
        const { title, opening } = data as { title?: string; opening?: Opening }
        const sellable = opening?.to === 'tiers' || opening?.to === 'purchase'
        return sellable
          ? [
              {
                value: itemAudience(`${kind}:${id}`),
                label: `${t(`memberships.item_kind_${kind}`)} · ${title ?? ''}`,
              },
            ]
          : []
      }),
    ),
  )
  const parsed = (): number | undefined => {
    const found = parseMoney(amount(), props.currency)
    return found === 0 ? undefined : found
  }
  async function set(): Promise<void> {
    setTried(true)
    const value = parsed()
    if (!item() || value === undefined) return
    await core.commands.send('memberships.set_price', {
      item: item(),
      amount: value,
      currency: props.currency,
    })
    setItem('')
    setAmount('')
    setTried(false)
  }
  return (
    <Section title={t('memberships.items')} hint={t('memberships.items_hint')}>
      <Show when={(prices()?.length ?? 0) > 0} fallback={<Muted>{t('memberships.items_none')}</Muted>}>
        <List label={t('memberships.items')}>
          <For each={prices()}>{(price) => <ItemPrice price={price} />}</For>
        </List>
      </Show>
      <Show when={options().length > 0}>
        <Form novalidate onSubmit={() => void set()}>
          <div class={styles.pair}>
            <Select
              label={t('memberships.item_pick')}
              value={item()}
              options={[{ value: '', label: t('memberships.item_pick_none') }, ...options()]}
              onChange={setItem}
            />
            <TextInput
              label={`${t('memberships.tier_price_amount')} (${props.currency})`}
              inputmode="decimal"
              autocomplete="off"
              value={amount()}
              error={
                tried() && parsed() === undefined
                  ? t('memberships.amount_wrong', { currency: props.currency })
                  : undefined
              }
              onInput={(event) => setAmount(event.currentTarget.value)}
            />
          </div>
          <FormActions>
            <Button type="submit" disabled={!item()}>
              {t('memberships.item_set')}
            </Button>
          </FormActions>
        </Form>
      </Show>
    </Section>
  )
}

function ItemPrice(props: { price: Stored<PriceRow> }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const words = useSalesWords()
  const title = useItemTitle(() => props.price.id)
  const kind = (): keyof typeof kinds => (itemOf(props.price.id)?.kind ?? 'article') as keyof typeof kinds
  return (
    <ListRow
      title={title()}
      meta={
        <>
          <span>{t(`memberships.item_kind_${kind()}`)}</span>
          <span>{words.money(props.price.data.amount, props.price.data.currency)}</span>
        </>
      }
      end={
        <Button
          small
          variant="quiet"
          onClick={() =>
            void core.commands.send('memberships.set_price', {
              item: props.price.id,
              amount: null,
              currency: props.price.data.currency,
            })
          }
        >
          {t('memberships.item_remove')}
        </Button>
      }
    />
  )
}
