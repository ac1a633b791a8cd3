import { useNavigate, useParams, useSearchParams } from '@solidjs/router'
import { createMemo, createSignal, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { TicketIcon } from '#client/ui/icons.tsx'
import {
  Button,
  EmptyState,
  Form,
  FormActions,
  LinkButton,
  Muted,
  Page,
  RadioGroup,
  Skeleton,
  TextInput,
} from '#client/ui/index.ts'
import type { Price, Provider, Quote } from '#shared/features/memberships.ts'
import { plainCode, tierIdOf, waysId } from '#shared/features/memberships.ts'
import { useHoldings, useTiers } from './holdings.ts'
import styles from './memberships.module.css'
import { useItemTitle } from './subjects.ts'
import { useSalesWords } from './words.ts'

/** `/buy/<subject>?price=<id>`: what it costs, how one pays, and one button. */
export function Buy(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ subject: string }>()
  const [search] = useSearchParams<{ price?: string }>()
  const words = useSalesWords()
  const tier = core.feed.row('tiers', () => tierIdOf(params.subject) ?? undefined)
  const single = core.feed.row('prices', () => params.subject)
  const itemTitle = useItemTitle(() => params.subject)
  const price = createMemo((): Price | undefined => {
    const of = tier()?.data
    if (of) return of.archived ? undefined : (of.prices.find(({ id }) => id === search.price) ?? of.prices[0])
    const item = single()?.data
    return item && { id: '', amount: item.amount, currency: item.currency, term: { kind: 'forever' } }
  })
  const title = (): string => {
    const of = tier()?.data
    return of ? words.title(of.name) : itemTitle()
  }
  useTitle(() => t('memberships.buy_title'))
  return (
    <Page
      title={price() ? t('memberships.buy_for', { name: title() }) : t('memberships.buy_title')}
      width="narrow"
      back={{ href: '/pricing', label: t('memberships.pricing') }}
    >
      <Show
        when={price()}
        keyed
        fallback={
          <Show when={core.feed.ready()} fallback={<Skeleton label={t('memberships.loading')} lines={4} />}>
            <EmptyState
              icon={TicketIcon}
              title={t('memberships.buy_not_sold')}
              actions={<LinkButton href="/pricing">{t('memberships.buy_see_pricing')}</LinkButton>}
            >
              {t('memberships.buy_not_sold_text')}
            </EmptyState>
          </Show>
        }
      >
        {(of) => <OrderForm subject={params.subject} title={title()} price={of} />}
      </Show>
    </Page>
  )
}

function OrderForm(props: { subject: string; title: string; price: Price }): JSX.Element {
  const core = useCore()
  const { t, date, refusal } = useI18n()
  const words = useSalesWords()
  const navigate = useNavigate()
  const ways = core.feed.row('payment_ways', () => waysId)
  const holdings = useHoldings()
  const [provider, setProvider] = createSignal<Provider>()
  const [coupon, setCoupon] = createSignal('')
  const [quote, setQuote] = createSignal<Quote & { code: string }>()
  const [problem, setProblem] = createSignal<string>()
  const [asking, setAsking] = createSignal(false)
  const providers = (): Provider[] => ways()?.data.providers ?? ['manual']
  const chosen = (): Provider => provider() ?? providers()[0] ?? 'manual'
  const online = (): boolean => core.connection().online
  const code = (): string => plainCode(coupon())
  const total = (): number => (quote()?.code === code() && code() ? quote()!.total : props.price.amount)
  const until = (): number | null | undefined => holdings.until(props.subject)
  const tiers = useTiers()
  /** A lower tier that was paid for and has time left. */
  const lower = (): string | undefined => {
    const rank = tiers()?.find(({ id }) => `tier:${id}` === props.subject)?.data.rank
    const found = tiers()?.find(
      ({ id, data }) =>
        rank !== undefined &&
        data.rank < rank &&
        holdings
          .held()
          .some(
            (own) =>
              own.data.subject === `tier:${id}` &&
              own.data.until !== null &&
              own.data.source.startsWith('order:'),
          ),
    )
    return found && words.title(found.data.name)
  }

  async function check(): Promise<void> {
    if (!code() || asking()) return
    setProblem(undefined)
    setAsking(true)
    const answer = await core.queries.ask('memberships.quote', {
      subject: props.subject,
      priceId: props.price.id || null,
      coupon: code(),
    })
    setAsking(false)
    if (!answer.ok) setProblem(t('memberships.buy_coupon_offline'))
    else if (answer.value.quote) setQuote({ ...answer.value.quote, code: code() })
    else {
      const { reason } = answer.value
      setProblem(refusal({ code: 'conflict', message: reason, reason }))
    }
  }

  async function place(): Promise<void> {
    const id = core.newId()
    await core.commands.send('memberships.order', {
      id,
      subject: props.subject,
      priceId: props.price.id || null,
      coupon: code().length >= 3 ? code() : null,
      amount: props.price.amount,
      currency: props.price.currency,
      provider: chosen(),
    })
    navigate(`/me/orders/${id}`)
  }

  return (
    <Form novalidate onSubmit={() => void place()}>
      <dl class={styles.bill}>
        <div>
          <dt>
            {props.title} · {words.length(props.price.term)}
          </dt>
          <dd>{props.price.amount > 0 ? words.money(props.price.amount, props.price.currency) : ''}</dd>
        </div>
        <Show when={total() < props.price.amount}>
          <div>
            <dt>{t('memberships.buy_discount', { code: code() })}</dt>
            <dd>−{words.money(props.price.amount - total(), props.price.currency)}</dd>
          </div>
        </Show>
        <div class={styles.sum}>
          <dt>{t('memberships.buy_total')}</dt>
          <dd>{total() > 0 ? words.money(total(), props.price.currency) : t('memberships.provider_none')}</dd>
        </div>
      </dl>
      <Show when={typeof until() === 'number'}>
        <Muted>{t('memberships.buy_extends', { when: date(until()!, 'day') })}</Muted>
      </Show>
      <Show when={lower()}>{(name) => <Muted>{t('memberships.buy_upgrade', { name: name() })}</Muted>}</Show>
      <Show when={props.price.amount > 0}>
        <div class={styles.beside}>
          <TextInput
            label={t('memberships.buy_coupon')}
            optional={t('memberships.optional')}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            value={coupon()}
            error={problem()}
            onInput={(event) => {
              setCoupon(event.currentTarget.value)
              setProblem(undefined)
            }}
          />
          <Button disabled={code().length < 3} busy={asking()} onClick={() => void check()}>
            {t('memberships.buy_coupon_check')}
          </Button>
        </div>
        <Show when={total() > 0 && providers().length > 1}>
          <RadioGroup
            label={t('memberships.buy_how')}
            value={chosen()}
            onChange={(value) => setProvider(value as Provider)}
            options={providers().map((value) => ({
              value,
              label: t(`memberships.provider_${value}`),
              hint: t(`memberships.provider_${value}_hint`),
            }))}
          />
        </Show>
      </Show>
      <FormActions>
        <Button type="submit" variant="primary">
          {t(props.price.amount === 0 ? 'memberships.buy_join' : 'memberships.buy_order')}
        </Button>
      </FormActions>
      <Show when={!online()}>
        <Muted>{t('memberships.buy_waits')}</Muted>
      </Show>
    </Form>
  )
}
