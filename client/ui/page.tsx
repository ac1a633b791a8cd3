/** How a page is laid out inside the shell: its width, its head, its sections, rows and columns. */
import { type JSX, Show } from 'solid-js'
import { classes } from './classes.ts'
import { BackIcon } from './icons.tsx'
import styles from './page.module.css'
import { tied } from './tied.ts'

export interface PageProps {
  /** The page's only h1. */
  title?: JSX.Element
  lead?: JSX.Element
  actions?: JSX.Element
  back?: { href: string; label: string }
  /** On the line of the way back: what a page without a title is there for. */
  beside?: JSX.Element
  /** `narrow` for forms, `text` for reading, `wide` for agendas; about 60 rem unless told. */
  width?: 'narrow' | 'text' | 'wide' | 'full'
  children?: JSX.Element
}

/** One screen's content. */
export function Page(props: PageProps): JSX.Element {
  return (
    <div class={classes(styles.page, props.width && styles[props.width])}>
      <Show when={props.title || props.back || props.actions}>
        <div class={styles.head}>
          <Show when={props.back}>
            {(back) => (
              <div class={styles.backRow}>
                <a class={styles.back} href={back().href}>
                  <BackIcon />
                  {back().label}
                </a>
                {props.beside}
              </div>
            )}
          </Show>
          <Show when={props.title || props.actions}>
            <div class={styles.headRow}>
              <Show when={props.title}>
                <h1>{tied(props.title)}</h1>
              </Show>
              <Show when={props.actions}>
                <div class={styles.headActions}>{props.actions}</div>
              </Show>
            </div>
          </Show>
          <Show when={props.lead}>
            <div class={styles.lead}>{props.lead}</div>
          </Show>
        </div>
      </Show>
      {props.children}
    </div>
  )
}

export interface SectionProps {
  title: JSX.Element
  hint?: JSX.Element
  /** A link or button at the end of the heading's line. */
  action?: JSX.Element
  id?: string
  children: JSX.Element
}

/** A titled part of a page. */
export function Section(props: SectionProps): JSX.Element {
  return (
    <section class={styles.section} id={props.id}>
      <div class={styles.sectionHead}>
        <h2>{props.title}</h2>
        {props.action}
      </div>
      <Show when={props.hint}>
        <p class={styles.sectionHint}>{props.hint}</p>
      </Show>
      {props.children}
    </section>
  )
}

type Gap = 'tight' | 'snug' | 'loose'

/** Things below each other, evenly spaced. */
export function Stack(props: { gap?: Gap; children: JSX.Element }): JSX.Element {
  return <div class={classes(styles.stack, props.gap && styles[props.gap])}>{props.children}</div>
}

/** Things beside each other, wrapping; `between` pushes them apart. */
export function Row(props: { gap?: Gap; between?: boolean; children: JSX.Element }): JSX.Element {
  return (
    <div class={classes(styles.row, props.gap && styles[props.gap], props.between && styles.between)}>
      {props.children}
    </div>
  )
}

/** A main column and a narrow one, which goes below it where there is no room. */
export function Split(props: { children: JSX.Element; aside: JSX.Element }): JSX.Element {
  return (
    <div class={styles.split}>
      <div class={styles.stack}>{props.children}</div>
      <aside class={styles.stack}>{props.aside}</aside>
    </div>
  )
}

/** Small, secondary text: dates, counts, explanations. */
export function Muted(props: { children: JSX.Element }): JSX.Element {
  return <span class={styles.muted}>{props.children}</span>
}
