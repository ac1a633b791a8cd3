/** One line below the field, also read out: how much was found where, and what hinders. */
import { type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { OfflineIcon } from '#client/ui/icons.tsx'
import type { Finder } from './finder.ts'
import styles from './search.module.css'

export function StateLine(props: { finder: Finder }): JSX.Element {
  const { t } = useI18n()
  const counts = (): string => {
    const answer = props.finder.here()
    if (!answer) return ''
    const shown = answer.found.length
    return answer.total > shown && shown > 0
      ? t('search.counted_more', { count: answer.total, shown })
      : t('search.counted', { count: shown })
  }
  const elsewhere = (): string => {
    const state = props.finder.state()
    if (state !== 'quiet') return t(state === 'asking' ? 'search.asking' : `search.${state}`)
    const count = props.finder.elsewhere().length
    return count > 0 ? t('search.counted_elsewhere', { count }) : ''
  }
  return (
    <div class={styles.state} aria-live="polite">
      <Show when={counts()}>
        <span>{counts()}</span>
      </Show>
      <Show when={elsewhere()}>
        <span>
          <Show when={props.finder.state() === 'offline'}>
            <OfflineIcon />
          </Show>
          {elsewhere()}
        </span>
      </Show>
    </div>
  )
}
