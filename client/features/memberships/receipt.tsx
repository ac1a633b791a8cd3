import { For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Button, Row, Section } from '#client/ui/index.ts'
import { communityId } from '#shared/features/accounts.ts'
import type { OrderRow } from '#shared/features/memberships.ts'
import styles from './memberships.module.css'
import { useSalesWords } from './words.ts'

/** What was paid and given back, to keep or to print. */
export function Receipt(props: { order: OrderRow }): JSX.Element {
  const core = useCore()
  const { t, date } = useI18n()
  const words = useSalesWords()
  const community = core.feed.row('community', () => communityId)
  const member = core.feed.row('members', () => props.order.memberId)
  return (
    <Section title={t('memberships.receipt')}>
      <dl class={styles.bill}>
        <div>
          <dt>{t('memberships.receipt_from')}</dt>
          <dd>{community()?.data.name}</dd>
        </div>
        <div>
          <dt>{t('memberships.receipt_to')}</dt>
          <dd>{member()?.data.name}</dd>
        </div>
        <div>
          <dt>{t('memberships.receipt_for')}</dt>
          <dd>
            {words.title(props.order.title)} · {words.length(props.order.term)}
          </dd>
        </div>
        <For each={props.order.payments}>
          {(payment) => (
            <div>
              <dt>
                {t('memberships.receipt_method')} {date(payment.at, 'day')} ·{' '}
                {t(`memberships.provider_${payment.by}`)}
                <Show when={payment.note}> · {payment.note}</Show>
              </dt>
              <dd>{words.money(payment.amount, props.order.currency)}</dd>
            </div>
          )}
        </For>
        <For each={props.order.refunds}>
          {(refund) => (
            <div>
              <dt>
                {t('memberships.receipt_refunded', { when: date(refund.at, 'day') })} · {refund.reason}
              </dt>
              <dd>−{words.money(refund.amount, props.order.currency)}</dd>
            </div>
          )}
        </For>
      </dl>
      <Row>
        <Button small class={styles.notPrinted} onClick={() => window.print()}>
          {t('memberships.receipt_print')}
        </Button>
      </Row>
    </Section>
  )
}
