/** Tabs in place, and tabs that are links to sibling pages (prefer those: they have addresses). */
import { createUniqueId, For, type JSX } from 'solid-js'
import styles from './tabs.module.css'

export interface Tab {
  id: string
  label: JSX.Element
}

export interface TabsProps {
  /** Names the tab list. */
  label: string
  tabs: readonly Tab[]
  value: string
  onChange: (id: string) => void
  /** The panel of the chosen tab. */
  children: JSX.Element
}

/** One panel at a time; arrow keys choose, as the tabs pattern has it. */
export function Tabs(props: TabsProps): JSX.Element {
  const base = createUniqueId()
  let list!: HTMLDivElement
  const step = (event: KeyboardEvent): void => {
    const here = props.tabs.findIndex((tab) => tab.id === props.value)
    const last = props.tabs.length - 1
    const to = { ArrowRight: here + 1, ArrowLeft: here - 1, Home: 0, End: last }[event.key]
    if (to === undefined) return
    event.preventDefault()
    const index = (to + props.tabs.length) % props.tabs.length
    const tab = props.tabs[index]
    if (!tab) return
    props.onChange(tab.id)
    ;(list.children[index] as HTMLElement | undefined)?.focus()
  }
  return (
    <div class={styles.tabs}>
      <div ref={list} class={styles.list} role="tablist" aria-label={props.label} onKeyDown={step}>
        <For each={props.tabs}>
          {(tab) => (
            <button
              type="button"
              role="tab"
              id={`${base}-${tab.id}`}
              class={styles.tab}
              aria-selected={tab.id === props.value}
              aria-controls={`${base}-panel`}
              tabindex={tab.id === props.value ? 0 : -1}
              onClick={() => props.onChange(tab.id)}
            >
              {tab.label}
            </button>
          )}
        </For>
      </div>
      <div
        id={`${base}-panel`}
        class={styles.panel}
        role="tabpanel"
        aria-labelledby={`${base}-${props.value}`}
        tabindex="0"
      >
        {props.children}
      </div>
    </div>
  )
}

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
