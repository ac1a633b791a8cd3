import { useNavigate, useParams } from '@solidjs/router'
import { createMemo, createSignal, type JSX, Match, Show, Switch } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { ReceiptIcon } from '#client/ui/icons.tsx'
import {
  Badge,
  Banner,
  Button,
  createConfirm,
  EmptyState,
  LinkButton,
  Muted,
  Page,
  Row,
  Section,
  Skeleton,
  Stack,
  type Tone,
} from '#client/ui/index.ts'
import { inLanguage, type OrderRow, type OrderState, waysId } from '#shared/features/memberships.ts'
import styles from './memberships.module.css'
import { PayCode } from './pay-code.tsx'
import { Receipt } from './receipt.tsx'
import { useItemHref } from './subjects.ts'
import { useSalesWords } from './words.ts'

const tones: Record<OrderState, Tone> = {
  open: 'warn',
  paid: 'accent',
  part_refunded: 'neutral',
  refunded: 'neutral',
  disputed: 'danger',
  cancelled: 'neutral',
}

export function OrderBadge(props: { state: OrderState }): JSX.Element {
  const { t } = useI18n()
  return <Badge tone={tones[props.state]}>{t(`memberships.state_${props.state}`)}</Badge>
}

/** `/me/orders/:id` */
export function Order(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const params = useParams<{ id: string }>()
  const row = core.feed.row('orders', () => params.id)
  const acts = createMemo(() =>
    core.commands
      .entries()
      .filter((entry) => entry.name === 'memberships.order' && entry.input.id === params.id),
  )
  const act = (): OutboxEntry | undefined => acts().at(-1)
  useTitle(() => t('memberships.order_unsent'))
  return (
    <Show
      when={row()}
      fallback={
        <Page width="narrow" back={{ href: '/me/membership', label: t('memberships.title') }}>
          <Switch fallback={<Skeleton label={t('memberships.loading')} lines={4} />}>
            <Match when={act()}>
              <RefusedOrder act={act()!} />
            </Match>
            <Match when={row() === null && core.feed.ready()}>
              <EmptyState icon={ReceiptIcon} title={t('memberships.order_none')}>
                {t('memberships.order_none_text')}
              </EmptyState>
            </Match>
          </Switch>
        </Page>
      }
    >
      {(order) => <OrderPage id={params.id} order={order()} act={act()} />}
    </Show>
  )
}

function RefusedOrder(props: { act: OutboxEntry }): JSX.Element {
  const { t } = useI18n()
  const navigate = useNavigate()
  const again = (): string => {
    const { subject, priceId } = props.act.input as { subject: string; priceId: string | null }
    return `/buy/${subject}${priceId ? `?price=${encodeURIComponent(priceId)}` : ''}`
  }
  return (
    <Stack>
      <h1>{t('memberships.order_unsent')}</h1>
      <ActWord entry={props.act} />
      <Undecided entry={props.act} onEdit={() => navigate(again())} />
    </Stack>
  )
}

