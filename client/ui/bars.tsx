/**
 * A small bar chart as SVG, with the same figures as a table for those who cannot or would rather not see it drawn. Figures
 * are read by the axis of time: first bar, first label.
 */
import { createEffect, createMemo, createUniqueId, For, type JSX, Show } from 'solid-js'
import styles from './bars.module.css'

export interface BarsProps {
  /** Names the chart. */
  title: string
  /** What exactly is counted. */
  definition?: string
  /** The figure beside the name: a sum, the last value. */
  figure?: JSX.Element
  /** One a bar. */
  labels: readonly string[]
  values: readonly number[]
  /** Of the table: heads of its two columns, and what opens it. */
  words: { label: string; value: string; table: string }
  /** How a value is said; as it is when absent. */
  say?: (value: number) => string
}

const height = 48

export function Bars(props: BarsProps): JSX.Element {
  const id = createUniqueId()
  const most = createMemo(() => Math.max(1, ...props.values))
  const say = (value: number): string => (props.say ?? String)(value)
  return (
    <figure class={styles.chart} aria-labelledby={id}>
      <figcaption id={id} class={styles.caption}>
        <span class={styles.title}>{props.title}</span>
        <span class={styles.figure}>{props.figure}</span>
      </figcaption>
      <svg
        class={styles.bars}
        viewBox={`0 0 ${Math.max(1, props.values.length) * 10} ${height}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <For each={props.values}>
          {(value, index) => (
            <Bar x={index() * 10} share={value / most()} last={index() === props.values.length - 1} />
          )}
        </For>
      </svg>
      <div class={styles.ends} aria-hidden="true">
        <span>{props.labels[0]}</span>
        <span>{props.labels.at(-1)}</span>
      </div>
      <Show when={props.definition}>
        <p class={styles.definition}>{props.definition}</p>
      </Show>
      <details class={styles.details}>
        <summary>
          {props.words.table}
          <span class="visually-hidden">: {props.title}</span>
        </summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{props.words.label}</th>
              <th scope="col">{props.words.value}</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.labels}>
              {(label, index) => (
                <tr>
                  <th scope="row">{label}</th>
                  <td>{say(props.values[index()] ?? 0)}</td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </details>
    </figure>
  )
}

/** What is zero is drawn as a line, so that a day without anything is not mistaken for a day that is missing. */
function Bar(props: { x: number; share: number; last: boolean }): JSX.Element {
  let rect!: SVGRectElement
  createEffect(() => {
    const tall = Math.max(1, props.share * height)
    rect.setAttribute('y', String(height - tall))
    rect.setAttribute('height', String(tall))
  })
  return <rect ref={rect} class={props.last ? styles.last : styles.bar} x={props.x + 1} width="8" />
}
