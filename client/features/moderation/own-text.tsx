/** A post that was taken out of sight, to its author: what it said, and where to appeal. */
import { createMemo, type JSX, Show } from 'solid-js'
import { useCore } from '#client/core/core.ts'
import { useI18n } from '#client/core/i18n.ts'
import styles from './moderation.module.css'

export function OwnText(props: { target: string }): JSX.Element {
  const core = useCore()
  const { t } = useI18n()
  const all = core.feed.rows('decisions', () => ({ by: 'at', reverse: true }))
  const decision = createMemo(() => all()?.find(({ data }) => data.target === props.target)?.data)
  return (
    <Show when={decision()}>
      {(found) => (
        <>
          <p>
            {t('moderation.why', { reason: t(`moderation.reason_${found().reason}`), note: found().note })}{' '}
            <a href="/me/decisions">{t('moderation.mine')}</a>
          </p>
          <Show when={found().text}>
            <blockquote class={styles.text}>{found().text}</blockquote>
          </Show>
        </>
      )}
    </Show>
  )
}
