/** Small marks: tags that link or toggle, badges, and people by initials. */
import { type JSX, onMount, Show } from 'solid-js'
import { classes } from './classes.ts'
import { hueOf, initialsOf } from './person.ts'
import styles from './tag.module.css'

export interface TagProps {
  children: JSX.Element
  /** Makes it a link. */
  href?: string
  /** With `onToggle`, makes it a toggle button. */
  pressed?: boolean
  onToggle?: (pressed: boolean) => void
  /** Marks a link as the one shown now. */
  current?: boolean
}

/** A topic: plain, a link, or a toggle. */
export function Tag(props: TagProps): JSX.Element {
  return (
    <Show
      when={props.onToggle}
      fallback={
        <Show
          when={props.href}
          fallback={
            <span class={styles.tag}>
              <span>{props.children}</span>
            </span>
          }
        >
          <a class={styles.tag} href={props.href} aria-current={props.current ? 'true' : undefined}>
            <span>{props.children}</span>
          </a>
        </Show>
      }
    >
      {(toggle) => (
        <button
          type="button"
          class={styles.tag}
          aria-pressed={props.pressed ?? false}
          onClick={() => toggle()(!props.pressed)}
        >
          <span>{props.children}</span>
        </button>
      )}
    </Show>
  )
}

/** Tags in a wrapping row; as a `strip` they stay one line on a phone, which is pushed sideways. */
export function Tags(props: { strip?: boolean; children: JSX.Element }): JSX.Element {
  let row!: HTMLDivElement
  onMount(() => {
    const chosen = row.querySelector<HTMLElement>('[aria-pressed="true"]')
    if (chosen && row.scrollWidth > row.clientWidth)
      row.scrollLeft = chosen.offsetLeft + chosen.offsetWidth / 2 - row.clientWidth / 2
  })
  return (
    <div ref={row} class={classes(styles.tags, props.strip && styles.strip)}>
      {props.children}
    </div>
  )
}

export type Tone = 'neutral' | 'accent' | 'info' | 'warn' | 'danger'

/** A count or a short word that cannot be pressed. */
export function Badge(props: { tone?: Tone; children: JSX.Element }): JSX.Element {
  return (
    <span class={classes(styles.badge, props.tone && props.tone !== 'neutral' && styles[props.tone])}>
      {props.children}
    </span>
  )
}

export interface AvatarProps {
  name: string
  /** Decides the colour, which stays the same on every device. */
  id: string
  size?: 'small' | 'large'
  src?: string
}

/** Decorative: the name stands beside it. */
export function Avatar(props: AvatarProps): JSX.Element {
  return (
    <span
      class={classes(styles.avatar, props.size && styles[props.size], styles[`hue${hueOf(props.id)}`])}
      aria-hidden="true"
    >
      <Show when={props.src} fallback={initialsOf(props.name)}>
        <img src={props.src} alt="" loading="lazy" />
      </Show>
    </span>
  )
}
