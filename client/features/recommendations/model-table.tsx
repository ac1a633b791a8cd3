import { For, type JSX, Show } from 'solid-js'
import styles from './model.module.css'

/** Figures in rows, each named by its first cell; it scrolls by itself where it has no room. */
export function ModelTable(props: {
  title: string
  head: readonly string[]
  rows: readonly (readonly string[])[]
}): JSX.Element {
  return (
    <section class={styles.scroll} tabindex="0" aria-label={props.title}>
      <table class={styles.table}>
        <thead>
          <tr>
            <For each={props.head}>{(word) => <th scope="col">{word}</th>}</For>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(row) => (
              <tr>
                <For each={row}>
                  {(cell, index) => (
                    <Show when={index() === 0} fallback={<td>{cell}</td>}>
                      <th scope="row">{cell}</th>
                    </Show>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}
