import { type JSX, Show } from 'solid-js'
import { SentIcon } from '#client/ui/icons.tsx'
import { Button } from '#client/ui/index.ts'
import styles from './new-rows.module.css'

/** Over a list that stays as it is: what has come in the meantime, when the reader wants it. Takes no room of its own. */
export function NewRows(props: { count: number; label: string; onShow: () => void }): JSX.Element {
  const show = (): void => {
    props.onShow()
    window.scrollTo({ top: 0, behavior: 'instant' })
  }
  return (
    <div class={styles.place} aria-live="polite">
      <Show when={props.count > 0}>
        <div class={styles.float}>
          <Button small variant="primary" onClick={show}>
            <SentIcon />
            {props.label}
          </Button>
        </div>
      </Show>
    </div>
  )
}
