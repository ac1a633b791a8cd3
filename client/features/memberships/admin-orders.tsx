import { createMemo, createSignal, For, type JSX, Show } from 'solid-js'
import type { OutboxEntry } from '#client/core/commands.ts'
import { useCore } from '#client/core/core.ts'
import type { Stored } from '#client/core/feed.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { ActWord, Undecided } from '#client/parts/act.tsx'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { ReceiptIcon } from '#client/ui/icons.tsx'
import {
  Above,
  Button,
  Checkbox,
  Dialog,
  EmptyState,
  List,
  ListRow,
  Row,
  Segments,
  Skeleton,
  Stack,
  TextInput,
} from '#client/ui/index.ts'
import type { OrderRow } from '#shared/features/memberships.ts'
import { parseMoney, plainMoney } from '#shared/features/money.ts'
import { OrderFacts } from './order.tsx'
import { useSalesWords } from './words.ts'

/** `/admin/orders` */
export function AdminOrders(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('memberships.admin_orders'))
  const [which, setWhich] = createSignal<'open' | 'all'>('open')
  const orders = core.feed.rows('orders', () => ({ by: 'at', reverse: true }))
  const shown = createMemo(() =>
    (orders() ?? []).filter(({ data }) => which() === 'all' || data.state === 'open'),
  )
  return (
    <AdminPage title={t('memberships.admin_orders')} lead={t('memberships.admin_orders_lead')}>
      <Segments
        label={t('memberships.orders_filter')}
        hideLabel
        value={which()}
        onChange={(value) => setWhich(value as 'open' | 'all')}
        options={[
          { value: 'open', label: t('memberships.orders_open') },
          { value: 'all', label: t('memberships.orders_all') },
        ]}
      />
      <Show when={orders()} fallback={<Skeleton label={t('memberships.loading')} />}>
        <Show
          when={shown().length > 0}
          fallback={
            <EmptyState icon={ReceiptIcon} title={t('memberships.orders_empty')}>
              {t('memberships.orders_empty_text')}
            </EmptyState>
          }
        >
          <List label={t('memberships.admin_orders')}>
            <For each={shown()}>{(order) => <AdminOrder order={order} />}</For>
          </List>
        </Show>
      </Show>
    </AdminPage>
  )
}

function AdminOrder(props: { order: Stored<OrderRow> }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const words = useSalesWords()
  const member = core.feed.row('members', () => props.order.data.memberId)
  const [asking, setAsking] = createSignal<'paid' | 'refund'>()
  const name = (): string => member()?.data.name ?? props.order.data.memberId
  const act = createMemo((): OutboxEntry | undefined =>
    core.commands
      .entries()
      .find(
        (entry) =>
          ['memberships.mark_paid', 'memberships.refund'].includes(entry.name) &&
          entry.input.orderId === props.order.id,
      ),
  )
  /** Some pay when their order has lapsed. */
  const payable = (): boolean =>
    props.order.data.provider === 'manual' && ['open', 'cancelled'].includes(props.order.data.state)
  const refundable = (): boolean => ['paid', 'part_refunded'].includes(props.order.data.state)
  return (
    <ListRow
      href={`/me/orders/${props.order.id}`}
      title={`${name()} · ${words.title(props.order.data.title)}`}
      meta={
        <>
          <OrderFacts order={props.order.data} />
          <ActWord entry={act()} />
        </>
      }
      end={
        <Above>
          <Row gap="snug">
            <Undecided entry={act()} />
            <Show when={payable()}>
              <Button small variant="soft" onClick={() => setAsking('paid')}>
                {t('memberships.mark_paid')}
              </Button>
            </Show>
            <Show when={refundable() && props.order.data.total > 0}>
              <Button small variant="quiet" onClick={() => setAsking('refund')}>
                {t('memberships.refund')}
              </Button>
            </Show>
          </Row>
          <MarkPaid
            open={asking() === 'paid'}
            order={props.order}
            name={name()}
            onClose={() => setAsking(undefined)}
          />
          <Refund open={asking() === 'refund'} order={props.order} onClose={() => setAsking(undefined)} />
        </Above>
      }
    />
  )
}

function MarkPaid(props: {
  open: boolean
  order: Stored<OrderRow>
  name: string
  onClose: () => void
}): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const words = useSalesWords()
  const [note, setNote] = createSignal('')
  async function mark(): Promise<void> {
    await core.commands.send('memberships.mark_paid', { orderId: props.order.id, note: note().trim() })
    props.onClose()
  }
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={t('memberships.mark_paid_title')}
      closeLabel={t('memberships.close')}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{t('memberships.cancel')}</Button>
          <Button variant="primary" onClick={() => void mark()}>
            {t('memberships.mark_paid')}
          </Button>
        </>
      }
    >
      <Stack>
        <p>
          {t('memberships.mark_paid_text', {
            money: words.money(props.order.data.total, props.order.data.currency),
            name: props.name,
            number: props.order.data.number,
          })}
        </p>
        <TextInput
          label={t('memberships.mark_paid_note')}
          optional={t('memberships.optional')}
          hint={t('memberships.mark_paid_note_hint')}
          maxlength="200"
          value={note()}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </Stack>
    </Dialog>
  )
}

function Refund(props: { open: boolean; order: Stored<OrderRow>; onClose: () => void }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const words = useSalesWords()
  const data = (): OrderRow => props.order.data
  const left = (): number =>
    data().payments.reduce((sum, { amount }) => sum + amount, 0) -
    data().refunds.reduce((sum, { amount }) => sum + amount, 0)
  const [typed, setTyped] = createSignal<string>()
  const [reason, setReason] = createSignal('')
  const [end, setEnd] = createSignal(false)
  const text = (): string => typed() ?? plainMoney(left(), data().currency)
  const amount = (): number | undefined => parseMoney(text(), data().currency)
  const problem = (): string | undefined => {
    const found = amount()
    if (found === undefined || found === 0)
      return t('memberships.amount_wrong', { currency: data().currency })
    return found > left() ? t('memberships.refused_too_much') : undefined
  }
  const full = (): boolean => amount() === left()
  async function refund(): Promise<void> {
    if (problem() || !reason().trim()) return
    await core.commands.send('memberships.refund', {
      id: core.newId(),
      orderId: props.order.id,
      amount: amount()!,
      reason: reason().trim(),
      end: end() || full(),
    })
    props.onClose()
  }
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      title={t('memberships.refund_title', { number: data().number })}
      closeLabel={t('memberships.close')}
      actions={
        <>
          <Button onClick={() => props.onClose()}>{t('memberships.cancel')}</Button>
          <Button
            variant="danger"
            disabled={Boolean(problem()) || !reason().trim()}
            onClick={() => void refund()}
          >
            {t('memberships.refund_submit', { money: words.money(amount() ?? 0, data().currency) })}
          </Button>
        </>
      }
    >
      <Stack>
        <Show when={data().provider === 'manual'}>
          <p>{t('memberships.refund_manual')}</p>
        </Show>
        <TextInput
          label={t('memberships.refund_amount')}
          inputmode="decimal"
          autocomplete="off"
          value={text()}
          error={problem()}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <TextInput
          label={t('memberships.refund_reason')}
          hint={t('memberships.refund_reason_hint')}
          maxlength="500"
          required
          value={reason()}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
        <Checkbox
          label={t('memberships.refund_end')}
          hint={t('memberships.refund_end_hint')}
          checked={end() || full()}
          disabled={full()}
          onChange={setEnd}
        />
      </Stack>
    </Dialog>
  )
}
