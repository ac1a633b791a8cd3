import { type JSX, Show } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import { AwardIcon } from '#client/ui/icons.tsx'
import { classes } from '#client/ui/index.ts'
import type { WordKey } from '#shared/words/index.ts'
import styles from './growth.module.css'

/** A badge, with what it is given for. */
export function BadgeCard(props: { id: string; held: boolean }): JSX.Element {
  const { t } = useI18n()
  return (
    <li class={classes(styles.badge, !props.held && styles.open)}>
      <AwardIcon />
      <span>
        <strong>{t(`growth.badge_${props.id}` as WordKey)}</strong>
        <Show when={!props.held}>
          <span class="visually-hidden">{t('growth.badge_open')}</span>
        </Show>
        <span class={styles.quiet}>{t(`growth.badge_${props.id}_text` as WordKey)}</span>
      </span>
    </li>
  )
}
