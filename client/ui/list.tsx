/**
 * Cards, rows and figures. In a card or row with `href` the title is the link and its target covers the
 * whole box, so that a reader of the page hears one name and not every word; controls inside stay usable.
 */
import { type JSX, Show } from 'solid-js'
import { classes } from './classes.ts'
import styles from './list.module.css'
import { tied } from './tied.ts'

export interface CardProps {
  title?: JSX.Element
  href?: string
  /** Level of the title, 3 unless told. */
  level?: 2 | 3 | 4
  /** A quiet line below the title. */
  meta?: JSX.Element
  /** No padding: the content reaches the edges. */
  flush?: boolean
  children?: JSX.Element
}

/** A boxed thing among others. */
export function Card(props: CardProps): JSX.Element {
  const name = (): JSX.Element => (
    <Show when={props.href} fallback={tied(props.title)}>
      <a class={styles.cover} href={props.href} data-step>
        {tied(props.title)}
      </a>
    </Show>
  )
  return (
    <article class={classes(styles.card, props.href && styles.link, props.flush && styles.flush)}>
      <Show when={props.title}>
        <Show
          when={(props.level ?? 3) === 3}
          fallback={
            props.level === 2 ? (
              <h2 class={styles.cardTitle}>{name()}</h2>
            ) : (
              <h4 class={styles.cardTitle}>{name()}</h4>
            )
          }
        >
          <h3 class={styles.cardTitle}>{name()}</h3>
        </Show>
      </Show>
      <Show when={props.meta}>
        <div class={styles.meta}>{props.meta}</div>
      </Show>
      {props.children}
    </article>
  )
}

/** Raises buttons and links above the cover of a card or row with `href`. */
export function Above(props: { children: JSX.Element }): JSX.Element {
  return <div class={styles.above}>{props.children}</div>
}

export interface ListProps {
  /** Names the list when no heading does. */
  label?: string
  /** Without box and side padding. */
  plain?: boolean
  /** Short rows beside each other as far as there is room; on a phone below each other, without their details. */
  tiles?: boolean
  children: JSX.Element
}

/** A list of ListRows. */
export function List(props: ListProps): JSX.Element {
  return (
    <ul
      class={classes(styles.list, props.plain && styles.plain, props.tiles && styles.tiles)}
      aria-label={props.label}
    >
      {props.children}
    </ul>
  )
}

export interface ListRowProps {
  title: JSX.Element
  href?: string
  /** At most two lines of text. */
  detail?: JSX.Element
  /** Small facts: author, time, counts, state. */
  meta?: JSX.Element
  /** A line of its own below all others: why the row is here, what became of it. */
  note?: JSX.Element
  /** An icon or avatar. */
  start?: JSX.Element
  /** Badge, time or buttons. */
  end?: JSX.Element
  /** The word for "unread", set when it is. */
  unread?: string
}

/** A row of a List. */
export function ListRow(props: ListRowProps): JSX.Element {
  return (
    <li class={classes(styles.item, props.unread && styles.unread)}>
      <div class={styles.start}>{props.start}</div>
      <div class={styles.middle}>
        <div class={styles.rowTitle}>
          <Show when={props.unread}>
            <span class="visually-hidden">{props.unread} </span>
          </Show>
          <Show when={props.href} fallback={tied(props.title)}>
            <a class={styles.cover} href={props.href} data-step>
              {tied(props.title)}
            </a>
          </Show>
        </div>
        <Show when={props.detail}>
          <div class={styles.detail}>{props.detail}</div>
        </Show>
        <Show when={props.meta}>
          <div class={styles.meta}>{props.meta}</div>
        </Show>
        <Show when={props.note}>
          <div class={styles.note}>{props.note}</div>
        </Show>
      </div>
      <div class={styles.end}>{props.end}</div>
    </li>
  )
}

/** A line of small facts outside rows and cards. */
export function Meta(props: { children: JSX.Element }): JSX.Element {
  return <div class={styles.meta}>{props.children}</div>
}

/** One figure with its name. */
export function Stat(props: { label: string; value: JSX.Element; note?: JSX.Element }): JSX.Element {
  return (
    <div class={styles.stat}>
      <span class={styles.statLabel}>{props.label}</span>
      <span class={styles.statValue}>{props.value}</span>
      <Show when={props.note}>
        <span class={styles.statNote}>{props.note}</span>
      </Show>
    </div>
  )
}
