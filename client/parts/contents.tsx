/** The headings of a text: beside it where there is room, folded above it where there is not. */
import { createEffect, createMemo, createSignal, For, type JSX, onCleanup, Show } from 'solid-js'
import { classes, type Heading } from '#client/ui/index.ts'
import styles from './contents.module.css'

/** Fewer headings than this are no help. */
const fewest = 3

export function Contents(props: {
  headings: readonly Heading[]
  label: string
  narrow?: boolean
}): JSX.Element {
  const shown = createMemo(() => {
    const top = Math.min(...props.headings.map((heading) => heading.level))
    return props.headings.filter((heading) => heading.level <= top + 1)
  })
  return (
    <Show when={shown().length >= fewest}>
      <Show
        when={props.narrow}
        fallback={
          <nav class={styles.beside} aria-label={props.label}>
            <p class={styles.title}>{props.label}</p>
            <Links headings={shown()} follow />
          </nav>
        }
      >
        <details class={styles.narrow}>
          <summary>{props.label}</summary>
          <Links headings={shown()} />
        </details>
      </Show>
    </Show>
  )
}

function Links(props: { headings: readonly Heading[]; follow?: boolean }): JSX.Element {
  const current = createCurrent(() => (props.follow ? props.headings : []))
  const top = (): number => Math.min(...props.headings.map((heading) => heading.level))
  return (
    <ol class={styles.list}>
      <For each={props.headings}>
        {(heading) => (
          <li class={classes(heading.level > top() && styles.inner)}>
            <a
              href={`#${encodeURIComponent(heading.id)}`}
              aria-current={current() === heading.id ? 'location' : undefined}
            >
              {heading.text}
            </a>
          </li>
        )}
      </For>
    </ol>
  )
}

/** Id of the last heading that has passed the upper third of the window. */
function createCurrent(headings: () => readonly Heading[]): () => string | undefined {
  const [current, setCurrent] = createSignal<string>()
  createEffect(() => {
    const elements = headings().flatMap((heading) => document.getElementById(heading.id) ?? [])
    if (elements.length === 0) return
    let frame = 0
    const look = (): void => {
      frame = 0
      const line = window.innerHeight / 3
      setCurrent(elements.findLast((element) => element.getBoundingClientRect().top < line)?.id)
    }
    const onScroll = (): void => {
      frame ||= requestAnimationFrame(look)
    }
    look()
    window.addEventListener('scroll', onScroll, { passive: true })
    onCleanup(() => {
      window.removeEventListener('scroll', onScroll)
      cancelAnimationFrame(frame)
    })
  })
  return current
}
