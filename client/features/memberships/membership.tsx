import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { TicketIcon } from '#client/ui/icons.tsx'
import {
  Banner,
  Button,
  EmptyState,
  Form,
  LinkButton,
  List,
  ListRow,
  Muted,
  Page,
  Row,
  Section,
  Skeleton,
  TextInput,
} from '#client/ui/index.ts'
import { type EntitlementRow, isInForce, plainCode } from '#shared/features/memberships.ts'
import { Chain } from './chain.tsx'
import styles from './memberships.module.css'
import { OrderFacts } from './order.tsx'
import { useSalesWords } from './words.ts'

/** `/me/membership` */
export function Membership(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const words = useSalesWords()
  useTitle(() => t('memberships.title'))
  const memberId = (): string => core.session.viewer().id ?? ''
  const rows = core.feed.rows('entitlements', () => ({ by: 'memberId', equals: memberId() }))
  const orders = core.feed.rows('orders', () => ({ by: 'memberId', equals: memberId() }))
  const now = (): number => Date.now() + core.session.clockOffset()
  const all = createMemo(() => (rows() ?? []).map(({ data }) => data).sort((a, b) => b.from - a.from))
  const present = createMemo(() => all().filter((held) => isInForce(held, now()) || held.state === 'frozen'))
  const past = createMemo(() => all().filter((held) => !present().includes(held)))
  const recent = createMemo(() => [...(orders() ?? [])].sort((a, b) => b.data.at - a.data.at))
  return (
    <Page
      title={t('memberships.title')}
      lead={t('memberships.mine_lead')}
      width="text"
      back={{ href: '/me', label: t('app.me') }}
    >
      <Show when={rows()} fallback={<Skeleton label={t('memberships.loading')} />}>
        <Show
          when={present().length > 0}
          fallback={
            <EmptyState
              icon={TicketIcon}
              title={t('memberships.mine_none')}
              actions={
                <LinkButton variant="primary" href="/pricing">
                  {t('memberships.buy_see_pricing')}
                </LinkButton>
              }
            >
              {t('memberships.mine_none_text')}
            </EmptyState>
          }
        >
          <Section
            title={t('memberships.mine_now')}
            action={<a href="/pricing">{t('memberships.pricing')}</a>}
          >
            <div class={styles.holdings}>
              <For each={present()}>{(held) => <Holding held={held} open />}</For>
            </div>
          </Section>
        </Show>
      </Show>
      <Redeem />
      <Section title={t('memberships.orders')}>
        <Show when={recent().length > 0} fallback={<Muted>{t('memberships.orders_none')}</Muted>}>
          <List label={t('memberships.orders')}>
            <For each={recent()}>
              {(order) => (
                <ListRow
                  href={`/me/orders/${order.id}`}
                  title={words.title(order.data.title)}
                  meta={<OrderFacts order={order.data} />}
                />
              )}
            </For>
          </List>
        </Show>
      </Section>
      <Show when={past().length > 0}>
        <Section title={t('memberships.mine_before')}>
          <div class={styles.holdings}>
            <For each={past()}>{(held) => <Holding held={held} />}</For>
          </div>
        </Section>
      </Show>
    </Page>
  )
}

function Holding(props: { held: EntitlementRow; open?: boolean }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const words = useSalesWords()
  const now = (): number => Date.now() + core.session.clockOffset()
  const span = (): string => {
    const { from, until, state } = props.held
    if (state === 'frozen') return t('memberships.mine_frozen')
    if (!props.open) return t('memberships.mine_ended', { when: date(until ?? from, 'day') })
    const ends =
      until === null
        ? t('memberships.mine_for_good')
        : t('memberships.mine_until', { when: date(until, 'day') })
    return from > now() ? `${t('memberships.mine_from', { when: date(from, 'day') })} · ${ends}` : ends
  }
  return (
    <div class={styles.holding}>
      <Row between gap="snug">
        <strong>{words.title(props.held.title)}</strong>
        <Muted>{span()}</Muted>
      </Row>
      <details>
        <summary>{t('memberships.mine_why')}</summary>
        <Chain because={props.held.because} />
      </details>
    </div>
  )
}

function Redeem(): JSX.Element {
  const core = useCore()
  const { t, refusal } = useI18n()
  const [code, setCode] = createSignal('')
  const [problem, setProblem] = createSignal<string>()
  const [done, setDone] = createSignal(false)
  const [waits, setWaits] = createSignal(false)
  const [busy, setBusy] = createSignal(false)

  async function redeem(): Promise<void> {
    if (plainCode(code()).length < 3 || busy()) return
    setProblem(undefined)
    setDone(false)
    setBusy(true)
    const id = await core.commands.send('memberships.redeem', { id: core.newId(), code: code() })
    if (!core.connection().online) {
      setBusy(false)
      setWaits(true)
      setCode('')
      return
    }
    const answer = await core.commands.settled(id)
    setBusy(false)
    if (answer.ok) {
      setDone(true)
      setCode('')
      return
    }
    setProblem(refusal(answer.error))
    // It is said here, and the field keeps what was typed.
    await core.commands.discard(id)
  }

  return (
    <Section title={t('memberships.redeem')}>
      <Form novalidate onSubmit={() => void redeem()}>
        <div class={styles.beside}>
          <TextInput
            label={t('memberships.redeem_label')}
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            hint={t('memberships.redeem_hint')}
            value={code()}
            error={problem()}
            onInput={(event) => setCode(event.currentTarget.value)}
          />
          <Button type="submit" busy={busy()}>
            {t('memberships.redeem_submit')}
          </Button>
        </div>
        <Show when={done() || waits()}>
          <Banner inline>{t(done() ? 'memberships.redeem_done' : 'memberships.redeem_waits')}</Banner>
        </Show>
      </Form>
    </Section>
  )
}
