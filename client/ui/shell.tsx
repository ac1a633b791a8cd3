/**
 * The frame around every page: places in a rail on a desk and in a bar on a phone, a header with the
 * status pill, notices below it, and the one main landmark. Links are plain anchors; the router takes
 * over their clicks.
 */
import { type Component, For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { classes } from './classes.ts'
import styles from './shell.module.css'

export interface Place {
  href: string
  label: string
  icon: Component
  current?: boolean
  /** Says that something new waits there; read out with the label. */
  news?: string
}

export interface ShellProps {
  /** The community's name; leads home. */
  brand: string
  brandHref: string
  /** Names the navigation landmark. */
  navLabel: string
  skipLabel: string
  places: readonly Place[]
  /** On a phone it stands where the brand would; on a desk at the start of the header. */
  title?: JSX.Element
  /** The status pill. */
  status?: JSX.Element
  /** Buttons at the end of the header (search, bell, member). */
  actions?: JSX.Element
  /** Foot of the rail: sign in, member. Not shown on a phone. */
  railEnd?: JSX.Element
  /** Banners. */
  notices?: JSX.Element
  children: JSX.Element
}

/** Places, header, notices and main. */
export function Shell(props: ShellProps): JSX.Element {
  return (
    <div class={styles.shell}>
      <button type="button" class={styles.skip} onClick={() => document.getElementById('main')?.focus()}>
        {props.skipLabel}
      </button>
      <nav class={styles.rail} aria-label={props.navLabel}>
        <Brand name={props.brand} href={props.brandHref} />
        <Places places={props.places} />
        <div class={styles.railEnd}>{props.railEnd}</div>
      </nav>
      <div class={styles.column}>
        <header class={styles.header}>
          <div class={classes(styles.title, Boolean(props.title) && styles.hasTitle)}>
            <Show when={props.title}>
              <span class={styles.brandText}>{props.title}</span>
            </Show>
            <span class={styles.titleBrand}>
              <Brand name={props.brand} href={props.brandHref} />
            </span>
          </div>
          {props.status}
          <Show when={props.actions}>
            <div class={styles.actions}>{props.actions}</div>
          </Show>
        </header>
        <div class={styles.notices}>{props.notices}</div>
        <main id="main" class={styles.main} tabindex="-1">
          {props.children}
        </main>
      </div>
      <nav class={styles.bar} aria-label={props.navLabel}>
        <Places places={props.places} />
      </nav>
    </div>
  )
}

function Brand(props: { name: string; href: string }): JSX.Element {
  return (
    <a class={styles.brand} href={props.href}>
      <BrandMark />
      <span class={styles.brandText}>{props.name}</span>
    </a>
  )
}

/** The mark: a pediment over three columns, drawn as one line of text, an open door in the middle. */
export function BrandMark(): JSX.Element {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" aria-hidden="true">
      <g stroke-width="2" stroke-linecap="round" stroke-linejoin="round">
        <path d="M3 9.2 12 3.5l9 5.7" />
        <path d="M5.5 12.5v6M18.5 12.5v6" />
        <path d="M9.7 18.5v-3.7a2.3 2.3 0 0 1 4.6 0v3.7" />
        <path d="M3 21.2h18" />
      </g>
    </svg>
  )
}

function Places(props: { places: readonly Place[] }): JSX.Element {
  return (
    <ul class={styles.places}>
      <For each={props.places}>
        {(place) => (
          <li>
            <a class={styles.place} href={place.href} aria-current={place.current ? 'page' : undefined}>
              <span class={styles.iconBox}>
                <Dynamic component={place.icon} />
                <Show when={place.news}>
                  <span class={styles.dot} aria-hidden="true" />
                </Show>
              </span>
              <span>{place.label}</span>
              <Show when={place.news}>
                <span class="visually-hidden">{place.news}</span>
              </Show>
            </a>
          </li>
        )}
      </For>
    </ul>
  )
}
