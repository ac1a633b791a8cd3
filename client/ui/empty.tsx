/** What a page shows when there is nothing, not yet, or no way. */
import { type Component, For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { classes } from './classes.ts'
import styles from './empty.module.css'
import { AlertIcon, ListIcon } from './icons.tsx'

export interface EmptyStateProps {
  title: JSX.Element
  children?: JSX.Element
  icon?: Component
  actions?: JSX.Element
}

/** Nothing here, and what one can do about it. */
export function EmptyState(props: EmptyStateProps): JSX.Element {
  return (
    <div class={styles.empty}>
      <span class={styles.sign}>
        <Dynamic component={props.icon ?? ListIcon} />
      </span>
      <p class={styles.title}>{props.title}</p>
      <Show when={props.children}>
        <p>{props.children}</p>
      </Show>
      <Show when={props.actions}>
        <div class={styles.actions}>{props.actions}</div>
      </Show>
    </div>
  )
}

/** Something went wrong; says what, and offers a way on. */
export function ErrorState(props: EmptyStateProps): JSX.Element {
  return (
    <div class={styles.empty} role="alert">
      <span class={classes(styles.sign, styles.bad)}>
        <Dynamic component={props.icon ?? AlertIcon} />
      </span>
      <p class={styles.title}>{props.title}</p>
      <Show when={props.children}>
        <p>{props.children}</p>
      </Show>
      <Show when={props.actions}>
        <div class={styles.actions}>{props.actions}</div>
      </Show>
    </div>
  )
}

/** Grey lines in the place of text to come; `label` is what assistive technology hears. */
export function Skeleton(props: { label: string; lines?: number }): JSX.Element {
  return (
    <div class={styles.skeleton} role="status">
      <span class="visually-hidden">{props.label}</span>
      <For each={Array.from({ length: props.lines ?? 3 })}>
        {() => <div class={styles.bone} aria-hidden="true" />}
      </For>
    </div>
  )
}
