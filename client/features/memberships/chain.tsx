import { For, type JSX } from 'solid-js'
import { useI18n } from '#client/core/i18n.ts'
import type { Because } from '#shared/features/memberships.ts'
import styles from './memberships.module.css'
import { useSalesWords } from './words.ts'

/** Why somebody has or had something: what happened, first cause first. */
export function Chain(props: { because: readonly Because[] }): JSX.Element {
  const { t, date } = useI18n()
  const words = useSalesWords()
  const say = (cause: Because): string => {
    const { what, note, amount = 0, currency } = cause
    const money = currency ? words.money(amount, currency) : ''
    if (what === 'payment' && amount === 0) return t('memberships.because_payment_none')
    return t(`memberships.because_${what}`, { note, money, count: amount })
  }
  return (
    <ol class={styles.chain}>
      <For each={props.because}>
        {(cause) => (
          <li>
            <time datetime={new Date(cause.at).toISOString()}>{date(cause.at, 'short')}</time>
            <span>{say(cause)}</span>
          </li>
        )}
      </For>
    </ol>
  )
}
