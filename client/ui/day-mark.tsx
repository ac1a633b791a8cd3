import type { JSX } from 'solid-js'
import styles from './day-mark.module.css'

/** A day as a small calendar leaf, before a row. Decorative: the row says its date in words too. */
export function DayMark(props: {
  /** Short name of its month. */
  month: string
  /** Number in its month. */
  day: string
  /** It counts for the reader: they go there. */
  chosen?: boolean
  /** It is over. */
  past?: boolean
}): JSX.Element {
  return (
    <span class={styles.leaf} data-chosen={props.chosen} data-past={props.past} aria-hidden="true">
      <span class={styles.month}>{props.month}</span>
      <span class={styles.day}>{props.day}</span>
    </span>
  )
}
