import type { JSX } from 'solid-js'
import { encode } from 'uqr'
import styles from './memberships.module.css'

/** A payment code, always dark on light: that is what payment apps read. */
export function PayCode(props: { text: string; label: string }): JSX.Element {
  const drawn = (): { size: number; path: string } => {
    const { size, data } = encode(props.text, { border: 1 })
    const path = data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('')
    return { size, path }
  }
  return (
    <svg
      class={styles.payCode}
      viewBox={`0 0 ${drawn().size} ${drawn().size}`}
      role="img"
      aria-label={props.label}
    >
      <path d={drawn().path} />
    </svg>
  )
}
