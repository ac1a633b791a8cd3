/** Tabs that are links to sibling pages, so that each has an address. */
import { For, type JSX } from 'solid-js'
import styles from './tabs.module.css'

export interface TabLink {
  href: string
  label: JSX.Element
  current?: boolean
}

/** Looks like tabs, is navigation. */
export function TabLinks(props: { label: string; links: readonly TabLink[] }): JSX.Element {
  return (
    <nav class={styles.list} aria-label={props.label}>
      <For each={props.links}>
        {(link) => (
          <a class={styles.tab} href={link.href} aria-current={link.current ? 'page' : undefined}>
            {link.label}
          </a>
        )}
      </For>
    </nav>
  )
}
