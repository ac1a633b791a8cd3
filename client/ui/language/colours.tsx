import { For, type JSX, Show } from 'solid-js'
import { Section } from '../index.ts'
import css from '../styles/tokens.css?raw'
import { coloursOf, contrast, pairs, schemes } from './contrast.ts'
import styles from './language.module.css'

const colours = coloursOf(css)

/** Every token, and the contrast of each pair that is written in, in both themes. */
export function Colours(): JSX.Element {
  return (
    <>
      <Section title="Colours" hint="Each token has a value for either theme.">
        <div class={styles.tiles}>
          <For each={[...colours]}>
            {([name, { light, dark }]) => (
              <div class={styles.swatch}>
                <span
                  class={styles.colour}
                  ref={(tile) => tile.style.setProperty('background', `var(--${name})`)}
                />
                <code>--{name}</code>
                <small>
                  {light} {dark}
                </small>
              </div>
            )}
          </For>
        </div>
      </Section>
      <Section title="Contrast" hint="Text wants 4.5:1, the outline of a control 3:1. A test holds these.">
        <div class={styles.pairs}>
          <For each={pairs}>
            {({ front, ground, least }) => (
              <div
                class={styles.pair}
                ref={(tile) => {
                  tile.style.setProperty('color', `var(--${front})`)
                  tile.style.setProperty('background', `var(--${ground})`)
                }}
              >
                <span>
                  {front} on {ground}
                </span>
                <For each={schemes}>
                  {(scheme) => <Ratio front={front} ground={ground} least={least} scheme={scheme} />}
                </For>
              </div>
            )}
          </For>
        </div>
      </Section>
    </>
  )
}

function Ratio(props: {
  front: string
  ground: string
  least: number
  scheme: (typeof schemes)[number]
}): JSX.Element {
  const ratio = (): number => {
    const [one, other] = [colours.get(props.front), colours.get(props.ground)]
    return one && other ? contrast(one[props.scheme], other[props.scheme]) : 0
  }
  return (
    <span title={props.scheme}>
      {ratio().toFixed(1)}
      <Show when={ratio() < props.least}> !</Show>
    </span>
  )
}