function OrderPage(props: {
  id: string
  order: Stored<OrderRow>
  act: OutboxEntry | undefined
}): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const words = useSalesWords()
  const confirm = createConfirm()
  const data = (): OrderRow => props.order.data
  const mine = (): boolean => data().memberId === core.session.viewer().id
  const href = useItemHref(() => data().subject)

  async function takeBack(): Promise<void> {
    const sure = await confirm.ask({
      title: t('memberships.order_cancel'),
      text: t('memberships.order_cancel_text'),
      confirm: t('memberships.order_cancel'),
      cancel: t('memberships.close'),
    })
    if (sure) await core.commands.send('memberships.cancel_order', { id: props.id })
  }

  async function stopRenewal(): Promise<void> {
    const sure = await confirm.ask({
      title: t('memberships.renewal_stop'),
      text: t('memberships.renewal_stop_text'),
      confirm: t('memberships.renewal_stop'),
      cancel: t('memberships.close'),
    })
    if (sure) await core.commands.send('memberships.stop_renewal', { id: props.id })
  }

  return (
    <Page
      title={
        data().number
          ? t('memberships.order', { number: data().number })
          : t('memberships.buy_for', { name: words.title(data().title) })
      }
      width="narrow"
      back={
        mine()
          ? { href: '/me/membership', label: t('memberships.title') }
          : { href: '/admin/orders', label: t('memberships.admin_orders') }
      }
    >
      <Row gap="snug">
        <Show when={data().number}>
          <OrderBadge state={data().state} />
        </Show>
        <Show when={data().renewal}>
          {(renewal) => <Badge>{t(`memberships.renewal_${renewal()}`)}</Badge>}
        </Show>
        <ActWord entry={props.act} />
      </Row>
      <Undecided entry={props.act} />
      <Show when={props.act && !core.connection().online}>
        <Banner inline>{t('memberships.buy_waits')}</Banner>
      </Show>
      <Show when={data().refunding}>
        <Banner inline>{t('memberships.refunding')}</Banner>
      </Show>
      <Show when={data().state === 'disputed'}>
        <Banner inline tone="warn">
          {t('memberships.order_disputed_text')}
        </Banner>
      </Show>
      <dl class={styles.bill}>
        <div>
          <dt>
            {words.title(data().title)} · {words.length(data().term)}
          </dt>
          <dd>{words.money(data().amount, data().currency)}</dd>
        </div>
        <Show when={data().discount > 0}>
          <div>
            <dt>{t('memberships.buy_discount', { code: data().coupon ?? '' })}</dt>
            <dd>−{words.money(data().discount, data().currency)}</dd>
          </div>
        </Show>
        <div class={styles.sum}>
          <dt>{t('memberships.buy_total')}</dt>
          <dd>{words.money(data().total, data().currency)}</dd>
        </div>
      </dl>
      <Muted>
        {t('memberships.order_at')} {date(data().at)}
      </Muted>
      <Show when={data().state === 'open' && data().number && mine()}>
        <HowToPay id={props.id} order={data()} />
        <Row>
          <Button variant="quiet" onClick={() => void takeBack()}>
            {t('memberships.order_cancel')}
          </Button>
        </Row>
      </Show>
      <Show when={mine() && (data().renewal === 'active' || data().renewal === 'failing')}>
        <Row>
          <Button variant="quiet" onClick={() => void stopRenewal()}>
            {t('memberships.renewal_stop')}
          </Button>
        </Row>
      </Show>
      <Show when={data().state === 'paid' && mine() && href()}>
        {(link) => (
          <Row>
            <LinkButton variant="primary" href={link()}>
              {t('memberships.order_open_it')}
            </LinkButton>
          </Row>
        )}
      </Show>
      <Show when={data().payments.length > 0}>
        <Receipt order={data()} />
      </Show>
      <confirm.View />
    </Page>
  )
}

function HowToPay(props: { id: string; order: OrderRow }): JSX.Element {
  const core = useCore()
  const { t, lang, refusal } = useI18n()
  const ways = core.feed.row('payment_ways', () => waysId)
  const [copied, setCopied] = createSignal(false)
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal<string>()
  const instructions = (): string => inLanguage(ways()?.data.instructions ?? { zh: '', en: '' }, lang())

  async function goPay(): Promise<void> {
    setBusy(true)
    setProblem(undefined)
    const answer = await core.queries.ask('memberships.checkout', { orderId: props.id })
    setBusy(false)
    if (!answer.ok) setProblem(refusal(answer.error))
    else if (answer.value.url) location.assign(answer.value.url)
    else {
      const reason = answer.value.reason ?? ''
      setProblem(refusal({ code: 'unavailable', message: reason, reason }))
    }
  }

  return (
    <Section title={t('memberships.order_pay')} hint={t('memberships.order_open_text')}>
      <Show
        when={props.order.provider === 'manual'}
        fallback={
          <Stack>
            <Row>
              <Button variant="primary" busy={busy()} onClick={() => void goPay()}>
                {t('memberships.order_go_pay')}
              </Button>
            </Row>
            <Show when={problem()}>
              <Banner inline tone="danger">
                {problem()}
              </Banner>
            </Show>
          </Stack>
        }
      >
        <Stack>
          <p class={styles.instructions}>{instructions() || t('memberships.order_pay_none')}</p>
          <Show when={ways()?.data.code}>
            {(code) => <PayCode text={code()} label={t('memberships.order_code_alt')} />}
          </Show>
          <p>
            {t('memberships.order_number_note')}{' '}
            <span class={styles.number}>
              <code>{props.order.number}</code>
              <Button
                small
                onClick={() =>
                  void navigator.clipboard.writeText(props.order.number).then(() => setCopied(true))
                }
              >
                <span aria-live="polite">
                  {t(copied() ? 'memberships.order_copied' : 'memberships.order_copy')}
                </span>
              </Button>
            </span>
          </p>
        </Stack>
      </Show>
    </Section>
  )
}

/** One line of a list of orders. */
export function OrderFacts(props: { order: OrderRow }): JSX.Element {
  const { t, date } = useI18n()
  const words = useSalesWords()
  return (
    <>
      <Show when={props.order.total > 0 || props.order.state !== 'paid'}>
        <OrderBadge state={props.order.state} />
      </Show>
      <span>
        {props.order.total > 0 ? words.money(props.order.total, props.order.currency) : t('memberships.free')}
      </span>
      <span>{date(props.order.at, 'day')}</span>
      <Show when={props.order.number}>
        <span>{props.order.number}</span>
      </Show>
    </>
  )
}
