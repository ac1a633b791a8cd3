import { createMemo, createResource, createSignal, For, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { saveCsv } from '#client/parts/save-csv.ts'
import { ReceiptIcon } from '#client/ui/icons.tsx'
import { Button, EmptyState, ErrorState, Muted, Row, Skeleton, Stat, Table } from '#client/ui/index.ts'
import { toCsv } from '#shared/features/csv.ts'
import { inLanguage, type RevenueLine } from '#shared/features/memberships.ts'
import { plainMoney } from '#shared/features/money.ts'
import styles from './memberships.module.css'
import { useSalesWords } from './words.ts'

/** `/admin/revenue`: asked of the server, which has the ledger. */
export function AdminRevenue(): JSX.Element {
  const core = useCore()
  const { t, lang } = useI18n()
  useTitle(() => t('memberships.admin_revenue'))
  const [lines] = createResource(async () => core.queries.ask('memberships.revenue', {}))
  const [failed, setFailed] = createSignal(false)
  const found = (): RevenueLine[] | undefined => {
    const answer = lines.latest
    return answer?.ok ? answer.value : undefined
  }

  async function saveLedger(): Promise<void> {
    const answer = await core.queries.ask('memberships.ledger', {})
    setFailed(!answer.ok)
    if (answer.ok) saveCsv(answer.value.csv, 'ledger.csv')
  }
  return (
    <AdminPage title={t('memberships.admin_revenue')} lead={t('memberships.admin_revenue_lead')} width="wide">
      <Show
        when={found()}
        fallback={
          <Show when={lines.latest} fallback={<Skeleton label={t('memberships.loading')} lines={5} />}>
            <ErrorState title={t('memberships.revenue_offline')} />
          </Show>
        }
      >
        {(all) => (
          <Show
            when={all().length > 0}
            fallback={<EmptyState icon={ReceiptIcon} title={t('memberships.revenue_none')} />}
          >
            <Totals lines={all()} />
            <Months lines={all()} />
            <Muted>{t('memberships.revenue_definition')}</Muted>
            <Row>
              <Button onClick={() => saveCsv(csvOf(all(), lang()), 'revenue.csv')}>
                {t('memberships.revenue_csv')}
              </Button>
              <Button onClick={() => void saveLedger()}>{t('memberships.ledger_csv')}</Button>
            </Row>
            <Show when={failed()}>
              <Muted>{t('memberships.revenue_offline')}</Muted>
            </Show>
          </Show>
        )}
      </Show>
    </AdminPage>
  )
}

interface Sum {
  currency: string
  paid: number
  refunded: number
  orders: number
}

/** Currencies are never added up. */
function sumsOf(lines: readonly RevenueLine[]): Sum[] {
  const sums = new Map<string, Sum>()
  for (const { currency, paid, refunded, orders } of lines) {
    const sum = sums.get(currency) ?? { currency, paid: 0, refunded: 0, orders: 0 }
    sum.paid += paid
    sum.refunded += refunded
    sum.orders += orders
    sums.set(currency, sum)
  }
  return [...sums.values()]
}

function csvOf(lines: readonly RevenueLine[], lang: 'zh' | 'en'): string {
  const rows = lines.map(({ month, subject, title, currency, paid, refunded, orders }) => [
    month,
    subject,
    inLanguage(title, lang),
    currency,
    plainMoney(paid, currency),
    plainMoney(refunded, currency),
    plainMoney(paid - refunded, currency),
    orders,
  ])
  const head = ['month', 'subject', 'title', 'currency', 'paid', 'refunded', 'left', 'payments']
  return toCsv([head, ...rows])
}

/** Of `2026-11`, in any zone. */
function useMonthName(): (month: string) => string {
  const { date } = useI18n()
  return (month) => date(Date.parse(`${month}-15T12:00:00Z`), 'month')
}

function Totals(props: { lines: readonly RevenueLine[] }): JSX.Element {
  const { t } = useI18n()
  const nameOf = useMonthName()
  const words = useSalesWords()
  const month = (): string => props.lines[0]?.month ?? ''
  const latest = createMemo(() => sumsOf(props.lines.filter((line) => line.month === month())))
  return (
    <div class={styles.figures}>
      <For each={sumsOf(props.lines)}>
        {(sum) => (
          <Stat
            label={t('memberships.revenue_total')}
            value={words.money(sum.paid - sum.refunded, sum.currency)}
            note={
              sum.refunded > 0
                ? `${t('memberships.revenue_refunded')} ${words.money(sum.refunded, sum.currency)}`
                : undefined
            }
          />
        )}
      </For>
      <For each={latest()}>
        {(sum) => <Stat label={nameOf(month())} value={words.money(sum.paid - sum.refunded, sum.currency)} />}
      </For>
    </div>
  )
}

function Months(props: { lines: readonly RevenueLine[] }): JSX.Element {
  const { t } = useI18n()
  const nameOf = useMonthName()
  const words = useSalesWords()
  const refunded = ({ refunded, currency }: { refunded: number; currency: string }): string =>
    refunded > 0 ? words.money(refunded, currency) : '–'
  return (
    <Table
      label={t('memberships.admin_revenue')}
      rows={props.lines}
      columns={[
        {
          head: t('memberships.revenue_month'),
          cell: (line) => (
            <>
              {nameOf(line.month)} <Muted>{words.title(line.title)}</Muted>
            </>
          ),
        },
        { head: t('memberships.revenue_count'), cell: (line) => line.orders, spare: true },
        { head: t('memberships.revenue_paid'), cell: (line) => words.money(line.paid, line.currency) },
        { head: t('memberships.revenue_refunded'), cell: refunded },
        {
          head: t('memberships.revenue_net'),
          cell: (line) => words.money(line.paid - line.refunded, line.currency),
        },
      ]}
      foot={
        <For each={sumsOf(props.lines)}>
          {(sum) => (
            <tr>
              <th scope="row">{t('memberships.revenue_total')}</th>
              <td data-spare>{sum.orders}</td>
              <td>{words.money(sum.paid, sum.currency)}</td>
              <td>{refunded(sum)}</td>
              <td>{words.money(sum.paid - sum.refunded, sum.currency)}</td>
            </tr>
          )}
        </For>
      }
    />
  )
}
