/** How good the trainings were, one after the other, each figure with its definition. */
import { For, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { Bars, Muted, Section } from '#client/ui/index.ts'
import type { Measures, ModelVersionRow } from '#shared/features/recommendation-models.ts'
import styles from './model.module.css'

export const measured = [
  'ndcg10',
  'recall20',
  'coverage10',
  'tailShare',
  'gini',
  'popularityLift',
] as const satisfies (keyof Measures)[]

const shownTrainings = 30

/** Shares are told in per cent, what is no share as it is. */
export function sayMeasure(key: keyof Measures, value: number): string {
  if (key === 'coverage10' || key === 'tailShare') return `${(100 * value).toFixed(1)}%`
  return key === 'popularityLift' ? `${value.toFixed(2)} ×` : value.toFixed(3)
}

export function ModelQuality(props: { versions: ModelVersionRow[] }): JSX.Element {
  const { t, date } = useI18n()
  /** Oldest first. */
  const trainings = (): { at: number; measures: Measures }[] =>
    props.versions
      .flatMap(({ made, at, measures }) => (made === 'training' && measures ? [{ at, measures }] : []))
      .slice(0, shownTrainings)
      .reverse()
  return (
    <Section title={t('models.over_time')} hint={t('models.over_time_hint')}>
      <Show when={trainings().length > 0} fallback={<Muted>{t('models.over_time_none')}</Muted>}>
        <div class={styles.charts}>
          <For each={measured}>
            {(key) => (
              <Bars
                title={t(`models.${key}`)}
                definition={t(`models.${key}_text`)}
                figure={sayMeasure(key, trainings().at(-1)!.measures[key])}
                labels={trainings().map(({ at }) => date(at, 'day'))}
                values={trainings().map(({ measures }) => measures[key])}
                say={(value) => sayMeasure(key, value)}
                words={{ label: t('models.day'), value: t(`models.${key}`), table: t('models.as_table') }}
              />
            )}
          </For>
        </div>
      </Show>
    </Section>
  )
}
