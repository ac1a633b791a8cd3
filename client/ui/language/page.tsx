/**
 * The design language on one page, in development builds only: what the kit is made of and how its parts look in every
 * state, in the theme and at the width of whoever looks. It is built of the kit, and says nothing of any product.
 */
import { createSignal, For, type JSX } from 'solid-js'
import * as icons from '../icons.tsx'
import { Page, Row, Section, Segments, Stack } from '../index.ts'
import { Colours } from './colours.tsx'
import { Content } from './content.tsx'
import { Controls } from './controls.tsx'
import styles from './language.module.css'
import { States } from './states.tsx'
import { Type } from './type.tsx'

export function DesignLanguage(): JSX.Element {
  const [theme, setTheme] = createSignal(document.documentElement.dataset.theme ?? 'system')
  const choose = (chosen: string): void => {
    document.documentElement.dataset.theme = chosen
    setTheme(chosen)
  }
  return (
    <Page title="Design language" lead="What the kit is made of. Development builds only." width="wide">
      <Row>
        <Segments
          label="Theme"
          value={theme()}
          onChange={choose}
          options={['system', 'light', 'dark'].map((value) => ({ value, label: value }))}
        />
      </Row>
      <Type />
      <Colours />
      <Section title="Spacing" hint="Everything stands apart by one of eight distances.">
        <Stack gap="snug">
          <For each={[1, 2, 3, 4, 5, 6, 7, 8]}>
            {(step) => (
              <div class={styles.measure}>
                <code>--s-{step}</code>
                <span class={styles.bar} ref={(bar) => bar.style.setProperty('width', `var(--s-${step})`)} />
              </div>
            )}
          </For>
        </Stack>
      </Section>
      <Section
        title="Elevation"
        hint="Lines separate; shadows only lift what lies above the page: menus, dialogs, toasts."
      >
        <div class={styles.tiles}>
          <For each={[1, 2, 3]}>
            {(step) => (
              <div
                class={styles.raised}
                ref={(tile) => tile.style.setProperty('box-shadow', `var(--shadow-${step})`)}
              >
                <code>--shadow-{step}</code>
              </div>
            )}
          </For>
          <For each={[1, 2, 3]}>
            {(step) => (
              <div
                class={styles.raised}
                ref={(tile) => tile.style.setProperty('border-radius', `var(--radius-${step})`)}
              >
                <code>--radius-{step}</code>
              </div>
            )}
          </For>
        </div>
      </Section>
      <Section
        title="Motion"
        hint="120 ms for what answers a finger, 200 ms for what comes and goes. With reduced motion, both are nothing."
      >
        <div class={styles.tiles}>
          <button type="button" class={styles.fast}>
            --fast
          </button>
          <button type="button" class={styles.calm}>
            --calm
          </button>
        </div>
      </Section>
      <Section title="Icons" hint="24 units, 1.75 thick, in the colour of the words beside them.">
        <div class={styles.icons}>
          <For each={Object.entries(icons)}>
            {([name, Icon]) => (
              <span class={styles.icon}>
                <Icon />
                <small>{name.replace(/Icon$/, '')}</small>
              </span>
            )}
          </For>
        </div>
      </Section>
      <Controls />
      <Content />
      <States />
    </Page>
  )
}
