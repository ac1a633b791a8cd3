import { createEffect, type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { progressOf, type StandingRow } from '#shared/features/growth.ts'
import styles from './growth.module.css'
import { useRules } from './place.tsx'

/** The level, and how far it is to the next one. */
export function LevelBar(props: { standing: Pick<StandingRow, 'level' | 'points'> }): JSX.Element {
  const { t, number } = useI18n()
  const rules = useRules()
  let bar!: HTMLDivElement
  const share = (): number => progressOf(rules(), props.standing.level, props.standing.points)
  const next = (): number | undefined => rules().levels[props.standing.level]
  createEffect(() => bar.style.setProperty('--share', String(share())))
  return (
    <div class={styles.level}>
      <div class={styles.levelHead}>
        <strong>{t('growth.level', { level: props.standing.level })}</strong>
        <span>{t('growth.points', { count: number(props.standing.points) })}</span>
      </div>
      <div ref={bar} class={styles.bar} aria-hidden="true" />
      <span class={styles.quiet}>
        <Show when={next()} fallback={t('growth.top_level')}>
          {(from) =>
            t('growth.to_next', {
              count: Math.max(0, from() - props.standing.points),
              level: props.standing.level + 1,
            })
          }
        </Show>
      </span>
    </div>
  )
}
