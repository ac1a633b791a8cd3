import { For, type JSX, Show } from 'solid-js'
import { Button, IconButton } from './button.tsx'
import { classes } from './classes.ts'
import { CheckCircleIcon, CloseIcon, RefusedIcon } from './icons.tsx'
import styles from './toast.module.css'
import type { Toasts } from './toasts.ts'

export interface ToastRegionProps {
  toasts: Toasts
  /** Names the landmark: "Notices". */
  label: string
  dismissLabel: string
}

/** Where toasts appear; put once into the page. New ones are read out politely. */
export function ToastRegion(props: ToastRegionProps): JSX.Element {
  return (
    <section class={styles.region} aria-label={props.label} aria-live="polite" aria-relevant="additions">
      <For each={props.toasts.toasts()}>
        {(toast) => (
          <div class={classes(styles.toast, toast.tone !== 'neutral' && styles[toast.tone])}>
            <Show when={toast.tone === 'good'}>
              <CheckCircleIcon />
            </Show>
            <Show when={toast.tone === 'bad'}>
              <RefusedIcon />
            </Show>
            <span class={styles.text}>{toast.text}</span>
            <Show when={toast.action}>
              {(action) => (
                <Button
                  small
                  variant="soft"
                  onClick={() => {
                    props.toasts.dismiss(toast.id)
                    action().onSelect()
                  }}
                >
                  {action().label}
                </Button>
              )}
            </Show>
            <IconButton
              small
              icon={CloseIcon}
              label={props.dismissLabel}
              onClick={() => props.toasts.dismiss(toast.id)}
            />
          </div>
        )}
      </For>
    </section>
  )
}
