import { For, type JSX } from 'solid-js'
import styles from './discussions.module.css'

/** What a thread is about in a word each: words that lead to others like it, not buttons that ask for it. */
export function Topics(props: { tags: readonly string[] }): JSX.Element {
  return (
    <span class={styles.topics}>
      <For each={props.tags}>{(tag) => <a href={`/discuss?tag=${encodeURIComponent(tag)}`}>#{tag}</a>}</For>
    </span>
  )
}
