import { For, type JSX, Show } from 'solid-js'
import { classes } from './classes.ts'
import styles from './table.module.css'

/**
 * `words`: its cells are read as text and begin where the others do; figures end there. `spare`: left out on a phone,
 * where one can do without it.
 */
export interface Column<R> {
  head: string
  cell: (row: R) => JSX.Element
  words?: boolean
  spare?: boolean
}

export interface TableProps<R> {
  label: string
  /** The first one names the row. */
  columns: readonly Column<R>[]
  rows: readonly R[]
  /** Rows of sums: `<tr>`s; what stands below a spare column has `data-spare`. */
  foot?: JSX.Element
}

/** Figures in rows. It scrolls by itself where it has no room, and by keyboard too. */
export function Table<R>(props: TableProps<R>): JSX.Element {
  return (
    <section class={styles.scroll} tabindex="0" aria-label={props.label}>
      <table class={styles.table}>
        <thead>
          <tr>
            <For each={props.columns}>
              {(column) => (
                <th scope="col" class={classes(column.words && styles.words)} data-spare={column.spare}>
                  {column.head}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.rows}>
            {(row) => (
              <tr>
                <For each={props.columns}>
                  {(column, index) => (
                    <Show
                      when={index() === 0}
                      fallback={
                        <td class={classes(column.words && styles.words)} data-spare={column.spare}>
                          {column.cell(row)}
                        </td>
                      }
                    >
                      <th scope="row">{column.cell(row)}</th>
                    </Show>
                  )}
                </For>
              </tr>
            )}
          </For>
        </tbody>
        <Show when={props.foot}>
          <tfoot>{props.foot}</tfoot>
        </Show>
      </table>
    </section>
  )
}
