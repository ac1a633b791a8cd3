/** `/admin/figures`: asked of the server each time, so there is nothing here without a network. */
import { useSearchParams } from '@solidjs/router'
import { createEffect, createSignal, For, type JSX, Match, on, Show, Switch } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import { Panel } from '#client/core/panels.ts'
import { useTitle } from '#client/core/title.ts'
import { AdminPage } from '#client/parts/admin-page.tsx'
import { saveCsv } from '#client/parts/save-csv.ts'
import { OfflineIcon } from '#client/ui/icons.tsx'
import { Bars, Button, EmptyState, Muted, Row, Section, Segments, Skeleton, Stat } from '#client/ui/index.ts'
import { type Figures, type Metric, metrics, type Span, spans } from '#shared/features/analytics.ts'
import { toCsv } from '#shared/features/csv.ts'
import { formatMoney } from '#shared/features/money.ts'
import styles from './analytics.module.css'
import { Courses, Events, Health, Retention, Unanswered } from './tables.tsx'

export function FiguresPage(): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  useTitle(() => t('analytics.title'))
  const [search, setSearch] = useSearchParams()
  const span = (): Span => spans.find((one) => String(one) === search.days) ?? 30
  const [figures, setFigures] = createSignal<Figures>()
  const [failed, setFailed] = createSignal(false)
  async function load(days: Span): Promise<void> {
    setFailed(false)
    const answer = await core.queries.ask('analytics.figures', { days })
    if (days !== span()) return
    if (answer.ok) setFigures(answer.value)
    else setFailed(true)
  }
  createEffect(on(span, (days) => void load(days)))
  return (
    <AdminPage title={t('analytics.title')} lead={t('analytics.lead')} width="wide">
      <Row>
        <Segments
          label={t('analytics.span')}
          hideLabel
          options={spans.map((days) => ({
            value: String(days),
            label: t('analytics.days', { count: days }),
          }))}
          value={String(span())}
          onChange={(days) => setSearch({ days }, { replace: true })}
        />
        <Show when={figures()}>
          {(shown) => (
            <Button onClick={() => saveCsv(csvOf(shown()), 'figures.csv')}>{t('analytics.csv')}</Button>
          )}
        </Show>
      </Row>
      <Switch fallback={<Skeleton label={t('analytics.loading')} lines={10} />}>
        <Match when={failed()}>
          <EmptyState
            icon={OfflineIcon}
            title={t('analytics.absent')}
            actions={<Button onClick={() => void load(span())}>{t('analytics.again')}</Button>}
          >
            {t('analytics.absent_text')}
          </EmptyState>
        </Match>
        <Match when={figures()}>{(shown) => <All figures={shown()} />}</Match>
      </Switch>
    </AdminPage>
  )
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)

function All(props: { figures: Figures }): JSX.Element {
  const { t, number, date } = useI18n()
  const labels = (): string[] =>
    props.figures.days.map((day) => date(Date.parse(`${day}T12:00:00Z`), 'short'))
  const words = (value: string) => ({
    label: t('analytics.day'),
    value,
    table: t('analytics.as_table'),
  })
  const isEmpty = (metric: Metric): boolean => sum(props.figures.series[metric]) === 0
  const share = (): string => {
    const { day, month } = props.figures.activeWithin
    return `${month === 0 ? 0 : Math.round((100 * day) / month)}%`
  }
  return (
    <>
      <div class={styles.stats}>
        <Stat label={t('analytics.members')} value={number(props.figures.members)} />
        <Stat
          label={t('analytics.active_day')}
          value={number(props.figures.activeWithin.day)}
          note={t('analytics.stickiness', { share: share() })}
        />
        <Stat label={t('analytics.active_week')} value={number(props.figures.activeWithin.week)} />
        <Stat label={t('analytics.active_month')} value={number(props.figures.activeWithin.month)} />
      </div>
      <div class={styles.charts}>
        <For each={metrics.filter((metric) => !isEmpty(metric))}>
          {(metric) => (
            <Bars
              title={t(`analytics.metric_${metric}`)}
              definition={t(`analytics.metric_${metric}_text`)}
              figure={
                metric === 'active'
                  ? number(props.figures.series.active.at(-1) ?? 0)
                  : number(sum(props.figures.series[metric]))
              }
              labels={labels()}
              values={props.figures.series[metric]}
              words={words(t(`analytics.metric_${metric}`))}
            />
          )}
        </For>
      </div>
      <Revenue figures={props.figures} labels={labels()} />
      <Unanswered questions={props.figures.unanswered} />
      <Panel name="recommendations.gaps" />
      <Courses courses={props.figures.courses} />
      <Events events={props.figures.events} />
      <Retention cohorts={props.figures.retention} />
      <Health health={props.figures.health} />
    </>
  )
}

function Revenue(props: { figures: Figures; labels: string[] }): JSX.Element {
  const { t, lang } = useI18n()
  const money = (currency: string, amount: number): string => formatMoney(amount, currency, lang())
  const shown = () =>
    (props.figures.revenue ?? []).flatMap(({ currency, paid, refunded }) => [
      { currency, title: t('analytics.revenue_paid'), values: paid },
      ...(sum(refunded) > 0 ? [{ currency, title: t('analytics.revenue_refunded'), values: refunded }] : []),
    ])
  return (
    <Show when={props.figures.revenue}>
      <Section title={t('analytics.revenue')} hint={t('analytics.revenue_text')}>
        <Show when={shown().length > 0} fallback={<Muted>{t('analytics.revenue_none')}</Muted>}>
          <div class={styles.charts}>
            <For each={shown()}>
              {(one) => (
                <Bars
                  title={`${one.title} (${one.currency})`}
                  figure={money(one.currency, sum(one.values))}
                  labels={props.labels}
                  values={one.values}
                  say={(value) => money(one.currency, value)}
                  words={{ label: t('analytics.day'), value: one.title, table: t('analytics.as_table') }}
                />
              )}
            </For>
          </div>
        </Show>
      </Section>
    </Show>
  )
}

/** Days down, metrics across; money in the currency's smallest unit. */
function csvOf({ days, series, revenue }: Figures): string {
  const money = (revenue ?? []).flatMap(({ currency, paid, refunded }) => [
    { name: `paid ${currency}`, values: paid },
    { name: `refunded ${currency}`, values: refunded },
  ])
  const head = ['day', ...metrics, ...money.map(({ name }) => name)]
  const lines = days.map((day, index) => [
    day,
    ...metrics.map((metric) => String(series[metric][index])),
    ...money.map(({ values }) => String(values[index])),
  ])
  return toCsv([head, ...lines])
}
